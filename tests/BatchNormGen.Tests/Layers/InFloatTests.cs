using System.Numerics.Tensors;
using BatchNormGen.Tests.Vectors;
using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Layers;

/// <summary>The generated float against the generated double, which finite differences vouch for.</summary>
public class InFloatTests
{
    private const double Tolerance = 5e-6;

    public static TheoryData<int, int> Shapes => new() { { 1, 9 }, { 6, 1 }, { 3, 4 }, { 7, 19 }, { 33, 67 }, { 700, 150 } };

    private static void Same(Tensor<double>[] inputs, Func<Tensor<float>[], Tensor<float>[]> single, Func<Tensor<double>[], Tensor<double>[]> wide)
    {
        // The same numbers for both, as float holds them.
        var narrow = inputs.Select(TensorValues.Convert<double, float>).ToArray();
        var expected = wide([.. narrow.Select(TensorValues.Convert<float, double>)]);
        var actual = single(narrow);
        for (int i = 0; i < expected.Length; i++)
        {
            TensorAssert.Close($"result {i}", expected[i], actual[i], Tolerance);
        }
    }

    private static Tensor<float> One(float value) => Tensor.Create([value]);

    [Theory, MemberData(nameof(Shapes))]
    public void Root_mean_square_normalization(int n, int d) => Same(
        [Draw("x", -2, 2, n, d), Draw("gamma", -2, 2, d), Draw("dout", -1, 1, n, d)],
        t => InFloat.RmsNormForward(t[0], t[1], 0.125f) is var (y, cache) && InFloat.RmsNormBackward(t[2], cache) is var (dx, dgamma) ? [y, dx, dgamma] : [],
        t => Matrices.RmsNormForward(t[0], t[1], 0.125) is var (y, cache) && Matrices.RmsNormBackward(t[2], cache) is var (dx, dgamma) ? [y, dx, dgamma] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Softmax_of_rows(int n, int d) => Same(
        [Draw("x", -2, 2, n, d + 1), Draw("dout", -1, 1, n, d + 1)],
        t => InFloat.SoftmaxOfRowsForward(t[0]) is var (y, cache) ? [y, InFloat.SoftmaxOfRowsBackward(t[1], cache)] : [],
        t => Matrices.SoftmaxOfRowsForward(t[0]) is var (y, cache) ? [y, Matrices.SoftmaxOfRowsBackward(t[1], cache)] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Softmax_of_columns(int n, int d) => Same(
        [Draw("x", -2, 2, n + 1, d), Draw("dout", -1, 1, n + 1, d)],
        t => InFloat.SoftmaxOfColumnsForward(t[0]) is var (y, cache) ? [y, InFloat.SoftmaxOfColumnsBackward(t[1], cache)] : [],
        t => Matrices.SoftmaxOfColumnsForward(t[0]) is var (y, cache) ? [y, Matrices.SoftmaxOfColumnsBackward(t[1], cache)] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Rows_then_columns_then_all(int n, int d) => Same(
        [Draw("x", -2, 2, n + 1, d + 1), Draw("dout", -1, 1, n + 1, d + 1)],
        t => InFloat.RowsThenColumnsThenAllForward(t[0], 0.125f) is var (y, cache) ? [y, InFloat.RowsThenColumnsThenAllBackward(t[1], cache)] : [],
        t => Matrices.RowsThenColumnsThenAllForward(t[0], 0.125) is var (y, cache) ? [y, Matrices.RowsThenColumnsThenAllBackward(t[1], cache)] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Batch_norm_then_layer_norm(int n, int d) => Same(
        [Draw("x", -2, 2, n + 1, d + 1), Draw("gamma", -2, 2, d + 1), Draw("beta", -2, 2, d + 1), Draw("dout", -1, 1, n + 1, d + 1)],
        t => InFloat.BatchThenLayerForward(t[0], t[1], t[2], 0.125f) is var (y, cache) && InFloat.BatchThenLayerBackward(t[3], cache) is var (dx, dgamma, dbeta) ? [y, dx, dgamma, dbeta] : [],
        t => Matrices.BatchThenLayerForward(t[0], t[1], t[2], 0.125) is var (y, cache) && Matrices.BatchThenLayerBackward(t[3], cache) is var (dx, dgamma, dbeta) ? [y, dx, dgamma, dbeta] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Group_normalization(int n, int d) => Same(
        [Draw("x", -2, 2, 3, 2, n + 1, d), Draw("gamma", -2, 2, 2, n + 1, 1), Draw("beta", -2, 2, 2, n + 1, 1), Draw("dout", -1, 1, 3, 2, n + 1, d)],
        t => InFloat.GroupNormForward(t[0], t[1], t[2], 0.125f) is var (y, cache) && InFloat.GroupNormBackward(t[3], cache) is var (dx, dgamma, dbeta) ? [y, dx, dgamma, dbeta] : [],
        t => Sums.GroupNormForward(t[0], t[1], t[2], 0.125) is var (y, cache) && Sums.GroupNormBackward(t[3], cache) is var (dx, dgamma, dbeta) ? [y, dx, dgamma, dbeta] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void A_chain_of_functions(int n, int d) => Same(
        [Draw("x", -2, 2, n, d), Draw("dout", -1, 1, n, d)],
        t => InFloat.ChainForward(t[0]) is var (y, cache) ? [y, InFloat.ChainBackward(t[1], cache)] : [],
        t => Elementwise.ChainForward(t[0]) is var (y, cache) ? [y, Elementwise.ChainBackward(t[1], cache)] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Powers_and_roots(int n, int d) => Same(
        [Draw("positive", 0.5, 2, n, d), Draw("dout", -1, 1, n, d)],
        t => InFloat.PowersForward(t[0]) is var (y, cache) ? [y, InFloat.PowersBackward(t[1], cache)] : [],
        t => Elementwise.PowersForward(t[0]) is var (y, cache) ? [y, Elementwise.PowersBackward(t[1], cache)] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Scalars_that_have_a_gradient(int n, int d) => Same(
        [Draw("x", -2, 2, n, d), Draw("dout", 0, 1, n, d)],
        t => InFloat.ScaledForward(t[0], 1.5f, -0.5f) is var (y, cache) && InFloat.ScaledBackward(t[1], cache) is var (dx, dscale, dshift) ? [y, dx, One(dscale), One(dshift)] : [],
        t => Elementwise.ScaledForward(t[0], 1.5, -0.5) is var (y, cache) && Elementwise.ScaledBackward(t[1], cache) is var (dx, dscale, dshift) ? [y, dx, Scalar(dscale), Scalar(dshift)] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Inputs_that_lack_axes(int n, int d) => Same(
        [Draw("x", -2, 2, n, d), Draw("column", -2, 2, n, 1), Draw("row", -2, 2, 1, d), Draw("vector", -2, 2, d), Draw("one", -2, 2, 1), Draw("dout", -1, 1, n, d)],
        t => InFloat.BroadcastsForward(t[0], t[1], t[2], t[3], t[4]) is var (y, cache) && InFloat.BroadcastsBackward(t[5], cache) is var (dx, dcolumn, drow, dvector, done) ? [y, dx, dcolumn, drow, dvector, done] : [],
        t => Elementwise.BroadcastsForward(t[0], t[1], t[2], t[3], t[4]) is var (y, cache) && Elementwise.BroadcastsBackward(t[5], cache) is var (dx, dcolumn, drow, dvector, done) ? [y, dx, dcolumn, drow, dvector, done] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void Cross_entropy_with_soft_targets(int n, int d) => Same(
        [Draw("logits", -2, 2, n, d + 1), Draw("target", 0, 1, n, d + 1)],
        t => InFloat.SoftCrossEntropyValueAndGradients(t[0], t[1]) is var (value, dlogits) ? [One(value), dlogits] : [],
        t => Losses.SoftCrossEntropyValueAndGradients(t[0], t[1]) is var (value, dlogits) ? [Scalar(value), dlogits] : []);

    [Theory, MemberData(nameof(Shapes))]
    public void A_transposed_matrix(int n, int d) => Same(
        [Draw("x", -2, 2, n, d), Draw("v", -2, 2, n), Draw("dout", -1, 1, d, n)],
        t => InFloat.TransposedForward(t[0], t[1]) is var (y, cache) && InFloat.TransposedBackward(t[2], cache) is var (dx, dv) ? [y, dx, dv] : [],
        t => Elementwise.TransposedForward(t[0], t[1]) is var (y, cache) && Elementwise.TransposedBackward(t[2], cache) is var (dx, dv) ? [y, dx, dv] : []);
}
