using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchNormGen.Kernels;

/// <summary>
/// A row times a matrix. Each element of b is used once, so it is read where it lies: row by row, added to the result, or column by column, as
/// dot products.
/// </summary>
internal ref struct RowProduct<T> : ISweep
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The rows of b that are added up before the sum is added to the result. It keeps the error small where there are many.</summary>
    private const int RowsAtOnce = 8;

    private const int Granularity = 64;

    private readonly ReadOnlySpan<T> x;
    private readonly ReadOnlyMatrix<T> b;
    private readonly Span<T> y;
    private readonly bool add;
    private readonly int chunks;

    private RowProduct(ReadOnlySpan<T> x, ReadOnlyMatrix<T> b, Span<T> y, bool add)
    {
        this.x = x;
        this.b = b;
        this.y = y;
        this.add = add;
        chunks = Kernels.Chunks.Of(b.Columns, b.Rows, Granularity);
    }

    /// <summary>c = a·b or c += a·b, where a and c have one row, and the rows of b or its columns are without gaps.</summary>
    public static void Multiply(ReadOnlyMatrix<T> a, ReadOnlyMatrix<T> b, Matrix<T> c, bool add)
    {
        using var gathered = new Scratch<T>(a.ColumnStride == 1 ? 0 : a.Columns);
        for (int k = 0; k < gathered.Span.Length; k++)
        {
            gathered.Span[k] = a.Elements[k * a.ColumnStride];
        }

        using var results = new Scratch<T>(c.ColumnStride == 1 ? 0 : c.Columns);
        bool direct = results.Span.IsEmpty;
        var product = new RowProduct<T>(gathered.Span.IsEmpty ? a.Elements : gathered.Span, b, direct ? c.Elements : results.Span, direct && add);
        Workers.Run(ref product, product.chunks, (long)b.Rows * b.Columns);
        for (int j = 0; j < results.Span.Length; j++)
        {
            ref T element = ref c.Elements[j * c.ColumnStride];
            element = add ? element + results.Span[j] : results.Span[j];
        }
    }

    /// <inheritdoc/>
    public readonly void Run(int chunk)
    {
        var (from, to) = Kernels.Chunks.Range(b.Columns, chunks, chunk, Granularity);
        if (b.ColumnStride == 1)
        {
            AddRows(from, to);
        }
        else
        {
            Dots(from, to);
        }
    }

    private readonly void AddRows(int from, int to)
    {
        bool adds = add;
        for (int k = 0; k < b.Rows; k += RowsAtOnce)
        {
            int done = AddRows<Lanes512<T>>(k, from, to, adds);
            done = AddRows<Lanes256<T>>(k, done, to, adds);
            done = AddRows<Lanes128<T>>(k, done, to, adds);
            AddRows<Lane<T>>(k, done, to, adds);
            adds = true;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly int AddRows<V>(int k, int from, int to, bool adds)
        where V : struct, ILanes<V, T>
    {
        if (!V.IsSupported)
        {
            return from;
        }

        ReadOnlySpan<T> bs = b.Elements;
        Span<T> ys = y;
        int stride = b.RowStride;
        int last = b.Rows - 1;
        int at = from;
        if (k + RowsAtOnce > b.Rows)
        {
            for (; at <= to - V.Count; at += V.Count)
            {
                V sum = V.Broadcast(x[k]) * V.Load(bs, (k * stride) + at);
                for (int row = k + 1; row <= last; row++)
                {
                    sum = V.MultiplyAdd(V.Broadcast(x[row]), V.Load(bs, (row * stride) + at), sum);
                }

                Write(sum, ys, at, adds);
            }

            return at;
        }

        V x0 = V.Broadcast(x[k]), x1 = V.Broadcast(x[k + 1]), x2 = V.Broadcast(x[k + 2]), x3 = V.Broadcast(x[k + 3]);
        V x4 = V.Broadcast(x[k + 4]), x5 = V.Broadcast(x[k + 5]), x6 = V.Broadcast(x[k + 6]), x7 = V.Broadcast(x[k + 7]);
        int first = k * stride;
        for (; at <= to - V.Count; at += V.Count)
        {
            V sum = x0 * V.Load(bs, first + at);
            sum = V.MultiplyAdd(x1, V.Load(bs, first + stride + at), sum);
            sum = V.MultiplyAdd(x2, V.Load(bs, first + (2 * stride) + at), sum);
            sum = V.MultiplyAdd(x3, V.Load(bs, first + (3 * stride) + at), sum);
            sum = V.MultiplyAdd(x4, V.Load(bs, first + (4 * stride) + at), sum);
            sum = V.MultiplyAdd(x5, V.Load(bs, first + (5 * stride) + at), sum);
            sum = V.MultiplyAdd(x6, V.Load(bs, first + (6 * stride) + at), sum);
            sum = V.MultiplyAdd(x7, V.Load(bs, first + (7 * stride) + at), sum);
            Write(sum, ys, at, adds);
        }

        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<V>(V sum, Span<T> ys, int at, bool adds)
        where V : struct, ILanes<V, T>
    {
        if (adds)
        {
            sum = V.Load(ys, at) + sum;
        }

        sum.Store(ys, at);
    }

    private readonly void Dots(int from, int to)
    {
        for (int j = from; j < to; j++)
        {
            T dot = TensorPrimitives.Dot(x, b.Elements.Slice(j * b.ColumnStride, b.Rows));
            y[j] = add ? y[j] + dot : dot;
        }
    }
}
