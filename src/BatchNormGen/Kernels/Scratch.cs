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
    [ThreadStatic]
    private static Buffers? ofThread;

    private readonly Buffers buffers;

    /// <summary>Borrows <paramref name="length"/> zeros.</summary>
    /// <param name="length">The number of elements.</param>
    /// <param name="clear">Whether they have to be zeros: not where each of them is written before it is read.</param>
    public Scratch(int length, bool clear = true)
    {
        buffers = ofThread ??= new();
        T[] buffer = buffers.Take(length + (Writings.CacheLine / sizeof(T)));

        // A vector that straddles two cache lines costs a third more. Should the array move after this, nothing else is lost.
        nint address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(buffer));
        Span = buffer.AsSpan((int)(-address & (Writings.CacheLine - 1)) / sizeof(T), length);
        if (clear)
        {
            Span.Clear();
        }
    }

    /// <summary>The buffer. Not to be used after <see cref="Dispose"/>.</summary>
    public Span<T> Span { get; }

    /// <summary>Gives the buffer back; the one borrowed last goes first.</summary>
    public void Dispose() => buffers.GiveBack();

    /// <summary>The buffers of a thread: found once for each that is borrowed, since finding what belongs to a thread takes its time.</summary>
    private sealed class Buffers
    {
        private T[]?[] all = new T[8][];
        private int used;

        public T[] Take(int length)
        {
            if (used == all.Length)
            {
                Array.Resize(ref all, 2 * used);
            }

            if (all[used] is not { } buffer || buffer.Length < length)
            {
                all[used] = buffer = GC.AllocateUninitializedArray<T>(length);
            }

            used++;
            return buffer;
        }

        public void GiveBack() => used--;
    }
}
