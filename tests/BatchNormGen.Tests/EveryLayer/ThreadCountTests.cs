using BatchNormGen.Kernels;
using BatchNormGen.Tests.Kernels;

namespace BatchNormGen.Tests.EveryLayer;

/// <summary>Every layer, in sizes that are worth several threads.</summary>
[Collection(ThreadsCollection.Name)]
public class ThreadCountTests
{
    /// <summary>Three times what a thread must find to do to be called.</summary>
    private const int Elements = 3 * Workers.WorkPerThread;

    [Fact]
    public void The_bits_do_not_depend_on_the_number_of_threads_and_no_call_allocates()
    {
        var faults = new Faults();
        foreach (var layer in Layer.All)
        {
            foreach (var choices in layer.Choices())
            {
                Trial trial;
                using (Threads.AtMost(1))
                {
                    trial = Trial.Draw(layer, choices, layer.LargeExtents(Elements));
                }

                var run = new SpanRun(trial, Place.New);
                foreach (int threads in (int[])[1, 2, 3, 8, 8])
                {
                    using var _ = Threads.AtMost(threads);
                    run.Clear();
                    run.Forward();
                    run.Backward();
                    faults.AddRange(run.Differences().Select(difference => FormattableString.Invariant($"{threads} threads: {difference}")));
                }

                if (layer.AllocatesNothing)
                {
                    using var _ = Threads.AtMost(8);
                    faults.AddRange(run.Allocations(allThreads: true));
                }
            }
        }

        faults.AssertNone();
    }

    [Fact]
    public void Callers_with_caches_of_their_own_do_not_disturb_each_other()
    {
        const int Callers = 8, Rounds = 3;
        var faults = new Faults();
        var trials = Layer.All.Where((_, i) => i % 9 == 0).Select(layer => Trial.Draw(layer, layer.Choices().Last(), layer.LargeExtents(Elements))).ToList();
        using var _ = Threads.AtMost(3);
        var threads = Enumerable.Range(0, Callers).Select(caller => new Thread(() => Work(caller))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        faults.AssertNone();

        void Work(int caller)
        {
            try
            {
                for (int i = 0; i < trials.Count; i++)
                {
                    var run = new SpanRun(trials[(i + (caller * 5)) % trials.Count], Place.New);
                    for (int round = 0; round < Rounds; round++)
                    {
                        run.Clear();
                        run.Forward();
                        run.Backward();
                        faults.AddRange(run.Differences());
                    }
                }
            }
            catch (Exception error)
            {
                faults.Add(error.ToString());
            }
        }
    }

    [Theory, InlineData("Norms.BatchNorm"), InlineData("Generics.Loss<Single>"), InlineData("Savings.NetworkLeast<Single>")]
    public void Ten_thousand_steps_take_no_memory(string name)
    {
        var layer = Layer.All.Single(layer => layer.Name == name);
        var run = new SpanRun(Trial.Draw(layer, layer.Choices().First(), layer.Extents(layer.Axes[0], 32)), Place.New);
        Steps(100);
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        long memory = process.PrivateMemorySize64;
        long heap = GC.GetAllocatedBytesForCurrentThread();
        Steps(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - heap);
        process.Refresh();
        Assert.InRange(process.PrivateMemorySize64 - memory, long.MinValue, 32 << 20);

        void Steps(int count)
        {
            for (int step = 0; step < count; step++)
            {
                run.Forward();
                run.Backward();
            }
        }
    }
}
