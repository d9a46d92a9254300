using BatchNormGen.Generator.Reading;

namespace BatchNormGen.Generator.Tests.Reading;

/// <summary>Methods that call methods.</summary>
public class CompositionTests
{
    /// <summary>The stages of a body beside which there are other members.</summary>
    private static string Stages(string body, string members, string result = "Tensor<float>")
    {
        var layer = Reads.Method(body, result);
        var source = layer.Insert(layer.LastIndexOf('}'), members + "\n");
        return string.Join("\n", Reads.Methods(source).Where(method => method.Signature.Name == "Layer").Select(method => Reads.Print(Assert.Single(method.Cases).Layer)));
    }

    private const string Center = "static Tensor<float> Center(Tensor<float> t) { var mean = t.Mean(axis: 0); var centered = t - mean; return centered; }";

    [Fact]
    public void The_stages_of_the_callee_are_stages_of_the_caller() => Assert.Equal("""
        mean[d] = 1/N·Σ_n x[n,d]
        centered[n,d] = x[n,d] − mean[d]
        output[n,d] = s·centered[n,d]
        """, Stages("return Center(x) * s;", Center));

    [Fact]
    public void Stages_of_a_second_call_have_names_of_their_own() => Assert.Equal("""
        mean[d] = 1/N·Σ_n x[n,d]
        centered[n,d] = x[n,d] − mean[d]
        mean2[d] = 1/N·Σ_n w[d]·x[n,d]
        centered2[n,d] = w[d]·x[n,d] − mean2[d]
        output[n,d] = centered2[n,d] + centered[n,d]
        """, Stages("var a = Center(x); var b = Center(x * w); return b + a;", Center));

    [Theory]
    [InlineData("public static Tensor<float> F(Tensor<float> t) => t * 2;", "F(x)")]
    [InlineData("[Differentiable] public static partial Tensor<float> F([Shape(\"B, F\")] Tensor<float> t) => t * 2;", "F(x)")]
    [InlineData("[Differentiable] public static Tensor<float> F([Shape(\"B, F\")] Tensor<float> t) { return 2 * t; }", "F(x)")]
    [InlineData("static Tensor<float> F(Tensor<float> t, float by = 2) => t * by;", "F(x)")]
    [InlineData("static Tensor<float> F(Tensor<float> t, float by = 3) => t * by;", "F(by: 2, t: x)")]
    [InlineData("static Tensor<float> F(Tensor<float> t, bool twice = false) => twice ? t * 2 : t;", "F(x, twice: true)")]
    [InlineData("static Tensor<float> F(params Tensor<float>[] t) => t[0] * t.Length;", "F(x, w)")]
    [InlineData("static Tensor<float> F(float a, params ReadOnlySpan<Tensor<float>> t) => t[^1] * a;", "F(2, w, x)")]
    [InlineData("static Tensor<T> F<T>(Tensor<T> t) where T : System.Numerics.IFloatingPointIeee754<T> => t * (T.One + T.One);", "F(x)")]
    [InlineData("static Tensor<T> F<T>(Tensor<T> t) where T : System.Numerics.IFloatingPointIeee754<T> => t * T.CreateChecked(2);", "F(x)")]
    [InlineData("static T Two<T>(T a) where T : System.Numerics.INumber<T> => a + a; static Tensor<T> F<T>(Tensor<T> t) where T : System.Numerics.IFloatingPointIeee754<T> => t * Two(T.One);", "F(x)")]
    [InlineData("static Tensor<float> F(this Tensor<float> t) => t * 2;", "x.F()")]
    [InlineData("extension(Tensor<float> t) { public Tensor<float> F() => t * 2; }", "x.F()")]
    [InlineData("extension(Tensor<float> t) { public Tensor<float> F(float by) => t * by; }", "x.F(2)")]
    [InlineData("static Tensor<float> F(Tensor<float> t) { if (t.Rank > 1) return t * 2; return t; }", "F(x)")]
    [InlineData("static Tensor<float> F(in Tensor<float> t) { foreach (var i in new[] { 1, 2 }) if (i == 2) return t * i; return t; }", "F(x)")]
    [InlineData("static (Tensor<float> y, float s) F(Tensor<float> t) => (t * 2, 3);", "F(x).y")]
    [InlineData("static Tensor<float> F((Tensor<float> t, float by) r) => r.t * r.by;", "F((x, 2))")]
    [InlineData("static Tensor<float> F(Tensor<float> t) { t = t * 2; return t; }", "F(x)")]
    public void A_call_is_read_by_its_body(string members, string call)
    {
        Assert.EndsWith("2·x[n,d]", Stages($"return {call};", members).Split(" = ")[1]);
    }

