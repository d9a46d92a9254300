using BatchNormGen.Kernels;

namespace BatchNormGen.Tests.Kernels;

[Collection(ThreadsCollection.Name)]
public sealed class ChunksTests
{
    [Theory]
    [InlineData(0, 100, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(15, 1, 16)]
    [InlineData(1000, 1000, 16)]
    [InlineData(1001, 1000, 16)]
    [InlineData(32768, 256, 16)]
    [InlineData(32769, 0, 16)]
    [InlineData(7, 5_000_000, 16)]
    [InlineData(int.MaxValue, 1, 16)]
    [InlineData(int.MaxValue, int.MaxValue, 1)]
    public void Chunks_cover_the_rows_exactly_and_none_is_small(int rows, long elementsPerRow, int granularity)
    {
        int chunks = Chunks.Of(rows, elementsPerRow, granularity);
        Assert.InRange(chunks, 1, 64);

        int next = 0;
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            (int from, int to) = Chunks.Range(rows, chunks, chunk, granularity);
            Assert.Equal(next, from);
            Assert.Equal(0, from % granularity);
            if (chunk < chunks - 1)
            {
                Assert.True((to - from) * elementsPerRow >= 16 * 1024, $"Chunk {chunk} has {to - from} rows only.");
            }

            next = to;
        }

        Assert.Equal(rows, next);
    }

    [Theory]
    [InlineData(0, 0, 32)]
    [InlineData(1, 1, 32)]
    [InlineData(32, 32, 32)]
    [InlineData(33, 33, 16)]
    [InlineData(100, 100, 8)]
    [InlineData(512, 512, 2)]
    [InlineData(513, 513, 1)]
    [InlineData(int.MaxValue, int.MaxValue, 1)]
    [InlineData(196, 64 * 196, 4)]
    [InlineData(49, 512 * 49, 2)]
    [InlineData(16, 1L << 40, 1)]
    public void Short_rows_are_taken_together_as_long_as_caches_hold_them(int row, long elements, int expected)
    {
        Assert.Equal(expected, Chunks.Together(row, elements));

        // What is added up of some instances goes into sums in double after every 64 of them.
        Assert.Equal(0, 64 % Chunks.Together(row, elements));
    }

    [Fact]
    public void A_large_sweep_has_enough_chunks_for_many_threads() => Assert.InRange(Chunks.Of(32768, 256, 16), 33, 64);

    [Fact]
    public void A_small_sweep_is_one_chunk() => Assert.Equal(1, Chunks.Of(64, 100, 16));

    [Fact]
    public void Chunks_do_not_depend_on_the_number_of_threads()
    {
        using var _ = Threads.AtMost(1);
        int one = Chunks.Of(4096, 1024, 16);
        Parallelism.MaxThreads = 8;
        Assert.Equal(one, Chunks.Of(4096, 1024, 16));
    }
}
