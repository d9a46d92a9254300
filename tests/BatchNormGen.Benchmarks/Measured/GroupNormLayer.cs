using static BatchNormGen.Benchmarks.Layers;

namespace BatchNormGen.Benchmarks.Measured;

/// <summary>Normalization over groups of channels of images.</summary>
internal sealed partial class GroupNormLayer : Layer
{
    private const int Groups = 32;

    public override string Name => "groupnorm";

    public override int[][] Shapes => [[32, 64, 56, 56], [64, 256, 14, 14]];

    public override int[][] QuickShapes => [[8, 64, 28, 28]];

    public override bool Fits(int[] shape) => base.Fits(shape) && shape[1] % Groups == 0;

    public override int[][] ParameterShapes(int[] shape) => Channels(shape);

    public override Calls Generated<T>(Problem<T> p)
    {
        var cache = new GroupNormCache<T>();
        return new(
            () => GroupNormForward<T>(p.X, p.Gamma, p.Beta, Groups, p.Eps, p.Output, cache),
            () => GroupNormBackward<T>(p.Dout, p.X, p.Gamma, p.Beta, cache, p.Dx, p.Dgamma, p.Dbeta));
    }

    public override Calls Truth(Problem<double> p)
    {
        var cache = new GroupNormTruthCache();
        return new(
            () => GroupNormTruthForward(p.X, p.Gamma, p.Beta, Groups, p.Eps, p.Output, cache),
            () => GroupNormTruthBackward(p.Dout, p.X, p.Gamma, p.Beta, cache, p.Dx, p.Dgamma, p.Dbeta));
    }
}
