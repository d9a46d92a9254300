using static BatchNormGen.Benchmarks.Layers;

namespace BatchNormGen.Benchmarks.Measured;

/// <summary>Batch normalization of images and relu as one layer.</summary>
internal sealed partial class ImageBatchNormReluLayer : Layer
{
    public override string Name => "batchnorm2d-relu";

    public override int[][] Shapes => [[32, 64, 56, 56], [64, 256, 14, 14]];

    public override int[][] QuickShapes => [[8, 64, 28, 28]];

    public override int[][] ParameterShapes(int[] shape) => Channels(shape);

    public override void Settle(Workload workload) => AvoidKink(workload, new ImageBatchNormLayer());

    public override Calls Generated<T>(Problem<T> p)
    {
        var cache = new ImageBatchNormReluCache<T>();
        return new(
            () => ImageBatchNormReluForward<T>(p.X, p.Gamma, p.Beta, p.Eps, p.Output, cache),
            () => ImageBatchNormReluBackward<T>(p.Dout, p.X, p.Gamma, p.Beta, cache, p.Dx, p.Dgamma, p.Dbeta));
    }

    public override Calls Truth(Problem<double> p)
    {
        var cache = new ImageBatchNormReluTruthCache();
        return new(
            () => ImageBatchNormReluTruthForward(p.X, p.Gamma, p.Beta, p.Eps, p.Output, cache),
            () => ImageBatchNormReluTruthBackward(p.Dout, p.X, p.Gamma, p.Beta, cache, p.Dx, p.Dgamma, p.Dbeta));
    }
}
