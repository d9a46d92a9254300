using BatchNormGen.Benchmarks.Contenders;
using BatchNormGen.Benchmarks.Networks;

namespace BatchNormGen.Benchmarks;

/// <summary>The time of a training step of a whole network: as one method, layer by layer, and in torch.</summary>
internal sealed partial class NetworkTimes(int[] batches, int[] threads, string? markdownFile)
{
    private const int Rounds = 15;
    private const int StepsUntilCheck = 20;
    private const float LargestDifference = 1e-3f;

    private readonly Report report = new();

    public static NetworkTimes Parse(string[] arguments)
    {
        int[] batches = [32, 64, 256];
        int[] threads = [1, 2];
        string? markdownFile = null;
        var options = new Options("network", arguments);
        while (options.Next() is { } option)
        {
            switch (option)
            {
                case "--batches": batches = options.Numbers(atLeast: 2); break;
                case "--threads": threads = options.Numbers(); break;
                case "--markdown": markdownFile = options.Value(); break;
                default: throw options.Unknown();
            }
        }

        return new(batches, threads, markdownFile);
    }

    /// <summary>0; or 1 where contenders that began alike did not learn alike.</summary>
    public int Run()
    {
        report.Text($"## A training step of samples/DigitsNet, float: microseconds, medians of {Rounds} interleaved rounds");
        report.Text(AllContenders.PeerStatus);
        report.BeginTable("batch", "threads", "one method", "layers", "torch", "layers ÷ one", "torch ÷ one", "one allocates");
        var agree = true;
        foreach (var batch in batches)
        {
            foreach (var count in threads)
            {
                agree &= Compare(batch, count);
            }
        }

        report.EndTable();
        if (markdownFile is not null)
        {
            report.Save(markdownFile);
        }

        return agree ? 0 : 1;
    }

    private bool Compare(int batch, int count)
    {
        var before = Parallelism.MaxThreads;
        var workload = new Networks.Workload(batch);
        List<Networks.Contender> contenders = [new OneMethod(workload), new LayerByLayer(workload)];
        AddTorch(contenders, workload);
        foreach (var contender in contenders)
        {
            contender.Threads = count;
            for (var step = 0; step < StepsUntilCheck; step++)
            {
                contender.Step();
            }
        }

        var losses = contenders.Select(contender => contender.Loss).ToArray();
        var agree = losses.All(loss => MathF.Abs(loss - losses[0]) <= LargestDifference);
        if (!agree)
        {
            report.Text($"After {StepsUntilCheck} steps the losses differ: {string.Join(", ", losses)}.");
        }

        Action[] steps = [.. contenders.Select(contender => (Action)contender.Step)];
        foreach (var step in steps)
        {
            Timing.WarmUp(step);
        }

        double?[] times = [.. Timing.Medians(steps, Rounds, TimeSpan.FromMilliseconds(count > 1 ? 30 : 0)).Select(time => (double?)(1000 * time)), null];
        report.Row(
            $"{batch}", $"{count}", Report.Milliseconds(times[0]), Report.Milliseconds(times[1]), Report.Milliseconds(times[2]),
            Report.Ratio(times[1] / times[0]), Report.Ratio(times[2] / times[0]), $"{Allocated(steps[0])} B");
        contenders.ForEach(contender => contender.Dispose());
        Parallelism.MaxThreads = before;
        return agree;
    }

    private static long Allocated(Action step)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        step();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    static partial void AddTorch(List<Networks.Contender> contenders, Networks.Workload workload);
}