    [Theory]
    [InlineData("return Twice(x); Tensor<float> Twice(Tensor<float> a) => a * 2;", "2·x[n,d]")]
    [InlineData("static Tensor<float> Twice(Tensor<float> a) => a * 2; return Twice(x);", "2·x[n,d]")]
    [InlineData("var c = s; Tensor<float> Scaled(Tensor<float> a) => a * c; c = 3; return Scaled(x);", "3·x[n,d]")]
    [InlineData("var c = 1; Tensor<float> Next(Tensor<float> a) { c++; return a * c; } return Next(x) + Next(w);", "2·x[n,d] + 3·w[d]")]
    [InlineData("Tensor<float> F() { return G(x); Tensor<float> G(Tensor<float> a) => a * s; } return F();", "s·x[n,d]")]
    [InlineData("var h = x; void Step() { h = h * s; } Step(); Step(); return h;", "s·h[n,d]")]
    [InlineData("return F(w); Tensor<T> F<T>(Tensor<T> a) where T : System.Numerics.IFloatingPointIeee754<T> => a + a;", "w[d] + w[d]")]
    public void Local_functions_see_the_locals_around_them(string body, string output) => Assert.EndsWith(" = " + output, Reads.Stages(body));

    [Fact]
    public void Functions_of_generic_numbers_are_read() => Assert.Equal("output[n,d] = √(s)·exp(x[n,d])",
        Stages("return F(x, s);", "static Tensor<T> F<T>(Tensor<T> t, T by) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => t.Exp() * T.Sqrt(by);"));

    [Fact]
    public void An_argument_that_is_made_of_sums_is_a_stage_under_the_name_of_the_parameter() => Assert.Equal("""
        t[n,d2] = Σ_d x[n,d]·g[d,d2]
        output[n,d2] = t[n,d2]·sigmoid(t[n,d2])
        """, Stages("return Swish(x.MatMul(g));", "static Tensor<float> Swish(Tensor<float> t) => t * t.Sigmoid();"));

    [Fact]
    public void Tuples_come_back() => Assert.Equal("""
        mean[d] = 1/N·Σ_n x[n,d]
        variance[d] = 1/N·Σ_n (x[n,d] − mean[d])²
        output[n,d] = (x[n,d] − mean[d])/√(variance[d])
        """, Stages("var (m, variance) = Moments(x); return (x - m) / variance.Sqrt();", """
        static (Tensor<float> mean, Tensor<float> variance) Moments(Tensor<float> t)
        {
            var mean = t.Mean(axis: 0);
            return (mean, (t - mean).Square().Mean(axis: 0));
        }
        """));

    [Fact]
    public void A_tuple_is_taken_by_its_names() => Assert.Equal("""
        mean[d] = 1/N·Σ_n x[n,d]
        output[n,d] = x[n,d] − mean[d]
        """, Stages("var r = Moments(x); return x - r.mean;", "static (Tensor<float> mean, int rank) Moments(Tensor<float> t) => (t.Mean(axis: 0), t.Rank);"));

    [Fact]
    public void A_choice_of_the_callee_is_the_argument_of_the_caller()
    {
        const string source = """
            public enum Norm { None, Mean, Max }
            public static partial class Layers
            {
                [Differentiable] public static Tensor<float> Layer([Shape("N, D")] Tensor<float> x, bool center, Norm norm) => Helper(Helper(x, center), !center && norm == Norm.Mean);
                static Tensor<float> Helper(Tensor<float> t, bool center) => center ? t - t.Mean(axis: 0) : t;
            }
            """;
        Assert.Equal("""
            center = true:
            t[n,d] = x[n,d] − 1/N·Σ_n x[n,d]
            center = false, norm = global::Norm.None:
            output[n,d] = x[n,d]
            center = false, norm = global::Norm.Mean:
            output[n,d] = x[n,d] − 1/N·Σ_n x[n,d]
            center = false, norm = global::Norm.Max:
            output[n,d] = x[n,d]
            """, Reads.Print(Assert.Single(Reads.Methods(source))));
    }

    [Fact]
    public void A_helper_may_be_in_another_file() => Assert.Equal("output[n,d] = 2·x[n,d]", Reads.Print(Reads.Layer(
        Reads.Method("return Helpers.Twice(x);"), "static class Helpers { public static Tensor<float> Twice(Tensor<float> t) => 2 * t; }")));

    [Fact]
    public void The_callee_may_be_declared_in_two_halves() => Assert.Equal("output[n,d] = 2·x[n,d]", Stages("return F(x);",
        "public static partial Tensor<float> F(Tensor<float> t, float by = 2); public static partial Tensor<float> F(Tensor<float> t, float by) => t * by;"));

    [Fact]
    public void Layers_of_one_type_call_each_other_with_their_axes() => Assert.Equal("""
        h[n,d2] = Σ_d x[n,d]·g[d,d2]
        y[n,d2] = relu(h[n,d2])
        h2[n,d] = Σ_d2 y[n,d2]·g[d2,d]
        """, Stages("var y = Affine(x, g).Relu(); return Affine(y, g);", """
        [Differentiable]
        public static partial Tensor<float> Affine([Shape("B, I")] Tensor<float> t, [Shape("I, O")] Tensor<float> weight)
        {
            var h = t.MatMul(weight);
            return h;
        }
        """));
}
