using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;

namespace BatchNormGen.Generator.Tests.Planning;

public class KeptElementsTests
{
    private static Plan Of(string body, string parameters = "[Shape(\"N, D\")] Tensor<float> x") =>
        Passes.Plan(Layers.Source($"Tensor<float> Layer({parameters})", $"return {body};"));

    private static IEnumerable<string> Sweeps(Kernel kernel, Plan plan) =>
        PlanPrinter.Print(plan with { Forward = kernel, Backward = kernel }).Split('\n').Select(line => line.Trim()).SkipWhile(line => line != "forward").Skip(2).TakeWhile(line => line != "backward");

    [Fact]
    public void The_forward_of_softmax_computes_each_exponential_once()
    {
        var plan = Of("x.Softmax(axis: 1)");
        Assert.Equal(
            [
                "sweep 1",
                "max xMax[n] ← x[n,d]",
                "merge xMax[n]",
                "sweep 2",
                "keep xExp[n,d] = exp(x[n,d] − xMax[n])",
                "sum xSum[n] += xExp[n,d]",
                "small xExpScale[n] = 1/xSum[n]",
                "merge xSum[n]",
                "sweep 3",
                "write output[n,d] = xExpScale[n]·xExp[n,d]",
            ],
            Sweeps(plan.Forward, plan));
        var cost = Cost.Write(plan).Select(line => line.Trim()).ToList();
        Assert.Contains("pass 2: xSum; reads x, keeps xExp", cost);
        Assert.Contains("pass 3: output; reads xExp, writes output", cost);
    }

    [Fact]
    public void The_backward_of_softmax_computes_each_exponential_once()
    {
        var plan = Of("x.Softmax(axis: 1)");
        Assert.Equal(
            [
                "small doutScale[n] = 1/xSum[n]",
                "sweep 1",
                "keep xExp[n,d] = exp(x[n,d] − xMax[n])",
                "sum sumDoutXExpPerXSum[n] += doutScale[n]·dout[n,d]·xExp[n,d]",
                "small xExpScale[n] = −sumDoutXExpPerXSum[n]/xSum[n]",
                "sweep 2",
                "write dx[n,d] = doutScale[n]·dout[n,d]·xExp[n,d] + xExpScale[n]·xExp[n,d]",
            ],
            Sweeps(plan.Backward, plan));
        Assert.Contains(Cost.Write(plan), line => line.Contains("Balanced (chosen)", StringComparison.Ordinal) && line.EndsWith(", 1 function of each element", StringComparison.Ordinal));
    }

    [Fact]
    public void What_several_later_sweeps_take_is_kept_by_the_first()
    {
        // Least computes the forward's sweeps again: the exponentials are made in the second, and taken by the third and the fourth.
        var backward = Passes.Plan(Layers.Source("Tensor<float> Layer([Shape(\"N, D\")] Tensor<float> x)", "return x.Softmax(axis: 1);").Replace("[Differentiable]", "[Differentiable(Save = Saving.Least)]")).Backward;
        var sweeps = Assert.Single(backward.Regions).Sweeps;
        var kept = Assert.Single(sweeps[1].Keeps);
        Assert.All(sweeps.Skip(2), sweep => Assert.Equal([kept], sweep.Takes));
        Assert.All(sweeps.Skip(2), sweep => Assert.Empty(sweep.Keeps));
    }

    [Fact]
    public void What_a_function_that_is_taken_is_made_from_is_not_kept_for_it()
    {
        // tanh(exp(x)) is taken as a whole, so exp(x) stays within the first sweep.
        var forward = Of("x.Exp().Tanh() / x.Exp().Tanh().Square().Sum(axis: 1, keepDims: true)").Forward;
        var sweeps = Assert.Single(forward.Regions).Sweeps;
        Assert.Equal("tanh(exp(x[n,d]))", Assert.Single(sweeps[0].Keeps).Value.ToString());
        Assert.Equal(sweeps[0].Keeps, sweeps[1].Takes);
    }

    [Fact]
    public void A_sum_over_instances_takes_what_a_sweep_of_the_instance_has_kept()
    {
        var backward = Of("gamma * x.Softmax(axis: 1)", "[Shape(\"N, D\")] Tensor<float> x, [Shape(\"D\")] Tensor<float> gamma").Backward;
        var sweeps = Assert.Single(backward.Regions).Sweeps;
        Assert.Equal(sweeps[0].Keeps, sweeps[1].Takes);
        Assert.Contains(Assert.Single(sweeps[1].Takes), Assert.Single(sweeps[1].Accumulators).Body.Nodes());
        Assert.True(sweeps[1].Accumulators[0].AcrossInstances);
    }

    /// <summary>Without functions there is nothing to keep; along columns, over a matrix and over all there is no row of an instance.</summary>
    [Theory]
    [InlineData("layer norm")]
    [InlineData("root mean square norm")]
    [InlineData("x.Softmax(axis: 0)")]
    [InlineData("x.Exp() / x.Exp().Sum()")]
    public void Where_an_instance_has_no_row_of_functions_nothing_is_kept(string layer)
    {
        var plan = Layers.All.TryGetValue(layer, out var source) ? Passes.Plan(source) : Of(layer);
        Assert.All(plan.Forward.Sweeps.Concat(plan.Backward.Sweeps), sweep => Assert.Empty(sweep.Keeps.Concat(sweep.Takes)));
    }
}
