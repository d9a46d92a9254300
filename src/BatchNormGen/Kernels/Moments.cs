using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchNormGen.Kernels;

/// <summary>
/// Sums and sums of squared deviations of columns or of rows, found in one pass. Within a stretch a sweep sums x − p and
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

    /// <summary>Joins a stretch to what came before it.</summary>
    /// <param name="sums">Σ x of each column so far.</param>
    /// <param name="squares">Σ (x − mean)² of each column so far.</param>
    /// <param name="rows">The number of rows so far.</param>
    /// <param name="pivots">The pivot p of each column in the stretch.</param>
    /// <param name="shifted">Σ (x − p) over the stretch.</param>
    /// <param name="shiftedSquares">Σ (x − p)² over the stretch.</param>
    /// <param name="added">The number of rows of the stretch, at least 1.</param>
    /// <typeparam name="T">The element type, float or double.</typeparam>
    internal static void Fold<T>(Span<double> sums, Span<double> squares, int rows, ReadOnlySpan<T> pivots, ReadOnlySpan<double> shifted, ReadOnlySpan<double> shiftedSquares, int added)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int column = FoldColumns<Lanes512<double>, T>(0, sums, squares, rows, pivots, shifted, shiftedSquares, added);
        column = FoldColumns<Lanes256<double>, T>(column, sums, squares, rows, pivots, shifted, shiftedSquares, added);
        column = FoldColumns<Lanes128<double>, T>(column, sums, squares, rows, pivots, shifted, shiftedSquares, added);
        FoldColumns<Lane<double>, T>(column, sums, squares, rows, pivots, shifted, shiftedSquares, added);
    }

    /// <summary>Joins a part of a row to what came before it.</summary>
    /// <param name="sums">Σ x of each row so far.</param>
    /// <param name="squares">Σ (x − mean)² of each row so far.</param>
    /// <param name="row">The row.</param>
    /// <param name="taken">The number of its elements so far.</param>
    /// <param name="pivot">The pivot p of the part.</param>
    /// <param name="shifted">Σ (x − p) over the part.</param>
    /// <param name="shiftedSquares">Σ (x − p)² over the part.</param>
    /// <param name="added">The number of elements of the part, at least 1.</param>
    public static void Fold(Span<double> sums, Span<double> squares, int row, int taken, double pivot, double shifted, double shiftedSquares, int added) =>
        Fold(sums, squares, row, taken, Lane<double>.Constant(pivot), Lane<double>.Constant(shifted), Lane<double>.Constant(shiftedSquares), Lane<double>.Constant(1.0 / added), added);

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

            ReadOnlySpan<double> otherSums = sums.Slice(chunk * columns, columns);
            ReadOnlySpan<double> otherSquares = squares.Slice(chunk * columns, columns);
            int column = MergeColumns<Lanes512<double>>(0, sums, squares, from, otherSums, otherSquares, to - from);
            column = MergeColumns<Lanes256<double>>(column, sums, squares, from, otherSums, otherSquares, to - from);
            column = MergeColumns<Lanes128<double>>(column, sums, squares, from, otherSums, otherSquares, to - from);
            MergeColumns<Lane<double>>(column, sums, squares, from, otherSums, otherSquares, to - from);
        }
    }

    private static int FoldColumns<V, T>(int column, Span<double> sums, Span<double> squares, int rows, ReadOnlySpan<T> pivots, ReadOnlySpan<double> shifted, ReadOnlySpan<double> shiftedSquares, int added)
        where V : struct, ILanes<V, double>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!V.IsSupported)
        {
            return column;
        }

        V share = V.Constant(1.0 / added);
        for (; column <= sums.Length - V.Count; column += V.Count)
        {
            V pivot = typeof(T) == typeof(float)
                ? V.LoadSingle(MemoryMarshal.Cast<T, float>(pivots), column)
                : V.Load(MemoryMarshal.Cast<T, double>(pivots), column);
            Fold(sums, squares, column, rows, pivot, V.Load(shifted, column), V.Load(shiftedSquares, column), share, added);
        }

        return column;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fold<V>(Span<double> sums, Span<double> squares, int column, int rows, V pivot, V shifted, V shiftedSquares, V share, int added)
        where V : struct, ILanes<V, double>
    {
        V mean = V.MultiplyAdd(shifted, share, pivot);
        V deviations = V.Maximum(shiftedSquares - SquareOfFinite(shifted, share), V.Zero);
        Join(sums, squares, column, rows, mean * V.Constant(added), deviations, added);
    }

    // (Σ (x − p))²/n is at most Σ (x − p)². Where both overflow for finite x, their difference is ∞ and not undefined.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V SquareOfFinite<V>(V sum, V share)
        where V : struct, ILanes<V, double>
    {
        V square = sum * share * sum;
        return V.Where(V.LessThan(V.Abs(sum), V.Constant(double.PositiveInfinity)), V.Minimum(square, V.Constant(double.MaxValue)), square);
    }

    private static int MergeColumns<V>(int column, Span<double> sums, Span<double> squares, int rows, ReadOnlySpan<double> otherSums, ReadOnlySpan<double> otherSquares, int added)
        where V : struct, ILanes<V, double>
    {
        if (!V.IsSupported)
        {
            return column;
        }

        for (; column <= otherSums.Length - V.Count; column += V.Count)
        {
            Join(sums, squares, column, rows, V.Load(otherSums, column), V.Load(otherSquares, column), added);
        }

        return column;
    }

    // M₁₂ = M₁ + M₂ + (mean₂ − mean₁)²·n₁·n₂/(n₁ + n₂)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Join<V>(Span<double> sums, Span<double> squares, int column, int rows, V otherSum, V otherSquares, int added)
        where V : struct, ILanes<V, double>
    {
        if (rows > 0)
        {
            V sum = V.Load(sums, column);
            V difference = V.MultiplyAdd(otherSum, V.Constant(1.0 / added), -sum * V.Constant(1.0 / rows));
            otherSquares = V.MultiplyAdd(difference * difference, V.Constant((double)rows * added / ((double)rows + added)), otherSquares + V.Load(squares, column));
            otherSum += sum;
        }

        otherSum.Store(sums, column);
        otherSquares.Store(squares, column);
    }
}
