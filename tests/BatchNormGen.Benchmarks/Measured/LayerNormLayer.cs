using static BatchNormGen.Benchmarks.Layers;

namespace BatchNormGen.Benchmarks.Measured;

/// <summary>Layer normalization of the rows of a matrix.</summary>
internal sealed partial class LayerNormLayer : Layer
{
    public override string Name => "layernorm";

    public override int[][] Shapes => [[4096, 1024], [16384, 768], [65536, 64]];

    public override int[][] QuickShapes => [[1024, 1024]];

    public override int[][] ParameterShapes(int[] shape) => Rows(shape);

    public override Calls Generated<T>(Problem<T> p)
    {
        var cache = new LayerNormCache<T>();
        return new(
            () => LayerNormForward<T>(p.X, p.Gamma, p.Beta, p.Eps, p.Output, cache),
            () => LayerNormBackward<T>(p.Dout, p.X, p.Gamma, p.Beta, cache, p.Dx, p.Dgamma, p.Dbeta));
    }

    public override Calls Truth(Problem<double> p)
    {
        var cache = new LayerNormTruthCache();
        return new(
            () => LayerNormTruthForward(p.X, p.Gamma, p.Beta, p.Eps, p.Output, cache),
            () => LayerNormTruthBackward(p.Dout, p.X, p.Gamma, p.Beta, cache, p.Dx, p.Dgamma, p.Dbeta));
    }
}
