using System.Numerics;
using System.Runtime.CompilerServices;
using BatchNormGen.Kernels;

namespace BatchNormGen.Benchmarks;

/// <summary>
/// The same sweep over [N, D] in the orders in which it could run through memory, by hand: the measurements behind the constants of
/// generated sweeps by columns. docs/architecture.md says what was chosen.
/// </summary>
internal sealed partial class SweepForms(int rounds, int[][] shapes)
{
    private static readonly int[][] Usual = [[256, 512], [512, 256], [1024, 1024], [4096, 1024], [8192, 1024], [32768, 256], [65536, 64]];

    /// <summary>A sweep that sums each column and the squares of its deviations.</summary>
    private static (string Name, Action<Data> Run)[] Sums<V>()
        where V : struct, ILanes<V, float> =>
    [
        ("4 neighbours", data => SumInLoop<V>(data, far: false)),
        ("4 far apart", data => SumInLoop<V>(data, far: true)),
        ("2 far apart, written out", data => SumOfTwo<V>(data)),
        ("4 far apart, written out", data => SumOfFour<V>(data)),
    ];

    /// <summary>A sweep that writes (x − mean)·scale + g, as the backward of a normalization does.</summary>
    private static (string Name, Action<Data> Run)[] Writes<V>()
        where V : struct, ILanes<V, float> =>
    [
        ("as one row", data => WriteUp<V, Replacing>(data, Writing.Replace)),
        ("as one, from the end", data => WriteDown<V>(data)),
        ("asked at each", data => WriteUp<V, Deciding>(data, Writing.Replace)),
        ("past the caches", data => WriteUp<V, StreamingAlone>(data, Writing.Stream)),
        ("and fetched ahead", data => WriteUp<V, Streaming>(data, Writing.Stream)),
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
        if (Lanes512<float>.IsSupported)
        {
            Run<Lanes512<float>>();
        }
        else if (Lanes256<float>.IsSupported)
        {
            Run<Lanes256<float>>();
        }
        else
        {
            Run<Lanes128<float>>();
        }
    }

