using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BatchNormGen.Kernels;

/// <summary>
/// The values of all columns, and again those of the first ones, so that lanes can be loaded that begin at the end of a row and
/// go on at the start of the next. With them a sweep runs over all rows as if they were one.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Repeated
{
    /// <summary>Copies the values of the columns, unless lanes never straddle the end of a row.</summary>
    /// <param name="columns">One value for each column.</param>
    /// <param name="start">The place at which the lanes begin.</param>
    /// <param name="scratch">Where to borrow memory for a copy.</param>
    /// <typeparam name="T">The type of the elements.</typeparam>
    public static ReadOnlySpan<T> Of<T>(ReadOnlySpan<T> columns, int start, Scratch scratch)
        where T : unmanaged
    {
        int lanes = Lanes<T>();
        if (columns.Length % lanes == 0 && start % lanes == 0)
        {
            return columns;
        }

        Span<T> copy = scratch.Take<T>(columns.Length + lanes);
        columns.CopyTo(copy);
        for (int i = columns.Length; i < copy.Length; i++)
        {
            copy[i] = copy[i - columns.Length];
        }

        return copy;
    }

    /// <summary>The column at which lanes go on that have passed the end of a row.</summary>
    /// <param name="column">How far they came, counted from the start of that row.</param>
    /// <param name="columns">The number of columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Next(int column, int columns)
    {
        // Once in a row; a division only where rows are shorter than lanes are many.
        int next = column - columns;
        return (uint)next < (uint)columns ? next : column % columns;
    }

    /// <summary>The number of the widest lanes.</summary>
    internal static int Lanes<T>() =>
        Vector512.IsHardwareAccelerated ? Vector512<T>.Count : Vector256.IsHardwareAccelerated ? Vector256<T>.Count : Vector128<T>.Count;
}
