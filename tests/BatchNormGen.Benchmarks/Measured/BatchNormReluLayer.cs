using static BatchNormGen.Benchmarks.Layers;

namespace BatchNormGen.Benchmarks.Measured;

/// <summary>Batch normalization and relu as one layer.</summary>
internal sealed partial class BatchNormReluLayer : Layer
{
    public override string Name => "batchnorm-relu";

    public override int[][] Shapes => [[256, 512], [1024, 1024], [4096, 1024]];

    public override int[][] QuickShapes => [[1024, 1024]];

    public override int[][] ParameterShapes(int[] shape) => Rows(shape);

    public override void Settle(Workload workload) => AvoidKink(workload, new BatchNormLayer());

    public override Calls Generated<T>(Problem<T> p)
    {
        var cache = new BatchNormReluCache<T>();
        return new(
            () => BatchNormReluForward<T>(p.X, p.Gamma, p.Beta, p.Eps, p.Output, cache),
            () => BatchNormReluBackward<T>(p.Dout, p.X, p.Gamma, p.Beta, cache, p.Dx, p.Dgamma, p.Dbeta));
    }

    public override Calls Truth(Problem<double> p)
    {
        var cache = new BatchNormReluTruthCache();
        return new(
            () => BatchNormReluTruthForward(p.X, p.Gamma, p.Beta, p.Eps, p.Output, cache),
            () => BatchNormReluTruthBackward(p.Dout, p.X, p.Gamma, p.Beta, cache, p.Dx, p.Dgamma, p.Dbeta));
    }
}
