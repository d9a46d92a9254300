using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Tests.Simplifying;

public class ClosedFormTests
{
    private static void Finds(string source, string gradients) => Assert.Equal(gradients, Passes.Print(Passes.Simplify(source)));

    [Fact]
    public void Batch_norm() => Finds(Layers.BatchNorm(), """
        dx[n,d] = gamma[d]·invertedStddev[d]·(dout[n,d] − 1/N·invertedStddev[d]²·devFromMean[n,d]·Σ_n dout[n,d]·devFromMean[n,d] − 1/N·Σ_n dout[n,d])
        dgamma[d] = invertedStddev[d]·Σ_n dout[n,d]·devFromMean[n,d]
        dbeta[d] = Σ_n dout[n,d]
        """);

    [Fact]
    public void Batch_norm_of_images() => Finds(Layers.ImageBatchNorm, """
        dx[n,c,h,w] = gamma[c,0,0]·inv[c]·(dout[n,c,h,w] − 1/(N·H·W)·inv[c]²·dev[n,c,h,w]·Σ_(n,h,w) dout[n,c,h,w]·dev[n,c,h,w] − 1/(N·H·W)·Σ_(n,h,w) dout[n,c,h,w])
        dgamma[c] = inv[c]·Σ_(n,h,w) dout[n,c,h,w]·dev[n,c,h,w]
        dbeta[c] = Σ_(n,h,w) dout[n,c,h,w]
        """);

    [Fact]
    public void Layer_norm() => Finds(Layers.LayerNorm, """
        dx[n,d] = inv[n]·(gamma[d]·dout[n,d] − 1/D·inv[n]²·dev[n,d]·Σ_d gamma[d]·dout[n,d]·dev[n,d] − 1/D·Σ_d gamma[d]·dout[n,d])
        dgamma[d] = Σ_n inv[n]·dout[n,d]·dev[n,d]
        dbeta[d] = Σ_n dout[n,d]
        """);

    [Fact]
    public void Root_mean_square_norm() => Finds(Layers.RmsNorm, """
        dx[n,d] = inv[n]·(gamma[d]·dout[n,d] − 1/D·inv[n]²·x[n,d]·Σ_d gamma[d]·dout[n,d]·x[n,d])
        dgamma[d] = Σ_n inv[n]·dout[n,d]·x[n,d]
        """);

    [Fact]
    public void Standardization_without_scale_and_shift() => Finds(Layers.Standardize,
        "dx[n,d] = (dout[n,d] − 1/N·dev[n,d]·(Σ_n dout[n,d]·dev[n,d])/variance[d] − 1/N·Σ_n dout[n,d])/√(variance[d])");

    [Fact]
    public void The_gradient_of_softmax_does_not_see_what_was_subtracted() => Finds(Layers.Softmax,
        "dx[n,d] = output[n,d]·(dout[n,d] − Σ_d dout[n,d]·output[n,d])");

    [Fact]
    public void The_gradient_of_log_sum_exp_does_not_see_what_was_subtracted() => Finds(Layers.LogSumExp,
        "dx[n,d] = dout[n,0]·exp(x[n,d] − output[n])");

    [Fact]
    public void Division_by_the_norm() => Finds(Layers.Normalize,
        "dx[n,d] = (dout[n,d] − x[n,d]·(Σ_d dout[n,d]·x[n,d])/norm[n]²)/norm[n]");

    [Fact]
    public void A_mean_squared_error() => Finds(Layers.SquaredError, "dx[n,d] = 2/(N·D)·dout·error[n,d]");

    [Fact]
    public void The_rules_are_recorded_in_the_order_of_their_use_with_the_names_of_the_user()
    {
        var form = Passes.Simplify(Layers.BatchNorm());
        var printer = new Printer(form.Names);
        Assert.Equal("""
            pull out: Σ_n gamma[d]·dout[n,d]·devFromMean[n,d] = gamma[d]·Σ_n dout[n,d]·devFromMean[n,d]
            powers: −1/2·gamma[d]·invertedStddev[d]²·invertedStddev[d]·Σ_n dout[n,d]·devFromMean[n,d] = −1/2·gamma[d]·invertedStddev[d]³·Σ_n dout[n,d]·devFromMean[n,d]
            pull out: Σ_n invertedStddev[d]·dout[n,d]·devFromMean[n,d] = invertedStddev[d]·Σ_n dout[n,d]·devFromMean[n,d]
            split: Σ_n ddevFromMean[n,d] = Σ_n gamma[d]·invertedStddev[d]·dout[n,d] + Σ_n (−1/N·gamma[d]·invertedStddev[d]³·devFromMean[n,d]·Σ_n dout[n,d]·devFromMean[n,d])
            pull out: Σ_n gamma[d]·invertedStddev[d]·dout[n,d] = gamma[d]·invertedStddev[d]·dbeta[d]
            pull out: Σ_n (−1/N·gamma[d]·invertedStddev[d]³·devFromMean[n,d]·Σ_n dout[n,d]·devFromMean[n,d]) = −1/N·gamma[d]·invertedStddev[d]³·(Σ_n dout[n,d]·devFromMean[n,d])·Σ_n devFromMean[n,d]
            split: Σ_n devFromMean[n,d] = Σ_n x[n,d] + Σ_n (−1/N·Σ_n x[n,d])
            constant sum: Σ_n (−1/N·Σ_n x[n,d]) = −1/N·N·Σ_n x[n,d]
            powers: −1/N·N·Σ_n x[n,d] = −Σ_n x[n,d]
            like terms: Σ_n x[n,d] − Σ_n x[n,d] = 0
            """, string.Join("\n", form.Rewritings.Select(rewriting => $"{rewriting.Rule.Name}: {printer.PrintValue(rewriting.Before)} = {printer.PrintValue(rewriting.After)}")));
    }

