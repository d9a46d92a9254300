using System.Buffers;
using System.ComponentModel;

namespace BatchNormGen.Kernels;

/// <summary>A zeroed buffer on loan from the shared pool, for the time of a <c>using</c>.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly ref struct Scratch<T>
    where T : unmanaged
{
    private readonly T[] rented;

    /// <summary>Borrows <paramref name="length"/> zeros.</summary>
    public Scratch(int length)
    {
        rented = ArrayPool<T>.Shared.Rent(length);
        Span = rented.AsSpan(0, length);
        Span.Clear();
    }

    /// <summary>The buffer. Not to be used after <see cref="Dispose"/>.</summary>
    public Span<T> Span { get; }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose() => ArrayPool<T>.Shared.Return(rented);
}
