using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using BatchNormGen.Tests.Vectors;
using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Operations;

/// <summary>
/// Every operation of the tables in docs/operations.md, which another test compares with those of the generator: its gradient against numerical
/// differentiation, and its fused form against the staged body, also where numbers end.
/// </summary>
public class OperationsTests
{
    private static readonly GradientCheckOptions Sharp = new() { Difference = CentralDifference.FivePoint, AbsoluteTolerance = 1e-8, RelativeTolerance = 1e-7 };

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    /// <summary>The first column of a table of the page.</summary>
    private static IEnumerable<string> Rows(string header) =>
        File.ReadLines(Path.Combine(Here(), "../../../docs/operations.md")).SkipWhile(line => line != header).Skip(2).TakeWhile(line => line.StartsWith('|')).Select(line => line.Split('`')[1]);

    [Fact]
    public void Every_row_of_the_tables_is_tested()
    {
        string[] headers = ["| Function | y | dy/dx |", "| Function | y |", "| Comparison | Mask |", "| Composition | y |"];
        Assert.Equal(headers.SelectMany(Rows).Order(StringComparer.Ordinal), ElementWiseInDouble.Table.Keys.Order(StringComparer.Ordinal));
        var reductions = Rows("| Reduction | y |").ToList();
        Assert.Equal(reductions, ReductionsInDouble.Table.Keys);
        Assert.Equal(reductions.SelectMany(name => (string[])[name, name + " of a vector"]), ReductionsOfRanks.Table.Keys);
        Assert.Equal(Rows("| Along an axis | y |").Concat(["Gather", "OneHot"]), AlongAxis.Table.Keys);
    }

    [Theory, InlineData("ElementWiseIn"), InlineData("ReductionsIn")]
    public void The_layers_in_float_are_those_in_double(string name) =>
        Assert.Equal(FloatSource.Of(File.ReadAllText(Path.Combine(Here(), name + "Double.cs"))), File.ReadAllText(Path.Combine(Here(), name + "Float.cs")));

    private static TheoryData<string, int, int> Of(IEnumerable<string> names) =>
        [.. from name in names from shape in ((int, int)[])[(1, 1), (1, 9), (7, 19), (33, 17)] select new TheoryDataRow<string, int, int>(name, shape.Item1, shape.Item2)];

    public static TheoryData<string, int, int> ElementWise => Of(ElementWiseInDouble.Table.Keys);

    public static TheoryData<string> ElementWiseNames => [.. ElementWiseInDouble.Table.Keys];

    public static TheoryData<string, int, int> Reductions => Of(ReductionsInDouble.Table.Keys);

    public static TheoryData<string> ReductionNames => [.. ReductionsInDouble.Table.Keys];

    public static TheoryData<string, int> ReductionsOfSeveral => [.. from name in ReductionsOfRanks.Table.Keys from size in (int[])[1, 2, 5] select new TheoryDataRow<string, int>(name, size)];

    // Gradients.

    [Theory, MemberData(nameof(ElementWise))]
    public void The_gradient_of_an_element_wise_operation(string name, int n, int d)
    {
        var operation = ElementWiseInDouble.Table[name];
        (string, Tensor<double>)[] inputs = [("x", Draw(name, operation.From, operation.To, n, d))];
        if (operation.IsBinary) inputs = [.. inputs, ("w", Draw(name, operation.From, operation.To, d))];
        if (operation.IsStopped)
        {
            // Numerical differentiation does not see that one factor is held.
            var (x, dout, dsums) = (inputs[0].Item2, Draw("dout", -1, 1, n, d), Draw("dsums", -1, 1, n));
            TensorAssert.Close("gradient", x * (dout + Tensor.Reshape(dsums, [n, 1])), operation.Gradients([x], [dout, dsums])[0], 1e-14);
            return;
        }
        GradientCheck.Run(inputs, operation.Fused, operation.Gradients, Sharp).ThrowIfFailed();
    }

    [Theory, MemberData(nameof(Reductions))]
    public void The_gradient_of_a_reduction(string name, int n, int d)
    {
        var reduction = ReductionsInDouble.Table[name];
        var x = Draw(name, -2, 2, n, d);
        // Of a single element there is no deviation, and the root of 0 has no derivative.
        if (name == "StandardDeviation" && (n == 1 || d == 1)) return;
        GradientCheck.Run([("x", x)], t => reduction.Fused(t[0]), (t, douts) => [reduction.Gradient(t[0], douts)], Sharp).ThrowIfFailed();
    }

    [Theory, MemberData(nameof(ReductionsOfSeveral))]
    public void The_gradient_of_a_reduction_of_other_ranks(string name, int size)
    {
        var reduction = ReductionsOfRanks.Table[name];
        var x = name.EndsWith("vector", StringComparison.Ordinal) ? Draw(name, -2, 2, 1 + 5 * (size - 1)) : Draw(name, -2, 2, size, 3, size + 1, size);
        if (name.StartsWith("StandardDeviation", StringComparison.Ordinal) && size == 1) return;
        Agree.Check(name, reduction.Staged(x), reduction.Fused(x), size: 1);
        GradientCheck.Run([("x", x)], t => reduction.Fused(t[0]), (t, douts) => [reduction.Gradient(t[0], douts)], Sharp).ThrowIfFailed();
    }

