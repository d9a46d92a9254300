using System.Numerics.Tensors;
using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Layers;

public class ShapesTests
{
    [Theory, InlineData(1, 1, 1, 1, 1), InlineData(2, 3, 5, 2, 3), InlineData(1, 4, 3, 5, 2)]
    public void Five_axes_in_another_order(int a, int b, int c, int d, int e) => Check(
        [Input("x", a, b, c, d, e)],
        t => Shapes.RankFive(t[0]), t => Shapes.RankFiveFused(t[0]), t => Shapes.RankFiveForward(t[0]),
        (dout, cache) => [Shapes.RankFiveBackward(dout, cache)]);

    [Theory, InlineData(1, 1, 1, 1, 1, 1), InlineData(2, 3, 1, 3, 2, 3), InlineData(1, 2, 3, 5, 1, 2)]
    public void Six_axes(int a, int b, int c, int d, int e, int f) => Check(
        [Input("x", a, b, c, d, e, f), Input("w", d, 1, f)],
        t => Shapes.RankSix(t[0], t[1]), t => Shapes.RankSixFused(t[0], t[1]), t => Shapes.RankSixForward(t[0], t[1]),
        (dout, cache) => Shapes.RankSixBackward(dout, cache) is var (dx, dw) ? [dx, dw] : []);

    [Theory, InlineData(1), InlineData(7)]
    public void A_fixed_extent(int n) => Check(
        [Input("x", n, 10), Input("w", 10)],
        t => Shapes.Fixed(t[0], t[1]), t => Shapes.FixedFused(t[0], t[1]), t => Shapes.FixedForward(t[0], t[1]),
        (dout, cache) => Shapes.FixedBackward(dout, cache) is var (dx, dw) ? [dx, dw] : []);

