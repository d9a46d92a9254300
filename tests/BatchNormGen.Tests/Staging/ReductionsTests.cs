using System.Numerics;
using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Staging;

public class ReductionsTests
{
    /// <summary>The textbook formula of each reduction.</summary>
    private static readonly Dictionary<string, Func<double[], double>> Formulas = new()
    {
        ["Sum"] = group => group.Aggregate(0.0, (sum, value) => sum + value),
        ["Mean"] = group => group.Aggregate(0.0, (sum, value) => sum + value) / group.Length,
        ["Max"] = group => group.Aggregate(Math.Max),
        ["Min"] = group => group.Aggregate(Math.Min),
        ["Variance"] = group => group.Sum(a => group.Sum(b => (a - b) * (a - b))) / 2 / group.Length / group.Length,
        ["Variance, corrected"] = group => group.Sum(a => group.Sum(b => (a - b) * (a - b))) / 2 / group.Length / (group.Length - 1),
        ["StandardDeviation"] = group => Math.Sqrt(group.Sum(a => group.Sum(b => (a - b) * (a - b))) / 2) / group.Length,
        ["StandardDeviation, corrected"] = group => Math.Sqrt(group.Sum(a => group.Sum(b => (a - b) * (a - b))) / 2 / group.Length / (group.Length - 1)),
        ["LogSumExp"] = group => Math.Log(group.Sum(Math.Exp)),
        ["Norm"] = group => Math.Sqrt(group.Sum(value => value * value)),
    };

    private static readonly (nint[] Lengths, int[] Axes)[] Cases =
    [
        ([5], [0]), ([5], [-1]),
        ([3, 4], [0]), ([3, 4], [1]), ([3, 4], [-2]), ([3, 4], [0, 1]), ([3, 4], [1, 0]),
        ([1, 4], [0]), ([3, 1], [1]),
        ([2, 3, 4], [1]), ([2, 3, 4], [0, 2]), ([2, 3, 4], [-1, 0]),
        ([2, 3, 2, 2], [0, 2, 3]), ([2, 3, 2, 2], [1]),
        ([2, 1, 3, 2, 2, 2], [4, 1, 2]), ([2, 1, 3, 2, 2, 2], [-6, -1]),
    ];

    public static TheoryData<string> Names => [.. Formulas.Keys];

    [Theory, MemberData(nameof(Names))]
    public void In_double_a_reduction_over_any_axes_of_any_view_is_its_formula(string name) => AgreesWithItsFormula<double>(name, 1e-14);

    [Theory, MemberData(nameof(Names))]
    public void In_float_a_reduction_over_any_axes_of_any_view_is_its_formula_rounded_once(string name) => AgreesWithItsFormula<float>(name, 6e-8);

