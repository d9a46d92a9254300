using System.Numerics.Tensors;
using static DigitsNet.Network;

namespace BatchNormGen.Benchmarks.Networks;

/// <summary>The network of samples/DigitsNet as it is there: one annotated method.</summary>
internal sealed class OneMethod(Workload workload) : Contender
{
    private readonly Parameters p = new(workload);
    private readonly LossCache cache = new();
    private float loss;

    public override float Loss => loss;

    public override void Step()
    {
        var images = new ReadOnlyTensorSpan<float>(workload.Images, [workload.Count, Pixels]);
        var labels = new ReadOnlyTensorSpan<int>(workload.Labels);
        LossForward(
            images, labels, p.Weights1.Value, p.Gamma1.Value, p.Beta1.Value, p.Weights2.Value, p.Gamma2.Value, p.Beta2.Value,
            p.Weights3.Value, p.Bias3.Value, out loss, p.Mean1.Latest, p.Variance1.Latest, p.Mean2.Latest, p.Variance2.Latest, cache);
        LossBackward(
            1f, images, labels, p.Weights1.Value, p.Gamma1.Value, p.Beta1.Value, p.Weights2.Value, p.Gamma2.Value, p.Beta2.Value,
            p.Weights3.Value, p.Bias3.Value, cache, p.Weights1.Gradient, p.Gamma1.Gradient, p.Beta1.Gradient, p.Weights2.Gradient,
            p.Gamma2.Gradient, p.Beta2.Gradient, p.Weights3.Gradient, p.Bias3.Gradient);
        p.Update();
    }
}
