using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace BatchNormGen.Kernels;

/// <summary>
/// A row times a matrix. Each element of b is used once, so it is read where it lies: row by row, added to the result, or column by column, as
/// dot products.
/// </summary>
internal ref struct RowProduct<T> : ISweep
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The rows of b that are added up before the sum is added to the result: the error grows slowly where there are many.</summary>
    private const int Stretch = 256;

    /// <summary>The same for dot products. In vectors each lane is a sum of its own, so this can be longer.</summary>
    private const int StretchOfDot = 1024;

    private const int RowsAtOnce = 4;

    /// <summary>Shorter pieces of rows take longer to fetch.</summary>
    private const int LeastPieceOfRow = 256;

    private readonly ReadOnlySpan<T> x;
    private readonly ReadOnlyMatrix<T> b;
    private readonly Span<T> y;
    private readonly bool add;
    private readonly bool isByDots;
    private readonly int granularity;
    private readonly int chunks;

    private RowProduct(ReadOnlySpan<T> x, ReadOnlyMatrix<T> b, Span<T> y, bool add)
    {
        this.x = x;
        this.b = b;
        this.y = y;
        this.add = add;
        isByDots = b.RowStride == 1 && (b.ColumnStride != 1 || b.Columns < b.Rows);
        granularity = isByDots ? 8 : LeastPieceOfRow;
        chunks = Chunks.Of(b.Columns, b.Rows, granularity);
    }

    /// <summary>c = a·b or c += a·b, where a and c have one row, and the columns of b or its rows follow each other without gaps.</summary>
    public static void Multiply(ReadOnlyMatrix<T> a, ReadOnlyMatrix<T> b, Matrix<T> c, bool add)
    {
        using var scratch = new Scratch();
        Span<T> gathered = scratch.Take<T>(a.ColumnStride == 1 ? 0 : a.Columns);
        for (int k = 0; k < gathered.Length; k++)
        {
            gathered[k] = a.Elements[k * a.ColumnStride];
        }

        Span<T> results = scratch.Zeros<T>(c.ColumnStride == 1 ? 0 : c.Columns);
        bool direct = results.IsEmpty;
        var product = new RowProduct<T>(gathered.IsEmpty ? a.Elements : gathered, b, direct ? c.Elements : results, direct && add);
        Workers.Run(ref product, product.chunks, (long)b.Rows * b.Columns);
        for (int j = 0; j < results.Length; j++)
        {
            ref T element = ref c.Elements[j * c.ColumnStride];
            element = add ? element + results[j] : results[j];
        }
    }

    /// <inheritdoc/>
    public readonly void Run(int chunk)
    {
        var (from, to) = Chunks.Range(b.Columns, chunks, chunk, granularity);
        if (isByDots)
        {
            Dots(from, to);
        }
        else
        {
            AddRows(from, to);
        }
    }

    private readonly void AddRows(int from, int to)
    {
        using var scratch = new Scratch();
        Span<T> sums = scratch.Zeros<T>(to - from);
        for (int k = 0; k < b.Rows; k += Stretch)
        {
            int end = Math.Min(k + Stretch, b.Rows);
            int row = k;
            for (; row <= end - RowsAtOnce; row += RowsAtOnce)
            {
                int done = AddFourRows<Lanes512<T>>(row, from, 0, sums, row > k);
                done = AddFourRows<Lanes256<T>>(row, from, done, sums, row > k);
                done = AddFourRows<Lanes128<T>>(row, from, done, sums, row > k);
                AddFourRows<Lane<T>>(row, from, done, sums, row > k);
            }

            for (; row < end; row++)
            {
                ReadOnlySpan<T> rest = b.Elements.Slice((row * b.RowStride) + from, sums.Length);
                if (row > k)
                {
                    TensorPrimitives.MultiplyAddEstimate(rest, x[row], sums, sums);
                }
                else
                {
                    TensorPrimitives.Multiply(rest, x[row], sums);
                }
            }

            Span<T> results = y[from..to];
            if (add || k > 0)
            {
                TensorPrimitives.Add(results, sums, results);
            }
            else
            {
                sums.CopyTo(results);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly int AddFourRows<V>(int row, int from, int done, Span<T> sums, bool adds)
        where V : struct, ILanes<V, T>
    {
        if (!V.IsSupported)
        {
            return done;
        }

        V x0 = V.Broadcast(x[row]), x1 = V.Broadcast(x[row + 1]), x2 = V.Broadcast(x[row + 2]), x3 = V.Broadcast(x[row + 3]);
        ReadOnlySpan<T> row0 = b.Elements.Slice((row * b.RowStride) + from, sums.Length);
        ReadOnlySpan<T> row1 = b.Elements.Slice(((row + 1) * b.RowStride) + from, sums.Length);
        ReadOnlySpan<T> row2 = b.Elements.Slice(((row + 2) * b.RowStride) + from, sums.Length);
        ReadOnlySpan<T> row3 = b.Elements.Slice(((row + 3) * b.RowStride) + from, sums.Length);
        for (; done <= sums.Length - V.Count; done += V.Count)
        {
            V sum = x0 * V.Load(row0, done);
            sum = V.MultiplyAdd(x1, V.Load(row1, done), sum);
            sum = V.MultiplyAdd(x2, V.Load(row2, done), sum);
            sum = V.MultiplyAdd(x3, V.Load(row3, done), sum);
            if (adds)
            {
                sum = V.Load(sums, done) + sum;
            }

            sum.Store(sums, done);
        }

        return done;
    }

    private readonly void Dots(int from, int to)
    {
        for (int j = from; j < to; j++)
        {
            T sum = add ? y[j] : T.Zero;
            for (int k = 0; k < b.Rows; k += StretchOfDot)
            {
                int length = Math.Min(StretchOfDot, b.Rows - k);
                sum += TensorPrimitives.Dot(x.Slice(k, length), b.Elements.Slice((j * b.ColumnStride) + k, length));
            }

            y[j] = sum;
        }
    }
}
