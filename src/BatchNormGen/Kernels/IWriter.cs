using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace BatchNormGen.Kernels;

/// <summary>
/// One way of writing the results of a sweep. A sweep is generic in it, so that the just-in-time compiler makes one loop for each: to ask how to
/// write at every element would take a third of the time again.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IWriter
{
    /// <summary>Writes lanes of a result.</summary>
    /// <param name="value">What to write.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="index">The index of the first.</param>
    /// <param name="writing">What to do with them, for a writer that does not know it.</param>
    static abstract void Write<V, T>(V value, Span<T> destination, int index, Writing writing)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>In a sweep that goes through memory once: may call for what will be read soon.</summary>
    /// <param name="source">What is read.</param>
    /// <param name="index">Where it is read now.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual void FetchSource<T>(ReadOnlySpan<T> source, int index)
        where T : unmanaged
    {
    }

    /// <summary>In one of several passes over a row in cache: may call for the lines that will be written to in the next row, since an ordinary store reads them.</summary>
    /// <param name="target">What is written to.</param>
    /// <param name="index">Where; may be beyond the end.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual void FetchTarget<T>(ReadOnlySpan<T> target, int index)
        where T : unmanaged => Ahead.Fetch(target, index);
}

/// <summary>Replaces what is there.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Replacing : IWriter
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<V, T>(V value, Span<T> destination, int index, Writing writing)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T> => value.Store(destination, index);
}

/// <summary>Replaces what is there, past the caches, and has memory called for what comes next, since nothing of that is in cache.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe struct Streaming : IWriter
{
    /// <summary>How far ahead: between 1 and 8 KB it made little difference. The processor by itself stops at the end of each page.</summary>
    private const int BytesAhead = 2048;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<V, T>(V value, Span<T> destination, int index, Writing writing)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T> => value.StoreStreaming(destination, index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchSource<T>(ReadOnlySpan<T> source, int index)
        where T : unmanaged => Ahead.FetchNear(source, index + (BytesAhead / sizeof(T)));

    /// <summary>Does nothing: no line is read to be written to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchTarget<T>(ReadOnlySpan<T> target, int index)
        where T : unmanaged
    {
    }
}

/// <summary>Decides at each element: for results that are added to what is there, not wanted, or written each in a way of its own.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Deciding : IWriter
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<V, T>(V value, Span<T> destination, int index, Writing writing)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T> => V.Write(value, destination, index, writing);
}
