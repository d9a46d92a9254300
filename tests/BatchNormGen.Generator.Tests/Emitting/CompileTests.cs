namespace BatchNormGen.Generator.Tests.Emitting;

public class CompileTests
{
    public static TheoryData<string> Names => [.. Layers.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_generated_code_compiles_without_a_warning(string name) => Emits.Clean(Layers.All[name]);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_generated_code_in_double_compiles_without_a_warning(string name) => Emits.Clean(Layers.All[name].Replace("float", "double"));

    [Fact]
    public void A_network_of_ten_layers_in_one_method_compiles_without_a_warning() => Emits.Clean(LongLayers.Network(10));

    [Theory]
    [InlineData("(y - y.Mean(axis: 0)) / (y.Square().Mean(axis: 0) + 1).Sqrt()")]
    [InlineData("y + y.Tanh()")]
    [InlineData("(y + w) * (y - w)")]
    public void Two_hundred_operations_in_a_chain_are_written(string operation)
    {
        var generation = Compile.Generate(LongLayers.Chain(200, operation));
        Assert.Empty(generation.Diagnostics);
        Assert.Single(generation.Result.GeneratedSources);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_staged_form_compiles_without_a_warning(string name) =>
        Emits.Clean(Layers.All[name].Replace("[Differentiable]", "[Differentiable(Backward = BackwardForm.Staged)]"));

    [Theory]
    [InlineData("""Tensor<float> F([Shape("N")] Tensor<float> x)""", "return x;")]
    [InlineData("""Tensor<float> F([Shape("N")] Tensor<float> x)""", "return x * 0;")]
    [InlineData("""Tensor<float> F([Shape("N"), NoGradient] Tensor<float> x)""", "return x.Exp();")]
    [InlineData("""Tensor<float> F([Shape("N")] Tensor<float> x, [Shape("N")] Tensor<float> unused)""", "return x.Exp();")]
    [InlineData("""float F([Gradient] float s)""", "return MathF.Pow(s, 3);")]
    [InlineData("""float F([Gradient] float s, float t, int k)""", "return s * t + k;")]
    [InlineData("""double F([Shape("N")] Tensor<double> x, [Gradient] double s)""", "return Math.Exp(s) * x.Sum();")]
    [InlineData("""Tensor<float> F([Shape("10")] Tensor<float> x)""", "return x / x.Sum(axis: 0);")]
    [InlineData("""Tensor<float> F([Shape("N, 1, 28, 28")] Tensor<float> x)""", "return x - x.Mean(axes: [2, 3], keepDims: true);")]
    [InlineData("""Tensor<float> F([Shape("1")] Tensor<float> x)""", "return x.Square();")]
    [InlineData("""Tensor<float> F([Shape("N, D")] Tensor<float> x)""", "return x.Sum(axes: [0, 1]);")]
    [InlineData("""Tensor<float> F([Shape("N, D")] Tensor<float> x)""", "return x.Sum(axis: 0, keepDims: true);")]
    [InlineData("""Tensor<float> F([Shape("N, D")] Tensor<float> x, [Shape("D, N")] Tensor<float> y)""", "return x * y.Transpose();")]
    [InlineData("""Tensor<float> F([Shape("D, D")] Tensor<float> g)""", "return g - g.Mean(axis: 1) + g.Transpose().Exp();")]
    [InlineData("""Tensor<float> F([Shape("N, D")] Tensor<float> x)""", "return 1 + x.Mean() * x;")]
    [InlineData("""(Tensor<float> a, Tensor<float> b) F([Shape("N, D")] Tensor<float> x)""", "var m = x.Mean(axis: 1, keepDims: true); return (m, x - m);")]
    [InlineData("""(float a, float b) F([Shape("N, D")] Tensor<float> x)""", "return (x.Sum(), x.Square().Sum());")]
    [InlineData("""(Tensor<float> y, float b) F([Shape("N, D")] Tensor<float> x)""", "return (x.Relu(), x.Square().Sum());")]
    [InlineData("""Tensor<float> F([Shape("N, D")] Tensor<float> x, double s)""", "return x * (float)s;")]
    [InlineData("""Tensor<float> F([Shape("N, D")] Tensor<float> x, [Shape("N")] Tensor<int> labels)""", "return x;")]
    [InlineData("""Tensor<float> F([Shape("A, B, C, D, E")] Tensor<float> x, [Shape("C, 1, E")] Tensor<float> w)""", "return (x * w).Mean(axes: [1, 3]);")]
    [InlineData("""Tensor<float> F([Shape("N, D")] Tensor<float> x)""", "return x.Pow(0.3f).Pow(7) * x.Pow(-5) + x.Pow(12).Sum(axis: 1, keepDims: true).Pow(-2.5f);")]
    [InlineData("""Tensor<float> F([Shape("N, D")] Tensor<float> x)""", "return x.Pow(1000).Pow(1000).Pow(1000).Pow(1000) * x.Exp() + x.Square() * x - x;")]
    [InlineData("""Tensor<float> F([Shape("N, D")] Tensor<float> x)""", "return x.Sum(axis: 0).Sigmoid().Relu().Tanh().Log().Exp().Sqrt();")]
    public void Layers_of_every_shape_compile_without_a_warning(string declaration, string body) => Emits.Clean(Layers.Source(declaration, body));

    [Theory]
    [InlineData("namespace A.B; public static partial class Layers {", "}")]
    [InlineData("namespace A { partial struct Outer { internal partial record struct Inner {", "} } }")]
    [InlineData("namespace System; public static partial class Math2 {", "}")]
    [InlineData("namespace BatchNormGen.Kernels.User; public static partial class Layers {", "}")]
    [InlineData("namespace @namespace.@class; public static partial class @static {", "}")]
    [InlineData("namespace A; public static partial class @file {", "}")]
    [InlineData("partial interface ILayers {", "}")]
    public void Layers_may_live_anywhere(string open, string close) => Emits.Clean(
        $$"""{{open}} [Differentiable] public static Tensor<float> F([Shape("N, D")] Tensor<float> x) => x - x.Mean(axis: 0); {{close}}""");
}
