using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Tests.Diagnostics;
using BatchNormGen.Generator.Tests.Emitting;

namespace BatchNormGen.Generator.Tests.Reading;

/// <summary>Operations of the user's own, from the call to the code.</summary>
public class CustomTests
{
    private const string Cube = """
        internal static Tensor<float> Cube(Tensor<float> t) => t * t * t;
        [GradientOf(nameof(Cube))] internal static Tensor<float> CubeGradient(Tensor<float> dout, Tensor<float> t) => dout * t.Square() * 3;
        """;

    private const string Scaled = """
        internal static Tensor<float> Scaled(Tensor<float> t, Tensor<float> by, float s) => t * by * s;
        [GradientOf(nameof(Scaled))] internal static (Tensor<float>, Tensor<float>) ScaledGradient(Tensor<float> dout, Tensor<float> t, Tensor<float> by, float s) => (dout * by * s, (dout * t * s).Sum(axis: 0));
        """;

    private const string Rows = """
        [return: Shape("N")] internal static Tensor<float> Rows([Shape("N, D")] Tensor<float> t, [Shape("D"), NoGradient] Tensor<float> by) => (t * by).Sum(axis: 1);
        [GradientOf(nameof(Rows))] internal static Tensor<float> RowsGradient(Tensor<float> dout, Tensor<float> t, Tensor<float> by) => dout.Unsqueeze(1) * by;
        """;

    private const string Shifted = """
        [return: Shape("N, D")] internal static Tensor<float> Shifted([Shape("N, D")] Tensor<float> t, [Shape("D")] Tensor<float> by) => t + by;
        [GradientOf(nameof(Shifted))] internal static (Tensor<float>, Tensor<float>) ShiftedGradient(Tensor<float> dout, Tensor<float> t, Tensor<float> by) => (dout, dout.Sum(axis: 0));
        """;

    private static string With(string body, string members)
    {
        var layer = Reads.Method(body);
        return layer.Insert(layer.LastIndexOf('}'), members + "\n");
    }

    private static string Stages(string body, string members) => Reads.Print(Reads.Layer(With(body, members)));

    [Theory]
    [InlineData(Cube, "return Cube(x);", "output[n,d] = Cube(x[n,d])[n,d]")]
    [InlineData(Cube, "return x - Cube(w) * 2;", "output[n,d] = x[n,d] − 2·Cube(w[d])[d]")]
    [InlineData(Cube, "return Cube(x).Mean(axis: 0);", "output[d] = 1/N·Σ_n Cube(x[n,d])[n,d]")]
    [InlineData(Cube, "return Cube(Cube(w));", "output[d] = Cube(Cube(w[d])[d])[d]")]
    [InlineData(Cube, "return Layers.Cube(w.Unsqueeze(0)) * x;", "output[n,d] = Cube(w[d])[0,d]·x[n,d]")]
    [InlineData(Scaled, "return Scaled(x, w, s);", "output[n,d] = Scaled(x[n,d], w[d], s)[n,d]")]
    [InlineData(Scaled, "return Scaled(s: 0.5f, by: w, t: x);", "output[n,d] = Scaled(x[n,d], w[d], 1/2)[n,d]")]
    [InlineData(Rows, "return Rows(x, w);", "output[n] = Rows(x[n,d], w[d])[n]")]
    [InlineData(Rows, "return Rows(g, w) + w;", "output[d] = Rows(g[d,d2], w[d])[d] + w[d]")]
    [InlineData(Shifted, "return Shifted(g, w);", "output[d,d2] = Shifted(g[d,d2], w[d])[d,d2]")]
    public void A_call_is_read_as_an_element_of_what_it_returns(string members, string body, string stages) => Assert.Equal(stages, Stages(body, members));

    [Fact]
    public void A_gradient_is_found_by_the_parameters_of_its_overload()
    {
        const string Overloads = """
            internal static Tensor<double> Cube(Tensor<double> t) => t * t * t;
            [GradientOf(nameof(Cube))] internal static Tensor<double> CubeGradient(Tensor<double> dout, Tensor<double> t) => dout * t.Square() * 3;
            """;
        Assert.Equal("output[n,d] = Cube(x[n,d])[n,d]", Stages("return Cube(x);", Overloads + Cube));
        Assert.Equal("output[n,d] = Cube(x[n,d])[n,d]", Stages("return Cube(x);", Cube + Overloads));
    }

    [Fact]
    public void Plan_of_calls() => Snapshot.Match(PlanPrinter.Print(Passes.Plan(With("""
        var u = x.MatMul(g) + w;
        var v = Cube(u);
        return (Scaled(v, w, s) * Rows(x, w).Unsqueeze(1)).Mean(axis: 0) + Cube(v.Mean(axis: 0));
        """, Cube + Scaled + Rows))), extension: "txt");

