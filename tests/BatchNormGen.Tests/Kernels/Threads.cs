namespace BatchNormGen.Tests.Kernels;

/// <summary>Sets the number of threads for the time of a <c>using</c>.</summary>
internal sealed class Threads : IDisposable
{
    private readonly int before = Parallelism.MaxThreads;

    private Threads(int count) => Parallelism.MaxThreads = count;

    public static Threads AtMost(int count) => new(count);

    public void Dispose() => Parallelism.MaxThreads = before;
}

/// <summary>The tests that set the number of threads, which is one for the process, run one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class ThreadsCollection
{
    public const string Name = "Threads";
}
