using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Staging;

public class ProductsTests
{
    [Theory]
    [InlineData(new[] { 2, 3 }, new[] { 3, 4 }, new[] { 2, 4 })]
    [InlineData(new[] { 1, 3 }, new[] { 3, 1 }, new[] { 1, 1 })]
    [InlineData(new[] { 5, 2, 3 }, new[] { 5, 3, 4 }, new[] { 5, 2, 4 })]
    [InlineData(new[] { 5, 2, 3 }, new[] { 3, 4 }, new[] { 5, 2, 4 })]
    [InlineData(new[] { 2, 3 }, new[] { 5, 3, 4 }, new[] { 5, 2, 4 })]
    [InlineData(new[] { 2, 1, 2, 3 }, new[] { 5, 3, 4 }, new[] { 2, 5, 2, 4 })]
    [InlineData(new[] { 1, 2, 1, 2, 2, 3 }, new[] { 2, 1, 3, 1, 3, 2 }, new[] { 2, 2, 3, 2, 2, 2 })]
    public void Matrices_and_batches_of_them_multiply_as_the_sum_says(int[] left, int[] right, int[] product)
    {
        var a = Tensors.Random<float>(1, Array.ConvertAll(left, length => (nint)length));
        var b = Tensors.Random<float>(2, Array.ConvertAll(right, length => (nint)length));
        nint[] lengths = Array.ConvertAll(product, length => (nint)length);
        var batchA = a.Lengths[..^2].ToArray();
        var batchB = b.Lengths[..^2].ToArray();
        var expected = Tensors.Indices(lengths).Select(index => Enumerable.Range(0, left[^1]).Sum(k =>
            a[[.. Tensors.Project(index[..^2], batchA), index[^2], k]] * b[[.. Tensors.Project(index[..^2], batchB), k, index[^1]]])).ToArray();
        foreach (var (viewA, viewB) in Tensors.Views(a, float.NaN).Zip(Tensors.Views(b, float.NaN)))
        {
            Tensors.AssertEqual(lengths, expected, viewA.MatMul(viewB));
        }
    }

    [Fact]
    public void Vectors_lose_the_axis_that_was_lent_to_them()
    {
        var matrix = Tensors.Of<float>([2, 3], 1, 2, 3, 4, 5, 6);
        var two = Tensors.Of<float>([2], 10, 100);
        var three = Tensors.Of<float>([3], 1, 10, 100);
        Tensors.AssertEqual([2], [321, 654], matrix.MatMul(three));
        Tensors.AssertEqual([3], [410, 520, 630], two.MatMul(matrix));
        Tensors.AssertEqual([1], [10101], three.MatMul(three));
        Tensors.AssertEqual([4, 2], [321, 654, 321, 654, 321, 654, 321, 654],
            Tensor.Create([.. Enumerable.Repeat(new float[] { 1, 2, 3, 4, 5, 6 }, 4).SelectMany(row => row)], [4, 2, 3]).MatMul(three));
    }

    [Fact]
    public void A_sum_over_nothing_is_zero_and_a_product_of_nothing_is_empty()
    {
        Tensors.AssertEqual([2, 2], [0, 0, 0, 0], Tensors.Of<double>([2, 0]).MatMul(Tensors.Of<double>([0, 2])));
        Tensors.AssertEqual([0, 2], [], Tensors.Of<double>([0, 3]).MatMul(Tensors.Random<double>(1, 3, 2)));
        Tensors.AssertEqual([0, 2, 2], [], Tensors.Of<double>([0, 2, 3]).MatMul(Tensors.Random<double>(1, 3, 2)));
    }

    [Fact]
    public void NaN_and_infinity_reach_every_product_that_they_are_part_of() =>
        Tensors.AssertEqual([2, 2], [double.NaN, double.PositiveInfinity, 0, 1],
            Tensors.Of<double>([2, 2], double.PositiveInfinity, 1, 0, 1).MatMul(Tensors.Of<double>([2, 2], 0, 1, 0, 1)));

    [Fact]
    public void Sums_of_floats_accumulate_in_double() =>
        Assert.Equal(1f, Tensors.Of<float>([1, 3], 1e8f, 1, -1e8f).MatMul(Tensors.Of<float>([3, 1], 1, 1, 1))[0, 0]);

    [Fact]
    public void Shapes_that_do_not_multiply_are_named_with_the_extents_that_differ()
    {
        var x = Tensors.Random<float>(1, 2, 3);
        Assert.Contains("The shapes [2, 3] and [2, 3] do not multiply: the last axis on the left has extent 3, and the axis that it meets on the right has extent 2; expected equal extents.",
            Assert.Throws<ArgumentException>("other", () => x.MatMul(x)).Message);
        Assert.Contains("do not broadcast", Assert.Throws<ArgumentException>("other", () =>
            Tensors.Random<float>(1, 2, 2, 3).MatMul(Tensors.Random<float>(1, 4, 3, 2))).Message);
    }
}
