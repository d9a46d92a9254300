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
        using var repeated = new Repeated<double>(values);
        Assert.True(repeated.Span.Length >= columns + 16);
        for (int i = 0; i < repeated.Span.Length; i++)
        {
            Assert.Equal(values[i % columns], repeated.Span[i]);
        }
    }

    [Fact]
    public void No_columns_are_nothing_to_repeat() => new Repeated<float>([]).Dispose();

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
