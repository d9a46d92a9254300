using System.Numerics.Tensors;
using BatchNormGen.Tests.Vectors;
using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Layers;

public class CustomGradientTests
{
    public static TheoryData<int, int> Shapes => new() { { 1, 1 }, { 1, 9 }, { 6, 1 }, { 7, 19 }, { 18, 5 } };

    [Theory, MemberData(nameof(Shapes))]
    public void One_tensor(int n, int d) => Check(
        [Input("x", n, d)],
        t => CustomGradients.Alone(t[0]), t => CustomGradients.AloneFused(t[0]), t => CustomGradients.AloneForward(t[0]),
        (dout, cache) => [CustomGradients.AloneBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void Two_tensors_and_a_scalar(int n, int d) => Check(
        [Input("x", n, d), Input("w", d)],
        t => CustomGradients.Two(t[0], t[1], 1.5), t => CustomGradients.TwoFused(t[0], t[1], 1.5), t => CustomGradients.TwoForward(t[0], t[1], 1.5),
        (dout, cache) => CustomGradients.TwoBackward(dout, cache) is var (dx, dw) ? [dx, dw] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void A_constant_for_the_scalar(int n, int d) => Check(
        [Input("x", n, d), Input("w", d)],
        t => CustomGradients.Constant(t[0], t[1]), t => CustomGradients.ConstantFused(t[0], t[1]), t => CustomGradients.ConstantForward(t[0], t[1]),
        (dout, cache) => CustomGradients.ConstantBackward(dout, cache) is var (dx, dw) ? [dx, dw] : []);

    [Fact]
    public void The_same_tensor_for_both_arguments() => Check(
        [Input("x", 9)],
        t => CustomGradients.OfItself(t[0]), t => CustomGradients.OfItselfFused(t[0]), t => CustomGradients.OfItselfForward(t[0]),
        (dout, cache) => [CustomGradients.OfItselfBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void Arguments_without_a_gradient_and_a_result_of_another_shape(int n, int d)
    {
        var weights = Draw("weights", 0.5, 2, n);
        var labels = Tensor.Create([.. Enumerable.Range(0, n).Select(i => i * 7 % d)], [n]);
        Check(
            [Input("x", n, d)],
            t => CustomGradients.OfLabels(t[0], weights, labels), t => CustomGradients.OfLabelsFused(t[0], weights, labels), t => CustomGradients.OfLabelsForward(t[0], weights, labels),
            (dout, cache) => [CustomGradients.OfLabelsBackward(dout, cache)]);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Of_a_product_of_matrices_and_before_one(int n, int d) => Check(
        [Input("x", n, d), Input("w", d, 3), Input("b", 3)],
        t => CustomGradients.OfProduct(t[0], t[1], t[2]), t => CustomGradients.OfProductFused(t[0], t[1], t[2]), t => CustomGradients.OfProductForward(t[0], t[1], t[2]),
        (dout, cache) => CustomGradients.OfProductBackward(dout, cache) is var (dx, dw, db) ? [dx, dw, db] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Reduced_after_it(int n, int d) => Check(
        [Input("x", n, d)],
        t => CustomGradients.Reduced(t[0]), t => CustomGradients.ReducedFused(t[0]), t => CustomGradients.ReducedForward(t[0]),
        (dout, cache) => [CustomGradients.ReducedBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void Normalized_after_it(int n, int d) => Check(
        [Input("x", n, d)],
        t => CustomGradients.Normalized(t[0], 0.1), t => CustomGradients.NormalizedFused(t[0], 0.1), t => CustomGradients.NormalizedForward(t[0], 0.1),
        (dout, cache) => [CustomGradients.NormalizedBackward(dout, cache)]);

    [Fact]
    public void Used_twice_and_applied_twice() => Check(
        [("x", Draw("x", -1, 1, 5, 4))],
        t => CustomGradients.Twice(t[0]), t => CustomGradients.TwiceFused(t[0]), t => CustomGradients.TwiceForward(t[0]),
        (dout, cache) => [CustomGradients.TwiceBackward(dout, cache)]);

    [Theory, InlineData(1), InlineData(5)]
    public void Used_as_it_is_and_transposed(int d) => Check(
        [("g", Draw("g", -1, 1, d, d))],
        t => CustomGradients.AndTransposed(t[0]), t => CustomGradients.AndTransposedFused(t[0]), t => CustomGradients.AndTransposedForward(t[0]),
        (dout, cache) => [CustomGradients.AndTransposedBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void Broadcast_after_it(int n, int d) => Check(
        [Input("x", n, d)],
        t => CustomGradients.Broadcast(t[0]), t => CustomGradients.BroadcastFused(t[0]), t => CustomGradients.BroadcastForward(t[0]),
        (dout, cache) => [CustomGradients.BroadcastBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void Of_a_tensor_with_an_axis_of_extent_one(int n, int d) => Check(
        [Input("w", d), Input("x", n, d)],
        t => CustomGradients.OfColumn(t[0], t[1]), t => CustomGradients.OfColumnFused(t[0], t[1]), t => CustomGradients.OfColumnForward(t[0], t[1]),
        (dout, cache) => CustomGradients.OfColumnBackward(dout, cache) is var (dw, dx) ? [dw, dx] : []);

    [Fact]
    public void Of_a_tensor_whose_axes_change_places_and_to_one() => Check(
        [Input("x", 3, 5, 4)],
        t => CustomGradients.OfPermuted(t[0]), t => CustomGradients.OfPermutedFused(t[0]), t => CustomGradients.OfPermutedForward(t[0]),
        (dout, cache) => [CustomGradients.OfPermutedBackward(dout, cache)]);

    [Fact]
    public void In_float_as_in_double()
    {
        var (x, w, dout) = (Draw("x", -2, 2, 7, 19), Draw("w", -2, 2, 19), Draw("dout", -2, 2, 7, 19));
        var (alone, cache) = CustomGradients.AloneInFloatForward(Single(x));
        Close(CustomGradients.Cube(x), alone);
        Close(CustomGradients.CubeGradient(dout, x), CustomGradients.AloneInFloatBackward(Single(dout), cache));

        var (two, cacheOfTwo) = CustomGradients.TwoInFloatForward(Single(x), Single(w), 1.5f);
        var (dx, dw) = CustomGradients.TwoInFloatBackward(Single(dout), cacheOfTwo);
        var expected = CustomGradients.TwoBackward(dout, CustomGradients.TwoForward(x, w, 1.5).cache);
        Close(CustomGradients.Two(x, w, 1.5), two);
        Close(expected.dx, dx);
        Close(expected.dw, dw);

        static Tensor<float> Single(Tensor<double> tensor) => Tensor.Create([.. tensor.Select(element => (float)element)], tensor.Lengths);

        static void Close(Tensor<double> expected, Tensor<float> actual) =>
            TensorAssert.Close("float", expected, Tensor.Create([.. actual.Select(element => (double)element)], actual.Lengths), 1e-6);
    }

    [Fact]
    public void A_result_of_another_shape_is_refused_with_the_name_of_the_method_and_both_shapes()
    {
        var x = Draw("x", -2, 2, 3, 2);
        AssertRefused("OneRowTooMany returned a tensor of shape [6, 2]; the layer needs the shape [3, 2].", () => CustomGradients.TooLongForward(x));
        AssertRefused("OneRowTooMany returned a tensor of shape [6, 2]; the layer needs the shape [3, 2].", () => CustomGradients.TooLongFused(x));
        AssertRefused("KeptGradient returned a tensor of shape [1, 2]; the layer needs the shape [3, 2].", () => CustomGradients.GradientTooShortBackward(x, CustomGradients.GradientTooShortForward(x, x).cache));
    }

    [Fact]
    public void A_result_that_is_null_is_refused_with_the_name_of_the_method()
    {
        var x = Draw("x", -2, 2, 3, 2);
        AssertRefused("Nothing returned null; the layer needs the shape [3, 2].", () => CustomGradients.MissingForward(x));
        AssertRefused("DroppedGradient returned null; the layer needs the shape [3, 2].", () => CustomGradients.GradientMissingBackward(x, CustomGradients.GradientMissingForward(x).cache));
    }

    [Fact]
    public void A_gradient_is_called_once_where_any_of_its_results_is_wanted_and_else_not()
    {
        var (x, y, w, dout) = (Draw("x", -2, 2, 4, 3), Draw("y", -2, 2, 4, 3), Draw("w", -2, 2, 3), Draw("dout", -2, 2, 4, 3));
        var cache = CustomGradients.BranchesForward(x, y, w).cache;
        Tensor<double> dx = Tensor.CreateFromShape<double>([4, 3]), dy = Tensor.CreateFromShape<double>([4, 3]), dw = Tensor.CreateFromShape<double>([3]);
        Assert.Equal((1, 1), Calls(() => CustomGradients.BranchesBackward(dout, x, y, w, cache, dx, dy, dw)));
        Assert.Equal((1, 0), Calls(() => CustomGradients.BranchesBackward(dout, x, y, w, cache, dx, default, default)));
        Assert.Equal((0, 1), Calls(() => CustomGradients.BranchesBackward(dout, x, y, w, cache, default, dy, default)));
        Assert.Equal((0, 1), Calls(() => CustomGradients.BranchesBackward(dout, x, y, w, cache, default, default, dw)));
        Assert.Equal((0, 0), Calls(() => CustomGradients.BranchesFused(x, y, w)));
    }

    private static (int Cube, int Scaled) Calls(Action call)
    {
        (CustomGradients.CubeGradients, CustomGradients.ScaledGradients) = (0, 0);
        call();
        return (CustomGradients.CubeGradients, CustomGradients.ScaledGradients);
    }

    private static void AssertRefused(string message, Action call) => Assert.Equal(message, Assert.Throws<InvalidOperationException>(call).Message);
}
