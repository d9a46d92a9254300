using System.Runtime.Intrinsics;
using BatchNormGen.Kernels;

namespace BatchNormGen.Benchmarks.Floors;

/// <summary>What a sweep does with memory.</summary>
internal enum Access
{
    Read,
    Copy,

    /// <summary>A copy whose stores go past the caches, so that what is overwritten is not read first.</summary>
    NonTemporalCopy,
}

/// <summary>A sweep that does nothing but move memory, in chunks of whole blocks of vectors.</summary>
internal unsafe struct Traffic : ISweep
{
    private const int Lanes = 16, Unrolled = 4;

    /// <summary>What a chunk must be a multiple of.</summary>
    public const int Block = Lanes * Unrolled;

    public required float* From;
    public required float* To;
    public required Access Access;

    /// <summary>Whether a chunk is read in four places at once, as the columns or images of a tensor may be, or in one.</summary>
    public required bool FourStreams;

    public required int ChunkLength;

    /// <summary>Takes what was read, so that it has to be.</summary>
    public Vector512<float> Sink;

    public void Run(int chunk)
    {
        var stride = FourStreams ? ChunkLength / Unrolled : Lanes;
        var (step, end) = FourStreams ? (Lanes, stride) : (Block, ChunkLength);
        var from = From + (long)chunk * ChunkLength;
        var to = To + (long)chunk * ChunkLength;
        switch (Access)
        {
            case Access.Read:
                Vector512<float> a = default, b = default, c = default, d = default;
                for (var i = 0; i < end; i += step)
                {
                    a += Vector512.Load(from + i);
                    b += Vector512.Load(from + i + stride);
                    c += Vector512.Load(from + i + 2 * stride);
                    d += Vector512.Load(from + i + 3 * stride);
                }
                Sink = a + b + c + d;
                break;
            case Access.Copy:
                for (var i = 0; i < end; i += step)
                {
                    Vector512.Load(from + i).Store(to + i);
                    Vector512.Load(from + i + stride).Store(to + i + stride);
                    Vector512.Load(from + i + 2 * stride).Store(to + i + 2 * stride);
                    Vector512.Load(from + i + 3 * stride).Store(to + i + 3 * stride);
                }
                break;
            case Access.NonTemporalCopy:
                for (var i = 0; i < end; i += step)
                {
                    Vector512.Load(from + i).StoreAlignedNonTemporal(to + i);
                    Vector512.Load(from + i + stride).StoreAlignedNonTemporal(to + i + stride);
                    Vector512.Load(from + i + 2 * stride).StoreAlignedNonTemporal(to + i + 2 * stride);
                    Vector512.Load(from + i + 3 * stride).StoreAlignedNonTemporal(to + i + 3 * stride);
                }
                break;
        }
    }
}
