using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace BatchNormGen.Kernels;

/// <summary>Copies a panel of a matrix, some rows of a or some columns of b, to where its elements follow each other in the order of their use.</summary>
internal static class Packing
{
    private const int Square = 4;

    /// <summary>destination[k·width + i] = source[i·across + k·along] for i below <paramref name="count"/>; what is between stays as it is.</summary>
    public static void Pack<T>(ref T source, nint across, nint along, int count, int depth, Span<T> destination, int width)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T target = ref MemoryMarshal.GetReference(destination);
        if (across == 1 && Lanes512<T>.IsSupported && count >= Lanes512<T>.Count)
        {
            Copy<Lanes512<T>, T>(ref source, along, count, depth, ref target, width);
        }
        else if (across == 1 && Lanes256<T>.IsSupported && count >= Lanes256<T>.Count)
        {
            Copy<Lanes256<T>, T>(ref source, along, count, depth, ref target, width);
        }
        else if (across == 1 && count >= Lanes128<T>.Count)
        {
            Copy<Lanes128<T>, T>(ref source, along, count, depth, ref target, width);
        }
        else
        {
            Transpose(ref source, across, along, count, depth, ref target, width);
        }
    }

    /// <summary>Vectors of what lies side by side. The last of them may overlap the one before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy<V, T>(ref T source, nint along, int count, int depth, ref T target, int width)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int k = 0; k < depth; k++)
        {
            ReadOnlySpan<T> from = MemoryMarshal.CreateReadOnlySpan(ref source, count);
            Span<T> to = MemoryMarshal.CreateSpan(ref target, count);
            for (int i = 0; i < count - V.Count; i += V.Count)
            {
                V.Load(from, i).Store(to, i);
            }

            V.Load(from, count - V.Count).Store(to, count - V.Count);
            source = ref Unsafe.Add(ref source, along);
            target = ref Unsafe.Add(ref target, width);
        }
    }

    private static void Transpose<T>(ref T source, nint across, nint along, int count, int depth, ref T target, int width)
        where T : unmanaged
    {
        int done = 0;
        if (typeof(T) == typeof(float) && along == 1 && count >= Square && (Sse.IsSupported || AdvSimd.Arm64.IsSupported))
        {
            done = depth / Square * Square;
            TransposeSquares(ref Unsafe.As<T, float>(ref source), across, count, done, ref Unsafe.As<T, float>(ref target), width);
        }

        TransposeElements(ref Unsafe.Add(ref source, done * along), across, along, count, depth - done, ref Unsafe.Add(ref target, done * width), width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransposeElements<T>(ref T source, nint across, nint along, int count, int depth, ref T target, int width)
    {
        for (int i = 0; i < count; i++)
        {
            ref T from = ref Unsafe.Add(ref source, i * across);
            ref T to = ref Unsafe.Add(ref target, i);
            for (int k = 0; k < depth; k++)
            {
                to = from;
                from = ref Unsafe.Add(ref from, along);
                to = ref Unsafe.Add(ref to, width);
            }
        }
    }

    /// <summary>Squares of 4 by 4. The last across may overlap the one before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransposeSquares(ref float source, nint across, int count, int depth, ref float target, int width)
    {
        for (int next = 0; next < count; next += Square)
        {
            int i = Math.Min(next, count - Square);
            ref float from = ref Unsafe.Add(ref source, i * across);
            ref float to = ref Unsafe.Add(ref target, i);
            for (int k = 0; k < depth; k += Square)
            {
                Vector128<float> row0 = Vector128.LoadUnsafe(ref from);
                Vector128<float> row1 = Vector128.LoadUnsafe(ref Unsafe.Add(ref from, across));
                Vector128<float> row2 = Vector128.LoadUnsafe(ref Unsafe.Add(ref from, 2 * across));
                Vector128<float> row3 = Vector128.LoadUnsafe(ref Unsafe.Add(ref from, 3 * across));
                Vector128<float> low02 = ZipLow(row0, row2), high02 = ZipHigh(row0, row2);
                Vector128<float> low13 = ZipLow(row1, row3), high13 = ZipHigh(row1, row3);
                ZipLow(low02, low13).StoreUnsafe(ref to);
                ZipHigh(low02, low13).StoreUnsafe(ref Unsafe.Add(ref to, width));
                ZipLow(high02, high13).StoreUnsafe(ref Unsafe.Add(ref to, 2 * width));
                ZipHigh(high02, high13).StoreUnsafe(ref Unsafe.Add(ref to, 3 * width));
                from = ref Unsafe.Add(ref from, Square);
                to = ref Unsafe.Add(ref to, Square * width);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> even, Vector128<float> odd) =>
        Sse.IsSupported ? Sse.UnpackLow(even, odd) : AdvSimd.Arm64.ZipLow(even, odd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> even, Vector128<float> odd) =>
        Sse.IsSupported ? Sse.UnpackHigh(even, odd) : AdvSimd.Arm64.ZipHigh(even, odd);
}
