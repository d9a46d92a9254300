namespace BatchNormGen.Benchmarks;

/// <summary>A product m×k times k×n. A factor that is transposed lies in memory as its transpose, as weights do in the backward.</summary>
internal sealed record ProductShape(string Name, int M, int N, int K, bool TransposedA = false, bool TransposedB = false)
{
    public static readonly ProductShape[] All =
    [
        .. new[] { 64, 128, 256, 512, 1024, 2048 }.Select(size => new ProductShape("square", size, size, size)),
        new("square, aT", 512, 512, 512, TransposedA: true),
        new("square, bT", 512, 512, 512, TransposedB: true),
        new("x·w", 256, 100, 64),
        new("dz·wT", 256, 64, 100, TransposedB: true),
        new("xT·dz", 64, 100, 256, TransposedA: true),
        new("x·w", 256, 10, 64),
        new("dz·wT", 256, 64, 10, TransposedB: true),
        new("xT·dz", 64, 10, 256, TransposedA: true),
        new("x·w", 256, 512, 784),
        new("xT·dz", 784, 512, 256, TransposedA: true),
        new("q·kT", 128, 128, 64, TransposedB: true),
        new("p·v", 128, 64, 128),
        new("small k", 512, 512, 8),
        new("tiny", 16, 16, 16),
        new("row", 1, 1024, 1024),
        new("row, wT", 1, 1024, 1024, TransposedB: true),
        new("column", 1024, 1, 1024),
        new("few rows", 4, 1024, 1024),
    ];

    /// <summary>Multiplications and additions.</summary>
    public double Operations => 2.0 * M * N * K;

    public override string ToString() => $"{M}x{K}·{K}x{N}";
}
