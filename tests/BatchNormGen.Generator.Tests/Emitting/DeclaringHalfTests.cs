using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace BatchNormGen.Generator.Tests.Emitting;

public class DeclaringHalfTests
{
    private static string Method(string declaration, string body) => $"public static partial class Layers {{ [Differentiable] {declaration} {body} }}";

    /// <summary>The line of the generated file that declares F.</summary>
    private static string Declaration(string source) =>
        Assert.Single(Emits.File(source).Split('\n'), line => line.Contains(" partial ", StringComparison.Ordinal) && line.Contains(" F(", StringComparison.Ordinal)).Trim();

    [Theory]
    [InlineData("""public static partial Tensor<float> F([Shape("N")] Tensor<float> x)""", "public static partial global::System.Numerics.Tensors.Tensor<float> F(global::System.Numerics.Tensors.Tensor<float> x);")]
    [InlineData("""internal static partial Tensor<float> F([Shape("N")] Tensor<float> @in, float eps = 1e-5f)""", "internal static partial global::System.Numerics.Tensors.Tensor<float> F(global::System.Numerics.Tensors.Tensor<float> @in, float eps = 1E-05f);")]
    [InlineData("""static private unsafe partial Tensor<float> F([Shape("N")] Tensor<float> x)""", "static private unsafe partial global::System.Numerics.Tensors.Tensor<float> F(global::System.Numerics.Tensors.Tensor<float> x);")]
    public void It_repeats_what_the_user_wrote(string declaration, string half) => Assert.Equal(half, Declaration(Method(declaration, $"=> {(declaration.Contains("@in", StringComparison.Ordinal) ? "@in" : "x")} * 2;")));

    [Theory]
    [InlineData("return Tensor.Sinh<float>(x);", "BNG0020")]
    [InlineData("if (x.Sum() > 0) return x; return x;", "BNG0016")]
    public void An_error_in_the_body_comes_alone(string body, string id)
    {
        var generation = Compile.Generate(Method("""public static partial Tensor<float> F([Shape("N")] Tensor<float> x)""", $"{{ {body} }} public static Tensor<float> G(Tensor<float> x) => F(x);"));
        Assert.Equal([id], generation.Diagnostics.Select(diagnostic => diagnostic.Id));
        Assert.Empty(generation.Errors);
        Assert.Contains("\npartial class Layers\n".Replace("partial", "static partial"), Assert.Single(generation.Result.GeneratedSources).SourceText.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public static partial Tensor<float> F(Tensor<float> x) => x;", "BNG0008")]
    [InlineData("public static partial Tensor<float> F([Shape(\"N\")] Tensor<float> x, ref float s) => x;", "BNG0007")]
    [InlineData("public static partial void F([Shape(\"N\")] Tensor<float> x) { }", "BNG0010")]
    [InlineData("public static partial (Tensor<float>, Tensor<float>) F([Shape(\"N\")] Tensor<float> x) => (x, x);", "BNG0010")]
    [InlineData("public partial Tensor<float>? F([Shape(\"N\")] Tensor<float> x) => x;", "BNG0002 BNG0010")]
    public void An_error_in_the_declaration_comes_alone(string method, string ids)
    {
        var generation = Compile.Generate($"public partial class Layers {{ [Differentiable] {method} }}");
        Assert.Equal(ids, string.Join(" ", generation.Diagnostics.Select(diagnostic => diagnostic.Id)));
        Assert.Empty(generation.Errors);
    }

    [Theory]
    [InlineData("""public static Tensor<float> F(Tensor<float> x) => x;""")]
    [InlineData("""public static partial Tensor<float> F([Shape("N")] Tensor<float> x);""")]
    [InlineData("""public static partial Tensor<float> F(Tensor<float> x) => x; public static partial Tensor<float> F(Tensor<float> x);""")]
    [InlineData("""public static partial Unknown F([Shape("N")] Tensor<float> x) => x;""")]
    [InlineData("""public static partial Tensor<float> F([Shape("N")] Tensor<float> x) => x; [Differentiable] public static Tensor<float> F([Shape("N")] Tensor<float> x, float s) => x;""")]
    public void Nothing_is_written_where_nothing_is_owed_or_known(string methods) =>
        Assert.Empty(Compile.Generate($"public static partial class Layers {{ [Differentiable] {methods} }}").Result.GeneratedSources);

    private const string Defaults = """public static partial Tensor<float> F([Shape("N")] Tensor<float> x, float eps = 1e-5f, double p = -0.5, int k = 3, float nan = float.NaN, double inf = double.NegativeInfinity)""";

    [Fact]
    public void Default_values_hold_for_the_declaring_half_the_forward_and_the_fused_method()
    {
        var source = Method(Defaults, "=> x * (eps + (float)p + k + nan + (float)inf);")
            + "public static class Use { public static void All(Tensor<float> x) { Layers.F(x); Layers.FForward(x); Layers.FFused(x, p: 2); } }";
        var file = Emits.File(source);
        Assert.Contains("FFused(global::System.Numerics.Tensors.Tensor<float> x, float eps = 1E-05f, double p = -0.5d, int k = 3, float nan = float.NaN, double inf = double.NegativeInfinity)", file, StringComparison.Ordinal);
        foreach (var culture in Cultures.Names) Assert.Equal(file, Cultures.Under(culture, () => Emits.File(source)));
    }

    [Fact]
    public async Task The_compiler_does_not_complain_of_default_values_that_the_generator_repeats()
    {
        var generation = Compile.Generate(Method(Defaults, "=> x * eps;") + "public partial class Other { static partial int G(int a = 1) => a; static partial int G(int a); }");
        var withAnalyzers = generation.Compilation.WithAnalyzers([new DefaultValueSuppressor()], new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, true, false, reportSuppressedDiagnostics: true));
        var said = (await withAnalyzers.GetAllDiagnosticsAsync(TestContext.Current.CancellationToken)).Where(diagnostic => diagnostic.Id == "CS1066").ToList();
        Assert.Equal(5, said.Count(diagnostic => diagnostic.IsSuppressed));
        Assert.Contains("'a'", Assert.Single(said, diagnostic => !diagnostic.IsSuppressed).GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }
}
