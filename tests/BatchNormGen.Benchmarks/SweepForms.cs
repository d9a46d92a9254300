using System.Runtime.CompilerServices;
using BatchNormGen.Kernels;

namespace BatchNormGen.Benchmarks;

/// <summary>
/// The same sweep over [N, D] in the orders in which it could run through memory, by hand: the measurements behind the constants of
/// generated sweeps by columns. docs/architecture.md says what was chosen.
/// </summary>
internal sealed class SweepForms(int rounds, int[][] shapes)
{
    private static readonly int[][] Usual = [[256, 512], [512, 256], [1024, 1024], [4096, 1024], [8192, 1024], [32768, 256], [65536, 64]];

    /// <summary>A sweep that sums each column and the squares of its deviations, four rows at a time.</summary>
    private static readonly (string Name, Action<Data> Run)[] Sums =
    [
        ("4 neighbours", data => Sum<Lanes512<float>>(data, streams: 4, far: false, down: false)),
        ("2 far apart", data => Sum<Lanes512<float>>(data, streams: 2, far: true, down: false)),
        ("4 far apart", data => Sum<Lanes512<float>>(data, streams: 4, far: true, down: false)),
        ("8 far apart", data => Sum<Lanes512<float>>(data, streams: 8, far: true, down: false)),
        ("4 far, from the end", data => Sum<Lanes512<float>>(data, streams: 4, far: true, down: true)),
    ];

    /// <summary>A sweep that writes (x − mean)·scale + g, as the backward of a normalization does.</summary>
    private static readonly (string Name, Action<Data> Run)[] Writes =
    [
        ("4 neighbours", data => WriteRows<Lanes512<float>>(data, far: false)),
        ("4 far apart", data => WriteRows<Lanes512<float>>(data, far: true)),
        ("as one row", data => WriteUp<Lanes512<float>>(data)),
        ("as one, from the end", data => WriteDown<Lanes512<float>>(data, Writing.Replace)),
        ("past the caches too", data => WriteDown<Lanes512<float>>(data, Writing.Stream)),
    ];

    private readonly Report report = new();

    public static SweepForms Parse(string[] arguments)
    {
        var (rounds, shapes) = (15, Usual);
        var options = new Options("sweeps", arguments);
        while (options.Next() is { } option)
        {
            switch (option)
            {
                case "--rounds": rounds = options.Number(); break;
                case "--shapes": shapes = options.Shapes(); break;
                default: throw options.Unknown();
            }
        }

        if (shapes.FirstOrDefault(shape => shape is not [_, var columns] || columns % 16 != 0) is { } other)
        {
            throw new UsageException($"--shapes: {string.Join('x', other)} is not NxD with D a multiple of 16.");
        }

        return new(rounds, shapes);
    }

    public void Run()
    {
        if (!Lanes512<float>.IsSupported)
        {
            throw new UsageException("sweeps measures lanes of 512 bits, which this processor does not have.");
        }

        Write($"## Sums of columns and of squares, float, one thread: milliseconds, medians of {rounds} rounds", Sums);
        Write("## An element for each element of two: (x − mean)·scale + g", Writes);
    }

