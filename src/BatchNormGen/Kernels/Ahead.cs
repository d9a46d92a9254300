using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace BatchNormGen.Kernels;

/// <summary>Calls for memory before it is needed.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Ahead
{
    /// <summary>
    /// Has the line of an element fetched into the second-level cache, while the processor goes on. Of use where it cannot see by itself
    /// what comes next, as in the last pass over a row that is in cache. Costs an instruction; does nothing where there is none.
    /// </summary>
    /// <param name="source">What will be read.</param>
    /// <param name="index">Where; may be beyond the end.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch<T>(ReadOnlySpan<T> source, int index)
        where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(Address(source, index));
        }
    }

    /// <summary>As <see cref="Fetch"/>, into the first-level cache: of use for what is read once, soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void FetchNear<T>(ReadOnlySpan<T> source, int index)
        where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Address(source, index));
        }
    }

    // As an offset without a sign: the processor computes the address on the way.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void* Address<T>(ReadOnlySpan<T> source, int index) =>
        Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetReference(source), (nuint)(uint)index));
}
