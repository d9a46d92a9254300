using static BatchNormGen.Benchmarks.Layers;

namespace BatchNormGen.Benchmarks.Measured;

/// <summary>Softmax cross-entropy, the mean over the rows.</summary>
internal sealed partial class CrossEntropyLayer : Layer
{
    public override string Name => "crossentropy";

    public override int[][] Shapes => [[4096, 1000], [1024, 32000]];

    public override int[][] QuickShapes => [[1024, 1000]];

    public override bool HasLabels => true;

    public override int[] OutputShape(int[] shape) => [];

    public override Calls Generated<T>(Problem<T> p)
    {
        var cache = new CrossEntropyCache<T>();
        return new(
            () => { CrossEntropyForward<T>(p.X, p.Labels, out T loss, cache); p.Loss = loss; },
            () => CrossEntropyBackward<T>(p.X, p.Labels, cache, p.Dx));
    }

    public override Calls Truth(Problem<double> p)
    {
        var cache = new CrossEntropyTruthCache();
        return new(
            () => { CrossEntropyTruthForward(p.X, p.Labels, out double loss, cache); p.Loss = loss; },
            () => CrossEntropyTruthBackward(p.X, p.Labels, cache, p.Dx));
    }
}
