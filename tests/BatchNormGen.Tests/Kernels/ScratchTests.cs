using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
            using var scratch = new Scratch();
            Span<double> zeros = scratch.Zeros<double>(length);
            Assert.Equal(length, zeros.Length);
            Assert.True(zeros.IndexOfAnyExcept(0.0) < 0);
            zeros.Fill(double.NaN);
        }
    }

    [Fact]
    public void Two_at_a_time_do_not_share_memory()
    {
        using var scratch = new Scratch();
        Span<byte> one = MemoryMarshal.AsBytes(scratch.Take<float>(100));
        Span<byte> two = MemoryMarshal.AsBytes(scratch.Take<double>(100));
        using var inner = new Scratch();
        Span<byte> three = MemoryMarshal.AsBytes(inner.Take<float>(100));
        Assert.False(one.Overlaps(two));
        Assert.False(one.Overlaps(three));
        Assert.False(two.Overlaps(three));
    }

    [Fact]
    public void What_an_inner_one_borrowed_is_free_again_and_what_the_outer_one_did_is_not()
    {
        using var outer = new Scratch();
        Span<float> first = outer.Zeros<float>(100);
        for (int repetition = 0; repetition < 20; repetition++)
        {
            using var inner = new Scratch();
            inner.Take<float>(100).Fill(repetition);
            inner.Take<float>(100).Fill(repetition);
        }

        Assert.True(first.IndexOfAnyExcept(0f) < 0);
        Assert.False(outer.Take<float>(100).Overlaps(first));
    }

    [Fact]
    public void Each_begins_with_a_cache_line()
    {
        using var scratch = new Scratch();
        for (int buffer = 0; buffer < 5; buffer++)
        {
            // Too large to be moved by the garbage collector before it is asked where it lies.
            Assert.Equal(0, Address(scratch.Take<float>(100_000 + buffer)) % Writings.CacheLine);
        }

        static unsafe nint Address(Span<float> span) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(span));
    }

    [Fact]
    public void A_length_that_has_overflowed_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Scratch().Take<float>(unchecked(int.MaxValue + 8)));
        Assert.Throws<OverflowException>(() => new Scratch().Take<double>(int.MaxValue));
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
            using var scratch = new Scratch();
            for (int buffer = 0; buffer < 20; buffer++)
            {
                scratch.Take<double>(4096);
            }
        }
    }
}
