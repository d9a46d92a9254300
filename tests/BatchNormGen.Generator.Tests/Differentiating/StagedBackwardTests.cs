using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Tests.Reading;

namespace BatchNormGen.Generator.Tests.Differentiating;

public class StagedBackwardTests
{
    /// <summary>The backward of a body over x [N, D], y [N, D], w [D] and scalars a (with a gradient), s (without) and an integer k.</summary>
    private static string Backward(string body, string result = "Tensor<float>") => Passes.Print(Passes.Differentiate(Layers.Source(
        $$"""{{result}} Layer([Shape("N, D")] Tensor<float> x, [Shape("N, D")] Tensor<float> y, [Shape("D")] Tensor<float> w, [Shape("D, D")] Tensor<float> g, [Gradient] float a, float s, int k)""", body)));

    /// <summary>What reaches x, w or another operand of one expression, without what is 0.</summary>
    private static string Of(string expression, string result = "Tensor<float>") =>
        string.Join("\n", Backward($"return {expression};", result).Split('\n').Where(line => line.StartsWith("output: ", StringComparison.Ordinal)).Select(line => line["output: ".Length..]));

    [Fact]
    public void Batch_norm_is_derived_stage_by_stage_as_a_student_writes_it() => Assert.Equal("""
        output: dbeta[d] ← Σ_n dout[n,d]
        output: dscaledX[n,d] ← dout[n,d]
        scaledX: dgamma[d] ← Σ_n dout[n,d]·xNorm[n,d]
        scaledX: dxNorm[n,d] ← gamma[d]·dout[n,d]
        xNorm: ddevFromMean[n,d] ← invertedStddev[d]·dxNorm[n,d]
        xNorm: dinvertedStddev[d] ← Σ_n dxNorm[n,d]·devFromMean[n,d]
        invertedStddev: dstddev[d] ← −dinvertedStddev[d]/stddev[d]²
        stddev: dvariance[d] ← 1/2·dstddev[d]/√(variance[d] + eps)
        variance: ddevFromMeanSq[n,d] ← 1/N·dvariance[d]
        devFromMeanSq: ddevFromMean[n,d] ← 2·ddevFromMeanSq[d]·devFromMean[n,d]
        devFromMean: dx[n,d] ← ddevFromMean[n,d]
        devFromMean: dmean[d] ← −Σ_n ddevFromMean[n,d]
        mean: dx[n,d] ← 1/N·dmean[d]
        dx[n,d] = ddevFromMean[n,d] + 1/N·dmean[d]
        dgamma[d] = Σ_n dout[n,d]·xNorm[n,d]
        dbeta[d] = Σ_n dout[n,d]
        """, Passes.Print(Passes.Differentiate(Layers.BatchNorm())));

