using System.Numerics.Tensors;
using BatchNormGen.Tests.Staging;
using BatchNormGen.Tests.Vectors;

namespace BatchNormGen.Tests.StagedForm;

public class StagedFormTests
{
    private static readonly GradientCheckOptions Precise = new() { Difference = CentralDifference.FivePoint, AbsoluteTolerance = 1e-9, RelativeTolerance = 1e-7 };

    private static readonly Tensor<double> X = Tensors.Random<double>(1, 5, 3);
    private static readonly Tensor<double> Y = Tensors.Random<double>(2, 5, 3);
    private static readonly Tensor<double> Square = Tensors.Random<double>(3, 4, 4);

    // Against the closed form, over the shapes that an edge would break.

    [Theory, InlineData(1, 4), InlineData(7, 1), InlineData(33, 17)]
    public void Batch_norm_equals_its_closed_form(int n, int d)
    {
        var (x, gamma, beta, dout) = Norm<double>([n, d], [d]);
        var (output, cache) = StagedNorms.BatchNormForward(x, gamma, beta, 1e-5);
        var (expected, closed) = ClosedNorms.BatchNormForward(x, gamma, beta, 1e-5);
        AssertSame(expected, output, 1e-12);
        AssertSame(ClosedNorms.BatchNormBackward(dout, closed), StagedNorms.BatchNormBackward(dout, cache), 1e-12);
        AssertSame(expected, StagedNorms.BatchNormFused(x, gamma, beta, 1e-5), 0);
    }

    [Theory, InlineData(1, 3, 2, 2), InlineData(3, 5, 4, 7)]
    public void Batch_norm_of_images_equals_its_closed_form(int n, int c, int h, int w)
    {
        var (x, gamma, beta, dout) = Norm<double>([n, c, h, w], [c, 1, 1]);
        var (output, cache) = StagedNorms.BatchNormNchwForward(x, gamma, beta, 1e-5);
        var (expected, closed) = ClosedNorms.BatchNormNchwForward(x, gamma, beta, 1e-5);
        AssertSame(expected, output, 1e-12);
        AssertSame(ClosedNorms.BatchNormNchwBackward(dout, closed), StagedNorms.BatchNormNchwBackward(dout, cache), 1e-12);
    }

    [Theory, InlineData(1, 4), InlineData(33, 17)]
    public void Layer_norm_equals_its_closed_form(int n, int d)
    {
        var (x, gamma, beta, dout) = Norm<double>([n, d], [d]);
        var (output, cache) = StagedNorms.LayerNormForward(x, gamma, beta, 1e-5);
        var (expected, closed) = ClosedNorms.LayerNormForward(x, gamma, beta, 1e-5);
        AssertSame(expected, output, 1e-12);
        AssertSame(ClosedNorms.LayerNormBackward(dout, closed), StagedNorms.LayerNormBackward(dout, cache), 1e-12);
    }

    [Fact]
    public void In_single_precision_both_forms_agree_to_single_precision()
    {
        var (x, gamma, beta, dout) = Norm<float>([33, 17], [17]);
        AssertSame(
            ClosedNorms.BatchNormSingleBackward(dout, ClosedNorms.BatchNormSingleForward(x, gamma, beta, 1e-5f).cache),
            StagedNorms.BatchNormSingleBackward(dout, StagedNorms.BatchNormSingleForward(x, gamma, beta, 1e-5f).cache), 3e-6);
        AssertSame(
            ClosedNorms.LayerNormSingleBackward(dout, ClosedNorms.LayerNormSingleForward(x, gamma, beta, 1e-5f).cache),
            StagedNorms.LayerNormSingleBackward(dout, StagedNorms.LayerNormSingleForward(x, gamma, beta, 1e-5f).cache), 3e-6);
        var (images, scale, shift, dimages) = Norm<float>([3, 5, 4, 7], [5, 1, 1]);
        AssertSame(
            ClosedNorms.BatchNormNchwSingleBackward(dimages, ClosedNorms.BatchNormNchwSingleForward(images, scale, shift, 1e-5f).cache),
            StagedNorms.BatchNormNchwSingleBackward(dimages, StagedNorms.BatchNormNchwSingleForward(images, scale, shift, 1e-5f).cache), 3e-6);
    }

