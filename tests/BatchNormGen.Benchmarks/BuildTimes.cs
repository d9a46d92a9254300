using System.Diagnostics;
using BatchNormGen.Benchmarks.Builds;

namespace BatchNormGen.Benchmarks;

/// <summary>What the generator adds to the build of a project: the same project is built with it, and without it from the files that it wrote.</summary>
internal sealed class BuildTimes(int layers, int rounds, string? markdownFile)
{
    private static readonly (string Name, string Option)[] Compilers =
    [
        ("server (the next build finds it running)", "-p:UseSharedCompilation=true"),
        ("started for the build", "-p:UseSharedCompilation=false"),
    ];

    private readonly Report report = new();

    public static BuildTimes Parse(string[] arguments)
    {
        var (layers, rounds) = (100, 5);
        string? markdownFile = null;
        var options = new Options("build", arguments);
        while (options.Next() is { } option)
        {
            switch (option)
            {
                case "--layers": layers = options.Number(); break;
                case "--rounds": rounds = options.Number(); break;
                case "--markdown": markdownFile = options.Value(); break;
                default: throw options.Unknown();
            }
        }
        return new(layers, rounds, markdownFile);
    }

    public void Run()
    {
        var folder = Directory.CreateTempSubdirectory("BatchNormGen-build-").FullName;
        try
        {
            var project = new LayerProject(folder, layers);
            project.Write();
            report.Text($"## Build of a project of {layers} layers: seconds, medians of {rounds} interleaved rounds of `dotnet build --no-restore --no-incremental`");
            report.Text($"{Machine.Description}. {project.Description}");
            report.BeginTable("compiler", "with generator", "without", "with / without");
            foreach (var (name, option) in Compilers)
            {
                WriteRow(project, name, option);
            }
            report.EndTable();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        if (markdownFile is not null)
        {
            report.Save(markdownFile);
        }
    }

    private void WriteRow(LayerProject project, string name, string option)
    {
        Action[] builds = [() => project.BuildWith(option), () => project.BuildWithout(option)];
        foreach (var build in builds)
        {
            build();
        }
        var seconds = builds.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var turn = 0; turn < builds.Length; turn++)
            {
                var build = (round + turn) % builds.Length;
                var start = Stopwatch.GetTimestamp();
                builds[build]();
                seconds[build].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
        double[] medians = [.. seconds.Select(times => times.Order().ElementAt(times.Count / 2))];
        report.Row([name, .. medians.Select(median => median.ToString("F2")), Report.Ratio(medians[0] / medians[1])]);
    }
}