    /// <summary>For each operation of the tables a call, and what its operands receive.</summary>
    public static readonly Dictionary<string, (string Call, string Received)> Functions = new()
    {
        ["Exp"] = ("x.Exp()", "dx[n,d] ← dout[n,d]·exp(x[n,d])"),
        ["ExpM1"] = ("x.ExpM1()", "dx[n,d] ← dout[n,d]·exp(x[n,d])"),
        ["Log"] = ("x.Log()", "dx[n,d] ← dout[n,d]/x[n,d]"),
        ["LogP1"] = ("x.LogP1()", "dx[n,d] ← dout[n,d]/(1 + x[n,d])"),
        ["Log2"] = ("x.Log2()", "dx[n,d] ← 1.44269…·dout[n,d]/x[n,d]"),
        ["Sin"] = ("x.Sin()", "dx[n,d] ← dout[n,d]·cos(x[n,d])"),
        ["Cos"] = ("x.Cos()", "dx[n,d] ← −dout[n,d]·sin(x[n,d])"),
        ["Tanh"] = ("x.Tanh()", "dx[n,d] ← dout[n,d]·(1 − tanh(x[n,d])²)"),
        ["Sigmoid"] = ("x.Sigmoid()", "dx[n,d] ← dout[n,d]·sigmoid(x[n,d])·(1 − sigmoid(x[n,d]))"),
        ["Erf"] = ("x.Erf()", "dx[n,d] ← 1.12837…·dout[n,d]·exp(−x[n,d]²)"),
        ["Softplus"] = ("x.Softplus()", "dx[n,d] ← dout[n,d]·sigmoid(x[n,d])"),
        ["Relu"] = ("x.Relu()", "dx[n,d] ← dout[n,d]·[x[n,d] > 0]"),
        ["Abs"] = ("x.Abs()", "dx[n,d] ← dout[n,d]·sign(x[n,d])"),
        ["Sign"] = ("x.Sign()", ""),
        ["StopGradient"] = ("x.StopGradient() * x", "dx[n,d] ← dout[n,d]·stop(x[n,d])"),
        ["Maximum"] = ("x.Maximum(w)", "dx[n,d] ← dout[n,d]·[x[n,d] > w[d]] + 1/2·dout[n,d]·[x[n,d] = w[d]]\ndw[d] ← Σ_n (dout[n,d]·[w[d] > x[n,d]] + 1/2·dout[n,d]·[w[d] = x[n,d]])"),
        ["Minimum"] = ("x.Minimum(w)", "dx[n,d] ← dout[n,d]·[w[d] > x[n,d]] + 1/2·dout[n,d]·[w[d] = x[n,d]]\ndw[d] ← Σ_n (dout[n,d]·[x[n,d] > w[d]] + 1/2·dout[n,d]·[x[n,d] = w[d]])"),
        ["Pow"] = ("x.Pow(w)", "dx[n,d] ← [w[d] ≠ 0]·w[d]·dout[n,d]·pow(x[n,d], w[d] − 1)\ndw[d] ← Σ_n dout[n,d]·[x[n,d] ≠ 0]·pow(x[n,d], w[d])·log(x[n,d])"),
        ["Clamp"] = ("x.Clamp(a, 1)", "dx[n,d] ← dout[n,d]·[x[n,d] ≥ a]·[x[n,d] ≤ 1]\nda ← Σ_(n,d) dout[n,d]·[x[n,d] < a]"),
        ["Where"] = ("x.GreaterThan(w).Where(x, w)", "dx[n,d] ← dout[n,d]·[x[n,d] > w[d]]\ndw[d] ← Σ_n dout[n,d]·[x[n,d] ≤ w[d]]"),
        ["GreaterThan"] = ("x.GreaterThan(0).Where(x, w)", "dx[n,d] ← dout[n,d]·[x[n,d] > 0]\ndw[d] ← Σ_n dout[n,d]·[x[n,d] ≤ 0]"),
        ["GreaterThanOrEqual"] = ("x.GreaterThanOrEqual(0).Where(x, w)", "dx[n,d] ← dout[n,d]·[x[n,d] ≥ 0]\ndw[d] ← Σ_n dout[n,d]·[x[n,d] < 0]"),
        ["LessThan"] = ("x.LessThan(0).Where(x, w)", "dx[n,d] ← dout[n,d]·[x[n,d] < 0]\ndw[d] ← Σ_n dout[n,d]·[x[n,d] ≥ 0]"),
        ["LessThanOrEqual"] = ("x.LessThanOrEqual(0).Where(x, w)", "dx[n,d] ← dout[n,d]·[x[n,d] ≤ 0]\ndw[d] ← Σ_n dout[n,d]·[x[n,d] > 0]"),
        ["EqualTo"] = ("x.EqualTo(0).Where(x, w)", "dx[n,d] ← dout[n,d]·[x[n,d] = 0]\ndw[d] ← Σ_n dout[n,d]·[x[n,d] ≠ 0]"),
        ["NotEqualTo"] = ("x.NotEqualTo(0).Where(x, w)", "dx[n,d] ← dout[n,d]·[x[n,d] ≠ 0]\ndw[d] ← Σ_n dout[n,d]·[x[n,d] = 0]"),
        ["Square"] = ("x.Square()", "dx[n,d] ← 2·dout[n,d]·x[n,d]"),
        ["Sqrt"] = ("x.Sqrt()", "dx[n,d] ← 1/2·dout[n,d]/√(x[n,d])"),
        ["Reciprocal"] = ("x.Reciprocal()", "dx[n,d] ← −dout[n,d]/x[n,d]²"),
        ["ReciprocalSqrt"] = ("x.ReciprocalSqrt()", "dx[n,d] ← −1/2·dout[n,d]/x[n,d]^(3/2)"),
    };

    [Fact]
    public void Every_function_that_a_layer_may_call_has_its_derivative_here() =>
        Assert.Equal(Generator.Algebra.Functions.Names.Order(StringComparer.Ordinal), Functions.Keys.Order(StringComparer.Ordinal));

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_derivative_of_a_function_multiplies_what_comes_in(string name) => Assert.Equal(Functions[name].Received, Of(Functions[name].Call));

