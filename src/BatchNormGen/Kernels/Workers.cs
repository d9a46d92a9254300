using System.ComponentModel;

namespace BatchNormGen.Kernels;

/// <summary>Runs sweeps on as many threads as they are worth.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Workers
{
    /// <summary>
    /// What a thread must find to do to be called: 32,768 elements read or written, about 5 µs. Less than twice that much stays on the
    /// caller alone. An elementary function counts as some 8 elements.
    /// </summary>
    public const int WorkPerThread = 32 * 1024;

    /// <summary>More bytes than a call reads and writes for each element of a sweep; with less in all than makes it stream, nothing has been streamed.</summary>
    private const int MostBytes = 1024;

    private static readonly Team team = new();

    /// <summary>
    /// Runs the chunks 0 to <paramref name="chunks"/> − 1 of a sweep, each exactly once, on the caller and on helper threads, and returns
    /// when all are done. Nothing is allocated once the helpers exist. While another call has the helpers, or from within
    /// a chunk, everything runs on the caller: nobody waits for threads.
    /// </summary>
    /// <param name="sweep">The sweep. Every thread works on this very instance.</param>
    /// <param name="chunks">The number of chunks.</param>
    /// <param name="work">The elements that the whole sweep reads and writes; see <see cref="WorkPerThread"/>.</param>
    /// <param name="fromEnd">Whether the last chunks come first: a sweep after another finds in cache what that touched last.</param>
    /// <remarks>The first exception of a chunk is rethrown after all threads have stopped; chunks not begun by then are left out.</remarks>
    public static void Run<TSweep>(scoped ref TSweep sweep, int chunks, long work, bool fromEnd = false)
        where TSweep : struct, ISweep, allows ref struct
    {
        int threads = (int)Math.Min(Math.Min(Parallelism.MaxThreads, chunks), work / WorkPerThread);
        if (threads > 1 && TryRunOnTeam(ref sweep, chunks, threads, fromEnd))
        {
            return;
        }

        for (int place = 0; place < chunks; place++)
        {
            sweep.Run(fromEnd ? chunks - 1 - place : place);
        }
    }

    /// <summary>
    /// As <see cref="Run{TSweep}(ref TSweep, int, long, bool)"/>, for a sweep that may write results past the caches. What is written so is addressed by
    /// pointers, and must not be moved by the garbage collector meanwhile.
    /// </summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="chunks">The number of chunks.</param>
    /// <param name="work">The elements that the whole sweep reads and writes.</param>
    /// <param name="first">A result, which stays where it is until all is done; may be empty.</param>
    /// <param name="second">Another one.</param>
    /// <param name="third">Another one.</param>
    /// <param name="fourth">Another one.</param>
    /// <param name="fromEnd">Whether the last chunks come first.</param>
    public static void Run<TSweep, T>(scoped ref TSweep sweep, int chunks, long work, ReadOnlySpan<T> first, ReadOnlySpan<T> second = default, ReadOnlySpan<T> third = default, ReadOnlySpan<T> fourth = default, bool fromEnd = false)
        where TSweep : struct, ISweep, allows ref struct
        where T : unmanaged
    {
        fixed (T* a = first, b = second, c = third, d = fourth)
        {
            Run(ref sweep, chunks, work, fromEnd);
            if (work * MostBytes >= Writings.StreamedBytes)
            {
                Writings.Complete();
            }
        }
    }

    // The helpers see the sweep by its address. It does not move: it stands in a frame of the caller, who waits here until all have
    // stopped, or is pinned. The garbage collector updates the spans within it, as in any frame.
#pragma warning disable CS8500 // The address of a type that holds references: see above.
    private static bool TryRunOnTeam<TSweep>(scoped ref TSweep sweep, int chunks, int threads, bool fromEnd)
        where TSweep : struct, ISweep, allows ref struct
    {
        fixed (TSweep* address = &sweep)
        {
            return team.TryRun(address, &RunChunk<TSweep>, chunks, threads, fromEnd);
        }
    }

    private static void RunChunk<TSweep>(void* sweep, int chunk)
        where TSweep : struct, ISweep, allows ref struct
    {
        ((TSweep*)sweep)->Run(chunk);
        Writings.Complete();
    }

#pragma warning restore CS8500
}
