using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace BatchNormGen.Kernels;

/// <summary>The use of a cache by one call, for the time of a <c>using</c>. Another call meanwhile, from whatever thread, is refused.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly ref struct CacheUse
{
    private readonly ref bool isInUse;

    /// <summary>Begins the use.</summary>
    /// <param name="isInUse">Where the cache notes that it is in use.</param>
    /// <exception cref="InvalidOperationException">Another call uses the cache.</exception>
    public CacheUse(ref bool isInUse)
    {
        if (Interlocked.Exchange(ref isInUse, true))
        {
            ThrowInUse();
        }

        this.isInUse = ref isInUse;
    }

    /// <summary>Ends the use.</summary>
    public void Dispose() => Volatile.Write(ref isInUse, false);

    [DoesNotReturn]
    private static void ThrowInUse() =>
        throw new InvalidOperationException("The cache is in use by another call, from another thread: use one cache for each place where the layer is called, and for each thread that calls it.");
}
