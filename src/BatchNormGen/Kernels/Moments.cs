using System.ComponentModel;
using System.Numerics;

namespace BatchNormGen.Kernels;

/// <summary>
/// Sums and sums of squared deviations of columns, found in one pass. Within a stretch of rows a sweep sums x − p and
/// (x − p)² about a pivot p near the mean; stretches and chunks are then joined by the formula of Chan, Golub and LeVeque
/// ("Updating formulae and a pairwise algorithm for computing sample variances", 1979).
/// </summary>
/// <remarks>
/// With the mean of the first rows as pivot, (mean − p)² is at most (rows / first rows) times the variance, whatever the
/// data: those rows are part of it. Stretches are short enough for that factor not to matter in float.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Moments
{
    /// <summary>The rows of a stretch, which share their pivots.</summary>
    public const int Stretch = 1024;

    /// <summary>
    /// Joins a stretch to what came before it, and clears <paramref name="shifted"/> and <paramref name="shiftedSquares"/>
    /// for the next one.
    /// </summary>
    /// <param name="sums">Σ x of each column so far.</param>
    /// <param name="squares">Σ (x − mean)² of each column so far.</param>
    /// <param name="rows">The number of rows so far.</param>
    /// <param name="pivots">The pivot p of each column in the stretch.</param>
    /// <param name="shifted">Σ (x − p) over the stretch.</param>
    /// <param name="shiftedSquares">Σ (x − p)² over the stretch.</param>
    /// <param name="added">The number of rows of the stretch, at least 1.</param>
    /// <typeparam name="T">The element type, float or double.</typeparam>
    public static void Fold<T>(Span<double> sums, Span<double> squares, int rows, ReadOnlySpan<T> pivots, Span<double> shifted, Span<double> shiftedSquares, int added)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double count = added;
        for (int column = 0; column < sums.Length; column++)
        {
            double offset = shifted[column] / count;
            double deviations = Math.Max(shiftedSquares[column] - offset * shifted[column], 0);
            Join(ref sums[column], ref squares[column], rows, (double.CreateTruncating(pivots[column]) + offset) * count, deviations, count);
        }

        shifted.Clear();
        shiftedSquares.Clear();
    }

    /// <summary>Joins the moments of all chunks, in their order, into those of the first.</summary>
    /// <param name="sums">Σ x of each column, chunk after chunk.</param>
    /// <param name="squares">Σ (x − mean)² of each column, chunk after chunk.</param>
    /// <param name="chunks">The number of chunks.</param>
    /// <param name="rows">The number of rows of all chunks together.</param>
    /// <param name="granularity">What the chunks were cut with, as for <see cref="Chunks.Range"/>.</param>
    public static void Merge(Span<double> sums, Span<double> squares, int chunks, int rows, int granularity)
    {
        int columns = sums.Length / chunks;
        for (int chunk = 1; chunk < chunks; chunk++)
        {
            var (from, to) = Chunks.Range(rows, chunks, chunk, granularity);
            if (from == to)
            {
                continue;
            }

            for (int column = 0; column < columns; column++)
            {
                Join(ref sums[column], ref squares[column], from, sums[chunk * columns + column], squares[chunk * columns + column], to - from);
            }
        }
    }

    // M₁₂ = M₁ + M₂ + (mean₂ − mean₁)²·n₁·n₂/(n₁ + n₂)
    private static void Join(ref double sum, ref double squares, double count, double otherSum, double otherSquares, double otherCount)
    {
        if (count == 0)
        {
            (sum, squares) = (otherSum, otherSquares);
            return;
        }

        double difference = otherSum / otherCount - sum / count;
        squares += otherSquares + difference * difference * (count * otherCount / (count + otherCount));
        sum += otherSum;
    }
}