    public static TheoryData<string, int> Along => [.. from name in AlongAxis.Table.Keys from size in (int[])[1, 2, 5, 17] select new TheoryDataRow<string, int>(name, size)];

    [Theory, MemberData(nameof(Along))]
    public void The_gradient_of_an_operation_along_an_axis(string name, int size)
    {
        var (staged, fused, gradient) = AlongAxis.Table[name];
        var x = Draw(name, -2, 2, 3, size, 4);
        var labels = Tensor.Create([.. Enumerable.Range(0, 12).Select(i => 7 * i % size)], [3, 4]);
        Agree.Check(name, staged(x, labels), fused(x, labels));
        GradientCheck.Run([("x", x)], t => fused(t[0], labels), (t, douts) => [gradient(t[0], labels, douts)], Sharp).ThrowIfFailed();
    }

    // Values: fused as staged.

    [Theory, MemberData(nameof(ElementWiseNames))]
    public void An_element_wise_operation_in_double_agrees_with_the_staged_body(string name) => ElementWiseAgrees(name, ElementWiseInDouble.Table[name], double.MaxValue, double.Epsilon, 1e-310);

    [Theory, MemberData(nameof(ElementWiseNames))]
    public void An_element_wise_operation_in_float_agrees_with_the_staged_body(string name) => ElementWiseAgrees(name, ElementWiseInFloat.Table[name], float.MaxValue, float.Epsilon, 1e-40f);

    [Theory, MemberData(nameof(ReductionNames))]
    public void A_reduction_in_double_agrees_with_the_staged_body(string name) => ReductionAgrees(name, ReductionsInDouble.Table[name].Staged, ReductionsInDouble.Table[name].Fused, 1e150);

    [Theory, MemberData(nameof(ReductionNames))]
    public void A_reduction_in_float_agrees_with_the_staged_body(string name) => ReductionAgrees(name, ReductionsInFloat.Table[name].Staged, ReductionsInFloat.Table[name].Fused, 1e15f);

    /// <summary>A row of each number, long enough for whole vectors and a rest; against rows of others where there are two operands.</summary>
    private static void ElementWiseAgrees<T>(string name, Operation<T> operation, params T[] bounds) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] numbers =
        [
            T.NaN, T.PositiveInfinity, T.NegativeInfinity, T.Zero, T.NegativeZero, .. bounds, .. bounds.Select(bound => -bound),
            .. ((double[])[1, 0.5, 0.25, 1e-3, 1e-9, 1.5, 2, 3, 10, 20, 40, 88, 100, 710, 1e4, 1e10]).SelectMany(value => (T[])[T.CreateChecked(value), T.CreateChecked(-value)]),
        ];
        const int Width = 19;
        var x = Tensor.Create([.. numbers.SelectMany(number => Enumerable.Repeat(number, Width))], [numbers.Length, Width]);
        if (!operation.IsBinary)
        {
            Agree.Check(name, operation.Staged([x]), operation.Fused([x]), x);
            return;
        }
        for (int shift = 0; shift < numbers.Length; shift++)
        {
            var w = Tensor.Create([.. Enumerable.Repeat(numbers[shift], Width)]);
            Agree.Check($"{name} with {numbers[shift]}", operation.Staged([x, w]), operation.Fused([x, w]), x);
        }
    }

    /// <summary>Each number, none whose square has no place in T, at one place of a matrix: early, late, and in the rest behind the last whole vector.</summary>
    private static void ReductionAgrees<T>(string name, Func<Tensor<T>, Tensor<T>[]> staged, Func<Tensor<T>, Tensor<T>[]> fused, T large) where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var number in (T[])[T.NaN, T.PositiveInfinity, T.NegativeInfinity, T.Zero, T.NegativeZero, T.Epsilon, large, -large, T.CreateChecked(1e4), T.CreateChecked(-1e4)])
            foreach (var (i, j) in ((int, int)[])[(0, 0), (3, 16), (4, 18)])
            {
                var x = TensorValues.Convert<double, T>(Draw(name, 0.5, 2, 5, 19));
                x[i, j] = number;
                Agree.Check(string.Create(CultureInfo.InvariantCulture, $"{name} with {number} at {i}, {j}"), staged(x), fused(x), size: 1);
            }
        foreach (var shift in (double[])[-1e4, 1e4])
        {
            var x = TensorValues.Convert<double, T>(Draw(name, shift, shift + 4, 33, 17));
            Agree.Check($"{name} around {shift}", staged(x), fused(x));
        }
    }
}
