using System.Numerics.Tensors;
using BatchNormGen.Tests.Vectors;
using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Layers;

public class ReshapesTests
{
    [Theory, InlineData(1, 1, 1, 1), InlineData(1, 6, 5, 3), InlineData(3, 6, 7, 2), InlineData(2, 10, 3, 10), InlineData(5, 9, 1, 1)]
    public void An_axis_is_split_and_its_second_part_joined_with_the_next(int n, int c, int h, int groups) => Check(
        [Input("x", n, c, h), Input("gamma", c, 1)],
        t => Reshapes.SplitAndJoined(t[0], t[1], groups), t => Reshapes.SplitAndJoinedFused(t[0], t[1], groups), t => Reshapes.SplitAndJoinedForward(t[0], t[1], groups),
        (dout, cache) => Reshapes.SplitAndJoinedBackward(dout, cache) is var (dx, dgamma) ? [dx, dgamma] : []);

    [Theory, InlineData(1, 1, 1, 1), InlineData(3, 30, 2, 5), InlineData(1, 18, 3, 2), InlineData(7, 12, 1, 4), InlineData(2, 9, 9, 1)]
    public void An_axis_is_split_into_three(int n, int c, int a, int b) => Check(
        [Input("x", n, c)],
        t => Reshapes.SplitTwice(t[0], a, b), t => Reshapes.SplitTwiceFused(t[0], a, b), t => Reshapes.SplitTwiceForward(t[0], a, b),
        (dout, cache) => [Reshapes.SplitTwiceBackward(dout, cache)]);

    [Theory, InlineData(1, 1, 1, 1), InlineData(3, 36, 2, 3), InlineData(2, 20, 2, 5), InlineData(5, 9, 3, 1), InlineData(2, 16, 1, 16)]
    public void An_axis_is_split_by_a_product(int n, int c, int a, int b) => Check(
        [Input("x", n, c)],
        t => Reshapes.SplitByProduct(t[0], a, b), t => Reshapes.SplitByProductFused(t[0], a, b), t => Reshapes.SplitByProductForward(t[0], a, b),
        (dout, cache) => [Reshapes.SplitByProductBackward(dout, cache)]);

    [Theory, InlineData(12, 3, 4), InlineData(2, 12, 2), InlineData(18, 1, 6), InlineData(4, 4, 4)]
    public void A_part_of_an_axis_is_split_again(int c, int a, int b) => Check(
        [Input("x", 12, c)],
        t => Reshapes.SplitAgain(t[0], a, b), t => Reshapes.SplitAgainFused(t[0], a, b), t => Reshapes.SplitAgainForward(t[0], a, b),
        (dout, cache) => [Reshapes.SplitAgainBackward(dout, cache)]);

    [Theory, InlineData(5, 1, "a"), InlineData(2, 5, "b"), InlineData(2, 0, "b"), InlineData(65536, 65536, "a")]
    public void The_factor_that_does_not_divide_the_axis_is_named(int a, int b, string named) =>
        Assert.Equal(named, Assert.Throws<ArgumentException>(() => Reshapes.SplitByProductFused(Draw("x", -2, 2, 3, 12), a, b)).ParamName);

    [Theory, InlineData(1), InlineData(7)]
    public void A_fixed_axis_is_split_by_numbers(int n) => Check(
        [Input("x", n, 12)],
        t => Reshapes.Constants(t[0]), t => Reshapes.ConstantsFused(t[0]), t => Reshapes.ConstantsForward(t[0]),
        (dout, cache) => [Reshapes.ConstantsBackward(dout, cache)]);

    [Theory, InlineData(1, 6, 3), InlineData(5, 14, 2)]
    public void Parts_are_joined_again_to_the_shape_of_another_tensor(int n, int c, int groups) => Check(
        [Input("x", n, c), Input("y", n, c)],
        t => Reshapes.LikeAnother(t[0], t[1], groups), t => Reshapes.LikeAnotherFused(t[0], t[1], groups), t => Reshapes.LikeAnotherForward(t[0], t[1], groups),
        (dout, cache) => Reshapes.LikeAnotherBackward(dout, cache) is var (dx, dy) ? [dx, dy] : []);

    [Theory, InlineData(1, 6, 3), InlineData(5, 14, 2), InlineData(7, 5, 1)]
    public void Heads_are_parts_of_the_features(int n, int c, int heads) => Check(
        [Input("x", n, c)],
        t => Reshapes.Heads(t[0], heads), t => Reshapes.HeadsFused(t[0], heads), t => Reshapes.HeadsForward(t[0], heads),
        (dout, cache) => [Reshapes.HeadsBackward(dout, cache)]);

    [Theory, InlineData(4), InlineData(7), InlineData(0), InlineData(-1), InlineData(-2), InlineData(int.MinValue)]
    public void Groups_that_do_not_divide_the_channels_are_refused_before_anything_is_written(int groups)
    {
        var (x, gamma) = (Draw("x", -2, 2, 3, 6, 5), Draw("gamma", -2, 2, 6, 1));
        var output = Tensor.CreateFromShape<double>([3, 6, 5]);
        output.Fill(7);
        var cache = new Reshapes.SplitAndJoinedCache();
        foreach (var call in (Action[])[() => Reshapes.SplitAndJoinedForward(x, gamma, groups, output, cache), () => Reshapes.SplitAndJoinedForward(x, gamma, groups), () => Reshapes.SplitAndJoinedFused(x, gamma, groups)])
        {
            var error = Assert.Throws<ArgumentException>(call);
            Assert.Equal("groups", error.ParamName);
            Assert.Contains(groups.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message);
            Assert.Contains("6", error.Message);
        }
        Assert.All(TensorValues.Of(output), value => Assert.Equal(7, value));
        Assert.Throws<InvalidOperationException>(() => Reshapes.SplitAndJoinedBackward(x, x, gamma, cache, output, gamma));
        Assert.All(TensorValues.Of(output), value => Assert.Equal(7, value));
    }

    [Theory, InlineData(5, 2, "a"), InlineData(2, 4, "b"), InlineData(0, 2, "a"), InlineData(2, 0, "b"), InlineData(-2, -3, "a"), InlineData(2, -2, "b"), InlineData(65536, 65536, "a")]
    public void The_part_that_does_not_divide_the_axis_is_named(int a, int b, string named) =>
        Assert.Equal(named, Assert.Throws<ArgumentException>(() => Reshapes.SplitTwiceFused(Draw("x", -2, 2, 3, 12), a, b)).ParamName);
}
