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
        using var repeated = new Repeated<double>(values, start: 1);
        Assert.Equal(columns + Repeated<double>.Lanes, repeated.Span.Length);
        for (int i = 0; i < repeated.Span.Length; i++)
        {
            Assert.Equal(values[i % columns], repeated.Span[i]);
        }
    }

    [Fact]
    public void Columns_that_lanes_divide_need_no_copy_where_lanes_begin_with_one()
    {
        var values = new float[3 * Repeated<float>.Lanes];
        using var same = new Repeated<float>(values, start: 5 * Repeated<float>.Lanes);
        Assert.True(same.Span == values);
        using var shifted = new Repeated<float>(values, start: 1);
        Assert.False(shifted.Span == values);
        using var ragged = new Repeated<float>(values.AsSpan(1), start: 0);
        Assert.Equal(values.Length - 1 + Repeated<float>.Lanes, ragged.Span.Length);
    }

    [Fact]
    public void No_columns_are_nothing_to_repeat() => new Repeated<float>([], start: 0).Dispose();

    [Theory]
    [InlineData(5, 5, 0)]
    [InlineData(9, 5, 4)]
    [InlineData(16, 3, 1)]
    [InlineData(16, 1, 0)]
    [InlineData(107, 100, 7)]
    [InlineData(3, 5, 3)]
    public void The_column_after_the_end_of_a_row_is_in_the_next(int column, int columns, int expected) =>
        Assert.Equal(expected, Repeated<float>.Next(column, columns));
}
