using BatchNormGen.Kernels;

namespace BatchNormGen.Tests.Kernels;

public sealed class RepeatedTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(100)]
    public void Columns_come_round_again_for_the_widest_lanes(int columns)
    {
        double[] values = [.. Enumerable.Range(0, columns).Select(column => column + 0.5)];
        using var scratch = new Scratch();
        ReadOnlySpan<double> repeated = Repeated.Of<double>(values, start: 1, scratch);
        Assert.Equal(columns + Repeated.Lanes<double>(), repeated.Length);
        for (int i = 0; i < repeated.Length; i++)
        {
            Assert.Equal(values[i % columns], repeated[i]);
        }
    }

    [Fact]
    public void Columns_that_lanes_divide_need_no_copy_where_lanes_begin_with_one()
    {
        int lanes = Repeated.Lanes<float>();
        var values = new float[3 * lanes];
        using var scratch = new Scratch();
        Assert.True(Repeated.Of<float>(values, start: 5 * lanes, scratch) == values);
        Assert.False(Repeated.Of<float>(values, start: 1, scratch) == values);
        Assert.Equal(values.Length - 1 + lanes, Repeated.Of<float>(values.AsSpan(1), start: 0, scratch).Length);
    }

    [Fact]
    public void No_columns_are_nothing_to_repeat()
    {
        using var scratch = new Scratch();
        Assert.True(Repeated.Of<float>([], start: 0, scratch).IsEmpty);
    }

    [Theory]
    [InlineData(5, 5, 0)]
    [InlineData(9, 5, 4)]
    [InlineData(16, 3, 1)]
    [InlineData(16, 1, 0)]
    [InlineData(107, 100, 7)]
    [InlineData(3, 5, 3)]
    public void The_column_after_the_end_of_a_row_is_in_the_next(int column, int columns, int expected) =>
        Assert.Equal(expected, Repeated.Next(column, columns));
}
