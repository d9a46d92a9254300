using BatchNormGen.Benchmarks.Contenders;
using BatchNormGen.Benchmarks.Floors;
using BatchNormGen.Benchmarks.Measured;

namespace BatchNormGen.Benchmarks;

/// <summary>The comparison of the project: every contender in one process, taking turns, on the same data.</summary>
internal sealed class Compare(CompareSettings settings)
{
    private const double LargestDifference = 1e-3;

    private static readonly Pass[] Passes =
    [
        new("forward", contender => contender.Forward, workload => workload.ForwardBytes),
        new("backward", contender => contender.Backward, workload => workload.BackwardBytes),
        new("both", contender => contender.Step, workload => workload.ForwardBytes + workload.BackwardBytes),
    ];

    private static readonly string[] RatioNames =
        [$"{AllContenders.Names[0]} / floor", .. AllContenders.Names[1..].Select(name => $"{name} / {AllContenders.Names[0]}")];

    private readonly OtherLoad others = new();
    private readonly Report report = new();
    private readonly Bandwidth bandwidth = new(settings.Threads);
    private readonly List<Result> results = [];
    private readonly List<(Layer Layer, string Shape, double?[] Differences)> differences = [];

    /// <summary>The exit code: 1 where results disagree, so that speed is never bought with wrong numbers unnoticed.</summary>
    public int Run()
    {
        report.Text($"## Layers in training, float: milliseconds, medians of {settings.Rounds} rounds");
        report.Text($"{Machine.Description}; {AllContenders.PeerStatus}");
        WriteRates();
        WriteTimes();
        WriteSteps();
        WriteMeans();
        report.Text($"{others}");
        var agree = WriteDifferences();
        if (settings.MarkdownFile is { } file)
        {
            report.Save(file);
        }
        return agree ? 0 : 1;
    }

    private void WriteTimes()
    {
        report.BeginTable(["layer", "shape", "threads", "pass", "floor", .. AllContenders.Names, .. RatioNames]);
        foreach (var (layer, shape) in settings.Rows)
        {
            var workload = new Workload(layer, shape);
            var contenders = AllContenders.For(workload);
            foreach (var contender in contenders)
            {
                Timing.WarmUp(contender.Step);
            }
            Check(workload, contenders);
            WriteTimes(workload, contenders);
            foreach (var contender in contenders)
            {
                contender.Dispose();
            }
        }
        report.EndTable();
    }

    /// <summary>In a method of its own, so that the truth is gone when times are taken.</summary>
    private void Check(Workload workload, IReadOnlyList<Contender> contenders) =>
        differences.Add((workload.Layer, $"{workload}", ByName(contenders, contenders.Select(new Reference(workload).Worst))));

    private void WriteTimes(Workload workload, IReadOnlyList<Contender> contenders)
    {
        foreach (var threads in settings.Threads)
        {
            foreach (var contender in contenders)
            {
                contender.Threads = threads;
            }
            var pause = TimeSpan.FromMilliseconds(threads > 1 ? 30 : 0);
            foreach (var pass in Passes)
            {
                foreach (var contender in contenders)
                {
                    contender.Forward(); // A backward that is timed alone needs one.
                }
                var times = ByName(contenders, Timing.Medians([.. contenders.Select(pass.Call)], settings.Rounds, pause));
                var result = new Result(workload.Layer, $"{workload}", threads, pass.Name, bandwidth.Floor(pass.Bytes(workload), threads), times);
                results.Add(result);
                report.Row([
                    workload.Layer.Name, result.Shape, $"{threads}", pass.Name, Report.Milliseconds(result.Floor),
                    .. times.Select(Report.Milliseconds), .. result.Ratios.Select(Report.Ratio)]);
            }
        }
    }

