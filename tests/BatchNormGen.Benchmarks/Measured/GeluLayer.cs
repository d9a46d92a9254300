using static BatchNormGen.Benchmarks.Layers;

namespace BatchNormGen.Benchmarks.Measured;

/// <summary>GELU by the error function.</summary>
internal sealed partial class GeluLayer : Layer
{
    public override string Name => "gelu";

    public override int[][] Shapes => [[4096, 4096]];

    public override int[][] QuickShapes => [[1024, 1024]];

    public override Calls Generated<T>(Problem<T> p)
    {
        var cache = new GeluCache<T>();
        return new(
            () => GeluForward<T>(p.X, p.Output, cache),
            () => GeluBackward<T>(p.Dout, p.X, cache, p.Dx));
    }

    public override Calls Truth(Problem<double> p)
    {
        var cache = new GeluTruthCache();
        return new(
            () => GeluTruthForward(p.X, p.Output, cache),
            () => GeluTruthBackward(p.Dout, p.X, cache, p.Dx));
    }
}