    [Fact]
    public void Code_of_a_call() => Snapshot.Match(Emits.File(With("var cubes = Cube(x * w); return Scaled(cubes, w, s);", Cube + Scaled)));

    [Fact]
    public void A_staged_backward_calls_the_gradient_as_it_stands()
    {
        var file = Emits.File(With("var cubes = Cube(x * w); return Scaled(cubes, w, s);", Cube + Scaled).Replace("[Differentiable]", "[Differentiable(Backward = BackwardForm.Staged)]"));
        var start = file.IndexOf("file static class", StringComparison.Ordinal);
        Snapshot.Match(file[start..]);
    }

    [Theory]
    [InlineData("return [|F|](x);", "internal static Tensor<float> F(Tensor<float> t) => t; [GradientOf(nameof(F))] internal static Tensor<float> G(Tensor<float> t) => t;", "its parameters must be the incoming gradient and then those of 'F'")]
    [InlineData("return [|F|](x);", "internal static Tensor<float> F(Tensor<float> t) => t; [GradientOf(nameof(F))] internal static Tensor<float> G(Tensor<float> t, Tensor<double> u) => t;", "its parameters must be the incoming gradient and then those of 'F'")]
    [InlineData("return [|F|](x, w);", "internal static Tensor<float> F(Tensor<float> t, Tensor<float> u) => t; [GradientOf(nameof(F))] internal static Tensor<float> G(Tensor<float> dout, Tensor<float> t, Tensor<float> u) => t;", "it must return 2 tensors, one for each tensor parameter of 'F' that has a gradient")]
    [InlineData("return [|F|](x);", "internal static Tensor<float> F(Tensor<float> t) => t; [GradientOf(nameof(F))] internal static (Tensor<float>, Tensor<float>) G(Tensor<float> dout, Tensor<float> t) => (t, t);", "it must return 1 tensor, one for each tensor parameter of 'F' that has a gradient")]
    [InlineData("return [|F|](x);", "internal static Tensor<float> F(Tensor<float> t) => t; [GradientOf(nameof(F))] internal static float G(Tensor<float> dout, Tensor<float> t) => 0;", "it must return 1 tensor, one for each tensor parameter of 'F' that has a gradient")]
    [InlineData("return [|F|](x);", "internal static Tensor<float> F([NoGradient] Tensor<float> t) => t; [GradientOf(nameof(F))] internal static Tensor<float> G(Tensor<float> dout, Tensor<float> t) => t;", "'F' has no tensor parameter with a gradient")]
    [InlineData("return x * [|F|](x);", "internal static float F(Tensor<float> t) => 0; [GradientOf(nameof(F))] internal static Tensor<float> G(float dout, Tensor<float> t) => t;", "'F' must return a Tensor<float> or Tensor<double>")]
    [InlineData("return [|F|](x);", "internal static Tensor<T> F<T>(Tensor<T> t) => t; [GradientOf(nameof(F))] internal static Tensor<T> G<T>(Tensor<T> dout, Tensor<T> t) => t;", "generic methods cannot be called by kernels; write them for float or double")]
    [InlineData("return [|F|](x);", "static Tensor<float> F(Tensor<float> t) => t; [GradientOf(nameof(F))] internal static Tensor<float> G(Tensor<float> dout, Tensor<float> t) => t;", "generated code does not see both; declare them, and their types, at least internal")]
    [InlineData("return [|F|](x);", "internal static Tensor<float> F(Tensor<float> t) => t; [GradientOf(nameof(F))] static Tensor<float> G(Tensor<float> dout, Tensor<float> t) => t;", "generated code does not see both; declare them, and their types, at least internal")]
    [InlineData("return Helper.[|F|](x);", "private static class Helper { internal static Tensor<float> F(Tensor<float> t) => t; [GradientOf(nameof(F))] internal static Tensor<float> G(Tensor<float> dout, Tensor<float> t) => t; }", "generated code does not see both; declare them, and their types, at least internal")]
    [InlineData("return F(x, [|s * 2|]);", "internal static Tensor<float> F(Tensor<float> t, float a) => t; [GradientOf(nameof(F))] internal static Tensor<float> G(Tensor<float> dout, Tensor<float> t, float a) => t;", "its argument 's * 2' is computed, but a scalar must be a parameter of the layer or a constant")]
    public void A_gradient_that_does_not_fit_is_named(string body, string members, string why) =>
        Marked.Expect("BNG0042", $"'F' cannot be called with 'G' as its gradient: {why}.", With(body, members));

    [Fact]
    public void A_method_without_a_marked_gradient_is_read_in_place_of_its_call() =>
        Assert.Equal("output[n,d] = x[n,d]·x[n,d]·x[n,d]", Stages("return F(x);", "internal static Tensor<float> F(Tensor<float> t) => t * t * t; [GradientOf(\"H\")] internal static Tensor<float> G(Tensor<float> dout, Tensor<float> t) => t;"));
}
