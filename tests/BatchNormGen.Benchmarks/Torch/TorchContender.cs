#if TORCH
using System.Runtime.InteropServices;
using BatchNormGen.Benchmarks.Contenders;
using BatchNormGen.Benchmarks.Measured;
using static TorchSharp.torch;

namespace BatchNormGen.Benchmarks.Torch;

/// <summary>A layer in torch with autograd; every tensor that it makes is given back before the next one is made.</summary>
internal sealed class TorchContender(string name, TorchOperands operands, Func<TorchOperands, Tensor> layer) : Contender
{
    private readonly Tensor[] inputs = [operands.X, .. operands.Parameters];
    private Tensor? output;
    private IList<Tensor> gradients = [];

    public override string Name => name;

    public override int Threads
    {
        set => set_num_threads(value);
    }

    public static TorchContender Native(Workload workload) => new("torch native", new(workload, flat: true), workload.Layer.TorchNative);

    public static TorchContender Staged(Workload workload) => new("torch staged", new(workload, flat: false), workload.Layer.TorchStaged);

    public override ReadOnlySpan<float> Result(int index) =>
        MemoryMarshal.Cast<byte, float>((index == 0 ? output! : gradients[index - 1]).bytes);

    public override void Forward()
    {
        output?.Dispose();
        using var stages = NewDisposeScope();
        output = layer(operands).DetachFromDisposeScope();
    }

    public override void Backward() => Differentiate(retainGraph: true);

    public override void Step()
    {
        Forward();
        Differentiate(retainGraph: false);
    }

    public override void Dispose()
    {
        DisposeGradients();
        output?.Dispose();
        operands.Dispose();
    }

    private void Differentiate(bool retainGraph)
    {
        DisposeGradients();
        gradients = autograd.grad([output!], inputs, [operands.Dout], retain_graph: retainGraph);
    }

    private void DisposeGradients()
    {
        foreach (var gradient in gradients)
        {
            gradient.Dispose();
        }
        gradients = [];
    }
}
#endif
