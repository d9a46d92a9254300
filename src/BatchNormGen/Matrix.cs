namespace BatchNormGen;

/// <summary>
/// Rows and columns over memory that is elsewhere, to be written. Element (i, j) is
/// <c>Elements[i·RowStride + j·ColumnStride]</c>, and no two of them are the same place.
/// </summary>
/// <typeparam name="T">The type of the elements.</typeparam>
public readonly ref struct Matrix<T>
{
    /// <summary>A view of <paramref name="elements"/>.</summary>
    /// <inheritdoc cref="ReadOnlyMatrix{T}(ReadOnlySpan{T}, int, int, int, int)" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    /// <exception cref="ArgumentException">The last element lies behind the end of <paramref name="elements"/>, or elements share a place.</exception>
    public Matrix(Span<T> elements, int rows, int columns, int rowStride, int columnStride)
    {
        Elements = elements[..MatrixLayout.Length(elements.Length, rows, columns, rowStride, columnStride)];
        MatrixLayout.CheckDistinct(rows, columns, rowStride, columnStride);
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
        ColumnStride = columnStride;
    }

    /// <summary>The memory from the first element to the last.</summary>
    public Span<T> Elements { get; }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The distance from an element to the one below it.</summary>
    public int RowStride { get; }

    /// <summary>The distance from an element to the one on its right.</summary>
    public int ColumnStride { get; }

    /// <summary>The same elements with rows and columns exchanged. Nothing is copied.</summary>
    public Matrix<T> Transpose() => new(Elements, Columns, Rows, ColumnStride, RowStride);

    /// <summary>The matrix, to be read.</summary>
    public static implicit operator ReadOnlyMatrix<T>(Matrix<T> matrix) =>
        new(matrix.Elements, matrix.Rows, matrix.Columns, matrix.RowStride, matrix.ColumnStride);
}
