using System.Numerics.Tensors;
using static BatchNormGen.Benchmarks.Contenders.Tensors;
using static BatchNormGen.Benchmarks.Layers;

namespace BatchNormGen.Benchmarks.Contenders;

/// <summary>What the generator made: outputs, gradients and cache are allocated once, as in a training loop.</summary>
internal static class GeneratedContender
{
    public static Contender Create(Workload workload) => workload switch
    {
        { Normalization: Normalization.Layer } => new GeneratedContender<LayerNormCache>(workload, LayerNormForward, LayerNormBackward),
        { Shape.Length: 4 } => new GeneratedContender<ImageBatchNormCache>(workload, ImageBatchNormForward, ImageBatchNormBackward),
        _ => new GeneratedContender<BatchNormCache>(workload, BatchNormForward, BatchNormBackward),
    };
}

/// <inheritdoc cref="GeneratedContender"/>
internal sealed class GeneratedContender<TCache>(
    Workload workload, GeneratedContender<TCache>.ForwardMethod forward, GeneratedContender<TCache>.BackwardMethod backward) : Contender
    where TCache : new()
{
    private readonly Tensor<float> x = Of(workload.X, workload.Shape), dout = Of(workload.Dout, workload.Shape);
    private readonly Tensor<float> gamma = Of(workload.Gamma, workload.FeatureShape), beta = Of(workload.Beta, workload.FeatureShape);
    private readonly Tensor<float> output = Zeros(workload.Shape), dx = Zeros(workload.Shape);
    private readonly Tensor<float> dgamma = Zeros(workload.FeatureShape), dbeta = Zeros(workload.FeatureShape);
    private readonly TCache cache = new();

    public delegate void ForwardMethod(
        ReadOnlyTensorSpan<float> x, ReadOnlyTensorSpan<float> gamma, ReadOnlyTensorSpan<float> beta, float eps,
        TensorSpan<float> output, TCache cache);

    public delegate void BackwardMethod(
        ReadOnlyTensorSpan<float> dout, ReadOnlyTensorSpan<float> x, ReadOnlyTensorSpan<float> gamma, ReadOnlyTensorSpan<float> beta,
        TCache cache, TensorSpan<float> dx, TensorSpan<float> dgamma, TensorSpan<float> dbeta, bool accumulate = false);

    public override string Name => "generated";

    public override int Threads
    {
        set => Parallelism.MaxThreads = value;
    }

    public override ReadOnlySpan<float> Output => Values(output);

    public override ReadOnlySpan<float> Dx => Values(dx);

    public override ReadOnlySpan<float> Dgamma => Values(dgamma);

    public override ReadOnlySpan<float> Dbeta => Values(dbeta);

    public override void Forward() => forward(x, gamma, beta, Workload.Eps, output, cache);

    public override void Backward() => backward(dout, x, gamma, beta, cache, dx, dgamma, dbeta);
}
