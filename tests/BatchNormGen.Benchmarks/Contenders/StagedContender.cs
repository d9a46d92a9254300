using System.Numerics.Tensors;
using static BatchNormGen.Benchmarks.Contenders.Tensors;
using static BatchNormGen.Benchmarks.Layers;

namespace BatchNormGen.Benchmarks.Contenders;

/// <summary>The nine stages of batch normalization, one tensor operation each, and the naive backward with one local gradient a stage.</summary>
internal sealed class StagedContender(Workload workload) : Contender
{
    private const int LargestCount = 1 << 20;

    private readonly Tensor<float> x = Of(workload.X, workload.Shape), dout = Of(workload.Dout, workload.Shape);
    private readonly Tensor<float> gamma = Of(workload.Gamma, workload.FeatureShape), beta = Of(workload.Beta, workload.FeatureShape);
    private (Tensor<float> Output, BatchNormStagedCache Cache) forward;
    private (Tensor<float> Dx, Tensor<float> Dgamma, Tensor<float> Dbeta) gradients;

    public override string Name => "staged C#";

    public override int Threads
    {
        set { } // It has one.
    }

    public override ReadOnlySpan<float> Output => Values(forward.Output);

    public override ReadOnlySpan<float> Dx => Values(gradients.Dx);

    public override ReadOnlySpan<float> Dgamma => Values(gradients.Dgamma);

    public override ReadOnlySpan<float> Dbeta => Values(gradients.Dbeta);

    /// <summary>It is slow: worth its time only up to a million elements.</summary>
    public static bool IsWorthwhile(Workload workload) =>
        workload is { Normalization: Normalization.Batch, Shape.Length: 2, Count: <= LargestCount };

    public override void Forward() => forward = BatchNormStagedForward(x, gamma, beta, Workload.Eps);

    public override void Backward() => gradients = BatchNormStagedBackward(dout, forward.Cache);
}
