using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Layers;

public class LossesTests
{
    public static TheoryData<int, int> Shapes => new() { { 1, 1 }, { 1, 9 }, { 6, 1 }, { 3, 4 }, { 7, 19 }, { 33, 17 } };

    [Theory, MemberData(nameof(Shapes))]
    public void Mean_squared_error(int n, int d)
    {
        var (prediction, target) = (Input("prediction", n, d), Draw("target", -2, 2, n, d));
        CheckLoss(
            [prediction],
            t => Losses.MeanSquaredError(t[0], target), t => Losses.MeanSquaredErrorFused(t[0], target), t => Losses.MeanSquaredErrorForward(t[0], target),
            (dout, cache) => [Losses.MeanSquaredErrorBackward(dout, cache)]);

        var (forward, cache) = Losses.MeanSquaredErrorForward(prediction.Value, target);
        var (value, dprediction) = Losses.MeanSquaredErrorValueAndGradients(prediction.Value, target);
        Assert.Equal(forward, value);
        Assert.Equal(Losses.MeanSquaredErrorBackward(1, cache), dprediction.AsEnumerable());
        Assert.Equal(Losses.MeanSquaredErrorBackward(cache), dprediction.AsEnumerable());
    }

    [Theory, MemberData(nameof(Shapes))]
    public void A_quotient_of_sums(int n, int d) => CheckLoss(
        [Input("a", n, d), Input("b", n, d)],
        t => Losses.Both(t[0], t[1]), t => Losses.BothFused(t[0], t[1]), t => Losses.BothForward(t[0], t[1]),
        (dout, cache) => Losses.BothBackward(dout, cache) is var (da, db) ? [da, db] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void A_penalty_whose_strength_has_a_gradient(int n, int d) => CheckLoss(
        [Input("x", n, d), Input("weight", d), Input("strength", 1)],
        t => Losses.Penalty(t[0], t[1], t[2][0]), t => Losses.PenaltyFused(t[0], t[1], t[2][0]), t => Losses.PenaltyForward(t[0], t[1], t[2][0]),
        (dout, cache) => Losses.PenaltyBackward(dout, cache) is var (dx, dweight, dstrength) ? [dx, dweight, Scalar(dstrength)] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Cross_entropy_with_soft_targets(int n, int d)
    {
        var target = Draw("target", 0, 1, n, d);
        CheckLoss(
            [Input("logits", n, d)],
            t => Losses.SoftCrossEntropy(t[0], target), t => Losses.SoftCrossEntropyFused(t[0], target), t => Losses.SoftCrossEntropyForward(t[0], target),
            (dout, cache) => [Losses.SoftCrossEntropyBackward(dout, cache)]);
    }
}
