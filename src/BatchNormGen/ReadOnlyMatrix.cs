namespace BatchNormGen;

/// <summary>
/// Rows and columns over memory that is elsewhere, to be read. Element (i, j) is
/// <c>Elements[i·RowStride + j·ColumnStride]</c>, so the transpose is a view, and a stride of 0 repeats a row or a column.
/// </summary>
/// <typeparam name="T">The type of the elements.</typeparam>
public readonly ref struct ReadOnlyMatrix<T>
{
    /// <summary>A view of <paramref name="elements"/>.</summary>
    /// <param name="elements">The memory, from element (0, 0) on. What lies behind the last element is not part of the matrix.</param>
    /// <param name="rows">The number of rows, 0 or more.</param>
    /// <param name="columns">The number of columns, 0 or more.</param>
    /// <param name="rowStride">The distance from an element to the one below it, 0 or more.</param>
    /// <param name="columnStride">The distance from an element to the one on its right, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    /// <exception cref="ArgumentException">The last element lies behind the end of <paramref name="elements"/>.</exception>
    public ReadOnlyMatrix(ReadOnlySpan<T> elements, int rows, int columns, int rowStride, int columnStride)
    {
        Elements = elements[..MatrixLayout.Length(elements.Length, rows, columns, rowStride, columnStride)];
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
        ColumnStride = columnStride;
    }

    /// <summary>The memory from the first element to the last.</summary>
    public ReadOnlySpan<T> Elements { get; }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The distance from an element to the one below it.</summary>
    public int RowStride { get; }

    /// <summary>The distance from an element to the one on its right.</summary>
    public int ColumnStride { get; }

    /// <summary>The same elements with rows and columns exchanged. Nothing is copied.</summary>
    public ReadOnlyMatrix<T> Transpose() => new(Elements, Columns, Rows, ColumnStride, RowStride);
}
