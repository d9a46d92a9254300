using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchNormGen.Tests.EveryLayer;

/// <summary>A tensor in memory that does not move, of which a compiled call makes a span.</summary>
internal sealed unsafe class Place
{
    public required Elements Elements { get; init; }

    public required nint Address { get; init; }

    /// <summary>The bytes from the first element to behind the last.</summary>
    public required int Bytes { get; init; }

    public required nint[] Lengths { get; init; }

    /// <summary>Set where the tensor is not dense.</summary>
    public nint[]? Strides { get; init; }

    /// <summary>Keeps the memory alive.</summary>
    public object? Owner { get; init; }

    public Span<byte> Memory => new((void*)Address, Bytes);

    /// <summary>A tensor in memory of its own.</summary>
    public static Place New(Elements elements, nint[] lengths)
    {
        byte[] memory = GC.AllocateUninitializedArray<byte>(BytesOf(elements, lengths), pinned: true);
        return new() { Elements = elements, Lengths = lengths, Bytes = memory.Length, Address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory)), Owner = memory };
    }

    public static int BytesOf(Elements elements, ReadOnlySpan<nint> lengths)
    {
        nint count = elements.Size;
        foreach (nint length in lengths)
        {
            count *= length;
        }

        return checked((int)count);
    }

    /// <summary>A tensor that begins some elements later.</summary>
    public Place Behind(int elements, Place like) => new() { Elements = like.Elements, Address = Address + (elements * Elements.Size), Bytes = like.Bytes, Lengths = like.Lengths };

    /// <summary>The same memory under other lengths and strides.</summary>
    public Place As(nint[] lengths, nint[] strides) => new() { Elements = Elements, Address = Address, Bytes = Bytes, Lengths = lengths, Strides = strides };

    /// <summary>The span that is read; <c>default</c> for none.</summary>
    public static ReadOnlyTensorSpan<T> Reading<T>(Place? place) where T : unmanaged =>
        place is null ? default : new((T*)place.Address, place.Bytes / sizeof(T), place.Lengths, place.Strides ?? []);

    /// <summary>The span that is written; <c>default</c> for none.</summary>
    public static TensorSpan<T> Writing<T>(Place? place) where T : unmanaged =>
        place is null ? default : new((T*)place.Address, place.Bytes / sizeof(T), place.Lengths, place.Strides ?? []);
}
