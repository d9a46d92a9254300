using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using BatchNormGen.Benchmarks.Measured;

namespace BatchNormGen.Benchmarks.Contenders;

/// <summary>
/// Dense tensors that begin where cache lines do, as torch allocates its own: an array begins anywhere among eight bytes, and lanes that straddle
/// two lines take longer to load, for whoever loads them.
/// </summary>
internal static unsafe class Tensors
{
    private const int CacheLine = 64;

    public static Tensor<T> Zeros<T>(int[] shape)
        where T : unmanaged
    {
        var count = shape.Aggregate(1, (product, length) => product * length);
        var array = GC.AllocateArray<T>(count + CacheLine / sizeof(T), pinned: true);
        var start = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(array, 0) & (CacheLine - 1)) / sizeof(T);
        var lengths = Lengths(shape);
        return Tensor.Create(array, start, lengths, Strides(lengths));
    }

    /// <summary>The values, in the type of the tensor.</summary>
    public static Tensor<T> Of<T>(Operand operand)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var tensor = Zeros<T>(operand.Shape);
        TensorPrimitives.ConvertChecked(operand.Values, Values(tensor));
        return tensor;
    }

    public static Span<T> Values<T>(Tensor<T> tensor) =>
        MemoryMarshal.CreateSpan(ref tensor.GetPinnableReference(), checked((int)tensor.FlattenedLength));

    /// <summary>The elements of the last axis are neighbours; an axis of one element has no stride.</summary>
    private static nint[] Strides(nint[] lengths)
    {
        var strides = new nint[lengths.Length];
        nint stride = 1;
        for (var i = lengths.Length - 1; i >= 0; i--)
        {
            strides[i] = lengths[i] == 1 ? 0 : stride;
            stride *= lengths[i];
        }
        return strides;
    }

    /// <summary>A scalar is held by a tensor of one element.</summary>
    private static nint[] Lengths(int[] shape) => shape is [] ? [1] : [.. shape.Select(length => (nint)length)];
}
