using System.Buffers;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchNormGen.Kernels;

/// <summary>A zeroed buffer on loan from the shared pool, for the time of a <c>using</c>.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe ref struct Scratch<T>
    where T : unmanaged
{
    private const int CacheLine = 64;

    private readonly T[] rented;

    /// <summary>Borrows <paramref name="length"/> zeros.</summary>
    public Scratch(int length)
    {
        rented = ArrayPool<T>.Shared.Rent(length + (CacheLine / sizeof(T)));

        // A vector that straddles two cache lines costs a third more. Should the array move after this, nothing else is lost.
        nint address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(rented));
        Span = rented.AsSpan((int)(-address & (CacheLine - 1)) / sizeof(T), length);
        Span.Clear();
    }

    /// <summary>The buffer. Not to be used after <see cref="Dispose"/>.</summary>
    public Span<T> Span { get; }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose() => ArrayPool<T>.Shared.Return(rented);
}