    [Fact]
    public void The_forward_stays_as_it_was_written()
    {
        foreach (var source in Layers.All.Values)
        {
            var form = Passes.Simplify(source);
            Assert.Equal(form.Layer.Outputs.Select(output => output.Name), form.Outputs.Select(output => output.Name));
            Assert.DoesNotContain(form.Outputs.Concat(form.Gradients).SelectMany(result => result.Value.Nodes()), node => node is Named);
        }
    }

    [Fact]
    public void Deviations_stay_deviations()
    {
        foreach (var source in new[] { Layers.BatchNorm(), Layers.ImageBatchNorm, Layers.LayerNorm, Layers.Standardize })
        {
            // Neither the variance nor the gradients are made of Σ x² or of Σ dout·x, which cancel where the mean is large.
            var values = Passes.Simplify(source) is var form ? form.Outputs.Concat(form.Gradients).Select(result => result.Value) : [];
            foreach (var sum in values.SelectMany(value => value.Nodes()).OfType<Reduce>())
                Assert.DoesNotContain(sum.Body is Product product ? product.Factors : [], factor => factor.Base is Read { Tensor: "x" });
        }
    }

    [Fact]
    public void Simplifying_what_is_simplified_changes_nothing()
    {
        foreach (var source in Layers.All.Values)
        {
            var form = Passes.Simplify(source);
            var again = new Simplifier(form.Graph, CancellationToken.None);
            var values = form.Outputs.Concat(form.Gradients).Select(result => result.Value).ToList();
            Assert.Equal(values, again.Run([.. values]));
            Assert.Empty(again.Record.Steps);
        }
    }

    [Fact]
    public void The_rules_of_the_record_alone_lead_from_the_stages_to_the_closed_form()
    {
        foreach (var source in Layers.All.Values)
        {
            var form = Passes.Simplify(source);
            var rewritings = form.Rewritings.GroupBy(rewriting => rewriting.Before).ToDictionary(group => group.Key, group => group.Last().After);
            var staged = form.Layer.Outputs.Select(output => output.Value).Concat(form.Staged.Results.Select(gradient => gradient.Value));
            var done = new Dictionary<Expr, Expr>();
            Assert.Equal(form.Outputs.Concat(form.Gradients).Select(result => result.Value), staged.Select(Replay));

            Expr Replay(Expr node)
            {
                if (done.TryGetValue(node, out var known)) return known;
                if (node is Named named) return done[node] = Replay(named.Value);
                var rebuilt = form.Graph.With(node, [.. node.Operands.Select(Replay)]);
                return done[node] = rewritings.TryGetValue(rebuilt, out var after) ? Replay(after) : rebuilt;
            }
        }
    }

    [Fact]
    public void What_was_found_in_a_try_that_was_dropped_is_recorded_where_it_is_used()
    {
        // The split of the first sum does not pay. That of the second one does, and needs the same Σ w·t = w·Σ t.
        var form = Passes.Simplify(Layers.Source(
            """(float a, float b) Tried([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w, [Shape("N, D")] Tensor<float> y)""",
            """
            var t = x.Tanh();
            var wx = w * t;
            var first = (wx + y).Sum(axis: 0);
            var second = (wx - w * t.Mean(axis: 0)).Sum(axis: 0);
            return (first.Square().Sum(), second.Square().Sum());
            """));
        Assert.Equal("0", form.Outputs[1].Value.ToString());
        Assert.Contains("Σ_n w[d]·tanh(x[n,d]) = w[d]·Σ_n tanh(x[n,d])", form.Rewritings.Select(rewriting => $"{rewriting.Before} = {rewriting.After}"));
    }
}
