using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Tests.Simplifying;

public class StableFormTests
{
    /// <summary>The stages that change, each with what it becomes, and the gradients.</summary>
    private static string Changes(string declaration, string body)
    {
        var form = Passes.Simplify(Layers.Source(declaration, body));
        return string.Join("\n", [.. form.Stabilized.Select(change => $"{change.After.Name} = {change.After.Value}"), Passes.Print(form)]);
    }

    private const string Matrix = """Tensor<float> F([Shape("N, D")] Tensor<float> x)""";

    [Fact]
    public void A_variance_is_seen_across_stages_and_keeps_their_names() => Assert.Equal(
        """
        variance = 1/N·Σ_n (x[n,d] − mean[d])²
        dx[n,d] = (dout[n,d] − 1/N·(x[n,d] − mean[d])·(Σ_n dout[n,d]·(x[n,d] − mean[d]))/variance[d] − 1/N·Σ_n dout[n,d])/√(variance[d])
        """,
        Changes(Matrix, """
            var mean = x.Mean(axis: 0);
            var squares = x * x;
            var moment = squares.Sum(axis: 0) / x.Lengths[0];
            var variance = moment - mean * mean;
            return (x - mean) / variance.Sqrt();
            """));

    [Fact]
    public void A_scale_and_a_shift_become_a_scaled_deviation() => Assert.Contains(
        "output = scale[d]·(x[n,d] − mean[d])",
        Changes("""Tensor<float> F([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma)""", """
            var mean = x.Mean(axis: 0);
            var variance = (x - mean).Square().Mean(axis: 0);
            var scale = gamma / variance.Sqrt();
            var shift = -mean * scale;
            return x * scale + shift;
            """));

    [Fact]
    public void A_deviation_from_the_mean_of_what_is_scaled_stays_as_it_is_written()
    {
        foreach (var body in new[] { "var u = x * w; return u - u.Mean(axis: 0);", "var u = x * w; var m = u.Mean(axis: 0); return u - m;", "return (x * w).Variance(axis: 0) * x;" })
            Assert.Empty(Passes.Simplify(Layers.Source("""Tensor<float> F([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w)""", body)).Stabilized);
    }

    [Fact]
    public void The_logarithm_of_a_softmax_needs_no_quotient() => Assert.Equal(
        """
        p = exp(x[n,d] − max[n] − log(sum[n]))
        output = x[n,d] − max[n] − log(sum[n])
        dx[n,d] = dout[n,d] − p[n,d]·Σ_d dout[n,d]
        """,
        Changes(Matrix, """
            var max = x.Max(axis: 1, keepDims: true);
            var e = (x - max).Exp();
            var sum = e.Sum(axis: 1, keepDims: true);
            var p = e / sum;
            return p.Log();
            """));

    [Fact]
    public void Exponents_that_nobody_shifted_are_shifted() => Assert.Contains("max_d x[n,d]", Changes(Matrix, "return x.Exp() / x.Exp().Sum(axis: 1, keepDims: true);"));

    [Fact]
    public void A_loss_of_chosen_probabilities_has_no_quotient() => Assert.EndsWith(
        "dx[n,d] = 1/N·dout·(p[n,d] − [labels[n] = d])",
        Changes("""float F([Shape("N, D")] Tensor<float> x, [Shape("N")] Tensor<int> labels)""", """
            var e = (x - x.Max(axis: 1, keepDims: true)).Exp();
            var p = e / e.Sum(axis: 1, keepDims: true);
            var chosen = p.Gather(labels, axis: 1);
            return -chosen.Log().Mean();
            """));

    [Theory]
    [InlineData("(1f + x.Exp()).Log()", "softplus(x[n,d])", "dout[n,d]·sigmoid(x[n,d])")]
    [InlineData("(1f + x).Log()", "log1p(x[n,d])", "dout[n,d]/(1 + x[n,d])")]
    [InlineData("x.Exp() - 1f", "expm1(x[n,d])", "dout[n,d]·exp(x[n,d])")]
    [InlineData("(x * x).Sqrt()", "abs(x[n,d])", "dout[n,d]·sign(x[n,d])")]
    [InlineData("1f / (1f + (-x).Exp())", "sigmoid(x[n,d])", "dout[n,d]·output[n,d]·(1 − output[n,d])")]
    [InlineData("x.Sigmoid().Log()", "−softplus(−x[n,d])", "dout[n,d]·sigmoid(−x[n,d])")]
    public void A_function_that_loses_digits_is_another_one(string body, string output, string dx) =>
        Assert.Equal($"output = {output}\ndx[n,d] = {dx}", Changes(Matrix, $"return {body};"));

    [Fact]
    public void A_stage_that_is_used_over_other_indices_is_changed_there_too() => Assert.Contains(
        "log1p(x[n,n2])",
        Passes.Simplify(Layers.Source("""Tensor<float> F([Shape("N, N")] Tensor<float> x)""", "var y = (1f + x).Log(); return y + y.Transpose();")).Outputs[0].Value.ToString());

    [Fact]
    public void No_gradient_goes_through_a_stop_that_a_stable_form_passes()
    {
        var form = Passes.Simplify(Layers.Source(Matrix, "return x.Exp().StopGradient() * (1f + x).Log();"));
        Assert.Equal("dx[n,d] = dout[n,d]·exp(x[n,d])/(1 + x[n,d])", Passes.Print(form));
    }

    [Fact]
    public void What_is_stable_stays_as_it_is_written()
    {
        foreach (var source in new[] { Layers.BatchNorm(), Layers.LayerNorm, Layers.RmsNorm, Layers.ImageBatchNorm })
        {
            var form = Passes.Simplify(source);
            Assert.Empty(form.Stabilized);
            Assert.Equal(Passes.Read(source).Stages.Select(stage => stage.ToString()), form.Layer.Stages.Select(stage => stage.ToString()));
        }
    }

    [Fact]
    public void The_staged_form_keeps_what_is_written()
    {
        var form = Passes.Simplify(Layers.Source(Matrix, "return (1f + x).Log();").Replace("[Differentiable]", "[Differentiable(Backward = BackwardForm.Staged)]"));
        Assert.Empty(form.Stabilized);
    }
}
