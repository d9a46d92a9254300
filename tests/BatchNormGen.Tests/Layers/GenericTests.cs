using System.Numerics.Tensors;
using BatchNormGen.Tests.Vectors;
using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Layers;

/// <summary>One text for float and double.</summary>
public class GenericTests
{
    public static TheoryData<int, int> Shapes => new() { { 2, 2 }, { 3, 4 }, { 7, 19 }, { 130, 17 } };

    [Theory, MemberData(nameof(Shapes))]
    public void In_double_it_is_the_layer_and_its_gradient(int n, int d)
    {
        Check(
            [Input("x", n, d), Input("gamma", d), Input("beta", d)],
            t => Generics.BatchNorm(t[0], t[1], t[2], 1e-3), t => Generics.BatchNormFused(t[0], t[1], t[2], 1e-3), t => Generics.BatchNormForward(t[0], t[1], t[2], 1e-3),
            (dout, cache) => Generics.BatchNormBackward(dout, cache) is var (dx, dgamma, dbeta) ? [dx, dgamma, dbeta] : []);
        Check(
            [Input("x", n, d), Input("w", d, 5)],
            t => Generics.Dense(t[0], t[1]), t => Generics.DenseFused(t[0], t[1]), t => Generics.DenseForward(t[0], t[1]),
            (dout, cache) => Generics.DenseBackward(dout, cache) is var (dx, dw) ? [dx, dw] : []);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void A_loss_in_double(bool mean)
    {
        var labels = Tensor.Create([2, 0, 1, 1], [4]);
        CheckLoss(
            [Input("x", 4, 3), Input("w", 1)],
            t => Generics.Loss(t[0], labels, t[1][0], mean), t => Generics.LossFused(t[0], labels, t[1][0], mean), t => Generics.LossForward(t[0], labels, t[1][0], mean),
            (dout, cache) => Generics.LossBackward(dout, cache) is var (dx, dw) ? [dx, Scalar(dw)] : []);
        var x = Draw("x", -2, 2, 4, 3);
        var (value, dx, dw) = Generics.LossValueAndGradients(x, labels, 0.5, mean);
        Assert.Equal((value, dw), (Generics.LossForward(x, labels, 0.5, mean).output, Generics.LossBackward(Generics.LossForward(x, labels, 0.5, mean).cache).dw));
        Assert.Equal([4, 3], dx.Lengths);
    }

    /// <summary>In float it does what the same layer over float does, bit for bit.</summary>
    [Theory, MemberData(nameof(Shapes))]
    public void In_float_it_is_the_layer_over_float(int n, int d)
    {
        var (x, gamma, beta, dout) = (Single(Draw("x", -2, 2, n, d)), Single(Draw("gamma", -2, 2, d)), Single(Draw("beta", -2, 2, d)), Single(Draw("dout", -2, 2, n, d)));
        var (output, cache) = Generics.BatchNormForward(x, gamma, beta, 1e-3f);
        var expected = Norms.BatchNormForward(x, gamma, beta, 1e-3f);
        TensorAssert.Close("output", Doubles(expected.output), Doubles(output), 1e-6);
        var (dx, dgamma, dbeta) = Generics.BatchNormBackward(dout, cache);
        var gradients = Norms.BatchNormBackward(dout, expected.cache);
        TensorAssert.Close("dx", Doubles(gradients.dx), Doubles(dx), 1e-5);
        TensorAssert.Close("dgamma", Doubles(gradients.dgamma), Doubles(dgamma), 1e-6);
        Assert.Equal(gradients.dbeta, dbeta.AsEnumerable());
    }

    [Fact]
    public void Over_spans_it_fills_memory_and_adds_to_it()
    {
        var (x, gamma, beta, dout) = (Single(Draw("x", -2, 2, 6, 5)), Single(Draw("gamma", -2, 2, 5)), Single(Draw("beta", -2, 2, 5)), Single(Draw("dout", -2, 2, 6, 5)));
        var (output, dx) = (Tensor.CreateFromShape<float>([6, 5]), Tensor.CreateFromShape<float>([6, 5]));
        var cache = new Generics.BatchNormCache<float>();
        Generics.BatchNormForward(x, gamma, beta, 1e-3f, output, cache);
        Generics.BatchNormBackward(dout, x, gamma, default, cache, dx, default, default);
        Generics.BatchNormBackward(dout, x, gamma, default, cache, dx, default, default, accumulate: true);
        var expected = Generics.BatchNormBackward(dout, Generics.BatchNormForward(x, gamma, beta, 1e-3f).cache).dx;
        foreach (var (own, sum) in expected.Zip(dx)) Assert.Equal(2 * own, sum, 1e-5f);
    }

    [Fact]
    public void Nothing_else_than_float_and_double_is_taken()
    {
        var x = Tensor.CreateFromShape<Half>([2, 3]);
        var w = Tensor.CreateFromShape<Half>([3, 4]);
        var output = Tensor.CreateFromShape<Half>([2, 4]);
        foreach (var call in new Action[] { () => Generics.DenseForward(x, w), () => Generics.DenseFused(x, w), () => Generics.DenseForward(x, w, output, new Generics.DenseCache<Half>()) })
            Assert.Equal("Dense is computed in float or double, not in System.Half.", Assert.Throws<NotSupportedException>(call).Message);
        Assert.Throws<InvalidOperationException>(() => Generics.DenseBackward(output, new Generics.DenseCache<Half>()));
    }

    private static Tensor<float> Single(Tensor<double> tensor) => Tensor.Create([.. tensor.Select(element => (float)element)], tensor.Lengths);

    private static Tensor<double> Doubles(Tensor<float> tensor) => Tensor.Create([.. tensor.Select(element => (double)element)], tensor.Lengths);
}
