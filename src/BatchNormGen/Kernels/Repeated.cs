using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BatchNormGen.Kernels;

/// <summary>
/// The values of all columns, and again those of the first ones, so that lanes can be loaded that begin at the end of a row and
/// go on at the start of the next. With them a sweep runs over all rows as if they were one.
/// </summary>
/// <typeparam name="T">The type of the elements.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly ref struct Repeated<T>
    where T : unmanaged
{
    private readonly Scratch<T> scratch;
    private readonly bool isCopied;

    /// <summary>Copies the values of the columns, unless lanes never straddle the end of a row.</summary>
    /// <param name="columns">One value for each column.</param>
    /// <param name="start">The place at which the lanes begin.</param>
    public Repeated(ReadOnlySpan<T> columns, int start)
    {
        Span = columns;
        isCopied = columns.Length % Lanes != 0 || start % Lanes != 0;
        if (!isCopied)
        {
            return;
        }

        scratch = new Scratch<T>(columns.Length + Lanes, clear: false);
        Span<T> copy = scratch.Span;
        columns.CopyTo(copy);
        for (int i = columns.Length; i < copy.Length; i++)
        {
            copy[i] = copy[i - columns.Length];
        }

        Span = copy;
    }

    /// <summary>The values. Not to be used after <see cref="Dispose"/>.</summary>
    public ReadOnlySpan<T> Span { get; }

    /// <summary>The number of the widest lanes.</summary>
    internal static int Lanes =>
        Vector512.IsHardwareAccelerated ? Vector512<T>.Count : Vector256.IsHardwareAccelerated ? Vector256<T>.Count : Vector128<T>.Count;

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

    /// <summary>Gives the memory back; what was borrowed last goes first.</summary>
    public void Dispose()
    {
        if (isCopied)
        {
            scratch.Dispose();
        }
    }
}
