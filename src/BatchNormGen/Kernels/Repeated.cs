using System.ComponentModel;
using System.Runtime.CompilerServices;

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
    private const int MostLanes = 16;

    private readonly Scratch<T> scratch;

    /// <summary>Copies the values of the columns.</summary>
    /// <param name="columns">One value for each column.</param>
    public Repeated(ReadOnlySpan<T> columns)
    {
        scratch = new Scratch<T>(columns.Length + MostLanes, clear: false);
        columns.CopyTo(Span);
        for (int filled = columns.Length; filled > 0 && filled < Span.Length;)
        {
            int count = Math.Min(filled, Span.Length - filled);
            Span[..count].CopyTo(Span[filled..]);
            filled += count;
        }
    }

    /// <summary>The values. Not to be used after <see cref="Dispose"/>.</summary>
    public Span<T> Span => scratch.Span;

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
    public void Dispose() => scratch.Dispose();
}