    [Theory, MemberData(nameof(Names))]
    public void Without_an_axis_a_reduction_is_over_everything_and_a_scalar(string name)
    {
        var x = Tensors.Random<double>(3, 2, 3, 4);
        foreach (var view in Tensors.Views(x, double.NaN))
        {
            Tensors.AssertClose(Formulas[name](x.ToArray()), All(name, view), 1e-14);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void NaN_reaches_only_the_groups_that_hold_it(string name)
    {
        foreach (var place in (int[])[0, 1, 2])
        {
            var x = Tensors.Random<double>(4, 2, 3);
            x[0, place] = double.NaN;
            var result = Over(name, x, 1, keepDims: false);
            Assert.True(double.IsNaN(result[0]));
            Assert.True(double.IsFinite(result[1]));
            Assert.True(double.IsNaN(All(name, x)));
        }
    }

    [Theory]
    [InlineData("Sum", 0.0), InlineData("Mean", double.NaN), InlineData("LogSumExp", double.NegativeInfinity), InlineData("Norm", 0.0)]
    [InlineData("Variance", double.NaN), InlineData("Variance, corrected", double.NaN)]
    [InlineData("StandardDeviation", double.NaN), InlineData("StandardDeviation, corrected", double.NaN)]
    public void A_reduction_of_nothing_is_what_the_formula_says_of_nothing(string name, double expected)
    {
        var empty = Tensors.Of<double>([0, 3]);
        Tensors.AssertEqual([3], [expected, expected, expected], Over(name, empty, 0, keepDims: false));
        Tensors.AssertEqual([1, 3], [expected, expected, expected], Over(name, empty, 0, keepDims: true));
        Assert.Equal(expected, All(name, empty));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_reduction_to_nothing_is_empty(string name) =>
        Tensors.AssertEqual([0], [], Over(name, Tensors.Of<double>([0, 3]), 1, keepDims: false));

    [Fact]
    public void The_largest_and_smallest_of_nothing_are_errors()
    {
        var empty = Tensors.Of<float>([0, 3]);
        Assert.Throws<ArgumentException>(() => empty.Max());
        Assert.Throws<ArgumentException>(() => empty.Min(axis: 0));
        Assert.Contains("expected every reduced axis to have an extent of at least 1",
            Assert.Throws<ArgumentException>(() => empty.Max(axes: [0, 1])).Message);
    }

    [Fact]
    public void Mean_over_two_axes_keeps_them_when_asked()
    {
        var x = Tensors.Of<float>([2, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8);
        Tensors.AssertEqual([1, 2, 1], [3.5f, 5.5f], x.Mean(axes: [0, 2], keepDims: true));
        Tensors.AssertEqual([2], [3.5f, 5.5f], x.Mean(axes: [0, 2]));
    }

    [Fact]
    public void Over_no_axes_every_element_is_its_own_group()
    {
        var x = Tensors.Of<float>([2, 2], 1, -2, 3, -4);
        Tensors.AssertEqual([2, 2], [1, -2, 3, -4], x.Sum(axes: []));
        Tensors.AssertEqual([2, 2], [1, 2, 3, 4], x.Norm(axes: []));
    }

    [Fact]
    public void Where_no_axis_is_left_the_result_has_shape_one()
    {
        var x = Tensors.Of<float>([3], 1, 2, 3);
        Tensors.AssertEqual([1], [6], x.Sum(axis: 0));
        Tensors.AssertEqual([3], [-1, 0, 1], x - x.Mean(axis: 0));
    }

    [Fact]
    public void Infinities_give_what_the_formulas_give()
    {
        var x = Tensors.Of<float>([3, 2], float.PositiveInfinity, 1, float.NegativeInfinity, 1, float.PositiveInfinity, float.NegativeInfinity);
        Tensors.AssertEqual([3], [float.PositiveInfinity, float.NegativeInfinity, float.NaN], x.Sum(axis: 1));
        Tensors.AssertEqual([3], [float.PositiveInfinity, 1, float.PositiveInfinity], x.Max(axis: 1));
        Tensors.AssertEqual([3], [1, float.NegativeInfinity, float.NegativeInfinity], x.Min(axis: 1));
        Tensors.AssertEqual([3], [float.PositiveInfinity, 1, float.PositiveInfinity], x.LogSumExp(axis: 1));
        Tensors.AssertEqual([3], [float.PositiveInfinity, float.PositiveInfinity, float.PositiveInfinity], x.Norm(axis: 1));
        Tensors.AssertEqual([3], [float.NaN, float.NaN, float.NaN], x.Variance(axis: 1));
        Assert.Equal(float.NegativeInfinity, Tensors.Of<float>([2], float.NegativeInfinity, float.NegativeInfinity).LogSumExp());
    }

    [Fact]
    public void LogSumExp_does_not_overflow()
    {
        Tensors.AssertClose(1000 + Math.Log(2), Tensors.Of<double>([2], 1000, 1000).LogSumExp(), 1e-15);
        Tensors.AssertClose(-1000 + Math.Log(2), Tensors.Of<double>([2], -1000, -1000).LogSumExp(), 1e-15);
    }

    [Fact]
    public void Sums_of_floats_accumulate_in_double()
    {
        // In float, 2^24 + 1 is 2^24: a sum in float would stay at 2^24.
        var values = Enumerable.Repeat(1f, 1001).ToArray();
        values[0] = 16777216;
        var x = Tensor.Create(values);
        Assert.Equal(16778216f, x.Sum());
        Assert.Equal(16778216f, x.Sum(axis: 0)[0]);
        Assert.Equal((float)(16778216 / 1001.0), x.Mean());
    }

    [Fact]
    public void Variance_does_not_cancel_far_from_zero()
    {
        var x = Tensors.Of<double>([4], 1e9, 1e9 + 1, 1e9 + 2, 1e9 + 3);
        Assert.Equal(1.25, x.Variance());
        Tensors.AssertClose(5.0 / 3, x.Variance(correction: 1), 1e-15);
    }

    [Fact]
    public void The_first_number_is_the_axis_and_not_the_correction()
    {
        var x = Tensors.Of<float>([2, 2], 1, 2, 3, 6);
        Tensors.AssertEqual([2], [0.25f, 2.25f], x.Variance(1));
        Tensors.AssertEqual([2], [0.5f, 1.5f], x.StandardDeviation(1));
        Tensors.AssertEqual([1, 2], [2f, 8], x.Variance(0, 1, true));
        Tensors.AssertEqual([1, 1], [14f / 3], x.Variance(axes: [0, 1], correction: 1, keepDims: true));
    }

    [Fact]
    public void A_correction_as_large_as_the_group_divides_by_zero()
    {
        Assert.Equal(double.NaN, Tensors.Of<double>([1], 3).Variance(correction: 1));
        Assert.Equal(double.PositiveInfinity, Tensors.Of<double>([2], 3, 4).Variance(correction: 3));
    }

    [Fact]
    public void Axes_that_do_not_exist_or_come_twice_are_named_with_the_rank()
    {
        var x = Tensors.Random<float>(1, 3, 2);
        Assert.Contains("Axis 2 does not exist for a tensor of rank 2 and shape [3, 2]; expected -2 to 1.",
            Assert.Throws<ArgumentOutOfRangeException>("axis", () => x.Sum(axis: 2)).Message);
        Assert.Throws<ArgumentOutOfRangeException>("axis", () => x.LogSumExp(axis: -3));
        Assert.Throws<ArgumentOutOfRangeException>("axes", () => x.Norm(axes: [0, 5]));
        Assert.Contains("Axis -2 is named twice for a tensor of rank 2 and shape [3, 2]; expected each axis at most once.",
            Assert.Throws<ArgumentException>("axes", () => x.Mean(axes: [0, -2])).Message);
    }

    private static void AgreesWithItsFormula<T>(string name, double tolerance) where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var (lengths, axes) in Cases)
        {
            var x = Tensors.Random<T>(7, lengths);
            var reduced = axes.Select(axis => axis < 0 ? axis + lengths.Length : axis).ToHashSet();
            nint[] kept = [.. lengths.Select((length, axis) => reduced.Contains(axis) ? 1 : length)];
            var expected = Tensors.Indices(kept)
                .Select(index => Formulas[name]([.. Tensors.Indices(lengths).Where(full => Tensors.Project(full, kept).SequenceEqual(index)).Select(full => double.CreateChecked(x[full]))]))
                .ToArray();
            nint[] left = [.. lengths.Where((_, axis) => !reduced.Contains(axis))];
            foreach (var view in Tensors.Views(x, T.NaN))
            {
                Tensors.AssertClose(kept, expected, Over(name, view, axes, keepDims: true), tolerance);
                Tensors.AssertClose(left is [] ? [1] : left, expected, Over(name, view, axes, keepDims: false), tolerance);
                if (axes is [var axis])
                {
                    Tensors.AssertClose(kept, expected, Over(name, view, axis, keepDims: true), tolerance);
                    Tensors.AssertClose(left is [] ? [1] : left, expected, Over(name, view, axis, keepDims: false), tolerance);
                }
            }
        }
    }

    private static T All<T>(string name, Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> => name switch
    {
        "Sum" => x.Sum(),
        "Mean" => x.Mean(),
        "Max" => x.Max(),
        "Min" => x.Min(),
        "Variance" => x.Variance(),
        "Variance, corrected" => x.Variance(correction: 1),
        "StandardDeviation" => x.StandardDeviation(),
        "StandardDeviation, corrected" => x.StandardDeviation(correction: 1),
        "LogSumExp" => x.LogSumExp(),
        "Norm" => x.Norm(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such reduction."),
    };

    private static Tensor<T> Over<T>(string name, Tensor<T> x, int axis, bool keepDims) where T : unmanaged, IFloatingPointIeee754<T> => name switch
    {
        "Sum" => x.Sum(axis: axis, keepDims: keepDims),
        "Mean" => x.Mean(axis: axis, keepDims: keepDims),
        "Max" => x.Max(axis: axis, keepDims: keepDims),
        "Min" => x.Min(axis: axis, keepDims: keepDims),
        "Variance" => x.Variance(axis: axis, keepDims: keepDims),
        "Variance, corrected" => x.Variance(axis: axis, correction: 1, keepDims: keepDims),
        "StandardDeviation" => x.StandardDeviation(axis: axis, keepDims: keepDims),
        "StandardDeviation, corrected" => x.StandardDeviation(axis: axis, correction: 1, keepDims: keepDims),
        "LogSumExp" => x.LogSumExp(axis: axis, keepDims: keepDims),
        "Norm" => x.Norm(axis: axis, keepDims: keepDims),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such reduction."),
    };

    private static Tensor<T> Over<T>(string name, Tensor<T> x, int[] axes, bool keepDims) where T : unmanaged, IFloatingPointIeee754<T> => name switch
    {
        "Sum" => x.Sum(axes: axes, keepDims: keepDims),
        "Mean" => x.Mean(axes: axes, keepDims: keepDims),
        "Max" => x.Max(axes: axes, keepDims: keepDims),
        "Min" => x.Min(axes: axes, keepDims: keepDims),
        "Variance" => x.Variance(axes: axes, keepDims: keepDims),
        "Variance, corrected" => x.Variance(axes: axes, correction: 1, keepDims: keepDims),
        "StandardDeviation" => x.StandardDeviation(axes: axes, keepDims: keepDims),
        "StandardDeviation, corrected" => x.StandardDeviation(axes: axes, correction: 1, keepDims: keepDims),
        "LogSumExp" => x.LogSumExp(axes: axes, keepDims: keepDims),
        "Norm" => x.Norm(axes: axes, keepDims: keepDims),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such reduction."),
    };
}
