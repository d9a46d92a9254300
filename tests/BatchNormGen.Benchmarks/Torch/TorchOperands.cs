#if TORCH
using BatchNormGen.Benchmarks.Measured;
using static TorchSharp.torch;

namespace BatchNormGen.Benchmarks.Torch;

/// <summary>A workload as torch tensors. Torch's own normalizations want gamma and beta flat, its operations want them to align with x.</summary>
internal sealed class TorchOperands(Workload workload, bool flat) : IDisposable
{
    public Tensor X { get; } = From(workload.X).requires_grad_();

    public Tensor Dout { get; } = From(workload.Dout);

    public IReadOnlyList<Tensor> Parameters { get; } =
        [.. workload.Parameters.Select(operand => From(flat ? new(operand.Values, [operand.Values.Length]) : operand).requires_grad_())];

    public Tensor Labels { get; } = tensor(workload.Labels, dtype: ScalarType.Int64);

    public Tensor Gamma => Parameters[0];

    public Tensor Beta => Parameters[1];

    public void Dispose()
    {
        foreach (var operand in (Tensor[])[X, Dout, .. Parameters, Labels])
        {
            operand.Dispose();
        }
    }

    private static Tensor From(Operand operand) => tensor(operand.Values, [.. operand.Shape.Select(length => (long)length)]);
}
#endif
