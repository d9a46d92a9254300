#if TORCH
using System.Runtime.InteropServices;
using BatchNormGen.Benchmarks.Contenders;
using TorchSharp;
using static TorchSharp.torch;

namespace BatchNormGen.Benchmarks.Torch;

/// <summary>A normalization in torch with autograd; every tensor that it makes is given back before the next one is made.</summary>
internal abstract class TorchContender : Contender
{
    private readonly Tensor dout;
    private Tensor? output;
    private IList<Tensor> gradients = [];

    protected TorchContender(Workload workload, int[] featureShape)
    {
        Workload = workload;
        X = From(workload.X, workload.Shape).requires_grad_();
        dout = From(workload.Dout, workload.Shape);
        Gamma = From(workload.Gamma, featureShape).requires_grad_();
        Beta = From(workload.Beta, featureShape).requires_grad_();
    }

    public override int Threads
    {
        set => set_num_threads(value);
    }

    public override ReadOnlySpan<float> Output => Values(output!);

    public override ReadOnlySpan<float> Dx => Values(gradients[0]);

    public override ReadOnlySpan<float> Dgamma => Values(gradients[1]);

    public override ReadOnlySpan<float> Dbeta => Values(gradients[2]);

    protected Workload Workload { get; }

    protected Tensor X { get; }

    protected Tensor Gamma { get; }

    protected Tensor Beta { get; }

    public sealed override void Forward()
    {
        output?.Dispose();
        output = Normalize();
    }

    public sealed override void Backward() => Differentiate(retainGraph: true);

    public sealed override void Step()
    {
        Forward();
        Differentiate(retainGraph: false);
    }

    public override void Dispose()
    {
        DisposeGradients();
        foreach (var tensor in new[] { output, X, dout, Gamma, Beta })
        {
            tensor?.Dispose();
        }
    }

    protected abstract Tensor Normalize();

    private void Differentiate(bool retainGraph)
    {
        DisposeGradients();
        gradients = autograd.grad([output!], [X, Gamma, Beta], [dout], retain_graph: retainGraph);
    }

    private void DisposeGradients()
    {
        foreach (var gradient in gradients)
        {
            gradient.Dispose();
        }
        gradients = [];
    }

    private static Tensor From(float[] values, int[] shape) => tensor(values, [.. shape.Select(length => (long)length)]);

    private static ReadOnlySpan<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
#endif
