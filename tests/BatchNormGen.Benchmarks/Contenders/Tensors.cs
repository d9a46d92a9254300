using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using BatchNormGen.Benchmarks.Measured;

namespace BatchNormGen.Benchmarks.Contenders;

/// <summary>Between arrays and dense tensors.</summary>
internal static class Tensors
{
    public static Tensor<T> Zeros<T>(int[] shape) => Tensor.Create(new T[shape.Aggregate(1, (product, length) => product * length)], Lengths(shape));

    /// <summary>A tensor over the values themselves where they have its type, else over a copy.</summary>
    public static Tensor<T> Of<T>(Operand operand)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (operand.Values is not T[] values)
        {
            values = new T[operand.Values.Length];
            TensorPrimitives.ConvertChecked(operand.Values, values);
        }
        return Tensor.Create(values, Lengths(operand.Shape));
    }

    public static Span<T> Values<T>(Tensor<T> tensor) =>
        MemoryMarshal.CreateSpan(ref tensor.GetPinnableReference(), checked((int)tensor.FlattenedLength));

    /// <summary>A scalar is held by a tensor of one element.</summary>
    private static nint[] Lengths(int[] shape) => shape is [] ? [1] : [.. shape.Select(length => (nint)length)];
}
