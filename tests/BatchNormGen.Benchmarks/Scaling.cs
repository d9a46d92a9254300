using System.Diagnostics;
using BatchNormGen.Benchmarks.Contenders;
using BatchNormGen.Benchmarks.Measured;

namespace BatchNormGen.Benchmarks;

/// <summary>Whether the time of batch normalization grows with its elements and no faster, and what memory it takes beside them.</summary>
internal sealed class Scaling(int[] columns, long largest, int rounds, string? markdownFile)
{
    private const long Smallest = 10_000;

    private readonly OtherLoad others = new();
    private readonly Report report = new();

    public static Scaling Parse(string[] arguments)
    {
        int[] columns = [1000, 256];
        var largest = 100_000_000;
        var rounds = 15;
        string? markdownFile = null;
        var options = new Options("scaling", arguments);
        while (options.Next() is { } option)
        {
            switch (option)
            {
                case "--columns": columns = options.Numbers(); break;
                case "--largest": largest = options.Number(); break;
                case "--rounds": rounds = options.Number(); break;
                case "--markdown": markdownFile = options.Value(); break;
                default: throw options.Unknown();
            }
        }
        return new(columns, largest, rounds, markdownFile);
    }

    public void Run()
    {
        var before = Parallelism.MaxThreads;
        report.Text($"## Batch normalization, float, forward and backward: nanoseconds an element, medians of {rounds} rounds");
        report.Text($"{Machine.Description}.");
        report.BeginTable("shape", "elements", "1 thread", "2 threads", "1 / 2", "memory beside inputs and outputs");
        foreach (var width in columns)
        {
            // The largest first: the peak of the process is its own then.
            for (var elements = largest; elements >= Smallest; elements /= 10)
            {
                WriteRow([(int)Math.Max(1, Math.Round((double)elements / width)), width], isLargest: elements == largest && width == columns[0]);
            }
        }
        report.EndTable();
        report.Text($"{others}");
        report.Text("Memory: how far the peak of the process rises in the first calls on 2 threads, as a share of x, dout, the output and the gradients.");
        Parallelism.MaxThreads = before;
        if (markdownFile is not null)
        {
            report.Save(markdownFile);
        }
    }

    private void WriteRow(int[] shape, bool isLargest)
    {
        var workload = new Workload(new BatchNormLayer(), shape);
        var problem = new Problem<float>(workload);
        var calls = workload.Layer.Generated(problem);
        var memory = isLargest ? PeakBeside(workload, problem, () => Step(2)) : "";
        Timing.WarmUp(() => Step(2));
        var times = Timing.Medians([() => Step(1), () => Step(2)], rounds, TimeSpan.Zero);
        double[] perElement = [.. times.Select(time => 1e6 * time / workload.X.Values.Length)];
        report.Row(
            $"{workload}", $"{workload.X.Values.Length}", perElement[0].ToString("F3"), perElement[1].ToString("F3"),
            Report.Ratio(perElement[0] / perElement[1]), memory);

        void Step(int threads)
        {
            Parallelism.MaxThreads = threads;
            calls.Forward();
            calls.Backward();
        }
    }

    private static string PeakBeside(Workload workload, Problem<float> problem, Action step)
    {
        // An array that nobody has written to has no memory yet.
        foreach (var result in problem.Results)
        {
            Tensors.Values(result).Fill(1f);
        }
        GC.Collect();
        var (peak, allocated) = (Peak(), GC.GetTotalAllocatedBytes(precise: true));
        for (var i = 0; i < 3; i++)
        {
            step();
        }
        var (rise, total) = (Peak() - peak, workload.ForwardBytes + workload.BackwardBytes - workload.X.Bytes);
        return $"{100.0 * rise / total:F2} % ({rise >> 10} KB of {total >> 20} MB; {(GC.GetTotalAllocatedBytes(precise: true) - allocated) >> 10} KB managed)";
    }

    private static long Peak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
