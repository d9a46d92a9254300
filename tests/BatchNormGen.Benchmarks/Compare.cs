using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BatchNormGen.Benchmarks.Contenders;

namespace BatchNormGen.Benchmarks;

/// <summary>The comparison of the project: every contender in one process, taking turns, on the same data.</summary>
internal sealed class Compare(CompareSettings settings)
{
    private const double LargestDifference = 1e-3;

    private static readonly (string Name, Func<Contender, Action> Call)[] Passes =
    [
        ("forward", contender => contender.Forward),
        ("backward", contender => contender.Backward),
        ("both", contender => contender.Step),
    ];

    private static readonly string[] RatioNames = [.. AllContenders.Names[1..].Select(name => $"{name} / {AllContenders.Names[0]}")];

    private readonly Report report = new();
    private readonly List<(int Threads, string Pass, double?[] Ratios)> ratios = [];
    private readonly List<(string Shape, double?[] Differences)> differences = [];

    /// <summary>The exit code: 1 where results disagree, so that speed is never bought with wrong numbers unnoticed.</summary>
    public int Run()
    {
        report.Text($"## {settings.Normalization} normalization, training, float: milliseconds, medians of {settings.Rounds} rounds");
        report.Text($"{Machine}; {AllContenders.PeerStatus}");
        WriteTimes();
        WriteMeans();
        var agree = WriteDifferences();
        if (settings.MarkdownFile is { } file)
        {
            report.Save(file);
        }
        return agree ? 0 : 1;
    }

    private static string Machine =>
        $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors, vectors of " +
        $"{(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)} bits";

    private void WriteTimes()
    {
        report.BeginTable(["shape", "threads", "pass", .. AllContenders.Names, .. RatioNames]);
        foreach (var shape in settings.Shapes)
        {
            var workload = new Workload(settings.Normalization, shape);
            var contenders = AllContenders.For(workload);
            foreach (var contender in contenders)
            {
                Timing.WarmUp(contender.Step);
            }
            var reference = new Reference(workload);
            differences.Add(($"{workload}", ByName(contenders, contenders.Select(reference.Worst))));
            WriteTimes($"{workload}", contenders);
            foreach (var contender in contenders)
            {
                contender.Dispose();
            }
        }
        report.EndTable();
    }

    private void WriteTimes(string shape, IReadOnlyList<Contender> contenders)
    {
        foreach (var threads in settings.Threads)
        {
            foreach (var contender in contenders)
            {
                contender.Threads = threads;
            }
            var pause = TimeSpan.FromMilliseconds(threads > 1 ? 30 : 0);
            foreach (var (pass, call) in Passes)
            {
                foreach (var contender in contenders)
                {
                    contender.Forward(); // A backward that is timed alone needs one.
                }
                var times = ByName(contenders, Timing.Medians([.. contenders.Select(call)], settings.Rounds, pause));
                double?[] relative = [.. times[1..].Select(time => time / times[0])];
                ratios.Add((threads, pass, relative));
                report.Row([shape, $"{threads}", pass, .. times.Select(Report.Milliseconds), .. relative.Select(Report.Ratio)]);
            }
        }
    }

    private void WriteMeans()
    {
        report.Text("Geometric means of the ratios:");
        report.BeginTable(["threads", "pass", .. RatioNames]);
        foreach (var group in ratios.GroupBy(row => (row.Threads, row.Pass)))
        {
            var means = RatioNames.Select((_, column) => GeometricMean(group.Select(row => row.Ratios[column])));
            report.Row([$"{group.Key.Threads}", group.Key.Pass, .. means.Select(Report.Ratio)]);
        }
        report.EndTable();
    }

    private bool WriteDifferences()
    {
        report.Text("Worst difference of output and gradients from a float64 computation, relative to the largest value of each:");
        report.BeginTable(["shape", .. AllContenders.Names]);
        foreach (var (shape, row) in differences)
        {
            report.Row([shape, .. row.Select(Report.Difference)]);
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
}
