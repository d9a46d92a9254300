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

    /// <summary>The column of an element a number of lanes before one that lies in a given column.</summary>
    /// <param name="column">The column of the later one.</param>
    /// <param name="lanes">How far before.</param>
    /// <param name="columns">The number of columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Before(int column, int lanes, int columns) => column >= lanes ? column - lanes : Wrapped(column - lanes, columns);

    // Once in a row, unless rows are shorter than lanes are many.
    private static int Wrapped(int column, int columns)
    {
        while (column < 0)
        {
            column += columns;
        }

        return column;
    }

    /// <summary>Gives the memory back; what was borrowed last goes first.</summary>
    public void Dispose() => scratch.Dispose();
}
