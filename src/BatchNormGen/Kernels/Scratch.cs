using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchNormGen.Kernels;

/// <summary>
/// Memory for the time of a <c>using</c>. Each thread keeps its buffers as a stack, so that one that does the
/// same again allocates nothing: a shared pool may be emptied in between by others or by the garbage collector.
/// </summary>
/// <remarks>Of those that a thread has begun, only the last may borrow: with it goes all that has been borrowed since.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly unsafe ref struct Scratch
{
    [ThreadStatic]
    private static Buffers? ofThread;

    private readonly Buffers buffers;

    /// <summary>How many buffers were borrowed before.</summary>
    private readonly int before;

    /// <summary>Begins to borrow. What belongs to a thread takes its time to find: once for all that is borrowed together.</summary>
    public Scratch()
    {
        buffers = ofThread ??= new();
        before = buffers.Used;
    }

    /// <summary>Borrows a buffer of whatever was left there, for what is written before it is read. It begins with a cache line.</summary>
    /// <param name="length">The number of elements.</param>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <returns>The buffer. Not to be used after <see cref="Dispose"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, as after an overflow.</exception>
    /// <exception cref="OverflowException">There are more elements than an array can hold.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Take<T>(int length)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ulong[] buffer = buffers.Take(checked((int)((((long)length * sizeof(T)) + sizeof(ulong) - 1 + Writings.CacheLine) / sizeof(ulong))));

        // A vector that straddles two cache lines costs a third more. Should the array move after this, nothing else is lost.
        nint address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(buffer));
        ref ulong first = ref Unsafe.AddByteOffset(ref MemoryMarshal.GetArrayDataReference(buffer), -address & (Writings.CacheLine - 1));
        return MemoryMarshal.CreateSpan(ref Unsafe.As<ulong, T>(ref first), length);
    }

    /// <summary>Borrows a buffer of zeros.</summary>
    /// <inheritdoc cref="Take{T}(int)"/>
    public Span<T> Zeros<T>(int length)
        where T : unmanaged
    {
        Span<T> zeros = Take<T>(length);
        zeros.Clear();
        return zeros;
    }

    /// <summary>Gives back all that was borrowed; who borrowed last goes first.</summary>
    public void Dispose() => buffers.Used = before;

    /// <summary>The buffers of a thread.</summary>
    private sealed class Buffers
    {
        private ulong[]?[] all = new ulong[8][];

        public int Used { get; set; }

        public ulong[] Take(int length)
        {
            if (Used == all.Length)
            {
                Array.Resize(ref all, 2 * Used);
            }

            if (all[Used] is not { } buffer || buffer.Length < length)
            {
                all[Used] = buffer = GC.AllocateUninitializedArray<ulong>(length);
            }

            Used++;
            return buffer;
        }
    }
}
