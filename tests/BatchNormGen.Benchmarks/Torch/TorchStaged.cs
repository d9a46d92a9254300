#if TORCH
using static TorchSharp.torch;

namespace BatchNormGen.Benchmarks.Torch;

/// <summary>The nine stages as nine torch operations, differentiated by its tape.</summary>
internal sealed class TorchStaged(Workload workload) : TorchContender(workload, workload.FeatureShape)
{
    private readonly long[] axes = [.. workload.ReducedAxes.Select(axis => (long)axis)];

    public override string Name => "torch staged";

    protected override Tensor Normalize()
    {
        using var mean = X.mean(axes, keepdim: true);
        using var devFromMean = X - mean;
        using var devFromMeanSq = devFromMean.square();
        using var variance = devFromMeanSq.mean(axes, keepdim: true);
        using var shifted = variance + Workload.Eps;
        using var stddev = shifted.sqrt();
        using var invertedStddev = stddev.reciprocal();
        using var xNorm = devFromMean * invertedStddev;
        using var scaledX = Gamma * xNorm;
        return scaledX + Beta;
    }
}
#endif
