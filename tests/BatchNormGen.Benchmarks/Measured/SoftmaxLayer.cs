using static BatchNormGen.Benchmarks.Layers;

namespace BatchNormGen.Benchmarks.Measured;

/// <summary>Softmax of the rows of a matrix.</summary>
internal sealed partial class SoftmaxLayer : Layer
{
    public override string Name => "softmax";

    public override int[][] Shapes => [[4096, 1000], [1024, 32000], [65536, 64]];

    public override int[][] QuickShapes => [[1024, 1000]];

    public override Calls Generated<T>(Problem<T> p)
    {
        var cache = new SoftmaxCache<T>();
        return new(
            () => SoftmaxForward<T>(p.X, p.Output, cache),
            () => SoftmaxBackward<T>(p.Dout, p.X, cache, p.Dx));
    }

    public override Calls Truth(Problem<double> p)
    {
        var cache = new SoftmaxTruthCache();
        return new(
            () => SoftmaxTruthForward(p.X, p.Output, cache),
            () => SoftmaxTruthBackward(p.Dout, p.X, cache, p.Dx));
    }
}
