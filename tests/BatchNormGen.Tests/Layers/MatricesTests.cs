using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Layers;

public class MatricesTests
{
    private const double Eps = 1e-3;

    public static TheoryData<int, int> Shapes => new() { { 1, 1 }, { 1, 9 }, { 6, 1 }, { 2, 2 }, { 3, 4 }, { 7, 19 }, { 18, 5 }, { 33, 17 } };

    /// <summary>Where a single row or column leaves nothing but the sign.</summary>
    public static TheoryData<int, int> ShapesOfSeveral => new() { { 2, 2 }, { 3, 4 }, { 7, 19 }, { 18, 5 }, { 33, 17 } };

    [Theory, MemberData(nameof(Shapes))]
    public void Root_mean_square_normalization(int n, int d) => Check(
        [Input("x", n, d), Input("gamma", d)],
        t => Matrices.RmsNorm(t[0], t[1], Eps), t => Matrices.RmsNormFused(t[0], t[1], Eps), t => Matrices.RmsNormForward(t[0], t[1], Eps),
        (dout, cache) => Matrices.RmsNormBackward(dout, cache) is var (dx, dgamma) ? [dx, dgamma] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Standardization_without_an_affine_part(int n, int d) => Check(
        [Input("x", n, d)],
        t => Matrices.Standardize(t[0], Eps), t => Matrices.StandardizeFused(t[0], Eps), t => Matrices.StandardizeForward(t[0], Eps),
        (dout, cache) => [Matrices.StandardizeBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void Softmax_of_rows(int n, int d) => Check(
        [Input("x", n, d)],
        t => Matrices.SoftmaxOfRows(t[0]), t => Matrices.SoftmaxOfRowsFused(t[0]), t => Matrices.SoftmaxOfRowsForward(t[0]),
        (dout, cache) => [Matrices.SoftmaxOfRowsBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void Softmax_of_rows_times_a_transposed_matrix(int n, int d) => Check(
        [Input("x", n, d), Input("w", d, n)],
        t => Matrices.SoftmaxOfRowsTimesTransposed(t[0], t[1]), t => Matrices.SoftmaxOfRowsTimesTransposedFused(t[0], t[1]), t => Matrices.SoftmaxOfRowsTimesTransposedForward(t[0], t[1]),
        (dout, cache) => Matrices.SoftmaxOfRowsTimesTransposedBackward(dout, cache) is var (dx, dw) ? [dx, dw] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Softmax_of_columns(int n, int d) => Check(
        [Input("x", n, d)],
        t => Matrices.SoftmaxOfColumns(t[0]), t => Matrices.SoftmaxOfColumnsFused(t[0]), t => Matrices.SoftmaxOfColumnsForward(t[0]),
        (dout, cache) => [Matrices.SoftmaxOfColumnsBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void Logarithm_of_the_sum_of_exponentials_of_rows(int n, int d) => Check(
        [Input("x", n, d)],
        t => Matrices.LogSumExpOfRows(t[0]), t => Matrices.LogSumExpOfRowsFused(t[0]), t => Matrices.LogSumExpOfRowsForward(t[0]),
        (dout, cache) => [Matrices.LogSumExpOfRowsBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void Logarithm_of_the_sum_of_exponentials_of_columns(int n, int d) => Check(
        [Input("x", n, d)],
        t => Matrices.LogSumExpOfColumns(t[0]), t => Matrices.LogSumExpOfColumnsFused(t[0]), t => Matrices.LogSumExpOfColumnsForward(t[0]),
        (dout, cache) => [Matrices.LogSumExpOfColumnsBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void Logarithm_of_the_softmax_of_rows(int n, int d) => Check(
        [Input("x", n, d)],
        t => Matrices.LogSoftmaxOfRows(t[0]), t => Matrices.LogSoftmaxOfRowsFused(t[0]), t => Matrices.LogSoftmaxOfRowsForward(t[0]),
        (dout, cache) => [Matrices.LogSoftmaxOfRowsBackward(dout, cache)]);

    [Theory, MemberData(nameof(ShapesOfSeveral))]
    public void Rows_of_length_one(int n, int d) => Check(
        [Input("x", n, d)],
        t => Matrices.UnitRows(t[0]), t => Matrices.UnitRowsFused(t[0]), t => Matrices.UnitRowsForward(t[0]),
        (dout, cache) => [Matrices.UnitRowsBackward(dout, cache)]);

    [Theory, MemberData(nameof(ShapesOfSeveral))]
    public void Columns_of_length_one(int n, int d) => Check(
        [Input("x", n, d)],
        t => Matrices.UnitColumns(t[0]), t => Matrices.UnitColumnsFused(t[0]), t => Matrices.UnitColumnsForward(t[0]),
        (dout, cache) => [Matrices.UnitColumnsBackward(dout, cache)]);

    [Theory, MemberData(nameof(ShapesOfSeveral))]
    public void A_matrix_of_norm_one(int n, int d) => Check(
        [Input("x", n, d)],
        t => Matrices.UnitMatrix(t[0]), t => Matrices.UnitMatrixFused(t[0]), t => Matrices.UnitMatrixForward(t[0]),
        (dout, cache) => [Matrices.UnitMatrixBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void Rows_then_columns_then_all(int n, int d) => Check(
        [Input("x", n, d)],
        t => Matrices.RowsThenColumnsThenAll(t[0], 0.1), t => Matrices.RowsThenColumnsThenAllFused(t[0], 0.1), t => Matrices.RowsThenColumnsThenAllForward(t[0], 0.1),
        (dout, cache) => [Matrices.RowsThenColumnsThenAllBackward(dout, cache)]);

    [Theory, MemberData(nameof(ShapesOfSeveral))]
    public void Double_centering(int n, int d) => Check(
        [Input("x", n, d)],
        t => Matrices.DoublyCentered(t[0]), t => Matrices.DoublyCenteredFused(t[0]), t => Matrices.DoublyCenteredForward(t[0]),
        (dout, cache) => [Matrices.DoublyCenteredBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void Functions_of_row_means_times_functions_of_column_means(int n, int d) => Check(
        [Input("x", n, d)],
        t => Matrices.RowsTimesColumns(t[0]), t => Matrices.RowsTimesColumnsFused(t[0]), t => Matrices.RowsTimesColumnsForward(t[0]),
        (dout, cache) => [Matrices.RowsTimesColumnsBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void Batch_norm_then_layer_norm(int n, int d) => Check(
        [Input("x", n, d), Input("gamma", d), Input("beta", d)],
        t => Matrices.BatchThenLayer(t[0], t[1], t[2], 0.1), t => Matrices.BatchThenLayerFused(t[0], t[1], t[2], 0.1), t => Matrices.BatchThenLayerForward(t[0], t[1], t[2], 0.1),
        (dout, cache) => Matrices.BatchThenLayerBackward(dout, cache) is var (dx, dgamma, dbeta) ? [dx, dgamma, dbeta] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Softmax_of_normalized_rows(int n, int d) => Check(
        [Input("x", n, d)],
        t => Matrices.SoftmaxOfNormalized(t[0], 0.1), t => Matrices.SoftmaxOfNormalizedFused(t[0], 0.1), t => Matrices.SoftmaxOfNormalizedForward(t[0], 0.1),
        (dout, cache) => [Matrices.SoftmaxOfNormalizedBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void Softmax_of_rows_then_of_columns(int n, int d) => Check(
        [Input("x", n, d)],
        t => Matrices.SoftmaxTwice(t[0]), t => Matrices.SoftmaxTwiceFused(t[0]), t => Matrices.SoftmaxTwiceForward(t[0]),
        (dout, cache) => [Matrices.SoftmaxTwiceBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void Pooling_by_a_softmax_of_scores(int n, int d) => Check(
        [Input("x", n, d), Input("scores", n, 1)],
        t => Matrices.Pooled(t[0], t[1]), t => Matrices.PooledFused(t[0], t[1]), t => Matrices.PooledForward(t[0], t[1]),
        (dout, cache) => Matrices.PooledBackward(dout, cache) is var (dx, dscores) ? [dx, dscores] : []);
}
