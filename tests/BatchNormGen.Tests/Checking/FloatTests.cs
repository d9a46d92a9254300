using System.Numerics.Tensors;
using BatchNormGen.Tests.Layers;

namespace BatchNormGen.Tests.Checking;

/// <summary>Layers of floats, checked against their twins in double.</summary>
public class FloatTests
{
    private const float Eps = 0.01f;

    private static readonly Tensor<float> X = Tensor.Create([0.5f, -1.25f, 2, 0.75f, -0.5f, 1.5f, -2.25f, 0.125f, 1], [3, 3]);
    private static readonly Tensor<float> Gamma = Tensor.Create([1.5f, -0.5f, 0.75f], [3]);
    private static readonly Tensor<float> Beta = Tensor.Create([0.25f, 0, -1], [3]);

    private static GradientReport CheckBatchNorm(float factor = 1, Func<Tensor<double>[], Tensor<double>>? twin = null, GradientCheckOptions? options = null) => GradientCheck.Run(
        [("x", X), ("gamma", Gamma), ("beta", Beta)],
        t => Generics.BatchNormForward(t[0], t[1], t[2], Eps),
        (dout, cache) => Generics.BatchNormBackward(dout, cache) is var (dx, dgamma, dbeta) ? [Tensor.Multiply<float>(dx, factor), dgamma, dbeta] : [],
        twin, options);

    private static Tensor<double> Twin(Tensor<double>[] t) => Generics.BatchNorm(t[0], t[1], t[2], (double)Eps);

    [Fact]
    public void Against_its_twin_a_layer_of_floats_is_right_to_the_last_digits()
    {
        var report = CheckBatchNorm(twin: Twin, options: new() { Difference = CentralDifference.FivePoint, AbsoluteTolerance = 1e-6, RelativeTolerance = 1e-6 });
        report.ThrowIfFailed();
        Assert.InRange(report.WorstError, 1e-12, 1e-6);
    }

    [Fact]
    public void The_defaults_are_those_of_torch_with_a_twin_and_wider_without()
    {
        var report = CheckBatchNorm(twin: Twin);
        report.ThrowIfFailed();
        Assert.Equal(new GradientCheckOptions(), report.Options);
        report = CheckBatchNorm();
        report.ThrowIfFailed();
        Assert.Equal(GradientCheckOptions.OfFloatDifferences, report.Options);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(2)]
    public void A_wrong_factor_fails_with_and_without_a_twin(float factor)
    {
        foreach (var report in new[] { CheckBatchNorm(factor, Twin), CheckBatchNorm(factor) })
        {
            Assert.Equal([false, true, true], report.Inputs.Select(input => input.Passed));
            Assert.Equal("x", report.Worst!.Input);
            Assert.Equal(factor, report.Inputs[0].Factor!.Value, 0.01);
        }
    }

    [Fact]
    public void An_error_of_a_hundredth_fails_with_a_twin() => Assert.False(CheckBatchNorm(1.01f, Twin).Passed);

    [Fact]
    public void A_loss_is_checked_against_its_twin()
    {
        var labels = Tensor.Create([2, 0, 1], [3]);
        GradientReport Check(float factor) => GradientCheck.Run(
            [("x", X), ("w", Tensor.Create([0.5f]))],
            t => Generics.LossForward(t[0], labels, t[1][0], true, 0.25f),
            (dout, cache) => Generics.LossBackward(dout, cache) is var (dx, dw) ? [dx, Tensor.Create([factor * dw])] : [],
            t => Generics.Loss(t[0], labels, t[1][0], true, 0.25f));
        Check(1).ThrowIfFailed();
        Assert.Equal([true, false], Check(-1).Inputs.Select(input => input.Passed));
    }

    [Fact]
    public void Several_outputs_are_checked_at_once()
    {
        GradientReport Check(float factor) => GradientCheck.Run(
            [("x", X)],
            t => [Tensor.Multiply<float>(t[0], t[0]), Tensor.Multiply<float>(t[0], 3)],
            (t, douts) => [Tensor.Add<float>(Tensor.Multiply<float>(Tensor.Multiply<float>(t[0], 2 * factor), douts[0]), Tensor.Multiply<float>(douts[1], 3))],
            t => [Tensor.Multiply<double>(t[0], t[0]), Tensor.Multiply<double>(t[0], 3)]);
        Check(1).ThrowIfFailed();
        Assert.False(Check(-1).Passed);
    }

    [Fact]
    public void A_twin_that_computes_something_else_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => CheckBatchNorm(twin: t => Generics.BatchNorm(t[0], t[1], t[2], 0.5)));
        Assert.Equal("twin", error.ParamName);
        Assert.Matches(@"Output 0 is -?[\d.]+ at \[\d, \d\], and in the twin -?[\d.]+;", error.Message);

        error = Assert.Throws<ArgumentException>(() => CheckBatchNorm(twin: t => t[1]));
        Assert.Equal("twin", error.ParamName);
        Assert.Contains("the shape [3, 3], and in the twin [3]", error.Message);

        error = Assert.Throws<ArgumentException>(() => CheckBatchNorm(twin: t => Tensor.Multiply<double>(Twin(t), double.NaN)));
        Assert.Contains("in the twin NaN", error.Message);

        error = Assert.Throws<ArgumentException>(() => GradientCheck.Run([("x", X)], t => [t[0], t[0]], (t, douts) => [douts[0]], t => [t[0]]));
        Assert.Contains("2 outputs and its twin 1", error.Message);
    }
}
