using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using BatchNormGen.Kernels;

namespace BatchNormGen.Benchmarks;

/// <summary>The speed of products of matrices, and how much of what the processor can do that is.</summary>
internal sealed partial class ProductTimes(int[] threads, string? filter, string? markdownFile)
{
    private const int Rounds = 15;

    private static readonly TimeSpan ShortestSample = TimeSpan.FromMilliseconds(1);

    private static float sink;

    private readonly Report report = new();

    public static ProductTimes Parse(string[] arguments)
    {
        int[] threads = [1, 2];
        string? filter = null;
        string? markdownFile = null;
        var options = new Options("products", arguments);
        while (options.Next() is { } option)
        {
            switch (option)
            {
                case "--threads": threads = options.Numbers(); break;
                case "--only": filter = options.Value(); break;
                case "--markdown": markdownFile = options.Value(); break;
                default: throw options.Unknown();
            }
        }

        return new(threads, filter, markdownFile);
    }

    public void Run()
    {
        var peak = Peak();
        report.Text($"## Products of matrices, float: GFLOP/s, the best of {Rounds} rounds");
        report.Text($"One core can do {peak:F1} GFLOP/s (multiply-adds on registers alone, {(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)} bits). The share is of that times the threads.");
        report.BeginTable("product", "shape", "threads", "Products", "share", "dots", "torch");
        foreach (var shape in ProductShape.All.Where(shape => filter is null || $"{shape.Name} {shape}".Contains(filter, StringComparison.Ordinal)))
        {
            foreach (var count in threads)
            {
                WriteTimes(shape, count, peak);
            }
        }

        report.EndTable();
        if (markdownFile is not null)
        {
            report.Save(markdownFile);
        }
    }

    private void WriteTimes(ProductShape shape, int count, double peak)
    {
        var a = Values(shape.M * shape.K, seed: 1);
        var b = Values(shape.K * shape.N, seed: 2);
        var c = new float[shape.M * shape.N];
        List<Action> contenders = [() => Multiply(shape, a, b, c)];
        var before = Parallelism.MaxThreads;
        Parallelism.MaxThreads = count;
        if (count == 1 && shape.Operations < 1e8)
        {
            var rows = shape.TransposedA ? Transposed(a, shape.K, shape.M) : a;
            var columns = shape.TransposedB ? b : Transposed(b, shape.K, shape.N);
            contenders.Add(() => MultiplyByDots(shape, rows, columns, c));
        }

        var dots = contenders.Count > 1;
        AddTorch(contenders, shape, count, a, b);
        foreach (var contender in contenders)
        {
            Timing.WarmUp(contender);
        }

        double[] speeds = [.. BestTimes(contenders, TimeSpan.FromMilliseconds(count > 1 ? 30 : 0)).Select(time => shape.Operations / time)];
        report.Row(
            shape.Name, $"{shape}", $"{count}", $"{speeds[0]:F1}", $"{100 * speeds[0] / (peak * count):F0} %",
            dots ? $"{speeds[1]:F1}" : "-", contenders.Count > (dots ? 2 : 1) ? $"{speeds[^1]:F1}" : "-");
        Parallelism.MaxThreads = before;
    }

    private static void Multiply(ProductShape shape, float[] a, float[] b, float[] c) => Products.Multiply(
        shape.TransposedA ? new(a, shape.M, shape.K, 1, shape.M) : new(a, shape.M, shape.K, shape.K, 1),
        shape.TransposedB ? new(b, shape.K, shape.N, 1, shape.K) : new(b, shape.K, shape.N, shape.N, 1),
        new Matrix<float>(c, shape.M, shape.N, shape.N, 1),
        add: false);

    /// <summary>The plain way, on factors that already lie as it needs them.</summary>
    private static void MultiplyByDots(ProductShape shape, float[] rows, float[] columns, float[] c)
    {
        for (var i = 0; i < shape.M; i++)
        {
            for (var j = 0; j < shape.N; j++)
            {
                c[(i * shape.N) + j] = TensorPrimitives.Dot(rows.AsSpan(i * shape.K, shape.K), columns.AsSpan(j * shape.K, shape.K));
            }
        }
    }

    private static float[] Transposed(float[] values, int rows, int columns)
    {
        var transposed = new float[values.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                transposed[(column * rows) + row] = values[(row * columns) + column];
            }
        }

        return transposed;
    }

    private static float[] Values(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    /// <summary>Nanoseconds of the fastest sample of each, since the peak is the fastest too. The contenders take turns.</summary>
    private static double[] BestTimes(List<Action> contenders, TimeSpan pause)
    {
        var calls = new int[contenders.Count];
        var best = new double[contenders.Count];
        Array.Fill(calls, 1);
        Array.Fill(best, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < best.Length; i++)
            {
                // Torch's threads spin for a while after their work, on the cores that the next contender needs.
                Thread.Sleep(pause);
                contenders[i]();
                var start = Stopwatch.GetTimestamp();
                for (var call = 0; call < calls[i]; call++)
                {
                    contenders[i]();
                }

                best[i] = Math.Min(best[i], Stopwatch.GetElapsedTime(start).TotalNanoseconds / calls[i]);
                calls[i] = (int)Math.Clamp(ShortestSample.TotalNanoseconds / best[i], 1, 1e6);
            }
        }

        return best;
    }

    /// <summary>The best of several runs: 12 chains of multiply-adds that wait for nothing but themselves.</summary>
    private static double Peak()
    {
        const int Steps = 50_000;
        double best = 0;
        for (var run = 0; run < 500; run++)
        {
            var start = Stopwatch.GetTimestamp();
            var lanes = Vector512.IsHardwareAccelerated ? Chains<Lanes512<float>>(Steps) : Vector256.IsHardwareAccelerated ? Chains<Lanes256<float>>(Steps) : Chains<Lanes128<float>>(Steps);
            best = Math.Max(best, 2.0 * 12 * lanes * Steps / Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Chains<V>(int steps)
        where V : struct, ILanes<V, float>
    {
        V x = V.Constant(0.5), y = V.Constant(1);
        V a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (; steps > 0; steps--)
        {
            a = V.MultiplyAdd(a, x, y);
            b = V.MultiplyAdd(b, x, y);
            c = V.MultiplyAdd(c, x, y);
            d = V.MultiplyAdd(d, x, y);
            e = V.MultiplyAdd(e, x, y);
            f = V.MultiplyAdd(f, x, y);
            g = V.MultiplyAdd(g, x, y);
            h = V.MultiplyAdd(h, x, y);
            i = V.MultiplyAdd(i, x, y);
            j = V.MultiplyAdd(j, x, y);
            k = V.MultiplyAdd(k, x, y);
            l = V.MultiplyAdd(l, x, y);
        }

        sink = V.MaxOf(a + b + c + d + e + f + g + h + i + j + k + l);
        return V.Count;
    }

    static partial void AddTorch(List<Action> contenders, ProductShape shape, int count, float[] a, float[] b);
}