    // Against numerical gradients; the forward against the body as the user wrote it.

    [Fact]
    public void Norms_pass_the_gradient_check()
    {
        var (x, gamma, beta, _) = Norm<double>([7, 3], [3]);
        Check([("x", x), ("gamma", gamma), ("beta", beta)], t => StagedNorms.BatchNormForward(t[0], t[1], t[2], 1e-5), (dout, cache) => List(StagedNorms.BatchNormBackward(dout, cache)));
        Check([("x", x), ("gamma", gamma), ("beta", beta)], t => StagedNorms.LayerNormForward(t[0], t[1], t[2], 1e-2), (dout, cache) => List(StagedNorms.LayerNormBackward(dout, cache)));
        (x, gamma, beta, _) = Norm<double>([2, 3, 2, 3], [3, 1, 1]);
        Check([("x", x), ("gamma", gamma), ("beta", beta)], t => StagedNorms.BatchNormNchwForward(t[0], t[1], t[2], 1e-5), (dout, cache) => List(StagedNorms.BatchNormNchwBackward(dout, cache)));
    }

    [Fact]
    public void Every_function_and_power_has_its_local_gradient()
    {
        AssertSame(StagedLayers.AllFunctions(X), StagedLayers.AllFunctionsForward(X).output, 1e-14);
        Check([("x", X)], t => StagedLayers.AllFunctionsForward(t[0]), (dout, cache) => [StagedLayers.AllFunctionsBackward(dout, cache)]);
    }

    [Fact]
    public void Scalars_and_extents_take_part_and_a_scalar_gets_its_gradient()
    {
        AssertSame(StagedLayers.Scalars(X, 1.5, 3, 0.25f), StagedLayers.ScalarsForward(X, 1.5, 3, 0.25f).output, 1e-14);
        Check([("x", X), ("scale", Tensor.Create([1.5]))], t => StagedLayers.ScalarsForward(t[0], t[1][0], 3, 0.25f), (dout, cache) =>
        {
            var (dx, dscale) = StagedLayers.ScalarsBackward(dout, cache);
            return [dx, Tensor.Create([dscale])];
        });
    }

    [Fact]
    public void A_loss_has_value_and_gradients()
    {
        var (value, dx, dweight) = StagedLayers.LossValueAndGradients(X, Y, 0.5);
        Assert.Equal(StagedLayers.Loss(X, Y, 0.5), value, 1e-12);
        GradientCheck.Run([("x", X), ("weight", Tensor.Create([0.5]))], t => StagedLayers.Loss(t[0], Y, t[1][0]), (t, dout) =>
        {
            var (dx, dweight) = StagedLayers.LossBackward(dout, StagedLayers.LossForward(t[0], Y, t[1][0]).cache);
            return [dx, Tensor.Create([dweight])];
        }, Precise).ThrowIfFailed();
        Assert.Equal(StagedLayers.LossBackward(1, StagedLayers.LossForward(X, Y, 0.5).cache).dweight, dweight);
        Assert.Equal(X.Lengths, dx.Lengths);
    }

    [Fact]
    public void Gradients_of_several_outputs_are_added() =>
        GradientCheck.Run([("x", X), ("w", Tensor.Create([0.5, -2, 1.25]))],
            t => { var (scaled, normed) = StagedLayers.TwoOutputs(t[0], t[1]); return [scaled, normed]; },
            (t, douts) => List(StagedLayers.TwoOutputsBackward(douts[0], douts[1], StagedLayers.TwoOutputsForward(t[0], t[1]).cache)), Precise).ThrowIfFailed();

