using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace BatchNormGen.Kernels;

/// <summary>
/// A caller and its helpers, at work on one sweep at a time. Each begins with a share of the chunks of its own, the same in every sweep: what it
/// touched in the one before is in the caches of its core. Who is through with that helps the others.
/// </summary>
internal sealed unsafe class Team
{
    private readonly List<Helper> helpers = [];
    private int held;

    // What is to be done. Written by the caller before it calls helpers, read by helpers that it then waits for.
    private void* sweep;
    private delegate*<void*, int, void> run;
    private int chunks;
    private bool fromEnd;
    private int members;
    private Exception? error;

    /// <summary>How many chunks of each member's share are taken.</summary>
    private ChunkCounter[] taken = [];

    /// <summary>Runs all chunks on up to <paramref name="threads"/> threads, or does nothing and returns false if the team is at work already.</summary>
    public bool TryRun(void* sweep, delegate*<void*, int, void> run, int chunks, int threads, bool fromEnd)
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
            this.fromEnd = fromEnd;
            members = threads;
            if (taken.Length < threads)
            {
                taken = new ChunkCounter[threads];
            }

            SetTaken(0);
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

            RunChunks(0);
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
    /// <param name="member">Who does: 0 for the caller.</param>
    public void RunChunks(int member)
    {
        try
        {
            for (int turn = 0; turn < members; turn++)
            {
                RunShare((member + turn) % members);
            }
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref error, exception, null);
            SetTaken(chunks);
        }
    }

    private void RunShare(int owner)
    {
        int from = (int)((long)chunks * owner / members), to = (int)((long)chunks * (owner + 1) / members);
        for (long place; (place = Interlocked.Increment(ref taken[owner].Value) - 1) < to - from;)
        {
            run(sweep, (int)(fromEnd ? to - 1 - place : from + place));
        }
    }

    private void SetTaken(int count)
    {
        for (int member = 0; member < members; member++)
        {
            Volatile.Write(ref taken[member].Value, count);
        }
    }

    /// <summary>A number on a cache line of its own: all threads write it.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct ChunkCounter
    {
        [FieldOffset(128)]
        public long Value;
    }
}
