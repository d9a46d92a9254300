#if TORCH
using BatchNormGen.Benchmarks.Torch;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace BatchNormGen.Benchmarks.Measured;

internal abstract partial class Layer
{
    /// <summary>Torch's own operation for the layer.</summary>
    public abstract Tensor TorchNative(TorchOperands t);

    /// <summary>The stages of the layer, one torch operation each.</summary>
    public abstract Tensor TorchStaged(TorchOperands t);

    private protected static Tensor TorchBatchNorm(TorchOperands t) =>
        F.batch_norm(t.X, null, null, t.Gamma, t.Beta, training: true, momentum: 0.1, eps: Eps);

    /// <summary>The nine stages, with statistics over <paramref name="axes"/>.</summary>
    private protected static Tensor TorchStages(TorchOperands t, params long[] axes) => t.Gamma * TorchNormalized(t.X, axes) + t.Beta;

    private protected static Tensor TorchNormalized(Tensor x, params long[] axes)
    {
        var mean = x.mean(axes, keepdim: true);
        var devFromMean = x - mean;
        var devFromMeanSq = devFromMean.square();
        var variance = devFromMeanSq.mean(axes, keepdim: true);
        var stddev = (variance + Eps).sqrt();
        var invertedStddev = stddev.reciprocal();
        return devFromMean * invertedStddev;
    }
}

internal sealed partial class BatchNormLayer
{
    public override Tensor TorchNative(TorchOperands t) => TorchBatchNorm(t);

    public override Tensor TorchStaged(TorchOperands t) => TorchStages(t, 0);
}

internal sealed partial class ImageBatchNormLayer
{
    public override Tensor TorchNative(TorchOperands t) => TorchBatchNorm(t);

    public override Tensor TorchStaged(TorchOperands t) => TorchStages(t, 0, 2, 3);
}

internal sealed partial class BatchNormReluLayer
{
    public override Tensor TorchNative(TorchOperands t) => TorchBatchNorm(t).relu();

    public override Tensor TorchStaged(TorchOperands t) => TorchStages(t, 0).relu();
}

internal sealed partial class ImageBatchNormReluLayer
{
    public override Tensor TorchNative(TorchOperands t) => TorchBatchNorm(t).relu();

    public override Tensor TorchStaged(TorchOperands t) => TorchStages(t, 0, 2, 3).relu();
}

internal sealed partial class LayerNormLayer
{
    public override Tensor TorchNative(TorchOperands t) => F.layer_norm(t.X, [t.X.shape[1]], t.Gamma, t.Beta, Eps);

    public override Tensor TorchStaged(TorchOperands t) => TorchStages(t, 1);
}

internal sealed partial class RmsNormLayer
{
    /// <summary>TorchSharp has no rms_norm; on the processor torch composes it from these operations too.</summary>
    public override Tensor TorchNative(TorchOperands t) => t.X * (t.X.square().mean([1], keepdim: true) + Eps).rsqrt() * t.Gamma;

    public override Tensor TorchStaged(TorchOperands t) => t.X * (t.X.square().mean([1], keepdim: true) + Eps).sqrt().reciprocal() * t.Gamma;
}

internal sealed partial class GroupNormLayer
{
    public override Tensor TorchNative(TorchOperands t) => F.group_norm(t.X, Groups, t.Gamma, t.Beta, Eps);

    public override Tensor TorchStaged(TorchOperands t)
    {
        var grouped = t.X.reshape(t.X.shape[0], Groups, -1);
        return t.Gamma * TorchNormalized(grouped, 2).reshape(t.X.shape) + t.Beta;
    }
}

internal sealed partial class SoftmaxLayer
{
    public override Tensor TorchNative(TorchOperands t) => F.softmax(t.X, 1);

    public override Tensor TorchStaged(TorchOperands t)
    {
        var exp = (t.X - t.X.amax([1], keepdim: true)).exp();
        return exp / exp.sum([1], keepdim: true);
    }
}

internal sealed partial class CrossEntropyLayer
{
    public override Tensor TorchNative(TorchOperands t) => F.cross_entropy(t.X, t.Labels);

    public override Tensor TorchStaged(TorchOperands t)
    {
        var shifted = t.X - t.X.amax([1], keepdim: true);
        var logSoftmax = shifted - shifted.exp().sum([1], keepdim: true).log();
        return -logSoftmax.gather(1, t.Labels.unsqueeze(1)).mean();
    }
}

internal sealed partial class GeluLayer
{
    public override Tensor TorchNative(TorchOperands t) => F.gelu(t.X);

    public override Tensor TorchStaged(TorchOperands t) => 0.5f * t.X * (1f + (t.X * MathF.Sqrt(0.5f)).erf());
}
#endif
