using static BatchNormGen.Benchmarks.Layers;

namespace BatchNormGen.Benchmarks.Measured;

/// <summary>Batch normalization over the rows of a matrix.</summary>
internal sealed partial class BatchNormLayer : Layer
{
    public override string Name => "batchnorm";

    public override int[][] Shapes =>
        [[64, 100], [256, 512], [1024, 1024], [4096, 1024], [32768, 256], [65536, 64], [100000, 1000]];

    public override int[][] QuickShapes => [[256, 512], [1024, 1024]];

    public override int[][] ParameterShapes(int[] shape) => Rows(shape);

    public override Calls Generated<T>(Problem<T> p)
    {
        var cache = new BatchNormCache<T>();
        return new(
            () => BatchNormForward<T>(p.X, p.Gamma, p.Beta, p.Eps, p.Output, cache),
            () => BatchNormBackward<T>(p.Dout, p.X, p.Gamma, p.Beta, cache, p.Dx, p.Dgamma, p.Dbeta));
    }

    public override Calls Truth(Problem<double> p)
    {
        var cache = new BatchNormTruthCache();
        return new(
            () => BatchNormTruthForward(p.X, p.Gamma, p.Beta, p.Eps, p.Output, cache),
            () => BatchNormTruthBackward(p.Dout, p.X, p.Gamma, p.Beta, cache, p.Dx, p.Dgamma, p.Dbeta));
    }

    public override Calls? Staged(Problem<float> p)
    {
        BatchNormStagedCache cache = null!;
        return new(
            () => (p.Results[0], cache) = BatchNormStagedForward(p.X, p.Gamma, p.Beta, p.Eps),
            () => (p.Results[1], p.Results[2], p.Results[3]) = BatchNormStagedBackward(p.Dout, cache));
    }
}
