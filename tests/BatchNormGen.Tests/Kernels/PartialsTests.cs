using BatchNormGen.Kernels;

namespace BatchNormGen.Tests.Kernels;

public sealed class PartialsTests
{
    [Fact]
    public void Merging_leaves_sums_and_extrema_of_all_chunks_in_the_first()
    {
        double[] parts = [1, -5, double.NaN, 4, 2, 0, 2, -7, 3];

        Assert.Equal([7, -10, double.NaN], Merged(Partials.Merge));
        Assert.Equal([4, 2, double.NaN], Merged(Partials.MergeMaxima));
        Assert.Equal([1, -7, double.NaN], Merged(Partials.MergeMinima));

        double[] Merged(Merge merge)
        {
            double[] copy = [.. parts];
            merge(copy, 3);
            return copy[..3];
        }
    }

    [Fact]
    public void NaN_of_any_chunk_wins()
    {
        double[] greatest = [1, double.NaN], smallest = [1, double.NaN];
        Partials.MergeMaxima(greatest, 2);
        Partials.MergeMinima(smallest, 2);

        Assert.Equal(double.NaN, greatest[0]);
        Assert.Equal(double.NaN, smallest[0]);
    }

    private delegate void Merge(Span<double> partials, int chunks);
}
