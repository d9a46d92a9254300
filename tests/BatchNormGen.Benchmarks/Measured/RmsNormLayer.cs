using static BatchNormGen.Benchmarks.Layers;

namespace BatchNormGen.Benchmarks.Measured;

/// <summary>Normalization of the rows of a matrix by the root of their mean square.</summary>
internal sealed partial class RmsNormLayer : Layer
{
    public override string Name => "rmsnorm";

    public override int[][] Shapes => [[16384, 768]];

    public override int[][] QuickShapes => [[1024, 768]];

    public override int[][] ParameterShapes(int[] shape) => [[shape[1]]];

    public override Calls Generated<T>(Problem<T> p)
    {
        var cache = new RmsNormCache<T>();
        return new(
            () => RmsNormForward<T>(p.X, p.Gamma, p.Eps, p.Output, cache),
            () => RmsNormBackward<T>(p.Dout, p.X, p.Gamma, cache, p.Dx, p.Dgamma));
    }

    public override Calls Truth(Problem<double> p)
    {
        var cache = new RmsNormTruthCache();
        return new(
            () => RmsNormTruthForward(p.X, p.Gamma, p.Eps, p.Output, cache),
            () => RmsNormTruthBackward(p.Dout, p.X, p.Gamma, cache, p.Dx, p.Dgamma));
    }
}
