using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchNormGen.Kernels;

/// <summary>
/// The product in blocks that stay in the caches, after Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008):
/// some columns of b; of them a stretch of k, packed panel by panel; and for each block of rows of a, packed too, all tiles. What is small or
/// used a few times only is read where it lies.
/// </summary>
/// <remarks>
/// Each element of c is the sum over the stretches of k, in order, of sums over k in order, however c is cut. Its bits therefore depend neither on
/// the number of threads nor on the width of the vectors.
/// </remarks>
internal ref struct BlockProduct<T> : ISweep
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The length of a stretch of k: a panel of b, 32 floats wide, takes 32 KB.</summary>
    private const int Depth = 256;

    /// <summary>The columns of b that are packed together: with <see cref="Depth"/> rows, 512 KB of floats.</summary>
    private const int Width = 512;

    /// <summary>How many panels of b must use the packed rows of a to make up for the packing.</summary>
    private const int PanelsThatShare = 8;

    /// <summary>How many rows of c must use the packed panels of b to make up for the packing.</summary>
    private const int RowsThatShare = 8 * TileRows;

    /// <summary>The elements of b that stay in the caches without packing.</summary>
    private const int LargestInPlace = 16 * 1024;

    /// <summary>The most rows of a that are packed together, and the fewest that are cut off for the sake of threads.</summary>
    private const int MostRows = 20 * TileRows, LeastRows = 4 * TileRows;

    /// <summary>Into how many chunks a product is cut, if it is large enough: several for each thread of most machines.</summary>
    private const int FewestChunks = 8;

    private const int TileRows = Tile<Lane<T>, T>.Rows;

    private readonly ReadOnlyMatrix<T> a;
    private readonly ReadOnlyMatrix<T> b;
    private readonly Matrix<T> c;
    private readonly bool packsA;
    private readonly bool packsB;
    private readonly int rowBlocks;

    private Span<T> panels;
    private bool packing;
    private bool add;
    private int k;
    private int depth;
    private int column;
    private int columns;
    private int columnGroups;

    private BlockProduct(ReadOnlyMatrix<T> a, ReadOnlyMatrix<T> b, Matrix<T> c)
    {
        this.a = a;
        this.b = b;
        this.c = c;
        packsA = c.Columns >= PanelsThatShare * WidestPanel;
        packsB = b.ColumnStride != 1 || (c.Rows > RowsThatShare && (long)b.Rows * b.Columns > LargestInPlace);
        int rows = Math.Clamp(RoundUp(c.Rows / FewestChunks, TileRows), LeastRows, MostRows);
        rowBlocks = (c.Rows + rows - 1) / rows;
    }

    private static int WidestPanel =>
        Lanes512<T>.IsSupported ? Tile<Lanes512<T>, T>.Columns
        : Lanes256<T>.IsSupported ? Tile<Lanes256<T>, T>.Columns
        : Tile<Lanes128<T>, T>.Columns;

    public static void Multiply(ReadOnlyMatrix<T> a, ReadOnlyMatrix<T> b, Matrix<T> c, bool add)
    {
        var product = new BlockProduct<T>(a, b, c);
        int width = Math.Min(Width, RoundUp(c.Columns, WidestPanel));
        using var scratch = new Scratch();
        product.panels = scratch.Zeros<T>((product.packsB ? width : WidestPanel) * Math.Min(Depth, a.Columns));
        for (int column = 0; column < c.Columns; column += Width)
        {
            product.column = column;
            product.columns = Math.Min(Width, c.Columns - column);
            for (int k = 0; k < a.Columns; k += Depth)
            {
                product.k = k;
                product.depth = Math.Min(Depth, a.Columns - k);
                product.add = add || k > 0;
                product.RunBlock();
            }
        }
    }

    /// <inheritdoc/>
    public readonly void Run(int chunk)
    {
        if (packing)
        {
            PackPanel(chunk);
        }
        else
        {
            MultiplyRows(chunk / columnGroups, chunk % columnGroups);
        }
    }

    private void RunBlock()
    {
        int all = (columns + WidestPanel - 1) / WidestPanel;
        packing = true;
        if (packsB)
        {
            Workers.Run(ref this, all, (long)columns * depth);
        }
        else if (columns % WidestPanel != 0)
        {
            PackPanel(all - 1);
        }

        packing = false;
        columnGroups = Math.Min(all, (FewestChunks + rowBlocks - 1) / rowBlocks);
        Workers.Run(ref this, rowBlocks * columnGroups, (long)c.Rows * columns * depth / 8);
    }

    private readonly void PackPanel(int panel)
    {
        int from = panel * WidestPanel;
        int count = Math.Min(WidestPanel, columns - from);
        Packing.Pack(ref B(from), b.ColumnStride, b.RowStride, count, depth, panels[PackedAt(panel)..], PanelWidth(count));
    }

    private readonly void MultiplyRows(int block, int group)
    {
        var (fromRow, toRow) = Chunks.Range(c.Rows, rowBlocks, block, TileRows);
        int all = (columns + WidestPanel - 1) / WidestPanel;
        int firstPanel = all * group / columnGroups;
        int lastPanel = all * (group + 1) / columnGroups;
        ref T rows = ref Unsafe.Add(ref MemoryMarshal.GetReference(a.Elements), (fromRow * a.RowStride) + (k * a.ColumnStride));
        if (!packsA)
        {
            MultiplyPanels(ref rows, a.RowStride, a.ColumnStride, TileRows * (nint)a.RowStride, fromRow, toRow, firstPanel, lastPanel);
            return;
        }

        using var scratch = new Scratch();
        Span<T> packed = scratch.Zeros<T>((toRow - fromRow + TileRows) * depth);
        for (int row = fromRow; row < toRow; row += TileRows)
        {
            Packing.Pack(
                ref Unsafe.Add(ref rows, (row - fromRow) * a.RowStride), a.RowStride, a.ColumnStride, Math.Min(TileRows, toRow - row), depth, packed[((row - fromRow) * depth)..], TileRows);
        }

        MultiplyPanels(ref MemoryMarshal.GetReference(packed), 1, TileRows, TileRows * depth, fromRow, toRow, firstPanel, lastPanel);
    }

    private readonly void MultiplyPanels(ref T rows, nint aRow, nint aStep, nint aTile, int fromRow, int toRow, int firstPanel, int lastPanel)
    {
        for (int panel = firstPanel; panel < lastPanel; panel++)
        {
            int from = panel * WidestPanel;
            int count = Math.Min(WidestPanel, columns - from);
            int width = PanelWidth(count);
            bool isPacked = packsB || count < WidestPanel;
            ref T factor = ref isPacked ? ref panels[packsB ? PackedAt(panel) : 0] : ref B(from);
            nint step = isPacked ? width : b.RowStride;
            if (Lanes512<T>.IsSupported && width == Tile<Lanes512<T>, T>.Columns)
            {
                MultiplyPanel<Lanes512<T>>(ref rows, aRow, aStep, aTile, ref factor, step, fromRow, toRow, column + from, count);
            }
            else if (Lanes256<T>.IsSupported && width == Tile<Lanes256<T>, T>.Columns)
            {
                MultiplyPanel<Lanes256<T>>(ref rows, aRow, aStep, aTile, ref factor, step, fromRow, toRow, column + from, count);
            }
            else
            {
                MultiplyPanel<Lanes128<T>>(ref rows, aRow, aStep, aTile, ref factor, step, fromRow, toRow, column + from, count);
            }
        }
    }

    private readonly void MultiplyPanel<V>(
        ref T rows, nint aRow, nint aStep, nint aTile, ref T factor, nint step, int fromRow, int toRow, int fromColumn, int count)
        where V : struct, ILanes<V, T>
    {
        bool writesThrough = c.ColumnStride == 1 && count == Tile<V, T>.Columns;
        Span<T> tile = stackalloc T[writesThrough ? 0 : TileRows * Tile<V, T>.Columns];
        for (int row = fromRow; row < toRow; row += TileRows)
        {
            int height = Math.Min(TileRows, toRow - row);
            ref T result = ref c.Elements[(row * c.RowStride) + (fromColumn * c.ColumnStride)];
            if (writesThrough)
            {
                Tile<V, T>.Multiply(ref rows, aRow, aStep, ref factor, step, depth, ref result, c.RowStride, height, add);
            }
            else
            {
                Tile<V, T>.Multiply(ref rows, aRow, aStep, ref factor, step, depth, ref MemoryMarshal.GetReference(tile), Tile<V, T>.Columns, height, add: false);
                Copy(tile, Tile<V, T>.Columns, ref result, height, count);
            }

            rows = ref Unsafe.Add(ref rows, aTile);
        }
    }

    private readonly void Copy(ReadOnlySpan<T> tile, int width, ref T result, int height, int count)
    {
        for (int row = 0; row < height; row++)
        {
            ref T to = ref Unsafe.Add(ref result, row * c.RowStride);
            ReadOnlySpan<T> sums = tile.Slice(row * width, count);
            for (int i = 0; i < sums.Length; i++)
            {
                to = add ? to + sums[i] : sums[i];
                to = ref Unsafe.Add(ref to, c.ColumnStride);
            }
        }
    }

    private readonly ref T B(int from) =>
        ref Unsafe.Add(ref MemoryMarshal.GetReference(b.Elements), (k * b.RowStride) + ((column + from) * b.ColumnStride));

    private readonly int PackedAt(int panel) => packsB ? panel * WidestPanel * depth : 0;

    /// <summary>The width of a tile that takes so many columns, with no more room than must be.</summary>
    private static int PanelWidth(int count) =>
        Lanes512<T>.IsSupported && count > Tile<Lanes256<T>, T>.Columns ? Tile<Lanes512<T>, T>.Columns
        : Lanes256<T>.IsSupported && count > Tile<Lanes128<T>, T>.Columns ? Tile<Lanes256<T>, T>.Columns
        : Tile<Lanes128<T>, T>.Columns;

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
