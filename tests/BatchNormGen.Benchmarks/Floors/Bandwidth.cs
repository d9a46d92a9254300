using System.Diagnostics;
using System.Runtime.InteropServices;
using BatchNormGen.Kernels;

namespace BatchNormGen.Benchmarks.Floors;

/// <summary>
/// How fast this machine moves memory: the best rate of a read, a copy and a non-temporal copy, each in one and in four streams, for working
/// sets in steps of a factor of two. The time that it takes to move every tensor once at that rate is the floor of a pass.
/// </summary>
internal sealed unsafe class Bandwidth
{
    /// <summary>Sizes of working sets in bytes; beyond any cache the rate no longer changes.</summary>
    public static readonly IReadOnlyList<long> Sizes = [.. Enumerable.Range(14, 15).Select(bits => 1L << bits)];

    private const int Alignment = 64;

    /// <summary>Between the two halves of a copy: at a distance of whole pages their loads and stores would be taken for the same memory.</summary>
    private const int Apart = 1024 + 64;

    private static readonly TimeSpan Enough = TimeSpan.FromMilliseconds(10);

    private readonly Dictionary<(long Size, int Threads), double> rates = [];

    /// <summary>Measures, which takes a second or two for each number of threads.</summary>
    public Bandwidth(IEnumerable<int> threads)
    {
        foreach (var size in Sizes.Reverse())
        {
            foreach (var count in threads.Order())
            {
                rates[(size, count)] = Measure(size, count);

                // A smaller working set is no slower, and neither are more threads, which may leave the work to one.
                rates[(size, count)] = rates.Where(rate => rate.Key.Threads <= count).Max(rate => rate.Value);
            }
        }
    }

    /// <summary>The time in milliseconds to move <paramref name="bytes"/> once.</summary>
    public double Floor(long bytes, int threads) => 1000 * bytes / Rate(Sizes.FirstOrDefault(size => size >= bytes, Sizes[^1]), threads);

    /// <summary>Bytes per second, read and written together.</summary>
    public double Rate(long size, int threads) => rates[(size, threads)];

    private static double Measure(long size, int threads)
    {
        var before = Parallelism.MaxThreads;
        Parallelism.MaxThreads = threads;
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)(size + Apart), Alignment);
        NativeMemory.Clear(memory, (nuint)(size + Apart));
        double best = 0;
        foreach (var access in Enum.GetValues<Access>())
        {
            foreach (var fourStreams in (bool[])[false, true])
            {
                best = Math.Max(best, Measure(memory, size, access, fourStreams, threads));
            }
        }
        NativeMemory.AlignedFree(memory);
        Parallelism.MaxThreads = before;
        return best;
    }

    private static double Measure(byte* memory, long size, Access access, bool fourStreams, int threads)
    {
        var read = access == Access.Read ? size : size / 2;
        var chunk = (int)(read / sizeof(float) / threads / Traffic.Block * Traffic.Block);
        var traffic = new Traffic
        {
            From = (float*)memory, To = (float*)(memory + size / 2 + Apart), Access = access, FourStreams = fourStreams, ChunkLength = chunk,
        };
        var moved = (long)chunk * threads * sizeof(float) * (access == Access.Read ? 1 : 2);
        double best = 0;
        var start = Stopwatch.GetTimestamp();
        for (var calls = 1; best == 0 || Stopwatch.GetElapsedTime(start) < Enough;)
        {
            var sample = Stopwatch.GetTimestamp();
            for (var i = 0; i < calls; i++)
            {
                Workers.Run(ref traffic, threads, moved / sizeof(float));
            }
            var elapsed = Stopwatch.GetElapsedTime(sample);
            best = Math.Max(best, moved * (double)calls / elapsed.TotalSeconds);
            if (elapsed < Enough / 10)
            {
                calls *= 2;
            }
        }
        return best;
    }
}