    [Fact]
    public void Transposed_stages_and_inputs_hand_their_gradients_back_transposed()
    {
        var w = Tensor.Create([0.5, -2, 1.25, 1]);
        AssertSame(StagedLayers.Symmetrized(Square, w), StagedLayers.SymmetrizedForward(Square, w).output, 1e-14);
        Check([("x", Square), ("w", w)], t => StagedLayers.SymmetrizedForward(t[0], t[1]), (dout, cache) => List(StagedLayers.SymmetrizedBackward(dout, cache)));
        var column = Tensor.Create([0.5, -2, 1.25], [3, 1]);
        AssertSame(StagedLayers.OuterSum(X, column), StagedLayers.OuterSumForward(X, column).output, 1e-14);
        Check([("x", X), ("column", column)], t => StagedLayers.OuterSumForward(t[0], t[1]), (dout, cache) => List(StagedLayers.OuterSumBackward(dout, cache)));
    }

    [Fact]
    public void A_gradient_that_is_the_same_for_every_element_comes_out_at_the_full_shape()
    {
        Check([("x", X), ("unused", Y)], t => StagedLayers.TotalForward(t[0], t[1]), (dout, cache) => List(StagedLayers.TotalBackward(dout, cache)));
        Check([("x", X)], t => StagedLayers.ColumnsForward(t[0]), (dout, cache) => [StagedLayers.ColumnsBackward(dout, cache)]);
        Tensors.AssertClose([5, 3], Enumerable.Repeat(1.0 / 15, 15), StagedLayers.EverythingValueAndGradients(X).dx, 1e-15);
    }

    [Fact]
    public void Gradients_that_are_equal_do_not_share_memory()
    {
        var (da, db) = StagedLayers.AddedBackward(Y, StagedLayers.AddedForward(X, X).cache);
        AssertSame(Y, da, 0);
        AssertSame(Y, db, 0);
        da[0, 0] = 100;
        Assert.NotEqual(100, db[0, 0]);
        Assert.NotEqual(100, Y[0, 0]);
    }

    [Fact]
    public void A_double_scalar_of_a_float_layer_is_converted()
    {
        var x = Tensors.Random<float>(4, 5, 3);
        AssertSame(StagedLayers.Mixed(x, 1.5), StagedLayers.MixedForward(x, 1.5).output, 1e-6);
        var (dx, dp) = StagedLayers.MixedBackward(x, StagedLayers.MixedForward(x, 1.5).cache);
        AssertSame(x / 1.5f, dx, 1e-6);
        Assert.Equal(-x.Square().Sum() / 2.25f - x.Sum(), dp, 1e-3f);
    }

    [Fact]
    public void A_layer_in_a_private_type_and_a_sum_that_is_a_tensor_of_one_element() =>
        GradientCheck.Run([("x", Tensor.Create([0.5, -1, 0.25]))], t => StagedLayers.HiddenLayer(t[0]), (t, dout) => [StagedLayers.HiddenGradient(t[0], dout)], Precise).ThrowIfFailed();

    // Over spans.

    [Fact]
    public void The_span_overloads_compute_the_same_and_refill_the_cache()
    {
        var cache = new StagedNorms.BatchNormCache();
        foreach (var n in (int[])[7, 3])
        {
            var (x, gamma, beta, dout) = Norm<double>([n, 4], [4]);
            var (expected, filled) = StagedNorms.BatchNormForward(x, gamma, beta, 1e-5);
            var output = Tensor.CreateFromShape<double>([n, 4]);
            StagedNorms.BatchNormForward(x, gamma, beta, 1e-5, output, cache);
            AssertSame(expected, output, 0);

            var (dx, dgamma, dbeta) = StagedNorms.BatchNormBackward(dout, filled);
            var (xGradient, gammaGradient, betaGradient) = (Tensor.CreateFromShape<double>([n, 4]), Tensor.CreateFromShape<double>([4]), Tensor.CreateFromShape<double>([4]));
            StagedNorms.BatchNormBackward(dout, x, gamma, default, cache, xGradient, gammaGradient, betaGradient);
            AssertSame((dx, dgamma, dbeta), (xGradient, gammaGradient, betaGradient), 0);

            var only = Tensor.CreateFromShape<double>([4]);
            StagedNorms.BatchNormBackward(dout, default, default, default, cache, default, only, default);
            AssertSame(dgamma, only, 0);
            AssertSame((dx, dgamma, dbeta), StagedNorms.BatchNormBackward(dout, cache), 0);
            StagedNorms.BatchNormBackward(dout, x, gamma, beta, cache, dout, default, default);
            AssertSame(dx, dout, 0);
        }
    }

