using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Tests.Simplifying;
using Index = BatchNormGen.Generator.Algebra.Index;

namespace BatchNormGen.Generator.Tests.Reading;

/// <summary>What operations are made of, against their definitions.</summary>
public class CompositionFormulaTests
{
    private readonly Graph _g = new();
    private readonly Index _n;
    private readonly Expr _x;

    public CompositionFormulaTests() => (_n, _x) = (_g.Index(new("N")), _g.Read("x", [_g.Index(new("N"))]));

    private static readonly Dictionary<string, Func<double, double, double>> ElementWise = new()
    {
        ["LeakyRelu"] = (x, p) => x > 0 ? x : p * x,
        ["Elu"] = (x, p) => x > 0 ? x : p * (Math.Exp(x) - 1),
        ["Gelu"] = (x, p) => x / 2 * (1 + Interpreter.Functions["Erf"]([x / Math.Sqrt(2)])),
        ["GeluTanh"] = (x, p) => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
        ["Silu"] = (x, p) => x / (1 + Math.Exp(-x)),
        ["Mish"] = (x, p) => x * Math.Tanh(Math.Log(1 + Math.Exp(x))),
        ["HardTanh"] = (x, p) => Math.Clamp(x, -1, 1),
    };

    /// <summary>Of x, operations and the steps that become stages of them, with one degree of freedom less.</summary>
    private static readonly Dictionary<string, Func<double[], double[]>> Reductions = new()
    {
        ["Sum"] = x => [x.Sum()],
        ["Mean"] = x => [x.Average()],
        ["Max"] = x => [x.Max()],
        ["Min"] = x => [x.Min()],
        ["Variance"] = x => [x.Sum(element => Math.Pow(element - x.Average(), 2)) / (x.Length - 1)],
        ["StandardDeviation"] = x => [Math.Sqrt(Reductions!["Variance"](x)[0])],
        ["LogSumExp"] = x => [x.Max() + Math.Log(Exp(x).Sum())],
        ["Norm"] = x => [Math.Sqrt(x.Sum(element => element * element))],
        ["Softmax"] = x => [.. Exp(x).Select(e => e / Exp(x).Sum())],
        ["LogSoftmax"] = x => [.. x.Select(element => element - x.Max() - Math.Log(Exp(x).Sum()))],
    };

    private static readonly Dictionary<string, Func<double[], double[]>> Steps = new()
    {
        ["mean"] = Reductions["Mean"],
        ["deviation"] = x => [.. x.Select(element => element - x.Average())],
        ["variance"] = Reductions["Variance"],
        ["max"] = Reductions["Max"],
        ["shift"] = Reductions["Max"],
        ["fromMax"] = x => [.. x.Select(element => element - x.Max())],
        ["exp"] = Exp,
        ["sum"] = x => [Exp(x).Sum()],
    };

    private static double[] Exp(double[] x) => [.. x.Select(element => Math.Exp(element - x.Max()))];

    [Fact]
    public void An_element_wise_operation_is_what_its_name_says()
    {
        var (x, p) = (_g.Scalar("x"), _g.Scalar("p"));
        foreach (var row in Compositions.ElementWiseTable)
            for (var seed = 1; seed <= 20; seed++)
            {
                var meaning = new Interpreter(seed);
                double At(Expr value) => meaning.Elements(value, IndexSet.Empty)[0];
                Assert.Equal(ElementWise[row.Name](At(x), At(p)), At(row.Build(_g, x, [p])), 1e-12);
            }
    }

    /// <summary>Its value alone does not tell what is between the bounds.</summary>
    [Fact]
    public void A_hard_tanh_has_constant_bounds() =>
        Assert.Equal("clamp(x, −1, 1)", Compositions.ElementWiseTable.Single(row => row.Name == "HardTanh").Build(_g, _g.Scalar("x"), []).ToString());

    /// <summary>Also of numbers whose exponentials overflow.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void A_reduction_is_what_its_name_says_and_so_are_its_steps(int scale)
    {
        var (over, x) = (IndexSet.Of([_n]), _g.Multiply(_g.Constant(scale), _x));
        for (var seed = 1; seed <= 5; seed++)
        {
            var meaning = new Interpreter(seed, ("N", 4));
            var elements = meaning.Elements(x, over);
            var stages = new SubStages(_g, Value.Scalar(_g.One), (name, stage) =>
            {
                Same(Steps[name], stage.Expr);
                return _g.Named(name, stage.Expr);
            });
            foreach (var row in Compositions.ReductionTable) Same(Reductions[row.Name], row.Build(stages, over, x, _g.One));
            foreach (var row in Compositions.AlongTable) Same(Reductions[row.Name], row.Build(stages, over, x));

            void Same(Func<double[], double[]> expected, Expr value)
            {
                foreach (var (a, b) in expected(elements).Zip(meaning.Elements(value, value.Free), (a, b) => (a, b))) Assert.Equal(a, b, 1e-9 * (1 + Math.Abs(a)));
            }
        }
    }

    [Fact]
    public void The_logarithm_of_a_sum_of_nothing_is_minus_infinity()
    {
        var nothing = _g.Apply(Functions.Log, _g.Zero);
        var stages = new SubStages(_g, Value.Scalar(_g.One), (name, stage) => stage.Expr);
        var logSumExp = Compositions.ReductionTable.Single(row => row.Name == "LogSumExp").Build(stages, IndexSet.Of([_n]), nothing, _g.Zero);
        Assert.Equal(double.NegativeInfinity, new Interpreter(1).Elements(logSumExp, IndexSet.Empty)[0]);
    }
}
