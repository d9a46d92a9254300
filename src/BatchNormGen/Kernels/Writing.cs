using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace BatchNormGen.Kernels;

/// <summary>What a sweep does with the elements of a result.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum Writing
{
    /// <summary>Nothing: nobody asked for the result.</summary>
    None,

    /// <summary>They take the place of what is there.</summary>
    Replace,

    /// <summary>They are added to what is there.</summary>
    Add,

    /// <summary>They take the place of what is there, past the caches, which keep what is still to be read.</summary>
    Stream,
}

/// <summary>Decides between the ways of writing.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Writings
{
    /// <summary>The bytes of a cache line.</summary>
    internal const int CacheLine = 64;

    /// <summary>The addresses that a load compares with those of stores are taken modulo this.</summary>
    private const int AliasedBytes = 4096;

    /// <summary>So far on, stores may not be done when the next load comes; with 256 bytes nothing could be measured any more.</summary>
    private const int NearBytes = 192;

    /// <summary>
    /// Where a call reads and writes this many bytes, results are written past the caches. An ordinary store reads the line that it writes to
    /// first, and drives another line out; where less is touched, the result is still in cache for whoever reads it next.
    /// </summary>
    internal static long StreamedBytes { get; set; } = 24 << 20;

    /// <summary>How to write a result.</summary>
    /// <param name="target">Where it is written to; empty where nobody asked for it.</param>
    /// <param name="accumulate">Whether it is added to what is there.</param>
    /// <param name="inPlace">Whether a result shares memory with something that is read, and so is in cache already.</param>
    /// <param name="touched">The elements that the call reads and writes; 0 for a result that is not to go past the caches.</param>
    /// <param name="row">
    /// After how many elements lanes begin anew; 0 where they are made to begin where a line does. Only lanes that are aligned go past the caches.
    /// </param>
    /// <param name="follows">Whether it <see cref="Follows"/> what it is made from.</param>
    /// <typeparam name="T">The element type, float or double.</typeparam>
    public static Writing Of<T>(ReadOnlySpan<T> target, bool accumulate = false, bool inPlace = false, long touched = 0, int row = 0, bool follows = false)
        where T : unmanaged =>
        target.IsEmpty ? Writing.None
        : accumulate ? Writing.Add
        : !inPlace && touched > 0 && touched * sizeof(T) >= StreamedBytes && !follows && (row == 0 || AreAligned(target, row)) ? Writing.Stream
        : Writing.Replace;

    /// <summary>
    /// Whether a result lies a little behind what it is made from, modulo 4096. A load whose address agrees in the lowest twelve bits with that of a store
    /// before it waits until that is done (4K aliasing; Intel, "Optimization Reference Manual"), and stores past the caches take long: a sweep would wait
    /// at each step.
    /// </summary>
    /// <param name="target">Where a result is written to.</param>
    /// <param name="source">What it is made from, element for element.</param>
    /// <typeparam name="T">The element type, float or double.</typeparam>
    public static bool Follows<T>(ReadOnlySpan<T> target, ReadOnlySpan<T> source)
        where T : unmanaged
    {
        nint distance = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(target)) - (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(source));
        return (distance & (AliasedBytes - 1)) is > 0 and <= NearBytes;
    }

    /// <summary>Whether lanes that begin at the start of each row are aligned, and no narrower ones are needed for its end.</summary>
    private static bool AreAligned<T>(ReadOnlySpan<T> target, int row)
        where T : unmanaged =>
        row % Repeated.Lanes<T>() == 0 && (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(target)) % (Repeated.Lanes<T>() * sizeof(T)) == 0;

    /// <summary>How several results are written: the way of all of them, or <see cref="Writing.None"/> where they differ.</summary>
    public static Writing Common(params ReadOnlySpan<Writing> writings)
    {
        foreach (Writing writing in writings)
        {
            if (writing != writings[0])
            {
                return Writing.None;
            }
        }

        return writings[0];
    }

    /// <summary>The first element that lies at the start of a cache line, where that matters; −1 where it does not.</summary>
    /// <param name="target">Where a result is written to.</param>
    /// <param name="writing">How it is written.</param>
    /// <typeparam name="T">The element type, float or double.</typeparam>
    public static int FirstAligned<T>(ReadOnlySpan<T> target, Writing writing)
        where T : unmanaged =>
        writing == Writing.Stream ? (int)(-(nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(target)) & (CacheLine - 1)) / sizeof(T) : -1;

    /// <summary>
    /// A boundary between chunks of elements, moved to the next start of a cache line: lines that two chunks share, and lanes that straddle two
    /// lines, cannot go past the caches.
    /// </summary>
    /// <param name="index">The boundary; 0 and the end stay where they are.</param>
    /// <param name="end">The number of elements.</param>
    /// <param name="firstAligned">What <see cref="FirstAligned"/> found.</param>
    /// <typeparam name="T">The element type, float or double.</typeparam>
    public static int Boundary<T>(int index, int end, int firstAligned)
        where T : unmanaged =>
        firstAligned < 0 || index == 0 ? index : (int)Math.Min(end, index + (long)((firstAligned - index) & ((CacheLine / sizeof(T)) - 1)));

    /// <summary>Makes what was written past the caches visible to other threads, before they are told that it is there.</summary>
    internal static void Complete()
    {
        if (Sse.IsSupported)
        {
            Sse.StoreFence();
        }
    }
}
