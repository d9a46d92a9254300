using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace BatchNormGen.Benchmarks.Contenders;

/// <summary>Between arrays and dense tensors.</summary>
internal static class Tensors
{
    public static Tensor<float> Zeros(int[] shape) => Of(new float[TensorPrimitives.Product<int>(shape)], shape);

    /// <summary>A tensor over <paramref name="values"/>, without a copy.</summary>
    public static Tensor<float> Of(float[] values, int[] shape) => Tensor.Create(values, [.. shape.Select(length => (nint)length)]);

    public static ReadOnlySpan<float> Values(Tensor<float> tensor) =>
        MemoryMarshal.CreateReadOnlySpan(in tensor.GetPinnableReference(), checked((int)tensor.FlattenedLength));
}
