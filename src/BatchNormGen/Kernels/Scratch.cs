using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchNormGen.Kernels;

/// <summary>
/// A zeroed buffer for the time of a <c>using</c>. Each thread keeps its buffers as a stack, so that one that does the
/// same again allocates nothing: a shared pool may be emptied in between by others or by the garbage collector.
/// </summary>
/// <typeparam name="T">The type of the elements.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe ref struct Scratch<T>
    where T : unmanaged
{
    private const int CacheLine = 64;

    [ThreadStatic]
    private static T[]?[]? stack;

    [ThreadStatic]
    private static int used;

    /// <summary>Borrows <paramref name="length"/> zeros.</summary>
    /// <param name="length">The number of elements.</param>
    /// <param name="clear">Whether they have to be zeros: not where each of them is written before it is read.</param>
    public Scratch(int length, bool clear = true)
    {
        T[]?[] buffers = stack ??= new T[8][];
        if (used == buffers.Length)
        {
            Array.Resize(ref buffers, 2 * used);
            stack = buffers;
        }

        int needed = length + (CacheLine / sizeof(T));
        if (buffers[used] is not { } buffer || buffer.Length < needed)
        {
            buffers[used] = buffer = GC.AllocateUninitializedArray<T>(needed);
        }

        used++;

        // A vector that straddles two cache lines costs a third more. Should the array move after this, nothing else is lost.
        nint address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(buffer));
        Span = buffer.AsSpan((int)(-address & (CacheLine - 1)) / sizeof(T), length);
        if (clear)
        {
            Span.Clear();
        }
    }

    /// <summary>The buffer. Not to be used after <see cref="Dispose"/>.</summary>
    public Span<T> Span { get; }

    /// <summary>Gives the buffer back; the one borrowed last goes first.</summary>
    public void Dispose() => used--;
}
