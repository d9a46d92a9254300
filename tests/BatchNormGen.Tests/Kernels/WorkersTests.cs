using System.Runtime.CompilerServices;
using BatchNormGen.Kernels;

namespace BatchNormGen.Tests.Kernels;

[Collection(ThreadsCollection.Name)]
public sealed class WorkersTests
{
    private const long Large = long.MaxValue;

    public static TheoryData<int> ThreadCounts => [1, 2, 3, 8, 64];

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void Each_chunk_runs_exactly_once(int threads)
    {
        using var _ = Threads.AtMost(threads);
        foreach (int chunks in (int[])[0, 1, 2, 3, 7, 64, 1000])
        {
            for (int repetition = 0; repetition < 50; repetition++)
            {
                var runs = new int[chunks];
                var sweep = new CountingSweep { Runs = runs };
                Workers.Run(ref sweep, chunks, Large, fromEnd: repetition % 2 == 1);
                Assert.All(runs, count => Assert.Equal(1, count));
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Chunks_run_in_order_or_from_the_end(bool fromEnd)
    {
        using var _ = Threads.AtMost(1);
        var order = new List<int>();
        var sweep = new ActionSweep { Action = order.Add };
        Workers.Run(ref sweep, 5, Large, fromEnd);
        Assert.Equal(fromEnd ? [4, 3, 2, 1, 0] : [0, 1, 2, 3, 4], order);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_thread_begins_with_the_same_share_in_every_sweep(bool fromEnd)
    {
        using var _ = Threads.AtMost(2);
        int caller = Environment.CurrentManagedThreadId;
        var threads = new int[4];

        // The first chunks of the two wait for each other, so neither can take the other's.
        using var meeting = new Barrier(2);
        var sweep = new ActionSweep
        {
            Action = chunk =>
            {
                threads[chunk] = Environment.CurrentManagedThreadId;
                if (chunk % 2 == (fromEnd ? 1 : 0))
                {
                    Assert.True(meeting.SignalAndWait(TimeSpan.FromMinutes(1)));
                }
            },
        };
        Workers.Run(ref sweep, 4, Large, fromEnd);
        Assert.Equal(caller, threads[fromEnd ? 1 : 0]);
        Assert.NotEqual(caller, threads[fromEnd ? 3 : 2]);
    }

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void All_chunks_are_done_on_return_when_some_take_long(int threads)
    {
        using var _ = Threads.AtMost(threads);
        for (int repetition = 0; repetition < 20; repetition++)
        {
            var runs = new int[2 * threads];
            var sweep = new CountingSweep { Runs = runs, Milliseconds = 1 };
            Workers.Run(ref sweep, runs.Length, Large);
            Assert.All(runs, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void Helpers_take_part()
    {
        using var _ = Threads.AtMost(2);

        // The two chunks wait for each other: one thread alone would never come back.
        using var meeting = new Barrier(2);
        var sweep = new ActionSweep { Action = _ => Assert.True(meeting.SignalAndWait(TimeSpan.FromMinutes(1))) };
        Workers.Run(ref sweep, 2, Large);
    }

    [Fact]
    public void Helpers_that_have_gone_to_sleep_are_woken()
    {
        using var _ = Threads.AtMost(3);
        for (int repetition = 0; repetition < 5; repetition++)
        {
            Thread.Sleep(5);
            using var meeting = new Barrier(3);
            var sweep = new ActionSweep { Action = _ => Assert.True(meeting.SignalAndWait(TimeSpan.FromMinutes(1))) };
            Workers.Run(ref sweep, 3, Large);
        }
    }

    [Fact]
    public void Small_work_stays_on_the_caller()
    {
        using var _ = Threads.AtMost(8);
        int caller = Environment.CurrentManagedThreadId;
        var sweep = new ActionSweep
        {
            Action = _ =>
            {
                Thread.Sleep(1);
                Assert.Equal(caller, Environment.CurrentManagedThreadId);
            },
        };
        Workers.Run(ref sweep, 8, (2 * Workers.WorkPerThread) - 1);
    }

    [Fact]
    public void No_more_threads_than_allowed_take_part()
    {
        using var _ = Threads.AtMost(8);
        Run();
        Parallelism.MaxThreads = 2;
        Assert.InRange(Run(), 1, 2);

        static int Run()
        {
            var threads = new HashSet<int>();
            var sweep = new ActionSweep
            {
                Action = _ =>
                {
                    Thread.Sleep(1);
                    lock (threads)
                    {
                        threads.Add(Environment.CurrentManagedThreadId);
                    }
                },
            };
            Workers.Run(ref sweep, 32, Large);
            return threads.Count;
        }
    }

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void Nothing_is_allocated_once_the_helpers_exist(int threads)
    {
        using var _ = Threads.AtMost(threads);
        var runs = new int[64];
        Repeat(runs);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(runs);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Repeat(int[] runs)
        {
            for (int repetition = 0; repetition < 100; repetition++)
            {
                var sweep = new CountingSweep { Runs = runs };
                Workers.Run(ref sweep, runs.Length, Large);
            }
        }
    }

    [Theory]
    [MemberData(nameof(ThreadCounts))]
    public void An_exception_reaches_the_caller_after_all_have_stopped_and_the_team_lives_on(int threads)
    {
        using var _ = Threads.AtMost(threads);
        for (int repetition = 0; repetition < 20; repetition++)
        {
            int running = 0;
            var failing = new ActionSweep
            {
                Action = chunk =>
                {
                    Interlocked.Increment(ref running);
                    try
                    {
                        Thread.Sleep(1);
                        if (chunk == 3)
                        {
                            throw new InvalidOperationException("chunk 3");
                        }
                    }
                    finally
                    {
                        Interlocked.Decrement(ref running);
                    }
                },
            };
            Exception error = Assert.Throws<InvalidOperationException>(() => Workers.Run(ref failing, 16, Large));
            Assert.Equal("chunk 3", error.Message);
            Assert.Equal(0, running);

            var runs = new int[16];
            var sweep = new CountingSweep { Runs = runs };
            Workers.Run(ref sweep, 16, Large);
            Assert.All(runs, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void A_sweep_within_a_chunk_runs_on_the_thread_of_the_chunk()
    {
        using var _ = Threads.AtMost(4);
        var runs = new int[8 * 8];
        var outer = new ActionSweep
        {
            Action = chunk =>
            {
                int thread = Environment.CurrentManagedThreadId;
                var inner = new ActionSweep
                {
                    Action = innerChunk =>
                    {
                        Assert.Equal(thread, Environment.CurrentManagedThreadId);
                        Interlocked.Increment(ref runs[(chunk * 8) + innerChunk]);
                    },
                };
                Workers.Run(ref inner, 8, Large);
            },
        };
        Workers.Run(ref outer, 8, Large);
        Assert.All(runs, count => Assert.Equal(1, count));
    }

    [Fact]
    public void Concurrent_callers_all_get_their_chunks_done()
    {
        using var _ = Threads.AtMost(3);
        Parallel.For(0, 8, _ =>
        {
            for (int repetition = 0; repetition < 500; repetition++)
            {
                var runs = new int[16];
                var sweep = new CountingSweep { Runs = runs };
                Workers.Run(ref sweep, runs.Length, Large);
                Assert.All(runs, count => Assert.Equal(1, count));
            }
        });
    }

    [Fact]
    public void Spans_in_a_sweep_follow_arrays_that_the_garbage_collector_moves()
    {
        using var _ = Threads.AtMost(4);
        for (int repetition = 0; repetition < 10; repetition++)
        {
            int[] runs = AllocateBehindGarbage();
            var sweep = new CountingSweep { Runs = runs, Collects = true };
            Workers.Run(ref sweep, runs.Length, Large);
            Assert.All(runs, count => Assert.Equal(1, count));
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static int[] AllocateBehindGarbage() => new object[] { new byte[10_000], new int[64] }[1] as int[] ?? [];
    }

    [Fact]
    public void Less_than_one_thread_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Parallelism.MaxThreads = 0);

    private readonly ref struct CountingSweep : ISweep
    {
        public required Span<int> Runs { get; init; }

        public int Milliseconds { get; init; }

        public bool Collects { get; init; }

        public void Run(int chunk)
        {
            if (Milliseconds > 0)
            {
                Thread.Sleep(Milliseconds);
            }

            if (Collects && chunk % 16 == 5)
            {
                GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
            }

            Interlocked.Increment(ref Runs[chunk]);
        }
    }

    private readonly struct ActionSweep : ISweep
    {
        public required Action<int> Action { get; init; }

        public void Run(int chunk) => Action(chunk);
    }
}
