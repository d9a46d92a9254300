using System.Numerics;
using BatchNormGen.Kernels;
using BatchNormGen.Tests.Kernels;

namespace BatchNormGen.Tests.Layers;

/// <summary>What is written past the caches, as large results are, is what is written otherwise: bit for bit, wherever memory begins and rows end.</summary>
[Collection(ThreadsCollection.Name)]
public class StreamingTests
{
    public static TheoryData<int, int[]> Shapes => new()
    {
        { 0, [1, 1] }, { 0, [5, 3] }, { 0, [33, 17] }, { 0, [100, 16] }, { 0, [64, 100] }, { 0, [3, 1000] }, { 0, [1000, 48] },
        { 1, [2, 3, 5, 7] }, { 1, [4, 3, 14, 14] }, { 1, [2, 2, 33, 31] },
        { 2, [1, 1] }, { 2, [33, 17] }, { 2, [7, 100] }, { 2, [5, 1000] }, { 2, [100, 96] },
        { 3, [2, 3, 50] }, { 3, [5, 2, 333] },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void Streamed_results_have_the_same_bits(int which, int[] shape)
    {
        Check(NormLayers.InFloat[which]);
        Check(NormLayers.InDouble[which]);

        void Check<T>(NormLayer<T> layer)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            var inputs = layer.Draw(6, [.. shape.Select(length => (nint)length)]);
            var cache = layer.NewCache();
            var expected = With(long.MaxValue);

            // Each time memory begins elsewhere.
            for (int round = 0; round < 8; round++)
            {
                expected.AssertSameBits(With(0));
            }

            NormResults<T> With(long bytes)
            {
                long usual = Writings.StreamedBytes;
                Writings.StreamedBytes = bytes;
                try
                {
                    return layer.Into(inputs, cache);
                }
                finally
                {
                    Writings.StreamedBytes = usual;
                }
            }
        }
    }

    [Fact]
    public void What_is_shared_added_to_or_not_wanted_is_not_streamed()
    {
        var target = new float[100];
        long many = Writings.StreamedBytes / sizeof(float);
        Assert.Equal(Writing.Stream, Writings.Of<float>(target, touched: many));
        Assert.Equal(Writing.Replace, Writings.Of<float>(target, inPlace: true, touched: many));
        Assert.Equal(Writing.Add, Writings.Of<float>(target, accumulate: true, touched: many));
        Assert.Equal(Writing.Replace, Writings.Of<float>(target, touched: many - 1));
        Assert.Equal(Writing.Replace, Writings.Of<float>(target));
        Assert.Equal(Writing.None, Writings.Of<float>([], touched: many));
    }

    [Fact]
    public void Rows_are_streamed_where_each_is_aligned_and_does_not_follow_what_is_read()
    {
        var array = GC.AllocateUninitializedArray<float>(4096, pinned: true);
        ReadOnlySpan<float> target = array.AsSpan(Writings.FirstAligned<float>(array, Writing.Stream), 960);
        long many = Writings.StreamedBytes / sizeof(float);
        Assert.Equal(Writing.Stream, Writings.Of(target, touched: many, row: 96));
        Assert.Equal(Writing.Replace, Writings.Of(target, touched: many, row: 97));
        Assert.Equal(Writing.Replace, Writings.Of(target[2..], touched: many, row: 96));
        Assert.Equal(Writing.Replace, Writings.Of(target, touched: many, row: 96, follows: true));
        Assert.Equal(Writing.Replace, Writings.Of(target, touched: many - 1, row: 96));
    }

    [Fact]
    public void What_lies_close_behind_follows_page_by_page()
    {
        const int page = 1024;
        ReadOnlySpan<float> array = new float[3 * page];
        Assert.False(Writings.Follows(array, array));
        Assert.True(Writings.Follows(array[1..], array));
        Assert.True(Writings.Follows(array[48..], array));
        Assert.False(Writings.Follows(array[49..], array));
        Assert.False(Writings.Follows(array, array[1..]));
        Assert.False(Writings.Follows(array[page..], array));
        Assert.True(Writings.Follows(array[(page + 1)..], array));
        Assert.True(Writings.Follows(array, array[(2 * page - 1)..]));
    }

    [Fact]
    public void Results_have_a_common_way_or_each_its_own()
    {
        Assert.Equal(Writing.Stream, Writings.Common(Writing.Stream));
        Assert.Equal(Writing.Replace, Writings.Common(Writing.Replace, Writing.Replace));
        Assert.Equal(Writing.None, Writings.Common(Writing.Replace, Writing.Replace, Writing.Stream));
    }

    [Fact]
    public void Boundaries_between_chunks_lie_at_the_starts_of_lines()
    {
        Assert.Equal([0, 16 + 3, 32 + 3, 100], ((int[])[0, 16, 20, 100]).Select(index => Writings.Boundary<float>(index, 100, 3)));
        Assert.Equal(95, Writings.Boundary<float>(90, 95, 3));
        Assert.Equal(7, Writings.Boundary<float>(7, 100, -1));
        Assert.Equal(11, Writings.Boundary<double>(7, 100, 3));

        var array = GC.AllocateUninitializedArray<float>(64, pinned: true);
        int first = Writings.FirstAligned<float>(array, Writing.Stream);
        Assert.InRange(first, 0, 15);
        for (int i = 0; i < 32; i++)
        {
            int expected = (first - i) & 15;
            Assert.Equal(expected, Writings.FirstAligned<float>(array.AsSpan(i), Writing.Stream));
        }
        Assert.Equal(-1, Writings.FirstAligned<float>(array, Writing.Replace));
    }
}
