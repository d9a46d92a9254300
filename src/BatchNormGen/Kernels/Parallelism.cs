namespace BatchNormGen;

/// <summary>How much of the machine the generated code may take.</summary>
public static class Parallelism
{
    private static int maxThreads = Environment.ProcessorCount;

    /// <summary>
    /// The greatest number of threads, the caller's own included, that one call works on; at first <see cref="Environment.ProcessorCount"/>.
    /// Small work takes fewer. Results do not depend on it: they are the same bits for 1 thread and for 64.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public static int MaxThreads
    {
        get => Volatile.Read(ref maxThreads);
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Volatile.Write(ref maxThreads, value);
        }
    }
}
