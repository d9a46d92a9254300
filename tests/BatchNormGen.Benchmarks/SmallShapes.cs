using System.Diagnostics;
using BatchNormGen.Benchmarks.Measured;

namespace BatchNormGen.Benchmarks;

/// <summary>What a call costs where there is little to compute, on two threads if the library wants them: it should not.</summary>
internal sealed class SmallShapes(IReadOnlyList<Layer> layers, int[][] shapes, int rounds, string? markdownFile)
{
    private const int Threads = 2, Steps = 1000;

    private readonly OtherLoad others = new();
    private readonly Report report = new();

    public static SmallShapes Parse(string[] arguments)
    {
        IReadOnlyList<Layer> layers = [.. Layer.All.Where(layer => layer.Shapes[0].Length == 2)];
        int[][] shapes = [[1, 8], [8, 64], [32, 32], [64, 100]];
        var rounds = 15;
        string? markdownFile = null;
        var options = new Options("small", arguments);
        while (options.Next() is { } option)
        {
            switch (option)
            {
                case "--layer": layers = Layer.Named(options.Value()); break;
                case "--shapes": shapes = options.Shapes(); break;
                case "--rounds": rounds = options.Number(); break;
                case "--markdown": markdownFile = options.Value(); break;
                default: throw options.Unknown();
            }
        }
        return new(layers, shapes, rounds, markdownFile);
    }

    public void Run()
    {
        var before = Parallelism.MaxThreads;
        report.Text($"## Small shapes, float, {Threads} threads allowed: nanoseconds of a call, medians of {rounds} rounds");
        report.Text($"{Machine.Description}.");
        report.BeginTable("layer", "shape", "forward", "backward", "bytes allocated", "threads started");
        foreach (var layer in layers)
        {
            foreach (var shape in shapes.Where(layer.Fits))
            {
                WriteRow(layer, shape);
            }
        }
        report.EndTable();
        report.Text($"{others}");
        Parallelism.MaxThreads = before;
        if (markdownFile is not null)
        {
            report.Save(markdownFile);
        }
    }

    private void WriteRow(Layer layer, int[] shape)
    {
        var workload = new Workload(layer, shape);
        var calls = layer.Generated(new Problem<float>(workload));

        // On one thread first, so that the runtime has compiled everything and a thread that appears afterwards is a helper.
        Parallelism.MaxThreads = 1;
        Timing.WarmUp(Step);
        var threads = ThreadIds();
        Parallelism.MaxThreads = Threads;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Steps; i++)
        {
            Step();
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var started = ThreadIds().Except(threads).Count();
        var times = Timing.Medians([calls.Forward, calls.Backward], rounds, TimeSpan.Zero);
        report.Row(layer.Name, $"{workload}", $"{1e6 * times[0]:F0}", $"{1e6 * times[1]:F0}", $"{(double)allocated / Steps:0.##}", $"{started}");

        void Step()
        {
            calls.Forward();
            calls.Backward();
        }
    }

    private static HashSet<int> ThreadIds()
    {
        using var process = Process.GetCurrentProcess();
        return [.. process.Threads.Cast<ProcessThread>().Select(thread => thread.Id)];
    }
}