    private void Run<V>()
        where V : struct, ILanes<V, float>
    {
        report.Text($"{Machine.Description}, one thread: milliseconds, medians of {rounds} rounds");
        Write("Sums of columns and of squares, float", Sums<V>());
        Write("An element for each element of two: (x − mean)·scale + g", Writes<V>());
        WriteDistances<V>();
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
    private static void SumInLoop<V>(Data data, bool far)
        where V : struct, ILanes<V, float>
    {
        var (rows, columns) = (data.Rows, data.Columns);
        float[] x = data.X, pivots = data.Mean, sums = data.Sums, squares = data.Squares;
        var apart = far ? rows / 4 : 1;
        for (var block = 0; block < rows / 4; block++)
        {
            var first = far ? block : block * 4;
            var end = far ? rows : first + 4;
            for (var d = 0; d < columns; d += V.Count)
            {
                var pivot = V.Load(pivots, d);
                var (sum, square) = (V.Zero, V.Zero);
                for (var n = first; n < end; n += apart)
                {
                    Add(V.Load(x, (n * columns) + d), pivot, ref sum, ref square);
                }

                (V.Load(sums, d) + sum).Store(sums, d);
                (V.Load(squares, d) + square).Store(squares, d);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void SumOfTwo<V>(Data data)
        where V : struct, ILanes<V, float>
    {
        var (rows, columns) = (data.Rows, data.Columns);
        float[] pivots = data.Mean, sums = data.Sums, squares = data.Squares;
        for (var n = 0; n < rows / 2; n++)
        {
            ReadOnlySpan<float> x0 = data.Row(n), x1 = data.Row(n + (rows / 2));
            for (var d = 0; d < columns; d += V.Count)
            {
                var pivot = V.Load(pivots, d);
                var (sum, square) = (V.Zero, V.Zero);
                Add(V.Load(x0, d), pivot, ref sum, ref square);
                Add(V.Load(x1, d), pivot, ref sum, ref square);
                (V.Load(sums, d) + sum).Store(sums, d);
                (V.Load(squares, d) + square).Store(squares, d);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void SumOfFour<V>(Data data)
        where V : struct, ILanes<V, float>
    {
        var (rows, columns) = (data.Rows, data.Columns);
        float[] pivots = data.Mean, sums = data.Sums, squares = data.Squares;
        for (var n = 0; n < rows / 4; n++)
        {
            ReadOnlySpan<float> x0 = data.Row(n), x1 = data.Row(n + (rows / 4)), x2 = data.Row(n + (rows / 2)), x3 = data.Row(n + (rows / 4 * 3));
            for (var d = 0; d < columns; d += V.Count)
            {
                var pivot = V.Load(pivots, d);
                var (sum, square) = (V.Zero, V.Zero);
                Add(V.Load(x0, d), pivot, ref sum, ref square);
                Add(V.Load(x1, d), pivot, ref sum, ref square);
                Add(V.Load(x2, d), pivot, ref sum, ref square);
                Add(V.Load(x3, d), pivot, ref sum, ref square);
                (V.Load(sums, d) + sum).Store(sums, d);
                (V.Load(squares, d) + square).Store(squares, d);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<V>(V x, V pivot, ref V sum, ref V square)
        where V : struct, ILanes<V, float>
    {
        var deviation = x - pivot;
        sum += deviation;
        square = V.MultiplyAdd(deviation, deviation, square);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void WriteUp<V, W>(Data data, Writing writing)
        where V : struct, ILanes<V, float>
        where W : struct, IWriter
    {
        var columns = data.Columns;
        float[] means = data.Mean, scales = data.Scale;
        for (var n = 0; n < data.Rows; n++)
        {
            ReadOnlySpan<float> x = data.Row(n), g = data.Row(n, data.G);
            var y = data.Output(n);
            for (var d = 0; d < columns; d += V.Count)
            {
                W.Write(V.MultiplyAdd(V.Load(x, d) - V.Load(means, d), V.Load(scales, d), V.Load(g, d)), y, d, writing);
                W.FetchSource(x, d);
                W.FetchSource(g, d);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void WriteDown<V>(Data data)
        where V : struct, ILanes<V, float>
    {
        var columns = data.Columns;
        float[] means = data.Mean, scales = data.Scale;
        for (var n = data.Rows - 1; n >= 0; n--)
        {
            ReadOnlySpan<float> x = data.Row(n), g = data.Row(n, data.G);
            var y = data.Output(n);
            for (var d = columns - V.Count; d >= 0; d -= V.Count)
            {
                V.MultiplyAdd(V.Load(x, d) - V.Load(means, d), V.Load(scales, d), V.Load(g, d)).Store(y, d);
            }
        }
    }

    /// <summary>Past the caches, and nothing is called for.</summary>
    private readonly struct StreamingAlone : IWriter
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Write<V, T>(V value, Span<T> destination, int index, Writing writing)
            where V : struct, ILanes<V, T>
            where T : unmanaged, IFloatingPointIeee754<T> => Streaming.Write(value, destination, index, writing);
    }

    /// <summary>The arrays of a sweep; the output lies behind the inputs, as results mostly do.</summary>
    private sealed class Data(int rows, int columns)
    {
        private const int Line = 16;

        public int Rows => rows;

        public int Columns => columns;

        public float[] X { get; } = Filled(rows * columns, 1.5f);

        public float[] G { get; } = Filled(rows * columns, 0.5f);

        private float[] Y { get; } = Filled((rows * columns) + Line, 0);

        public ReadOnlySpan<float> Row(int row) => Row(row, X);

        public ReadOnlySpan<float> Row(int row, float[] of) => of.AsSpan(row * columns);

        /// <summary>A row of the result, which begins at a cache line and is pinned, as results are that go past the caches.</summary>
        public Span<float> Output(int row) => Y.AsSpan(Writings.FirstAligned<float>(Y, Writing.Stream) + (row * columns));

        // With room for lanes that begin at the end of a row.
        public float[] Mean { get; } = Filled(columns + 16, 1.25f);

        public float[] Scale { get; } = Filled(columns + 16, 2);

        public float[] Sums { get; } = new float[columns];

        public float[] Squares { get; } = new float[columns];

        private static float[] Filled(int length, float value)
        {
            var array = GC.AllocateUninitializedArray<float>(length, pinned: true);
            Array.Fill(array, value);
            return array;
        }
    }
}
