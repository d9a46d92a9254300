using System.Runtime.InteropServices;

namespace BatchNormGen.Tests.EveryLayer;

/// <summary>
/// Memory between two pages that nobody may touch: who reads or writes before its start or behind its end kills the process, and the
/// stack that the runtime prints then begins with who it was. Where there is no mmap, bytes around it are watched for writes.
/// </summary>
internal sealed unsafe partial class GuardedMemory
{
    private const int Capacity = 1 << 20;
    private const int Canary = 0xC5;

    private static readonly int Page = Math.Max(Environment.SystemPageSize, 4096);

    private readonly List<nint> regions = [];
    private readonly List<(nint Region, Place Place)> taken = [];

    /// <summary>Whether memory is taken so that it ends where the guard begins, or begins where the guard ends.</summary>
    public bool AtEnd { get; set; }

    /// <summary>Memory for a tensor. It stays until <see cref="Reset"/>.</summary>
    public Place Take(Elements elements, nint[] lengths)
    {
        if (taken.Count == regions.Count)
        {
            regions.Add(NewRegion());
        }

        nint region = regions[taken.Count];
        int bytes = Place.BytesOf(elements, lengths);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, Capacity);
        var place = new Place { Elements = elements, Lengths = lengths, Bytes = bytes, Address = AtEnd ? region + Capacity - bytes : region };
        taken.Add((region, place));
        if (!OperatingSystem.IsLinux())
        {
            new Span<byte>((void*)(region - Page), Capacity + 2 * Page).Fill(Canary);
        }

        return place;
    }

    /// <summary>Whether nothing was written around the memory. Where pages are guarded, that was never possible.</summary>
    public bool IsIntact() => OperatingSystem.IsLinux() || taken.TrueForAll(item =>
    {
        nint start = item.Region - Page;
        var before = new ReadOnlySpan<byte>((void*)start, (int)(item.Place.Address - start));
        nint end = item.Place.Address + item.Place.Bytes;
        return !before.ContainsAnyExcept((byte)Canary) && !new ReadOnlySpan<byte>((void*)end, (int)(item.Region + Capacity + Page - end)).ContainsAnyExcept((byte)Canary);
    });

    /// <summary>Takes all memory back, to be given again.</summary>
    public void Reset() => taken.Clear();

    private static nint NewRegion()
    {
        if (!OperatingSystem.IsLinux())
        {
            return (nint)NativeMemory.AlignedAlloc((nuint)(Capacity + 2 * Page), (nuint)Page) + Page;
        }

        const int None = 0, ReadWrite = 3, PrivateAnonymous = 0x22;
        nint start = Map(0, Capacity + 2 * Page, None, PrivateAnonymous, -1, 0);
        return start != -1 && Protect(start + Page, Capacity, ReadWrite) == 0 ? start + Page : throw new InvalidOperationException("mmap or mprotect failed.");
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nint length, int protection);
}
