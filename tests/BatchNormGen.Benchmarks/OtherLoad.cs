using System.Diagnostics;

namespace BatchNormGen.Benchmarks;

/// <summary>How much of the processors other programs took while figures were made; known on Linux.</summary>
internal sealed class OtherLoad
{
    private const string Statistics = "/proc/stat";

    /// <summary>In which Linux counts: the hundredths of a second that it shows to programs.</summary>
    private const double TicksPerSecond = 100;

    private readonly long start = Stopwatch.GetTimestamp();
    private readonly TimeSpan own = Environment.CpuUsage.TotalTime;
    private readonly double? all = BusySeconds();

    public override string ToString()
    {
        if (all is null || BusySeconds() is not { } now)
        {
            return "How busy other programs kept the processors is not known here.";
        }
        var others = now - all.Value - (Environment.CpuUsage.TotalTime - own).TotalSeconds;
        var share = others / (Stopwatch.GetElapsedTime(start).TotalSeconds * Environment.ProcessorCount);
        return $"Other programs took {100 * Math.Max(0, share):F0} % of the processors meanwhile.";
    }

    /// <summary>The seconds that all processors have worked: of the first line all but the fourth and fifth number, which are idle.</summary>
    private static double? BusySeconds()
    {
        if (!File.Exists(Statistics))
        {
            return null;
        }
        long[] ticks = [.. File.ReadLines(Statistics).First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9].Select(long.Parse)];
        return (ticks.Sum() - ticks[3] - ticks[4]) / TicksPerSecond;
    }
}
