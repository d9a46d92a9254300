using static BatchNormGen.Benchmarks.Layers;

namespace BatchNormGen.Benchmarks.Measured;

/// <summary>Batch normalization over all but the channels of images.</summary>
internal sealed partial class ImageBatchNormLayer : Layer
{
    public override string Name => "batchnorm2d";

    public override int[][] Shapes => [[32, 64, 56, 56], [64, 256, 14, 14]];

    public override int[][] QuickShapes => [[8, 64, 28, 28]];

    public override int[][] ParameterShapes(int[] shape) => Channels(shape);

    public override Calls Generated<T>(Problem<T> p)
    {
        var cache = new ImageBatchNormCache<T>();
        return new(
            () => ImageBatchNormForward<T>(p.X, p.Gamma, p.Beta, p.Eps, p.Output, cache),
            () => ImageBatchNormBackward<T>(p.Dout, p.X, p.Gamma, p.Beta, cache, p.Dx, p.Dgamma, p.Dbeta));
    }

    public override Calls Truth(Problem<double> p)
    {
        var cache = new ImageBatchNormTruthCache();
        return new(
            () => ImageBatchNormTruthForward(p.X, p.Gamma, p.Beta, p.Eps, p.Output, cache),
            () => ImageBatchNormTruthBackward(p.Dout, p.X, p.Gamma, p.Beta, cache, p.Dx, p.Dgamma, p.Dbeta));
    }
}
