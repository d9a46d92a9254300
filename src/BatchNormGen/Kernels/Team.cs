using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace BatchNormGen.Kernels;

/// <summary>A caller and its helpers, at work on one sweep at a time.</summary>
internal sealed unsafe class Team
{
    private readonly List<Helper> helpers = [];
    private int held;

    // What is to be done. Written by the caller before it calls helpers, read by helpers that it then waits for.
    private void* sweep;
    private delegate*<void*, int, void> run;
    private int chunks;
    private Exception? error;
    private ChunkCounter next;

    /// <summary>Runs all chunks on up to <paramref name="threads"/> threads, or does nothing and returns false if the team is at work already.</summary>
    public bool TryRun(void* sweep, delegate*<void*, int, void> run, int chunks, int threads)
    {
        if (Interlocked.CompareExchange(ref held, 1, 0) != 0)
        {
            return false;
        }

        Exception? failure;
        try
        {
            while (helpers.Count < threads - 1)
            {
                helpers.Add(Helper.Start(this, helpers.Count));
            }

            this.sweep = sweep;
            this.run = run;
            this.chunks = chunks;
            next.Value = 0;
            error = null;
            RunWithHelpers(threads - 1);
            failure = error;
        }
        finally
        {
            Volatile.Write(ref held, 0);
        }

        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return true;
    }

    private void RunWithHelpers(int count)
    {
        int called = 0;
        try
        {
            while (called < count)
            {
                helpers[called++].Call();
            }

            RunChunks();
        }
        finally
        {
            // On whatever way out: the sweep's frame must outlive every helper's work on it.
            for (int helper = 0; helper < called; helper++)
            {
                helpers[helper].DismissOrAwait();
            }
        }
    }

    /// <summary>Takes one chunk after the other until none is left. Does not throw.</summary>
    public void RunChunks()
    {
        try
        {
            for (long chunk; (chunk = Interlocked.Increment(ref next.Value) - 1) < chunks;)
            {
                run(sweep, (int)chunk);
            }
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref error, exception, null);
            Volatile.Write(ref next.Value, chunks);
        }
    }

    /// <summary>The next chunk to take, on a cache line of its own: all threads write it.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct ChunkCounter
    {
        [FieldOffset(128)]
        public long Value;
    }
}
