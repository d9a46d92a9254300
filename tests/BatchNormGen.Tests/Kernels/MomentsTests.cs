using BatchNormGen.Kernels;

namespace BatchNormGen.Tests.Kernels;

public sealed class MomentsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Parts_of_rows_about_pivots_of_their_own_give_the_sums_and_squares_of_the_rows(int parts)
    {
        const int rows = 3;
        var random = new Random(parts);
        var sums = new double[rows];
        var squares = new double[rows];
        for (int row = 0; row < rows; row++)
        {
            var elements = new List<double>();
            for (int part = 0; part < parts; part++)
            {
                double pivot = (100 * row) + random.NextDouble();
                double[] added = [.. Enumerable.Range(0, 1 + random.Next(20)).Select(_ => (100 * row) + random.NextDouble())];
                Moments.Fold(sums, squares, row, elements.Count, pivot, added.Sum(x => x - pivot), added.Sum(x => (x - pivot) * (x - pivot)), added.Length);
                elements.AddRange(added);
            }

            double mean = elements.Average();
            Assert.Equal(elements.Sum(), sums[row], 1e-9);
            Assert.Equal(elements.Sum(x => (x - mean) * (x - mean)), squares[row], 1e-9);
        }
    }

    [Fact]
    public void Equal_elements_do_not_deviate()
    {
        var (sums, squares) = (new double[1], new double[1]);
        Moments.Fold(sums, squares, 0, 0, 7.5, 0, 0, 10);
        Moments.Fold(sums, squares, 0, 10, 7.5, 0, 0, 3);
        Assert.Equal(97.5, sums[0]);
        Assert.Equal(0, squares[0], 1e-25);
    }

    [Fact]
    public void Squares_that_cancel_are_not_negative()
    {
        var (sums, squares) = (new double[1], new double[1]);
        Moments.Fold(sums, squares, 0, 0, 0, 3, 2.9999999, 3);
        Assert.Equal(3, sums[0]);
        Assert.Equal(0, squares[0]);
    }
}
