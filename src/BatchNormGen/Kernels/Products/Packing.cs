using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchNormGen.Kernels;

/// <summary>Copies a panel of a matrix, some rows of a or some columns of b, to where its elements follow each other in the order of their use.</summary>
internal static class Packing
{
    /// <summary>destination[k·width + i] = source[i·across + k·along] for i below <paramref name="count"/>; what is between stays as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack<T>(ref T source, nint across, nint along, int count, int depth, Span<T> destination, int width)
        where T : unmanaged
    {
        ref T target = ref MemoryMarshal.GetReference(destination);
        if (across == 1 && count >= 8)
        {
            for (int k = 0; k < depth; k++)
            {
                MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref source, k * along), count).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref target, k * width), count));
            }

            return;
        }

        int i = 0;
        for (; i <= count - 4; i += 4)
        {
            ref T from = ref Unsafe.Add(ref source, i * across);
            ref T to = ref Unsafe.Add(ref target, i);
            for (int k = 0; k < depth; k++)
            {
                to = from;
                Unsafe.Add(ref to, 1) = Unsafe.Add(ref from, across);
                Unsafe.Add(ref to, 2) = Unsafe.Add(ref from, 2 * across);
                Unsafe.Add(ref to, 3) = Unsafe.Add(ref from, 3 * across);
                from = ref Unsafe.Add(ref from, along);
                to = ref Unsafe.Add(ref to, width);
            }
        }

        for (; i < count; i++)
        {
            for (int k = 0; k < depth; k++)
            {
                Unsafe.Add(ref target, (k * width) + i) = Unsafe.Add(ref source, (i * across) + (k * along));
            }
        }
    }
}
