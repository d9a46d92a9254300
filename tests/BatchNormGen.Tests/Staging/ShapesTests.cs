using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Staging;

public class ShapesTests
{
    [Fact]
    public void Transpose_exchanges_the_last_two_axes()
    {
        var x = Tensors.Random<float>(1, 2, 3, 4);
        var expected = Tensors.Indices([2, 4, 3]).Select(index => x[index[0], index[2], index[1]]);
        foreach (var view in Tensors.Views(x, float.NaN))
        {
            Tensors.AssertEqual([2, 4, 3], expected, view.Transpose());
        }

        Assert.Contains("A tensor of shape [3] has no two axes to exchange; expected a rank of at least 2.",
            Assert.Throws<ArgumentException>("x", () => Tensors.Of<float>([3], 1, 2, 3).Transpose()).Message);
    }

    [Fact]
    public void Permute_puts_each_axis_where_it_is_asked_for()
    {
        var x = Tensors.Random<double>(2, 2, 3, 1, 2, 2, 3);
        var expected = Tensors.Indices([3, 2, 2, 1, 3, 2]).Select(i => x[i[1], i[0], i[3], i[5], i[2], i[4]]).ToArray();
        foreach (var view in Tensors.Views(x, double.NaN))
        {
            Tensors.AssertEqual([3, 2, 2, 1, 3, 2], expected, view.Permute([1, 0, 4, 2, 5, 3]));
            Tensors.AssertEqual([3, 2, 2, 1, 3, 2], expected, view.Permute(1, 0, -2, 2, -1, 3));
        }

        Tensors.AssertEqual([3, 0], [], Tensors.Of<float>([0, 3]).Permute([1, 0]));
    }

    [Fact]
    public void An_order_that_is_not_one_of_all_axes_is_an_error()
    {
        var x = Tensors.Random<float>(1, 2, 3);
        Assert.Contains("[1] is not an order of the axes of a tensor of shape [2, 3]; expected each of its 2 axes once.",
            Assert.Throws<ArgumentException>("axes", () => x.Permute(1)).Message);
        Assert.Throws<ArgumentException>("axes", () => x.Permute(0, -2));
        Assert.Throws<ArgumentOutOfRangeException>("axes", () => x.Permute(0, 2));
    }

    [Fact]
    public void Unsqueeze_adds_an_axis_counted_from_either_end_of_the_result()
    {
        var x = Tensors.Random<float>(3, 2, 3);
        foreach (var view in Tensors.Views(x, float.NaN))
        {
            Tensors.AssertEqual([1, 2, 3], x.ToArray(), view.Unsqueeze(0));
            Tensors.AssertEqual([2, 1, 3], x.ToArray(), view.Unsqueeze(axis: 1));
            Tensors.AssertEqual([2, 3, 1], x.ToArray(), view.Unsqueeze(-1));
            Tensors.AssertEqual([1, 2, 3], x.ToArray(), view.Unsqueeze(-3));
        }

        Tensors.AssertEqual([2, 1], [1, 2], Tensors.Of<double>([2], 1, 2).Unsqueeze(axis: -1));
        Assert.Contains("Axis 3 does not exist for a tensor of rank 3 and shape [2, 3, 1]",
            Assert.Throws<ArgumentOutOfRangeException>("axis", () => Tensors.Random<float>(1, 2, 3, 1).Squeeze(3)).Message);
        Assert.Throws<ArgumentOutOfRangeException>("axis", () => x.Unsqueeze(3));
        Assert.Throws<ArgumentOutOfRangeException>("axis", () => x.Unsqueeze(-4));
    }

    [Fact]
    public void Squeeze_removes_an_axis_of_extent_one()
    {
        var x = Tensors.Random<float>(4, 1, 3, 1);
        foreach (var view in Tensors.Views(x, float.NaN))
        {
            Tensors.AssertEqual([3, 1], x.ToArray(), view.Squeeze(0));
            Tensors.AssertEqual([1, 3], x.ToArray(), view.Squeeze(axis: -1));
            Tensors.AssertEqual([3], x.ToArray(), view.Squeeze());
        }

        Tensors.AssertEqual([1], [7], Tensors.Of<float>([1], 7).Squeeze(0));
        Assert.Contains("Axis 1 of a tensor of shape [1, 3, 1] has extent 3; expected 1.",
            Assert.Throws<ArgumentException>("axis", () => x.Squeeze(-2)).Message);
    }

    [Fact]
    public void Reshape_splits_and_joins_axes_of_any_view()
    {
        var x = Tensors.Random<float>(5, 4, 6);
        foreach (var view in Tensors.Views(x, float.NaN))
        {
            Tensors.AssertEqual([2, 2, 6], x.ToArray(), view.Reshape([2, 2, 6]));
            Tensors.AssertEqual([24], x.ToArray(), view.Reshape(24));
            Tensors.AssertEqual([2, 4, 3], x.ToArray(), view.Reshape(2, -1, 3));
            Tensors.AssertEqual([4, 3, 2], x.ToArray(), view.Reshape(x.Lengths[0], 3, x.Lengths[1] / 3));
        }

        Tensors.AssertEqual([3, 1], [1, 2, 3], Tensors.Of<double>([3], 1, 2, 3).Reshape(-1, 1));
        Tensors.AssertEqual([0, 5], [], Tensors.Of<float>([2, 0]).Reshape(0, 5));
    }

    [Fact]
    public void A_shape_that_does_not_fit_is_named_with_the_number_of_elements()
    {
        var x = Tensors.Random<float>(1, 2, 3);
        Assert.Contains("A tensor of shape [2, 3] cannot have shape [4, -1]; expected extents that multiply to 6, at most one of them -1.",
            Assert.Throws<ArgumentException>("lengths", () => x.Reshape(4, -1)).Message);
        Assert.Throws<ArgumentException>("lengths", () => x.Reshape(-1, -1));
        Assert.Throws<ArgumentException>("lengths", () => x.Reshape(-2, -3));
        Assert.Throws<ArgumentException>("lengths", () => x.Reshape(5));
    }

    [Fact]
    public void StopGradient_is_the_operand_itself()
    {
        var x = Tensors.Random<float>(1, 2, 3);
        Assert.Same(x, x.StopGradient());
    }
}