    private void Write(string title, (string Name, Action<Data> Run)[] forms)
    {
        report.Text(title);
        report.BeginTable(["shape", "MB", .. forms.Select(form => form.Name)]);
        foreach (var shape in shapes)
        {
            var data = new Data(shape[0], shape[1]);
            Action[] calls = [.. forms.Select(form => (Action)(() => form.Run(data)))];
            foreach (var call in calls)
            {
                Timing.WarmUp(call);
            }

            var times = Timing.Medians(calls, rounds, TimeSpan.Zero);
            report.Row([$"({shape[0]},{shape[1]})", $"{data.X.Length * sizeof(float) / 1e6:F1}", .. times.Select(time => Report.Milliseconds(time))]);
        }

        report.EndTable();
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Sum<V>(Data data, int streams, bool far, bool down)
        where V : struct, ILanes<V, float>
    {
        var (rows, columns) = (data.Rows, data.Columns);
        float[] x = data.X, pivots = data.Mean, sums = data.Sums, squares = data.Squares;
        var apart = far ? ((rows + streams - 1) / streams) | 1 : 1;
        var blocks = far ? apart : rows / streams;
        for (var block = 0; block < blocks; block++)
        {
            var first = far ? (down ? blocks - 1 - block : block) : block * streams;
            var end = far ? rows : Math.Min(rows, first + streams);
            for (var step = 0; step < columns; step += V.Count)
            {
                var d = down ? columns - V.Count - step : step;
                var pivot = V.Load(pivots, d);
                var (sum, square) = (V.Zero, V.Zero);
                for (var n = first; n < end; n += apart)
                {
                    var deviation = V.Load(x, (n * columns) + d) - pivot;
                    sum += deviation;
                    square = V.MultiplyAdd(deviation, deviation, square);
                }

                (V.Load(sums, d) + sum).Store(sums, d);
                (V.Load(squares, d) + square).Store(squares, d);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void WriteRows<V>(Data data, bool far)
        where V : struct, ILanes<V, float>
    {
        var (rows, columns) = (data.Rows, data.Columns);
        float[] x = data.X, g = data.G, y = data.Y, means = data.Mean, scales = data.Scale;
        var apart = far ? ((rows + 3) / 4) | 1 : 1;
        var blocks = far ? apart : rows / 4;
        for (var block = 0; block < blocks; block++)
        {
            var first = far ? block : block * 4;
            var end = far ? rows : first + 4;
            for (var d = 0; d < columns; d += V.Count)
            {
                var (mean, scale) = (V.Load(means, d), V.Load(scales, d));
                for (var n = first; n < end; n += apart)
                {
                    V.MultiplyAdd(V.Load(x, (n * columns) + d) - mean, scale, V.Load(g, (n * columns) + d)).Store(y, (n * columns) + d);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void WriteUp<V>(Data data)
        where V : struct, ILanes<V, float>
    {
        var columns = data.Columns;
        float[] x = data.X, g = data.G, y = data.Y, means = data.Mean, scales = data.Scale;
        for (int at = 0, d = 0; at < x.Length; at += V.Count)
        {
            V.MultiplyAdd(V.Load(x, at) - V.Load(means, d), V.Load(scales, d), V.Load(g, at)).Store(y, at);
            d += V.Count;
            if (d == columns)
            {
                d = 0;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void WriteDown<V>(Data data, Writing writing)
        where V : struct, ILanes<V, float>
    {
        var columns = data.Columns;
        var end = data.X.Length;
        float[] x = data.X, g = data.G, y = data.Y, means = data.Mean, scales = data.Scale;
        for (int at = end - V.Count, d = at % columns; at >= 0; at -= V.Count)
        {
            V.Write(V.MultiplyAdd(V.Load(x, at) - V.Load(means, d), V.Load(scales, d), V.Load(g, at)), y, at, writing);
            d = Repeated<float>.Before(d, V.Count, columns);
        }
    }

    /// <summary>The arrays of a sweep; the output lies behind the inputs, as results mostly do.</summary>
    private sealed class Data(int rows, int columns)
    {
        public int Rows => rows;

        public int Columns => columns;

        public float[] X { get; } = Filled(rows * columns, 1.5f);

        public float[] G { get; } = Filled(rows * columns, 0.5f);

        public float[] Y { get; } = Filled(rows * columns, 0);

        // With room for lanes that begin at the end of a row.
        public float[] Mean { get; } = Filled(columns + 16, 1.25f);

        public float[] Scale { get; } = Filled(columns + 16, 2);

        public float[] Sums { get; } = new float[columns];

        public float[] Squares { get; } = new float[columns];

        private static float[] Filled(int length, float value)
        {
            var array = new float[length];
            Array.Fill(array, value);
            return array;
        }
    }
}
