using System.Numerics.Tensors;
using BatchNormGen.Tests.Vectors;
using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Layers;

public class ElementwiseTests
{
    public static TheoryData<int> Lengths => [1, 2, 7, 16, 33];

    public static TheoryData<int, int> Shapes => new() { { 1, 1 }, { 1, 9 }, { 6, 1 }, { 3, 4 }, { 7, 19 }, { 33, 17 } };

    public static TheoryData<int, int> ShapesOfSeveral => new() { { 2, 1 }, { 3, 4 }, { 7, 19 }, { 33, 17 } };

    [Theory, MemberData(nameof(Shapes))]
    public void A_chain_of_functions(int n, int d) => Check(
        [Input("x", n, d)],
        t => Elementwise.Chain(t[0]), t => Elementwise.ChainFused(t[0]), t => Elementwise.ChainForward(t[0]),
        (dout, cache) => [Elementwise.ChainBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void Powers_and_roots(int n, int d) => Check(
        [Positive("positive", n, d)],
        t => Elementwise.Powers(t[0]), t => Elementwise.PowersFused(t[0]), t => Elementwise.PowersForward(t[0]),
        (dout, cache) => [Elementwise.PowersBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void Two_inputs_of_one_shape(int n, int d) => Check(
        [Input("x", n, d), Input("gate", n, d)],
        t => Elementwise.Gated(t[0], t[1]), t => Elementwise.GatedFused(t[0], t[1]), t => Elementwise.GatedForward(t[0], t[1]),
        (dout, cache) => Elementwise.GatedBackward(dout, cache) is var (dx, dgate) ? [dx, dgate] : []);

    [Theory, MemberData(nameof(Lengths))]
    public void Vectors(int n) => Check(
        [Input("x", n), Input("y", n)],
        t => Elementwise.Rank1(t[0], t[1]), t => Elementwise.Rank1Fused(t[0], t[1]), t => Elementwise.Rank1Forward(t[0], t[1]),
        (dout, cache) => Elementwise.Rank1Backward(dout, cache) is var (dx, dy) ? [dx, dy] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Extents_as_numbers(int n, int d) => Check(
        [Input("x", n, d)],
        t => Elementwise.Extents(t[0]), t => Elementwise.ExtentsFused(t[0]), t => Elementwise.ExtentsForward(t[0]),
        (dout, cache) => [Elementwise.ExtentsBackward(dout, cache)]);

    [Theory, MemberData(nameof(ShapesOfSeveral))]
    public void A_sum_divided_by_an_extent_less_one(int n, int d) => Check(
        [Input("x", n, d)],
        t => Elementwise.UnbiasedVariance(t[0]), t => Elementwise.UnbiasedVarianceFused(t[0]), t => Elementwise.UnbiasedVarianceForward(t[0]),
        (dout, cache) => [Elementwise.UnbiasedVarianceBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void Inputs_that_lack_axes(int n, int d) => Check(
        [Input("x", n, d), Input("column", n, 1), Input("row", 1, d), Input("vector", d), Input("one", 1)],
        t => Elementwise.Broadcasts(t[0], t[1], t[2], t[3], t[4]), t => Elementwise.BroadcastsFused(t[0], t[1], t[2], t[3], t[4]), t => Elementwise.BroadcastsForward(t[0], t[1], t[2], t[3], t[4]),
        (dout, cache) => Elementwise.BroadcastsBackward(dout, cache) is var (dx, dcolumn, drow, dvector, done) ? [dx, dcolumn, drow, dvector, done] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void An_outer_product(int n, int d) => Check(
        [Input("a", n, 1), Input("b", d)],
        t => Elementwise.Outer(t[0], t[1]), t => Elementwise.OuterFused(t[0], t[1]), t => Elementwise.OuterForward(t[0], t[1]),
        (dout, cache) => Elementwise.OuterBackward(dout, cache) is var (da, db) ? [da, db] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void An_outer_product_of_three(int n, int d) => Check(
        [Input("a", n, 1, 1), Input("b", d, 1), Input("c", 5)],
        t => Elementwise.OuterOfThree(t[0], t[1], t[2]), t => Elementwise.OuterOfThreeFused(t[0], t[1], t[2]), t => Elementwise.OuterOfThreeForward(t[0], t[1], t[2]),
        (dout, cache) => Elementwise.OuterOfThreeBackward(dout, cache) is var (da, db, dc) ? [da, db, dc] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Terms_that_cancel(int n, int d) => Check(
        [Input("x", n, d), Input("y", n, d)],
        t => Elementwise.Cancelling(t[0], t[1]), t => Elementwise.CancellingFused(t[0], t[1]), t => Elementwise.CancellingForward(t[0], t[1]),
        (dout, cache) => Elementwise.CancellingBackward(dout, cache) is var (dx, dy) ? [dx, dy] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void An_input_that_is_used_several_times(int n, int d) => Check(
        [Input("x", n, d)],
        t => Elementwise.Twice(t[0]), t => Elementwise.TwiceFused(t[0]), t => Elementwise.TwiceForward(t[0]),
        (dout, cache) => [Elementwise.TwiceBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void A_small_value_spread_over_a_large_output(int n, int d) => Check(
        [Input("x", n, d), Input("row", d)],
        t => Elementwise.BroadcastOutput(t[0], t[1]), t => Elementwise.BroadcastOutputFused(t[0], t[1]), t => Elementwise.BroadcastOutputForward(t[0], t[1]),
        (dout, cache) => Elementwise.BroadcastOutputBackward(dout, cache) is var (dx, drow) ? [dx, drow] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Means_spread_over_the_output(int n, int d) => Check(
        [Input("x", n, d)],
        t => Elementwise.BroadcastMean(t[0]), t => Elementwise.BroadcastMeanFused(t[0]), t => Elementwise.BroadcastMeanForward(t[0]),
        (dout, cache) => [Elementwise.BroadcastMeanBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void The_input_itself(int n, int d) => Check(
        [Input("x", n, d)],
        t => Elementwise.Identity(t[0]), t => Elementwise.IdentityFused(t[0]), t => Elementwise.IdentityForward(t[0]),
        (dout, cache) => [Elementwise.IdentityBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void The_negative(int n, int d) => Check(
        [Input("x", n, d)],
        t => Elementwise.Negated(t[0]), t => Elementwise.NegatedFused(t[0]), t => Elementwise.NegatedForward(t[0]),
        (dout, cache) => [Elementwise.NegatedBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void The_operations_of_the_base_class_library(int n, int d) => Check(
        [Input("x", n, d), Input("y", d)],
        t => Elementwise.OfTheBaseClassLibrary(t[0], t[1]), t => Elementwise.OfTheBaseClassLibraryFused(t[0], t[1]), t => Elementwise.OfTheBaseClassLibraryForward(t[0], t[1]),
        (dout, cache) => Elementwise.OfTheBaseClassLibraryBackward(dout, cache) is var (dx, dy) ? [dx, dy] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void A_transposed_matrix(int n, int d) => Check(
        [Input("x", n, d), Input("v", n)],
        t => Elementwise.Transposed(t[0], t[1]), t => Elementwise.TransposedFused(t[0], t[1]), t => Elementwise.TransposedForward(t[0], t[1]),
        (dout, cache) => Elementwise.TransposedBackward(dout, cache) is var (dx, dv) ? [dx, dv] : []);

    [Theory, MemberData(nameof(Lengths))]
    public void Extents_that_are_fixed(int n) => Check(
        [Input("x", n, 10), Input("scale", 10)],
        t => Elementwise.FixedExtents(t[0], t[1]), t => Elementwise.FixedExtentsFused(t[0], t[1]), t => Elementwise.FixedExtentsForward(t[0], t[1]),
        (dout, cache) => Elementwise.FixedExtentsBackward(dout, cache) is var (dx, dscale) ? [dx, dscale] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Scalars_that_have_a_gradient(int n, int d) => Check(
        [Input("x", n, d), Input("scale", 1), Input("shift", 1)],
        t => Elementwise.Scaled(t[0], t[1][0], t[2][0]), t => Elementwise.ScaledFused(t[0], t[1][0], t[2][0]), t => Elementwise.ScaledForward(t[0], t[1][0], t[2][0]),
        (dout, cache) => Elementwise.ScaledBackward(dout, cache) is var (dx, dscale, dshift) ? [dx, Scalar(dscale), Scalar(dshift)] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void An_epsilon_that_is_learned(int n, int d) => Check(
        [Input("x", n, d), Positive("eps", 1)],
        t => Elementwise.LearnedEps(t[0], t[1][0]), t => Elementwise.LearnedEpsFused(t[0], t[1][0]), t => Elementwise.LearnedEpsForward(t[0], t[1][0]),
        (dout, cache) => Elementwise.LearnedEpsBackward(dout, cache) is var (dx, deps) ? [dx, Scalar(deps)] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Arithmetic_of_scalars(int n, int d) => Check(
        [Input("x", n, d), Positive("a", 1)],
        t => Elementwise.ScalarArithmetic(t[0], t[1][0], 1.5), t => Elementwise.ScalarArithmeticFused(t[0], t[1][0], 1.5), t => Elementwise.ScalarArithmeticForward(t[0], t[1][0], 1.5),
        (dout, cache) => Elementwise.ScalarArithmeticBackward(dout, cache) is var (dx, da) ? [dx, Scalar(da)] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Inputs_that_are_not_used_have_a_gradient_of_zero(int n, int d)
    {
        var (x, unused, alsoUnused) = (Input("x", n, d), Input("unused", n, d), Input("alsoUnused", d));
        Check(
            [x, unused, alsoUnused, Input("scalar", 1)],
            t => Elementwise.Unused(t[0], t[1], t[2], t[3][0]), t => Elementwise.UnusedFused(t[0], t[1], t[2], t[3][0]), t => Elementwise.UnusedForward(t[0], t[1], t[2], t[3][0]),
            (dout, cache) => Elementwise.UnusedBackward(dout, cache) is var (dx, dunused, dalsoUnused, dscalar) ? [dx, dunused, dalsoUnused, Scalar(dscalar)] : []);

        var dxInto = Filled(n, d);
        var (dunusedInto, dalsoUnusedInto) = (Filled(n, d), Filled(d));
        var cache = new Elementwise.UnusedCache();
        Elementwise.UnusedForward(x.Value, unused.Value, alsoUnused.Value, 1, Filled(n, d), cache);
        Elementwise.UnusedBackward(x.Value, x.Value, default, default, cache, dxInto, dunusedInto, dalsoUnusedInto, out var dscalarInto);
        Assert.All(TensorValues.Of(dunusedInto).Concat(TensorValues.Of(dalsoUnusedInto)).Append(dscalarInto), value => Assert.Equal(0, value));
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Inputs_without_a_gradient(int n, int d)
    {
        var (target, weight) = (Draw("target", -2, 2, n, d), Draw("weight", -2, 2, d));
        Check(
            [Input("x", n, d)],
            t => Elementwise.ConstantTarget(t[0], target, weight), t => Elementwise.ConstantTargetFused(t[0], target, weight), t => Elementwise.ConstantTargetForward(t[0], target, weight),
            (dout, cache) => [Elementwise.ConstantTargetBackward(dout, cache)]);
    }

    [Fact]
    public void Extents_that_are_all_fixed() => Check(
        [Input("x", 3, 4)],
        t => Elementwise.AllFixed(t[0]), t => Elementwise.AllFixedFused(t[0]), t => Elementwise.AllFixedForward(t[0]),
        (dout, cache) => [Elementwise.AllFixedBackward(dout, cache)]);

    private static Tensor<double> Filled(params nint[] lengths)
    {
        var tensor = Tensor.CreateFromShape<double>(lengths);
        tensor.Fill(double.NaN);
        return tensor;
    }
}