    [Theory]
    [InlineData("x + y", "dx[n,d] ← dout[n,d]\ndy[n,d] ← dout[n,d]")]
    [InlineData("x - y", "dx[n,d] ← dout[n,d]\ndy[n,d] ← −dout[n,d]")]
    [InlineData("x * y", "dx[n,d] ← dout[n,d]·y[n,d]\ndy[n,d] ← dout[n,d]·x[n,d]")]
    [InlineData("x / y", "dx[n,d] ← dout[n,d]/y[n,d]\ndy[n,d] ← −dout[n,d]·x[n,d]/y[n,d]²")]
    [InlineData("-x", "dx[n,d] ← −dout[n,d]")]
    [InlineData("x * 3", "dx[n,d] ← 3·dout[n,d]")]
    [InlineData("x + 3", "dx[n,d] ← dout[n,d]")]
    [InlineData("3 / x", "dx[n,d] ← −3·dout[n,d]/x[n,d]²")]
    [InlineData("x.Pow(3)", "dx[n,d] ← 3·dout[n,d]·x[n,d]²")]
    [InlineData("x.Pow(-0.5f)", "dx[n,d] ← −1/2·dout[n,d]/x[n,d]^(3/2)")]
    [InlineData("x.Pow(1)", "dx[n,d] ← dout[n,d]")]
    [InlineData("(x * y).Sqrt()", "dx[n,d] ← 1/2·dout[n,d]·y[n,d]/√(x[n,d]·y[n,d])\ndy[n,d] ← 1/2·dout[n,d]·x[n,d]/√(x[n,d]·y[n,d])")]
    [InlineData("(-x).Exp()", "dx[n,d] ← −dout[n,d]·exp(−x[n,d])")]
    public void Arithmetic(string expression, string received) => Assert.Equal(received, Of(expression));

    [Theory]
    [InlineData("x.Sum(axis: 0)", "dx[n,d] ← dout[d]")]
    [InlineData("x.Sum(axis: 1)", "dx[n,d] ← dout[n]")]
    [InlineData("x.Sum(axis: 0, keepDims: true)", "dx[n,d] ← dout[0,d]")]
    [InlineData("x.Mean(axis: 1)", "dx[n,d] ← 1/D·dout[n]")]
    [InlineData("x.Sum(axes: [0, 1])", "dx[n,d] ← dout[0]")]
    [InlineData("x.Mean(axes: [0, 1])", "dx[n,d] ← 1/(N·D)·dout[0]")]
    [InlineData("(x * y).Sum(axis: 0)", "dx[n,d] ← dout[d]·y[n,d]\ndy[n,d] ← dout[d]·x[n,d]")]
    [InlineData("(x * w).Sum(axis: 1)", "dx[n,d] ← dout[n]·w[d]\ndw[d] ← Σ_n dout[n]·x[n,d]")]
    [InlineData("x.Exp().Sum(axis: 1).Log()", "dx[n,d] ← dout[n]·exp(x[n,d])/(Σ_d exp(x[n,d]))")]
    public void Reductions_hand_on_what_comes_in_to_every_element(string expression, string received) => Assert.Equal(received, Of(expression));

    [Theory]
    [InlineData("x + w", "dx[n,d] ← dout[n,d]\ndw[d] ← Σ_n dout[n,d]")]
    [InlineData("x * w", "dx[n,d] ← w[d]·dout[n,d]\ndw[d] ← Σ_n dout[n,d]·x[n,d]")]
    [InlineData("x * a", "dx[n,d] ← a·dout[n,d]\nda ← Σ_(n,d) dout[n,d]·x[n,d]")]
    [InlineData("w * a", "dw[d] ← a·dout[d]\nda ← Σ_d dout[d]·w[d]")]
    [InlineData("x + w + a", "dx[n,d] ← dout[n,d]\ndw[d] ← Σ_n dout[n,d]\nda ← Σ_(n,d) dout[n,d]")]
    [InlineData("x * s * k", "dx[n,d] ← s·k·dout[n,d]")]
    [InlineData("g * w", "dg[d,d2] ← w[d2]·dout[d,d2]\ndw[d2] ← Σ_d dout[d,d2]·g[d,d2]")]
    [InlineData("g + w", "dg[d,d2] ← dout[d,d2]\ndw[d2] ← Σ_d dout[d,d2]")]
    [InlineData("x - x.Mean(axis: 0)", "dx[n,d] ← dout[n,d] − 1/N·Σ_n dout[n,d]")]
    [InlineData("x * (1f / x.Lengths[0])", "dx[n,d] ← 1/N·dout[n,d]")]
    public void The_adjoint_of_a_broadcast_is_the_sum_over_the_axes_that_the_operand_lacks(string expression, string received) => Assert.Equal(received, Of(expression));