    [Fact]
    public void Arguments_are_checked_as_in_the_closed_form()
    {
        var (x, gamma, beta, dout) = Norm<double>([7, 4], [4]);
        var cache = StagedNorms.BatchNormForward(x, gamma, beta, 1e-5).cache;
        Assert.Contains("gamma: expected shape [D] = [4]", Assert.Throws<ArgumentException>(() => StagedNorms.BatchNormForward(x, Tensor.Create([1.0]), beta, 1e-5)).Message);
        Assert.Contains("dout: expected shape [N, D] = [7, 4]", Assert.Throws<ArgumentException>(() => StagedNorms.BatchNormBackward(Tensors.Random<double>(1, 4, 7), cache)).Message);
        Assert.Throws<ArgumentNullException>(() => StagedNorms.BatchNormForward(null!, gamma, beta, 1e-5));
        Assert.Throws<ArgumentException>(() => StagedNorms.BatchNormForward(x, gamma, beta, 1e-5, x, new()));
        Assert.Contains("call BatchNormForward first", Assert.Throws<InvalidOperationException>(() => StagedNorms.BatchNormBackward(dout, new StagedNorms.BatchNormCache())).Message);
        Assert.Throws<ArgumentException>(() => StagedNorms.BatchNormBackward(dout, x, gamma, beta, cache, default, gamma, gamma));
    }

    [Fact]
    public void The_derivation_ends_with_the_stages_and_says_what_the_cache_holds()
    {
        Assert.Contains("(9) dbeta[d] ← Σ_n dout[n,d]", StagedNorms.BatchNormDerivation, StringComparison.Ordinal);
        Assert.Contains("8 stages, 4·N·D + 4·D values", StagedNorms.BatchNormDerivation, StringComparison.Ordinal);
        Assert.DoesNotContain("closed form", StagedNorms.BatchNormDerivation, StringComparison.Ordinal);
    }

    private static (Tensor<T> X, Tensor<T> Gamma, Tensor<T> Beta, Tensor<T> Dout) Norm<T>(nint[] lengths, nint[] channels) where T : System.Numerics.INumber<T> =>
        (Tensors.Random<T>(11, lengths), Tensors.Random<T>(12, channels), Tensors.Random<T>(13, channels), Tensors.Random<T>(14, lengths));

    private static void Check<TCache>(
        (string Name, Tensor<double> Value)[] inputs, Func<Tensor<double>[], (Tensor<double>, TCache)> forward, Func<Tensor<double>, TCache, Tensor<double>[]> backward) =>
        GradientCheck.Run(inputs, forward, backward, Precise).ThrowIfFailed();

    private static Tensor<T>[] List<T>((Tensor<T>, Tensor<T>) gradients) => [gradients.Item1, gradients.Item2];

    private static Tensor<T>[] List<T>((Tensor<T>, Tensor<T>, Tensor<T>) gradients) => [gradients.Item1, gradients.Item2, gradients.Item3];

    private static void AssertSame<T>((Tensor<T>, Tensor<T>, Tensor<T>) expected, (Tensor<T>, Tensor<T>, Tensor<T>) actual, double tolerance) where T : System.Numerics.INumber<T>
    {
        foreach (var (a, b) in List(expected).Zip(List(actual))) AssertSame(a, b, tolerance);
    }

    /// <summary>Equal up to a share of the largest element, or of 1 where all are smaller: what is 0 in one form is noise in the other.</summary>
    private static void AssertSame<T>(Tensor<T> expected, Tensor<T> actual, double tolerance) where T : System.Numerics.INumber<T>
    {
        Assert.Equal(expected.Lengths, actual.Lengths);
        var (wanted, found) = (TensorValues.Of(expected).Select(double.CreateChecked).ToArray(), TensorValues.Of(actual).Select(double.CreateChecked).ToArray());
        var largest = wanted.Select(Math.Abs).Append(1).Max();
        Assert.All(wanted.Zip(found), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= tolerance * largest, FormattableString.Invariant($"{pair.Second:R} should be {pair.First:R}.")));
    }
}
