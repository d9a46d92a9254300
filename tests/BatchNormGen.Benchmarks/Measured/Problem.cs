using System.Numerics;
using System.Numerics.Tensors;
using static BatchNormGen.Benchmarks.Contenders.Tensors;

namespace BatchNormGen.Benchmarks.Measured;

/// <summary>A workload as tensors of one element type, with memory for the output and the gradients, which is used again from call to call.</summary>
internal sealed class Problem<T>(Workload workload)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public Tensor<T> X { get; } = Of<T>(workload.X);

    public Tensor<T> Dout { get; } = Of<T>(workload.Dout);

    public Tensor<T>[] Parameters { get; } = [.. workload.Parameters.Select(Of<T>)];

    public Tensor<int> Labels { get; } = Tensor.Create(workload.Labels);

    public T Eps { get; } = T.CreateChecked(Layer.Eps);

    /// <summary>The output, then the gradients in the order of the inputs.</summary>
    public Tensor<T>[] Results { get; } =
    [
        Zeros<T>(workload.Dout.Shape), Zeros<T>(workload.Shape), .. workload.Parameters.Select(parameter => Zeros<T>(parameter.Shape)),
    ];

    public Tensor<T> Gamma => Parameters[0];

    public Tensor<T> Beta => Parameters[1];

    public Tensor<T> Output => Results[0];

    public Tensor<T> Dx => Results[1];

    public Tensor<T> Dgamma => Results[2];

    public Tensor<T> Dbeta => Results[3];

    /// <summary>The output of a layer whose result is a scalar.</summary>
    public T Loss
    {
        set => Output[0] = value;
    }
}
