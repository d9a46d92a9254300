using System.Diagnostics;
using System.Runtime;

namespace BatchNormGen.Benchmarks;

/// <summary>The time of one call, as the median of samples that are long enough to be measured.</summary>
internal sealed class Timing(Action call)
{
    private static readonly TimeSpan ShortestSample = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400), LongestWarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestLeadIn = TimeSpan.FromMilliseconds(50);

    private readonly List<double> samples = [];
    private int calls = 1;
    private TimeSpan last;

    /// <summary>Median of each call in milliseconds. The contenders take turns, and every round begins with another one.</summary>
    public static double[] Medians(IReadOnlyList<Action> contenders, int rounds, TimeSpan pause)
    {
        var timings = contenders.Select(call => new Timing(call)).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var turn = 0; turn < timings.Length; turn++)
            {
                // Torch's OpenMP threads spin for 10 to 20 ms after their last work, on the cores that the next contender needs.
                Thread.Sleep(pause);
                timings[(round + turn) % timings.Length].Sample();
            }
        }
        return [.. timings.Select(timing => timing.Median)];
    }

    /// <summary>
    /// Calls until the runtime has compiled what it calls for good: until it has compiled nothing for a while. Its tiers count calls, wait a tenth of
    /// a second each, and compile in the background.
    /// </summary>
    public static void WarmUp(Action call)
    {
        var start = Stopwatch.GetTimestamp();
        var (compiled, lastCompiled) = (0L, start);
        do
        {
            call();
            if (JitInfo.GetCompiledMethodCount() is var count && count != compiled)
            {
                (compiled, lastCompiled) = (count, Stopwatch.GetTimestamp());
            }
        }
        while (Stopwatch.GetElapsedTime(lastCompiled) < Quiet && Stopwatch.GetElapsedTime(start) < LongestWarmUp);
    }

    private double Median
    {
        get
        {
            samples.Sort();
            return (samples[(samples.Count - 1) / 2] + samples[samples.Count / 2]) / 2;
        }
    }

    private void Sample()
    {
        // The first call finds the caches full of another's data and the threads asleep; it is not timed, unless that would double a long wait.
        if (last < LongestLeadIn)
        {
            call();
        }
        for (last = Time(); last < ShortestSample; last = Time())
        {
            calls = (int)Math.Ceiling(calls * Math.Clamp(1.2 * (ShortestSample / last), 1.2, 10));
        }
        samples.Add(last.TotalMilliseconds / calls);
    }

    private TimeSpan Time()
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
        {
            call();
        }
        return Stopwatch.GetElapsedTime(start);
    }
}
