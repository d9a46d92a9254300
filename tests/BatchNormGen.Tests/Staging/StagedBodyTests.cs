using System.Numerics;
using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Staging;

/// <summary>Staged methods as ordinary C#: the operators of the base class library together with the operations of this one.</summary>
public class StagedBodyTests
{
    private static Tensor<float> BatchNorm(
        [Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta, float eps)
    {
        var mean           = x.Mean(axis: 0);
        var devFromMean    = x - mean;
        var devFromMeanSq  = devFromMean.Square();
        var variance       = devFromMeanSq.Mean(axis: 0);
        var stddev         = (variance + eps).Sqrt();
        var invertedStddev = 1f / stddev;
        var xNorm          = devFromMean * invertedStddev;
        var scaledX        = gamma * xNorm;
        return scaledX + beta;
    }

    private static Tensor<float> BatchNormOfTheLecture(Tensor<float> x, Tensor<float> gamma, Tensor<float> beta, float eps)
    {
        var n = x.Lengths[0];
        var devFromMean = x - 1f / n * x.Sum(axis: 0);
        var variance = 1f / n * devFromMean.Square().Sum(axis: 0);
        return gamma * (devFromMean / Tensor.Sqrt<float>(variance + eps)) + beta;
    }

    private static Tensor<T> BatchNormOfImages<T>(
        [Shape("N, C, H, W")] Tensor<T> x, [Shape("C, 1, 1")] Tensor<T> gamma, [Shape("C, 1, 1")] Tensor<T> beta, T eps)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var devFromMean = x - x.Mean(axes: [0, 2, 3], keepDims: true);
        var variance = devFromMean.Square().Mean(axes: [0, 2, 3], keepDims: true);
        return gamma * devFromMean * (variance + eps).ReciprocalSqrt() + beta;
    }

    private static float CrossEntropy([Shape("N, C")] Tensor<float> logits, [Shape("N")] Tensor<int> labels) =>
        -logits.LogSoftmax(axis: 1).Gather(labels, axis: 1).Mean();

    [Fact]
    public void Batch_normalization_in_nine_stages_is_what_the_paper_says()
    {
        var x = Tensors.Random<float>(11, 6, 3);
        var gamma = Tensors.Of<float>([3], 1, 2, -1);
        var beta = Tensors.Of<float>([3], 0, 5, 1);
        var expected = Tensors.Indices([6, 3]).Select(index =>
        {
            var column = Enumerable.Range(0, 6).Select(n => (double)x[n, index[1]]).ToArray();
            var mean = column.Average();
            var variance = column.Select(value => (value - mean) * (value - mean)).Average();
            return gamma[index[1]] * (x[index] - mean) / Math.Sqrt(variance + 1e-5) + beta[index[1]];
        }).ToArray();

        foreach (var view in Tensors.Views(x, float.NaN))
        {
            AssertWithin(expected, BatchNorm(view, gamma, beta, 1e-5f), 2e-6);
            AssertWithin(expected, BatchNormOfTheLecture(view, gamma, beta, 1e-5f), 2e-6);
        }
    }

    [Fact]
    public void Batch_normalization_of_images_is_that_of_the_rows_of_pixels_and_works_for_any_element_type()
    {
        var images = Tensors.Random<float>(12, 2, 3, 4, 5);
        var gamma = Tensors.Of<float>([3, 1, 1], 1, 2, -1);
        var beta = Tensors.Of<float>([3, 1, 1], 0, 5, 1);
        var rows = BatchNorm(images.Permute(0, 2, 3, 1).Reshape(-1, 3), gamma.Reshape(3), beta.Reshape(3), 1e-5f);
        var expected = rows.Reshape(2, 4, 5, 3).Permute(0, 3, 1, 2).ToArray().Select(value => (double)value).ToArray();
        AssertWithin(expected, BatchNormOfImages(images, gamma, beta, 1e-5f), 2e-6);
        AssertWithin(expected, BatchNormOfImages(Tensor.ConvertChecked<float, double>(images), Tensor.ConvertChecked<float, double>(gamma), Tensor.ConvertChecked<float, double>(beta), 1e-5), 2e-6);
    }

    [Fact]
    public void A_scalar_result_is_a_scalar()
    {
        var logits = Tensors.Of<float>([2, 2], 0, 0, 1, 1);
        Assert.Equal(MathF.Log(2), CrossEntropy(logits, Tensors.Of([2], 0, 1)), 1e-7f);
    }

