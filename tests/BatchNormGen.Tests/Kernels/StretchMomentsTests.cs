using BatchNormGen.Kernels;

namespace BatchNormGen.Tests.Kernels;

public sealed class StretchMomentsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1000)]
    public void Stretches_of_blocks_give_the_sums_and_squares_of_all_rows(int columns)
    {
        const int stretches = 3, blocks = 2, rowsOfBlock = 5;
        var random = new Random(columns);
        var rows = new List<double[]>();
        var sums = new double[columns];
        var squares = new double[columns];
        using var scratch = new Scratch();
        var moments = new StretchMoments<float>(columns, scratch);
        for (int stretch = 0; stretch < stretches; stretch++)
        {
            int before = rows.Count;
            for (int c = 0; c < columns; c++)
            {
                moments.Pivots[c] = 100 + c + stretch;
            }

            for (int row = 0; row < blocks * rowsOfBlock; row++)
            {
                var values = new double[columns];
                for (int c = 0; c < columns; c++)
                {
                    float deviation = random.Next(-8, 9) / 4f;
                    moments.ShiftedBlock[c] += deviation;
                    moments.SquaresBlock[c] += deviation * deviation;
                    values[c] = moments.Pivots[c] + deviation;
                }

                rows.Add(values);
                if ((row + 1) % rowsOfBlock == 0)
                {
                    moments.AddBlock();
                }
            }

            moments.Fold(sums, squares, before, rows.Count - before);
        }

        for (int c = 0; c < columns; c++)
        {
            double mean = rows.Average(row => row[c]);
            Assert.Equal(rows.Sum(row => row[c]), sums[c], 1e-9);
            Assert.Equal(rows.Sum(row => (row[c] - mean) * (row[c] - mean)), squares[c], 1e-9);
        }
    }
}
