using System.Text.RegularExpressions;

namespace BatchNormGen.Generator.Tests.Reading;

public class HalfTypedTests
{
    /// <summary>Batch norm without its comments and its alignment.</summary>
    private static readonly string Source = Regex.Replace(Regex.Replace(LayerTests.BatchNorm, "///?.*", ""), " +", " ");

    /// <summary>Everything that leads from one statement to another.</summary>
    private const string Composed = """
        enum Mode { A, B }
        static partial class Layers
        {
        [Differentiable] public static Tensor<float> F([Shape("N, D")] Tensor<float> x, bool a, Mode m = Mode.A)
        {
        var (h, r) = (x, (mean: G(x, 2).y, 3));
        for (int i = 0; i < 3; i++) { if (i == 1 && !a) continue; h = h * i; r.Item2++; }
        foreach (var c in new[] { 1, 2 }) h += Local(h) * c;
        switch (m) { case Mode.A: break; default: h = r.mean; break; }
        return m switch { Mode.A => h, _ when a is true => x, _ => h - x };
        Tensor<float> Local(Tensor<float> t) => t * r.Item2;
        }
        static (Tensor<T> y, int n) G<T>(Tensor<T> t, params int[] n) where T : System.Numerics.IFloatingPointIeee754<T> => (t * T.One, n[0]);
        }
        """;

    public static TheoryData<string> Sources => [Source, Composed];

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_source_that_ends_anywhere_never_fails_the_generator(string source)
    {
        var driver = Compile.Driver();
        var compilation = Compile.Of("");
        var tree = compilation.SyntaxTrees.Last();
        for (var length = 0; length <= source.Length; length++)
        {
            var cut = compilation.ReplaceSyntaxTree(tree, Compile.Parse(source[..length], tree.FilePath));
            driver = driver.RunGenerators(cut, TestContext.Current.CancellationToken);
            var result = Assert.Single(driver.GetRunResult().Results);
            Assert.Null(result.Exception);
            Assert.DoesNotContain(result.Diagnostics, diagnostic => diagnostic.Id == "BNG9999");
        }
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_source_without_any_one_token_never_fails_the_generator(string source)
    {
        var driver = Compile.Driver();
        var compilation = Compile.Of("");
        var tree = compilation.SyntaxTrees.Last();
        var root = Compile.Parse(source, "").GetRoot(TestContext.Current.CancellationToken);
        foreach (var token in root.DescendantTokens())
        {
            var text = source.Remove(token.SpanStart, token.Span.Length);
            driver = driver.RunGenerators(compilation.ReplaceSyntaxTree(tree, Compile.Parse(text, tree.FilePath)), TestContext.Current.CancellationToken);
            var result = Assert.Single(driver.GetRunResult().Results);
            Assert.Null(result.Exception);
            Assert.True(result.Diagnostics.All(diagnostic => diagnostic.Id != "BNG9999"), text);
        }
    }

    [Theory]
    [InlineData("var y = x. return y;")]
    [InlineData("var y = x +; return y;")]
    [InlineData("var y = ; return x;")]
    [InlineData("var = x; return x;")]
    [InlineData("Tensor<float> ; return x;")]
    [InlineData("return x.Sum(axis: );")]
    [InlineData("return x.Sum(axes: [0 1]);")]
    [InlineData("return x.Unknown();")]
    [InlineData("return x + unknown;")]
    [InlineData("return x * 1.5;")]
    [InlineData("return x.Mean(axis: 0, bias: 1);")]
    [InlineData("return x.Lengths[];")]
    [InlineData("return x.Exp;")]
    [InlineData("return;")]
    [InlineData("return (x;")]
    [InlineData("Unknown y = x; return y;")]
    [InlineData("var y = y + x; return y;")]
    [InlineData("")]
    public void Code_that_the_compiler_rejects_is_left_to_the_compiler(string body)
    {
        var generation = Compile.Generate(Reads.Method(body));
        Assert.NotEmpty(generation.Errors);
        Assert.Empty(generation.Diagnostics);
    }

    [Fact]
    public void A_shape_that_is_null_is_said() => Assert.Equal(
        ["BNG0009"],
        Compile.Generate("public static partial class Layers { [Differentiable] public static partial Tensor<float> F([Shape(null)] Tensor<float> x) => x; }").Diagnostics.Select(diagnostic => diagnostic.Id));

    [Theory]
    [InlineData("[Differentiable] public static partial Tensor<float> ([Shape(\"N\")] Tensor<float> x) => x;")]
    [InlineData("[Differentiable] public static partial Unknown F([Shape(\"N\")] Tensor<float> x) => x;")]
    [InlineData("[Differentiable] public static partial Tensor<> F([Shape(\"N\")] Tensor<float> x) => x;")]
    [InlineData("[Differentiable] public static partial Tensor<float> F([Shape(\"N\")] Unknown x) => x;")]
    [InlineData("[Differentiable] public static partial Tensor<float> F([Shape(\"N\")] Tensor<Unknown> x) => x;")]
    [InlineData("[Differentiable] public static partial Tensor<float> F([Shape()] Tensor<float> x) => x;")]
    [InlineData("[Differentiable] public static partial Tensor<float> F([Shape(unknown)] Tensor<float> x) => x;")]
    [InlineData("[Differentiable] public static partial Tensor<float> F([Shape(\"N\")] x) => x;")]
    [InlineData("[Differentiable] public static partial Tensor<float> F([Shape(\"N\")] Tensor<float> x, ) => x;")]
    [InlineData("[Differentiable] public static partial Tensor<float> F([Shape(\"N\")] Tensor<float> x")]
    [InlineData("[Differentiable] public static partial Tensor<float> F(")]
    [InlineData("[Differentiable] public static partial Tensor<float> F")]
    [InlineData("[Differentiable] public static partial Tensor<float> F([Shape(\"N\")] Tensor<float> x, float eps, float eps) => x * eps;")]
    [InlineData("[Differentiable] public static partial (Tensor<float> a, Tensor<float> a) F([Shape(\"N\")] Tensor<float> x) => (x, x * 2);")]
    [InlineData("[Differentiable(Backward = )] public static partial Tensor<float> F([Shape(\"N\")] Tensor<float> x) =>")]
    public void A_declaration_that_the_compiler_rejects_is_left_to_the_compiler(string method)
    {
        var generation = Compile.Generate($"public static partial class Layers\n{{\n    {method}\n}}\n");
        Assert.NotEmpty(generation.Errors);
        Assert.Null(generation.Result.Exception);
        Assert.Empty(generation.Diagnostics);
    }
}
