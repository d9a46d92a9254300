using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Layers;

public class SumsTests
{
    private const double Eps = 0.1;

    public static TheoryData<int, int> Shapes2 => new() { { 1, 1 }, { 1, 9 }, { 6, 1 }, { 3, 4 }, { 7, 19 }, { 33, 17 } };

    public static TheoryData<int, int, int> Shapes3 => new() { { 1, 1, 1 }, { 1, 5, 1 }, { 1, 3, 9 }, { 4, 1, 5 }, { 3, 5, 1 }, { 2, 3, 4 }, { 3, 5, 17 }, { 5, 18, 3 } };

    public static TheoryData<int, int, int, int> Shapes4 => new() { { 1, 1, 1, 1 }, { 2, 3, 1, 1 }, { 1, 2, 3, 4 }, { 3, 1, 2, 5 }, { 2, 3, 4, 1 }, { 2, 1, 1, 9 }, { 3, 5, 4, 7 }, { 2, 3, 2, 18 } };

    [Theory, MemberData(nameof(Shapes2))]
    public void Sums_of_rows(int n, int d) => Check(
        [Input("x", n, d)],
        t => Sums.OfRows(t[0]), t => Sums.OfRowsFused(t[0]), t => Sums.OfRowsForward(t[0]),
        (dout, cache) => [Sums.OfRowsBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes2))]
    public void Sums_of_columns(int n, int d) => Check(
        [Input("x", n, d)],
        t => Sums.OfColumns(t[0]), t => Sums.OfColumnsFused(t[0]), t => Sums.OfColumnsForward(t[0]),
        (dout, cache) => [Sums.OfColumnsBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes2))]
    public void Sums_of_rows_that_keep_the_axis(int n, int d) => Check(
        [Input("x", n, d)],
        t => Sums.OfRowsKept(t[0]), t => Sums.OfRowsKeptFused(t[0]), t => Sums.OfRowsKeptForward(t[0]),
        (dout, cache) => [Sums.OfRowsKeptBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes2))]
    public void Means_of_columns_that_keep_the_axis(int n, int d) => Check(
        [Input("x", n, d)],
        t => Sums.OfColumnsKept(t[0]), t => Sums.OfColumnsKeptFused(t[0]), t => Sums.OfColumnsKeptForward(t[0]),
        (dout, cache) => [Sums.OfColumnsKeptBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes2))]
    public void A_sum_over_all_axes_that_keeps_them(int n, int d) => Check(
        [Input("x", n, d)],
        t => Sums.OfAllKept(t[0]), t => Sums.OfAllKeptFused(t[0]), t => Sums.OfAllKeptForward(t[0]),
        (dout, cache) => [Sums.OfAllKeptBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes2))]
    public void Scalar_products_of_columns(int n, int d) => Check(
        [Input("x", n, d), Input("y", n, d)],
        t => Sums.OfProducts(t[0], t[1]), t => Sums.OfProductsFused(t[0], t[1]), t => Sums.OfProductsForward(t[0], t[1]),
        (dout, cache) => Sums.OfProductsBackward(dout, cache) is var (dx, dy) ? [dx, dy] : []);

    [Theory, MemberData(nameof(Shapes2))]
    public void A_sum_of_everything(int n, int d) => CheckLoss(
        [Input("x", n, d)],
        t => Sums.Total(t[0]), t => Sums.TotalFused(t[0]), t => Sums.TotalForward(t[0]),
        (dout, cache) => [Sums.TotalBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes3))]
    public void Sums_over_an_axis_in_the_middle(int n, int c, int l) => Check(
        [Input("x", n, c, l)],
        t => Sums.OfMiddle(t[0]), t => Sums.OfMiddleFused(t[0]), t => Sums.OfMiddleForward(t[0]),
        (dout, cache) => [Sums.OfMiddleBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes3))]
    public void Sums_of_roots_of_sums(int n, int c, int l) => Check(
        [Input("x", n, c, l)],
        t => Sums.SumOfSums(t[0]), t => Sums.SumOfSumsFused(t[0]), t => Sums.SumOfSumsForward(t[0]),
        (dout, cache) => [Sums.SumOfSumsBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes3))]
    public void Softmax_over_an_axis_in_the_middle(int n, int c, int l) => Check(
        [Input("x", n, c, l)],
        t => Sums.SoftmaxOfMiddle(t[0]), t => Sums.SoftmaxOfMiddleFused(t[0]), t => Sums.SoftmaxOfMiddleForward(t[0]),
        (dout, cache) => [Sums.SoftmaxOfMiddleBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes4))]
    public void Sums_over_axes_that_are_not_neighbours(int n, int c, int h, int w) => Check(
        [Input("x", n, c, h, w)],
        t => Sums.OfNonAdjacent(t[0]), t => Sums.OfNonAdjacentFused(t[0]), t => Sums.OfNonAdjacentForward(t[0]),
        (dout, cache) => [Sums.OfNonAdjacentBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes4))]
    public void Means_over_axes_that_are_not_neighbours_the_last_included(int n, int c, int h, int w) => Check(
        [Input("x", n, c, h, w)],
        t => Sums.OfNonAdjacentWithLast(t[0]), t => Sums.OfNonAdjacentWithLastFused(t[0]), t => Sums.OfNonAdjacentWithLastForward(t[0]),
        (dout, cache) => [Sums.OfNonAdjacentWithLastBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes4))]
    public void Softmax_over_channels(int n, int c, int h, int w) => Check(
        [Input("x", n, c, h, w)],
        t => Sums.SoftmaxOfChannels(t[0]), t => Sums.SoftmaxOfChannelsFused(t[0]), t => Sums.SoftmaxOfChannelsForward(t[0]),
        (dout, cache) => [Sums.SoftmaxOfChannelsBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes4))]
    public void Normalization_over_axes_that_are_not_neighbours(int n, int c, int h, int w) => Check(
        [Input("x", n, c, h, w)],
        t => Sums.NormOverNonAdjacent(t[0], Eps), t => Sums.NormOverNonAdjacentFused(t[0], Eps), t => Sums.NormOverNonAdjacentForward(t[0], Eps),
        (dout, cache) => [Sums.NormOverNonAdjacentBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes4))]
    public void Normalization_over_the_outermost_and_a_middle_axis(int n, int c, int h, int w) => Check(
        [Input("x", n, c, h, w)],
        t => Sums.NormOverOuterAndMiddle(t[0], Eps), t => Sums.NormOverOuterAndMiddleFused(t[0], Eps), t => Sums.NormOverOuterAndMiddleForward(t[0], Eps),
        (dout, cache) => [Sums.NormOverOuterAndMiddleBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes4))]
    public void Instance_normalization(int n, int c, int h, int w) => Check(
        [Input("x", n, c, h, w), Input("gamma", c, 1, 1)],
        t => Sums.InstanceNorm(t[0], t[1], Eps), t => Sums.InstanceNormFused(t[0], t[1], Eps), t => Sums.InstanceNormForward(t[0], t[1], Eps),
        (dout, cache) => Sums.InstanceNormBackward(dout, cache) is var (dx, dgamma) ? [dx, dgamma] : []);

    [Theory, MemberData(nameof(Shapes4))]
    public void Group_normalization(int n, int c, int h, int w) => Check(
        [Input("x", n, c, h, w), Input("gamma", c, h, 1), Input("beta", c, h, 1)],
        t => Sums.GroupNorm(t[0], t[1], t[2], Eps), t => Sums.GroupNormFused(t[0], t[1], t[2], Eps), t => Sums.GroupNormForward(t[0], t[1], t[2], Eps),
        (dout, cache) => Sums.GroupNormBackward(dout, cache) is var (dx, dgamma, dbeta) ? [dx, dgamma, dbeta] : []);

    [Theory, MemberData(nameof(Shapes4))]
    public void A_gate_from_the_mean_of_a_channel(int n, int c, int h, int w) => Check(
        [Input("x", n, c, h, w), Input("gain", c, 1, 1)],
        t => Sums.SqueezeAndExcite(t[0], t[1]), t => Sums.SqueezeAndExciteFused(t[0], t[1]), t => Sums.SqueezeAndExciteForward(t[0], t[1]),
        (dout, cache) => Sums.SqueezeAndExciteBackward(dout, cache) is var (dx, dgain) ? [dx, dgain] : []);

    [Theory, MemberData(nameof(Shapes4))]
    public void Norms_over_two_of_five_axes(int n, int c, int h, int w) => Check(
        [Input("x", n, c, h, w, 3), Input("scale", c, 1, w, 1)],
        t => Sums.OfRankFive(t[0], t[1]), t => Sums.OfRankFiveFused(t[0], t[1]), t => Sums.OfRankFiveForward(t[0], t[1]),
        (dout, cache) => Sums.OfRankFiveBackward(dout, cache) is var (dx, dscale) ? [dx, dscale] : []);
}