    [Fact]
    public void Another_extent_than_the_fixed_one_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Shapes.FixedFused(Draw("x", -2, 2, 3, 9), Draw("w", -2, 2, 9)));
        Assert.Equal("x", error.ParamName);
        Assert.Contains("[N, 10]", error.Message);
        Assert.Contains("[3, 9]", error.Message);
        Assert.Equal("w", Assert.Throws<ArgumentException>(() => Shapes.FixedForward(Draw("x", -2, 2, 3, 10), Draw("w", -2, 2, 1))).ParamName);
    }

    [Theory, InlineData(1), InlineData(7), InlineData(18)]
    public void A_matrix_times_itself_transposed(int d) => Check(
        [Input("x", d, d)],
        t => Shapes.TimesTransposed(t[0]), t => Shapes.TimesTransposedFused(t[0]), t => Shapes.TimesTransposedForward(t[0]),
        (dout, cache) => [Shapes.TimesTransposedBackward(dout, cache)]);

    [Theory, InlineData(1), InlineData(7), InlineData(18)]
    public void A_matrix_and_its_transpose_element_by_element(int d) => Check(
        [Input("x", d, d)],
        t => Shapes.Symmetric(t[0]), t => Shapes.SymmetricFused(t[0]), t => Shapes.SymmetricForward(t[0]),
        (dout, cache) => [Shapes.SymmetricBackward(dout, cache)]);

    [Fact]
    public void A_matrix_that_is_not_square_is_refused_where_one_name_stands_twice() =>
        Assert.Equal("x", Assert.Throws<ArgumentException>(() => Shapes.SymmetricFused(Draw("x", -2, 2, 3, 4))).ParamName);

    [Theory, InlineData(1), InlineData(5)]
    public void The_mean_of_the_diagonal_times_that_of_all(int d)
    {
        var diagonal = Tensor.Create([.. Enumerable.Range(0, d * d).Select(i => i % (d + 1) == 0 ? 1.0 : 0)], [d, d]);
        CheckLoss(
            [Input("x", d, d)],
            t => Shapes.Trace(t[0], diagonal), t => Shapes.TraceFused(t[0], diagonal), t => Shapes.TraceForward(t[0], diagonal),
            (dout, cache) => [Shapes.TraceBackward(dout, cache)]);
    }

    [Theory, InlineData(1, 1, 1), InlineData(1, 5, 3), InlineData(7, 1, 2), InlineData(4, 3, 9)]
    public void Extents_of_one_on_both_sides(int n, int m, int d) => Check(
        [Input("x", n, 1, d), Input("y", 1, m, d), Input("z", m, 1)],
        t => Shapes.BothBroadcast(t[0], t[1], t[2]), t => Shapes.BothBroadcastFused(t[0], t[1], t[2]), t => Shapes.BothBroadcastForward(t[0], t[1], t[2]),
        (dout, cache) => Shapes.BothBroadcastBackward(dout, cache) is var (dx, dy, dz) ? [dx, dy, dz] : []);

    [Theory, InlineData(1, 1, 1, 1, 1), InlineData(2, 3, 1, 5, 4), InlineData(3, 2, 7, 1, 5)]
    public void Batches_of_matrices_that_broadcast(int a, int b, int n, int k, int m) => Check(
        [Input("x", a, 1, n, k), Input("y", b, k, m)],
        t => Shapes.Batches(t[0], t[1]), t => Shapes.BatchesFused(t[0], t[1]), t => Shapes.BatchesForward(t[0], t[1]),
        (dout, cache) => Shapes.BatchesBackward(dout, cache) is var (dx, dy) ? [dx, dy] : []);

    [Theory, InlineData(1, 1, 1, 1, 1), InlineData(2, 3, 1, 5, 4), InlineData(3, 2, 7, 1, 5)]
    public void One_matrix_for_all_batches(int a, int b, int n, int k, int m) => Check(
        [Input("x", a, b, n, k), Input("y", k, m)],
        t => Shapes.SharedMatrix(t[0], t[1]), t => Shapes.SharedMatrixFused(t[0], t[1]), t => Shapes.SharedMatrixForward(t[0], t[1]),
        (dout, cache) => Shapes.SharedMatrixBackward(dout, cache) is var (dx, dy) ? [dx, dy] : []);

    [Theory, InlineData(1, 1), InlineData(1, 5), InlineData(7, 1), InlineData(9, 4)]
    public void A_row_times_a_matrix(int k, int m) => Check(
        [("x", Draw("x", -1, 1, k)), ("y", Draw("y", -1, 1, k, m))],
        t => Shapes.RowTimesMatrix(t[0], t[1]), t => Shapes.RowTimesMatrixFused(t[0], t[1]), t => Shapes.RowTimesMatrixForward(t[0], t[1]),
        (dout, cache) => Shapes.RowTimesMatrixBackward(dout, cache) is var (dx, dy) ? [dx, dy] : []);

    [Theory, InlineData(1, 1, 1), InlineData(3, 1, 5), InlineData(2, 7, 1), InlineData(2, 5, 4)]
    public void Matrices_times_a_column(int a, int n, int k) => Check(
        [Input("x", a, n, k), Input("y", k)],
        t => Shapes.MatrixTimesColumn(t[0], t[1]), t => Shapes.MatrixTimesColumnFused(t[0], t[1]), t => Shapes.MatrixTimesColumnForward(t[0], t[1]),
        (dout, cache) => Shapes.MatrixTimesColumnBackward(dout, cache) is var (dx, dy) ? [dx, dy] : []);

    [Theory, InlineData(1, 1, 1), InlineData(3, 1, 5), InlineData(2, 7, 1), InlineData(2, 5, 4)]
    public void A_row_times_batches_of_matrices(int a, int k, int m) => Check(
        [Input("x", k), Input("y", a, k, m)],
        t => Shapes.RowTimesBatches(t[0], t[1]), t => Shapes.RowTimesBatchesFused(t[0], t[1]), t => Shapes.RowTimesBatchesForward(t[0], t[1]),
        (dout, cache) => Shapes.RowTimesBatchesBackward(dout, cache) is var (dx, dy) ? [dx, dy] : []);

    [Theory, InlineData(1), InlineData(9)]
    public void A_row_times_a_column(int k) => Check(
        [Input("x", k), Input("y", k)],
        t => Shapes.RowTimesColumn(t[0], t[1]), t => Shapes.RowTimesColumnFused(t[0], t[1]), t => Shapes.RowTimesColumnForward(t[0], t[1]),
        (dout, cache) => Shapes.RowTimesColumnBackward(dout, cache) is var (dx, dy) ? [dx, dy] : []);

    [Theory, InlineData(1, 1, 1), InlineData(1, 5, 3), InlineData(4, 3, 7)]
    public void Sums_read_through_a_permutation(int n, int h, int c) => Check(
        [Input("x", n, h, c), Input("w", c, n)],
        t => Shapes.SumOfPermuted(t[0], t[1]), t => Shapes.SumOfPermutedFused(t[0], t[1]), t => Shapes.SumOfPermutedForward(t[0], t[1]),
        (dout, cache) => Shapes.SumOfPermutedBackward(dout, cache) is var (dx, dw) ? [dx, dw] : []);

    [Theory, InlineData(1, 1, 1, 1), InlineData(1, 3, 5, 2), InlineData(4, 2, 3, 7)]
    public void Products_read_through_a_permutation(int length, int h, int e, int m) => Check(
        [Input("x", length, h, e), Input("w", h, m, e)],
        t => Shapes.ProductOfPermuted(t[0], t[1]), t => Shapes.ProductOfPermutedFused(t[0], t[1]), t => Shapes.ProductOfPermutedForward(t[0], t[1]),
        (dout, cache) => Shapes.ProductOfPermutedBackward(dout, cache) is var (dx, dw) ? [dx, dw] : []);
}
