#if TORCH
using static TorchSharp.torch;

namespace BatchNormGen.Benchmarks.Torch;

/// <summary>Torch's own kernel: <c>batch_norm</c> in training, without running statistics, or <c>layer_norm</c>.</summary>
internal sealed class TorchNative(Workload workload) : TorchContender(workload, [workload.Features])
{
    public override string Name => "torch native";

    protected override Tensor Normalize() => Workload.Normalization == Normalization.Layer
        ? nn.functional.layer_norm(X, [Workload.Features], Gamma, Beta, Workload.Eps)
        : nn.functional.batch_norm(X, null, null, Gamma, Beta, training: true, momentum: 0.1, eps: Workload.Eps);
}
#endif