    [Fact]
    public void Names_that_the_base_class_library_and_LINQ_have_too_are_not_ambiguous()
    {
        var x = Tensors.Of<float>([2, 2], 1, 4, 9, 16);
        Tensors.AssertEqual([2, 2], x.Sqrt().ToArray(), Tensor.Sqrt<float>(x));
        Tensors.AssertEqual([2, 2], x.Square().ToArray(), Tensor.Multiply<float>(x, x));
        Assert.Equal(30f, x.Sum());
        Assert.Equal(Tensor.Sum<float>(x), x.Sum());
        Assert.Equal(Tensor.Max<float>(x), x.Max());
        Assert.Equal(Tensor.Average<float>(x), x.Mean());
        Tensors.AssertEqual([2, 2], [1, 9, 4, 16], Tensor.Transpose(x));
        Assert.Equal(4, x.Where(value => value > 0).Count());
    }

    [Fact]
    public void Generic_bodies_may_use_the_shape_operations_of_both_libraries()
    {
        Tensors.AssertEqual([3, 2], [0.5f, 1, 2, 3, 4, 5], Body(Tensors.Of<float>([3, 2], -1, 1, 2, 3, 4, 5)));

        static Tensor<T> Body<T>(Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> =>
            x.Unsqueeze(1).Squeeze(axis: 1).Reshape([6]).Maximum(T.One / T.CreateChecked(2)).Reshape([3, 2]);
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6)]
    public void The_operators_of_the_base_class_library_broadcast_as_NumPy_does(int rank)
    {
        // System.Numerics.Tensors 10 gets some of these wrong without saying so.
        var random = new Random(rank);
        for (var round = 0; round < 50; round++)
        {
            nint[] full = [.. Enumerable.Range(0, rank).Select(_ => (nint)random.Next(1, 4))];
            var a = Tensors.Random<double>(random.Next(), Part(full));
            var b = Tensors.Random<double>(random.Next(), Part(full));
            nint[] lengths = [.. full[^Math.Max(a.Rank, b.Rank)..].Select((_, i) => Math.Max(Extent(a, i), Extent(b, i)))];
            var expected = Tensors.Indices(lengths)
                .Select(index => (A: a[Tensors.Project(index, a.Lengths)], B: b[Tensors.Project(index, b.Lengths)])).ToArray();
            foreach (var (viewA, viewB) in Tensors.Views(a, double.NaN).SelectMany(_ => Tensors.Views(b, double.NaN), (viewA, viewB) => (viewA, viewB)))
            {
                Tensors.AssertEqual(lengths, expected.Select(pair => pair.A + pair.B), viewA + viewB);
                Tensors.AssertEqual(lengths, expected.Select(pair => pair.A - pair.B), viewA - viewB);
                Tensors.AssertEqual(lengths, expected.Select(pair => pair.A * pair.B), viewA * viewB);
                Tensors.AssertEqual(lengths, expected.Select(pair => pair.A / pair.B), viewA / viewB);
            }

            nint Extent(Tensor<double> x, int axis) => axis - (Math.Max(a.Rank, b.Rank) - x.Rank) is var own && own >= 0 ? x.Lengths[own] : 1;
        }

        nint[] Part(nint[] full) => [.. full[^random.Next(1, rank + 1)..].Select(length => random.Next(4) == 0 ? 1 : length)];
    }

    [Fact]
    public void The_operators_of_the_base_class_library_take_scalars_on_either_side()
    {
        foreach (var x in Tensors.Views(Tensors.Of<float>([3, 1], 1, 2, 4), float.NaN))
        {
            Tensors.AssertEqual([3, 1], [3, 4, 6], x + 2);
            Tensors.AssertEqual([3, 1], [3, 4, 6], 2 + x);
            Tensors.AssertEqual([3, 1], [1, 0, -2], 2 - x);
            Tensors.AssertEqual([3, 1], [2, 4, 8], 2 * x);
            Tensors.AssertEqual([3, 1], [0.5f, 1, 2], x / 2);
            Tensors.AssertEqual([3, 1], [2, 1, 0.5f], 2 / x);
            Tensors.AssertEqual([3, 1], [-1, -2, -4], -x);
        }

        Tensors.AssertEqual([0, 3], [], 2 * Tensors.Of<float>([0, 3]) + Tensors.Of<float>([3], 1, 2, 3));
    }

    private static void AssertWithin<T>(double[] expected, Tensor<T> actual, double tolerance) where T : INumber<T> =>
        Assert.All(expected.Zip(actual.ToArray()), pair => Assert.Equal(pair.First, double.CreateChecked(pair.Second), tolerance));
}
