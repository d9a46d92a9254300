using System.Numerics.Tensors;
using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Layers;

/// <summary>Gradients that are added to what their memory holds.</summary>
public class AccumulateTests
{
    public static TheoryData<int, int> Shapes => new() { { 1, 1 }, { 1, 9 }, { 6, 1 }, { 3, 4 }, { 7, 19 }, { 130, 65 } };

    /// <summary>What was there, and the gradient; twice the gradient the second time.</summary>
    private static void AssertAdds<T>(Tensor<T>[] expected, Action<Tensor<T>[], bool> backward) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        Tensor<T>[] gradients = [.. expected.Select(gradient => Tensor.CreateFromShape<T>(gradient.Lengths))];
        foreach (var gradient in gradients) gradient.Fill(T.NaN);
        backward(gradients, false);
        foreach (var (own, other) in expected.Zip(gradients)) Assert.Equal(own, other.AsEnumerable());

        foreach (var gradient in gradients) gradient.Fill(T.CreateChecked(3));
        backward(gradients, true);
        backward(gradients, true);
        var tolerance = T.CreateChecked(typeof(T) == typeof(float) ? 1e-5 : 1e-13);
        foreach (var (own, sum) in expected.Zip(gradients))
            foreach (var (element, total) in own.Zip(sum))
                Assert.True(T.Abs(total - T.CreateChecked(3) - element - element) <= tolerance * (T.CreateChecked(3) + T.Abs(element)), $"3 + 2·{element} came out as {total}");
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Of_a_norm_over_columns(int n, int d)
    {
        var (x, gamma, beta, dout) = (Single("x", n, d), Single("gamma", d), Single("beta", d), Single("dout", n, d));
        var cache = Norms.BatchNormForward(x, gamma, beta, 1e-5f).cache;
        var (dx, dgamma, dbeta) = Norms.BatchNormBackward(dout, cache);
        AssertAdds([dx, dgamma, dbeta], (to, accumulate) => Norms.BatchNormBackward(dout, x, gamma, default, cache, to[0], to[1], to[2], accumulate));
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Of_a_norm_in_each_case(int n, int d)
    {
        var (x, gamma, dout) = (Draw("x", -2, 2, n, d), Draw("gamma", -2, 2, d), Draw("dout", -2, 2, n, d));
        foreach (var (rows, affine) in new[] { (false, false), (false, true), (true, false), (true, true) })
        {
            var cache = Cases.NormForward(x, gamma, rows, 1e-3, affine).cache;
            var (dx, dgamma) = Cases.NormBackward(dout, cache);
            AssertAdds([dx, dgamma], (to, accumulate) => Cases.NormBackward(dout, x, gamma, cache, to[0], to[1], accumulate));

            var staged = Cases.NormStagedForward(x, gamma, rows, 1e-3, affine).cache;
            (dx, dgamma) = Cases.NormStagedBackward(dout, staged);
            AssertAdds([dx, dgamma], (to, accumulate) => Cases.NormStagedBackward(dout, x, gamma, staged, to[0], to[1], accumulate));
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Of_products_of_matrices(int n, int d)
    {
        var (x, w, b, dout) = (Single("x", n, d), Single("w", d, 3), Single("b", 3), Single("dout", n, 3));
        var cache = Unwanted.DenseForward(x, w, b).cache;
        var (dx, dw, db) = Unwanted.DenseBackward(dout, cache);
        AssertAdds([dx, dw, db], (to, accumulate) => Unwanted.DenseBackward(dout, x, w, default, cache, to[0], to[1], to[2], accumulate));
    }

    [Fact]
    public void Of_a_loss_whose_scalar_gradient_is_overwritten()
    {
        var (x, weight) = (Draw("x", -2, 2, 4, 3), Draw("weight", -2, 2, 3));
        var cache = Losses.PenaltyForward(x, weight, 0.5).cache;
        var (dx, dweight, dstrength) = Losses.PenaltyBackward(cache);
        AssertAdds([dx, dweight], (to, accumulate) =>
        {
            var scalar = 100.0;
            Losses.PenaltyBackward(x, weight, cache, to[0], to[1], out scalar, accumulate);
            Assert.Equal(dstrength, scalar);
            Losses.PenaltyBackward(1, x, weight, cache, default, default, out scalar, accumulate);
            Assert.Equal(dstrength, scalar);
        });
    }

    [Fact]
    public void In_place_the_gradient_is_added_to_what_came_in()
    {
        // x and f(x) in one: dx = dout + f'(x)·dout, as of a residual connection.
        var (x, gamma, beta, dout) = (Single("x", 9, 5), Single("gamma", 5), Single("beta", 5), Single("dout", 9, 5));
        var cache = Norms.BatchNormForward(x, gamma, beta, 1e-5f).cache;
        var dx = Norms.BatchNormBackward(dout, cache).dx;
        var expected = dout.Zip(dx, (a, b) => a + b).ToArray();
        Norms.BatchNormBackward(dout, x, gamma, default, cache, dout, default, default, accumulate: true);
        foreach (var (own, sum) in expected.Zip(dout)) Assert.Equal(own, sum, 1e-5f);

        Assert.Contains("overlaps", Assert.Throws<ArgumentException>(() =>
            Norms.BatchNormBackward(dout, x, gamma, default, cache, dout, gamma, default, accumulate: true)).Message);
    }

    [Fact]
    public void Unwanted_gradients_stay_unwanted()
    {
        var (x, gamma, dout) = (Draw("x", -2, 2, 5, 3), Draw("gamma", -2, 2, 3), Draw("dout", -2, 2, 5, 3));
        var cache = Cases.NormForward(x, gamma, false, 1e-3).cache;
        var (dx, dgamma) = Cases.NormBackward(dout, cache);
        AssertAdds([dx], (to, accumulate) => Cases.NormBackward(dout, x, gamma, cache, to[0], default, accumulate));
        AssertAdds([dgamma], (to, accumulate) => Cases.NormBackward(dout, x, gamma, cache, default, to[0], accumulate));
    }

    private static Tensor<float> Single(string name, params nint[] lengths) => Tensor.Create([.. Draw(name, -2, 2, lengths).Select(element => (float)element)], lengths);
}
