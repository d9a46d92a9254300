using BatchNormGen.Kernels;

namespace BatchNormGen.Tests.Kernels;

public sealed class ScratchTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void Is_zeroed_although_the_last_borrower_wrote_to_it(int length)
    {
        for (int repetition = 0; repetition < 3; repetition++)
        {
            using var scratch = new Scratch<double>(length);
            Assert.Equal(length, scratch.Span.Length);
            Assert.True(scratch.Span.IndexOfAnyExcept(0.0) < 0);
            scratch.Span.Fill(double.NaN);
        }
    }

    [Fact]
    public void Two_at_a_time_do_not_share_memory()
    {
        using var one = new Scratch<float>(100);
        using var other = new Scratch<float>(100);
        Assert.False(one.Span.Overlaps(other.Span));
    }

    [Fact]
    public void Nothing_is_allocated_after_the_first()
    {
        Borrow();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Borrow();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Borrow()
        {
            using var sums = new Scratch<double>(4096);
            using var products = new Scratch<double>(4096);
        }
    }
}
