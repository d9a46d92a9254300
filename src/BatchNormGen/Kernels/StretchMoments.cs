using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchNormGen.Kernels;

/// <summary>What a sweep sums about its pivots in a stretch of rows, see <see cref="Moments"/>; one place for each column.</summary>
/// <typeparam name="T">The element type, float or double.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly ref struct StretchMoments<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Parts that are as long lie so far apart that, modulo 4096, no load waits for a store to another (see <see cref="Writings.Follows"/>).</summary>
    private const int Long = 1024, Apart = 256;

    private readonly Span<double> shifted, squares;

    /// <summary>Borrows zeros for all parts at once: for few columns that takes as long as a sweep over a row.</summary>
    /// <param name="columns">The number of columns.</param>
    /// <param name="scratch">Where to borrow.</param>
    public StretchMoments(int columns, Scratch scratch)
    {
        int doubles = LengthOf<double>(columns), elements = LengthOf<T>(columns);
        Span<double> all = scratch.Zeros<double>(checked((2 * doubles) + (3 * elements)));
        shifted = all[..columns];
        squares = all.Slice(doubles, columns);
        Pivots = Part(all, 2 * doubles, columns);
        ShiftedBlock = Part(all, (2 * doubles) + elements, columns);
        SquaresBlock = Part(all, (2 * doubles) + (2 * elements), columns);
    }

    /// <summary>The pivot p of each column in the stretch.</summary>
    public Span<T> Pivots { get; }

    /// <summary>Σ (x − p) over a block of rows.</summary>
    public Span<T> ShiftedBlock { get; }

    /// <summary>Σ (x − p)² over a block of rows.</summary>
    public Span<T> SquaresBlock { get; }

    /// <summary>Adds the sums of a block to those of the stretch, and clears them for the next one.</summary>
    public void AddBlock()
    {
        Partials.Add(ShiftedBlock, shifted);
        Partials.Add(SquaresBlock, squares);
    }

    /// <summary>Joins the stretch to what came before it, and clears it for the next one.</summary>
    /// <param name="sums">Σ x of each column so far.</param>
    /// <param name="squares">Σ (x − mean)² of each column so far.</param>
    /// <param name="rows">The number of rows so far.</param>
    /// <param name="added">The number of rows of the stretch, at least 1.</param>
    public void Fold(Span<double> sums, Span<double> squares, int rows, int added)
    {
        Moments.Fold<T>(sums, squares, rows, Pivots, shifted, this.squares, added);
        shifted.Clear();
        this.squares.Clear();
    }

    /// <summary>The doubles that a part takes up, which begins at a cache line.</summary>
    private static int LengthOf<E>(int columns)
        where E : unmanaged
    {
        long bytes = (((long)columns * Unsafe.SizeOf<E>()) + Writings.CacheLine - 1) / Writings.CacheLine * Writings.CacheLine;
        return (int)((bytes < Long ? bytes : bytes + Apart) / sizeof(double));
    }

    private static Span<T> Part(Span<double> all, int start, int columns) => MemoryMarshal.Cast<double, T>(all[start..])[..columns];
}
