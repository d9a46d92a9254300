using System.ComponentModel;
using System.Numerics;

namespace BatchNormGen.Kernels;

/// <summary>
/// How the rows of a sweep are cut into chunks: a function of the shape alone, never of the number of threads, so that partial
/// results, and with them the bits of every sum, are the same on any machine with the same vectors.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Chunks
{
    private const int Most = 64;
    private const int LeastElements = 16 * 1024;

    /// <summary>The number of chunks: at least 1, at most 64, none with less than 16,384 elements if there are several.</summary>
    /// <param name="rows">The number of rows; 0 gives one empty chunk.</param>
    /// <param name="elementsPerRow">The elements that are read or written for each row.</param>
    /// <param name="granularity">The rows that stay together: every chunk but the last has a multiple of it. The same is to be given to <see cref="Range"/>.</param>
    public static int Of(int rows, long elementsPerRow, int granularity = 1)
    {
        // The divisions would take as long as a sweep over a few elements does.
        if ((rows + (long)granularity) * elementsPerRow < 2 * LeastElements)
        {
            return 1;
        }

        long groups = CeilingDivide(rows, granularity);
        long elementsPerGroup = Math.Max(1, elementsPerRow * granularity);
        long groupsPerChunk = Math.Max(CeilingDivide(LeastElements, elementsPerGroup), CeilingDivide(groups, Most));
        return (int)Math.Max(1, groups / groupsPerChunk);
    }

    /// <summary>The rows of one chunk, from the first to before the last: as even as whole groups of <paramref name="granularity"/> rows allow.</summary>
    public static (int From, int To) Range(int extent, int chunks, int chunk, int granularity = 1)
    {
        if (chunks == 1)
        {
            return (0, extent);
        }

        long groups = CeilingDivide(extent, granularity);
        return (Boundary(chunk), Boundary(chunk + 1));

        int Boundary(int i) => (int)Math.Min(extent, groups * i / chunks * granularity);
    }

    /// <summary>
    /// The rows that are added in the element type before they go into sums in double: 64, whose rounding is little, and of
    /// narrow rows up to 256, since there the step to double would take as long as they do.
    /// </summary>
    /// <param name="columns">The length of a row.</param>
    public static int SumRows(int columns) => Math.Clamp(16 * 1024 / Math.Max(columns, 1), 64, 256);

    /// <summary>
    /// The instances that one pass takes before the next pass does: what is to be done between the passes would take longer than a short row, and one row
    /// need not wait for the sum of another. Rows of neighbours are read in the order of memory. A power of 2 and at most 32; of rows that
    /// are long enough to fill an eighth of the first-level cache, one, and no more than half of the second-level cache holds.
    /// </summary>
    /// <param name="row">The elements of an instance that lie together.</param>
    /// <param name="elements">All its elements.</param>
    public static int Together(int row, long elements) =>
        1 << BitOperations.Log2((uint)Math.Clamp(Math.Min(1024 / Math.Max(row, 1), 64 * 1024 / Math.Max(elements, 1)), 1, 32));

    /// <summary>The same where all elements of an instance lie together.</summary>
    public static int Together(int length) => Together(length, length);

    private static long CeilingDivide(long dividend, long divisor) => (dividend + divisor - 1) / divisor;
}
