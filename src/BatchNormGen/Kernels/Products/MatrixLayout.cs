namespace BatchNormGen;

/// <summary>The checks that make every matrix one that can be read without checks.</summary>
internal static class MatrixLayout
{
    /// <summary>The number of places from the first element to the last.</summary>
    public static int Length(int available, int rows, int columns, int rowStride, int columnStride)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfNegative(rowStride);
        ArgumentOutOfRangeException.ThrowIfNegative(columnStride);
        if (rows == 0 || columns == 0)
        {
            return 0;
        }

        long length = ((long)(rows - 1) * rowStride) + ((long)(columns - 1) * columnStride) + 1;
        if (length > available)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"elements: {rows}x{columns} elements with strides {rowStride} and {columnStride} take {length} places, but there are {available}."), "elements");
        }

        return (int)length;
    }

    /// <summary>Refuses strides by which two elements may have one place: rows must follow each other or interleave, as columns do.</summary>
    public static void CheckDistinct(int rows, int columns, int rowStride, int columnStride)
    {
        bool distinct = rows == 0 || columns == 0
            || (rows == 1 && columns == 1)
            || (rows == 1 ? columnStride > 0 : columns == 1 ? rowStride > 0
                : rowStride > (long)(columns - 1) * columnStride && columnStride > 0
                || columnStride > (long)(rows - 1) * rowStride && rowStride > 0);
        if (!distinct)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"rowStride, columnStride: with strides {rowStride} and {columnStride}, elements of a {rows}x{columns} result share a place. A row-major result has the strides {columns} and 1."));
        }
    }
}