    [Fact]
    public void A_tensor_that_is_read_under_two_layouts_gets_both_shares_over_the_indices_of_its_declaration() =>
        Assert.EndsWith("\ndg[d,d2] = dout[d,d2] + dout[d2,d]\nda = 0", Backward("return g + g.Transpose();"));

    [Fact]
    public void Several_uses_add_up() => Assert.Equal("""
        output: dx[n,d] ← dout[n,d]·y[n,d]
        output: dy[n,d] ← dout[n,d] + dout[n,d]·x[n,d]
        dx[n,d] = dout[n,d]·y[n,d]
        dy[n,d] = dout[n,d] + dout[n,d]·x[n,d]
        dw = 0
        dg = 0
        da = 0
        """, Backward("return x * y + y;"));

    [Fact]
    public void A_stage_that_several_stages_use_gets_all_their_shares_before_it_hands_them_on() => Assert.Equal("""
        output: du[n,d] ← dout[n,d]
        output: dv[n,d] ← dout[n,d]
        v: du[n,d] ← 2·dout[n,d]·u[n,d]
        u: dx[n,d] ← du[n,d]·exp(x[n,d])
        dx[n,d] = du[n,d]·exp(x[n,d])
        """, Backward("var u = x.Exp(); var v = u.Square(); return u + v;").Split("\ndy = 0")[0]);

    [Fact]
    public void Several_outputs_have_each_their_gradient() => Assert.Equal("""
        t: dv[d] ← dt
        v: dw[d] ← dt·a
        v: da ← Σ_d dt·w[d]
        u: dx[n,d] ← du[n,d]
        u: dw[d] ← Σ_n du[n,d]
        dx[n,d] = du[n,d]
        dy = 0
        dw[d] = dt·a + Σ_n du[n,d]
        dg = 0
        da = Σ_d dt·w[d]
        """, Backward("var u = x + w; var v = w * a; return (u, v.Sum());", "(Tensor<float> u, float t)"));

    [Fact]
    public void An_output_that_is_also_a_stage_of_another_gets_both() => Assert.Equal("""
        z: dy[n,d] ← dz[n,d]·u[n,d]
        z: du[n,d] ← dz[n,d]·y[n,d]
        u: dx[n,d] ← 2·duTotal[n,d]·x[n,d]
        """, Backward("var u = x.Square(); return (u, u * y);", "(Tensor<float> u, Tensor<float> z)").Split("\ndx[n,d] =")[0]);

    [Fact]
    public void Parameters_without_gradient_get_none_and_stop_the_walk()
    {
        var gradients = Passes.Differentiate(Layers.Source(
            """Tensor<float> Layer([Shape("N"), NoGradient] Tensor<float> x, [Shape("N")] Tensor<float> y, float s)""", "var c = x.Exp() * s; var u = c.Square(); return u * y;"));
        Assert.Equal("output: dy[n] ← dout[n]·u[n]\ndy[n] = dout[n]·u[n]", Passes.Print(gradients));
        Assert.Equal(["y"], gradients.Results.Select(gradient => gradient.Parameter.Name));
    }

    [Fact]
    public void A_layer_without_gradients_has_no_backward()
    {
        var gradients = Passes.Differentiate(Layers.Source("""Tensor<float> Layer([Shape("N"), NoGradient] Tensor<float> x, float s)""", "return x * s;"));
        Assert.Empty(gradients.Steps);
        Assert.Empty(gradients.Results);
    }

    [Fact]
    public void A_scalar_loss_has_a_scalar_gradient_coming_in()
    {
        var gradients = Passes.Differentiate(Layers.SquaredError);
        Assert.Equal(["dout"], gradients.Incoming);
        Assert.Equal("""
            output: derror[n,d] ← 2/(N·D)·dout·error[n,d]
            error: dx[n,d] ← derror[n,d]
            dx[n,d] = derror[n,d]
            """, Passes.Print(gradients));
    }

    [Fact]
    public void A_stage_that_nothing_uses_has_no_step() =>
        Assert.DoesNotContain("unused", Backward("var unused = x.Exp(); return x + w;"), StringComparison.Ordinal);

    [Fact]
    public void The_layer_itself_stays_as_it_was()
    {
        var layer = Reads.Layer(Layers.BatchNorm());
        var before = new Graph(layer.Graph);
        Passes.Differentiate(layer);
        Assert.Equal(before, layer.Graph);
    }
}