    private void WriteMeans()
    {
        report.Text("Geometric means of the ratios:");
        report.BeginTable(["threads", "pass", .. RatioNames]);
        foreach (var group in results.GroupBy(result => (result.Threads, result.Pass)))
        {
            var means = RatioNames.Select((_, column) => GeometricMean(group.Select(result => result.Ratios[column])));
            report.Row([$"{group.Key.Threads}", group.Key.Pass, .. means.Select(Report.Ratio)]);
        }
        report.EndTable();
    }

    private void WriteRates()
    {
        report.Text(
            "The floor of a pass moves each of its tensors once, at the best rate that this machine was measured to have for as many bytes: that of a " +
            "read, a copy or a non-temporal copy, in one stream or four. GB/s, read and written together, by the size of what is moved:");
        report.BeginTable(["KB", .. settings.Threads.Select(Count)]);
        foreach (var size in Bandwidth.Sizes)
        {
            report.Row([$"{size >> 10}", .. settings.Threads.Select(threads => (bandwidth.Rate(size, threads) / 1e9).ToString("F0"))]);
        }
        report.EndTable();
    }

    private bool WriteDifferences()
    {
        report.Text("Worst difference of output and gradients from a float64 computation, relative to the largest value of each:");
        report.BeginTable(["layer", "shape", .. AllContenders.Names]);
        foreach (var (layer, shape, row) in differences)
        {
            report.Row([layer.Name, shape, .. row.Select(Report.Difference)]);
        }
        report.EndTable();

        // Asked this way round, a difference that is not a number is too large.
        var agree = differences.All(row => row.Differences.All(difference => difference is null or <= LargestDifference));
        if (!agree)
        {
            report.Text($"The results disagree: a difference above {LargestDifference} is a mistake of the one that has it, whatever its speed.");
        }
        return agree;
    }

    /// <summary>The short table, and the same as a picture: whole steps on all threads, without the stages in C#.</summary>
    private void WriteSteps()
    {
        const int shown = 3;
        var threads = settings.Threads.Max();
        var steps = results.Where(result => result.Threads == threads && result.Pass == Passes[^1].Name).ToList();
        report.Text($"Forward and backward, {Count(threads)}, milliseconds:");
        report.BeginTable(["layer", "shape", "floor", .. AllContenders.Names[..shown], .. RatioNames[..shown]]);
        foreach (var step in steps)
        {
            report.Row([
                step.Layer.Name, step.Shape, Report.Milliseconds(step.Floor), .. step.Times[..shown].Select(Report.Milliseconds),
                .. step.Ratios[..shown].Select(Report.Ratio)]);
        }
        report.EndTable();
        if (settings.PlotFile is { } file)
        {
            new Plot(
                $"Forward and backward, {Count(threads)}: multiples of the time to move each tensor once",
                AllContenders.Names[..shown],
                [.. steps.Select(step => new Plot.Group($"{step.Layer.Name} {step.Shape}", [.. step.Times[..shown].Select(time => time / step.Floor)]))])
                .Save(file);
        }
    }

    private static string Count(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";

    /// <summary>One value for each name of the table, null where that contender does not take part.</summary>
    private static double?[] ByName(IReadOnlyList<Contender> contenders, IEnumerable<double> values)
    {
        var byName = contenders.Zip(values).ToDictionary(pair => pair.First.Name, pair => pair.Second);
        return [.. AllContenders.Names.Select(name => byName.TryGetValue(name, out var value) ? value : (double?)null)];
    }

    private static double? GeometricMean(IEnumerable<double?> values)
    {
        double[] present = [.. values.OfType<double>()];
        return present.Length == 0 ? null : Math.Exp(present.Average(Math.Log));
    }

    /// <summary>What is timed, and how many bytes it has to move.</summary>
    private sealed record Pass(string Name, Func<Contender, Action> Call, Func<Workload, long> Bytes);

    /// <summary>One row: milliseconds of each contender, null where it does not take part.</summary>
    private sealed record Result(Layer Layer, string Shape, int Threads, string Pass, double Floor, double?[] Times)
    {
        public double?[] Ratios { get; } = [Times[0] / Floor, .. Times[1..].Select(time => time / Times[0])];
    }
}
