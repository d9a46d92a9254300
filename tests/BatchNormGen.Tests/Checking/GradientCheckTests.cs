using System.Numerics.Tensors;
using BatchNormGen.Tests.Vectors;

namespace BatchNormGen.Tests.Checking;

public class GradientCheckTests
{
    private static readonly Tensor<double> X = Tensor.Create([0.5, -1.25, 2, 0.75, -0.5, 1.5], [2, 3]);
    private static readonly Tensor<double> W = Tensor.Create([1.5, -0.25, 0.5, 2, -1, 0.75, 0.125, -1.5, 1, 0.25, 3, -2], [3, 4]);
    private static readonly GradientCheckOptions Precise = new() { Difference = CentralDifference.FivePoint, AbsoluteTolerance = 1e-10, RelativeTolerance = 1e-9 };

    public static TheoryData<GradientCheckOptions> BothDifferences => [new GradientCheckOptions(), Precise];

    [Theory, MemberData(nameof(BothDifferences))]
    public void Right_gradients_pass(GradientCheckOptions options)
    {
        GradientCheck.Run([("x", X)], t => Map(t[0], x => x * x), (t, dout) => [Map(t[0], dout, (x, d) => 2 * x * d)], options).ThrowIfFailed();
        GradientCheck.Run([("x", X)], t => Softmax(t[0]), (t, dout) => [SoftmaxBackward(t[0], dout)], options).ThrowIfFailed();
        GradientCheck.Run([("a", X), ("b", W)], t => MatMul(t[0], t[1]), MatMulBackward, options).ThrowIfFailed();
    }

    [Fact]
    public void Five_point_differences_of_a_smooth_layer_agree_to_nine_digits()
    {
        var reference = ReferenceVectors.Read("batch_norm", "nchw_3x5x4x7");
        var report = GradientCheck.Run(
            [("x", reference.Inputs["x"]), ("gamma", reference.Inputs["gamma"]), ("beta", reference.Inputs["beta"])],
            t => (PlainLayers.BatchNorm(t[0], t[1], t[2], 1e-5).Output(), PlainLayers.BatchNorm(t[0], t[1], t[2], 1e-5)),
            (dout, layer) => { var (dx, dgamma, dbeta) = layer.Backward(dout); return [dx, dgamma, dbeta]; },
            Precise);
        report.ThrowIfFailed();
        Assert.InRange(report.WorstError, double.Epsilon, 1e-9);
        Assert.Equal([420, 5, 5], report.Inputs.Select(input => input.Compared));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0.5)]
    [InlineData(0)]
    public void A_wrong_factor_fails_and_is_named(double factor)
    {
        var report = GradientCheck.Run([("a", X), ("b", W)], t => MatMul(t[0], t[1]), (t, dout) =>
        {
            var gradients = MatMulBackward(t, dout);
            return [gradients[0], Map(gradients[1], d => factor * d)];
        });
        Assert.False(report.Passed);
        Assert.Equal([true, false], report.Inputs.Select(input => input.Passed));
        Assert.Equal("b", report.Worst!.Input);
        Assert.Equal(factor, report.Inputs[1].Factor!.Value, 1e-6);
        Assert.Equal(Math.Abs(1 - factor), report.WorstError, 1e-6);
        Assert.Equal((12, 0), (report.Inputs[1].Wrong, report.Kinks));
    }

    [Fact]
    public void One_wrong_element_fails_and_is_named()
    {
        var report = GradientCheck.Run([("a", X), ("b", W)], t => MatMul(t[0], t[1]), (t, dout) =>
        {
            var gradients = MatMulBackward(t, dout);
            gradients[1][2, 1] += 0.125;
            return gradients;
        });
        var input = report.Inputs[1];
        Assert.Equal((1, 12, null), (input.Wrong, input.Compared, input.Factor));
        Assert.Equal(("b", 0.125), (report.Worst!.Input, Math.Round(report.Worst.Error, 6)));
        Assert.Equal<nint>([2, 1], report.Worst.Index);
    }

    [Fact]
    public void A_transposed_gradient_fails()
    {
        // A square, so that the shapes agree.
        var a = Tensor.Create([0.5, -1.25, 2, 0.75], [2, 2]);
        var report = GradientCheck.Run([("a", a), ("b", a)], t => MatMul(t[0], t[1]), (t, dout) =>
        {
            var gradients = MatMulBackward(t, dout);
            return [Tensor.Transpose(gradients[0]), gradients[1]];
        });
        Assert.Equal([false, true], report.Inputs.Select(input => input.Passed));
        Assert.Equal(2, report.Inputs[0].Wrong);
        Assert.Null(report.Inputs[0].Factor);
    }

    [Fact]
    public void A_gradient_that_only_the_sum_of_the_outputs_would_hide_fails()
    {
        // Each row of a softmax sums to 1, so zero is the gradient of the sum, and of nothing else.
        var report = GradientCheck.Run([("x", X)], t => Softmax(t[0]), (t, dout) => [Map(dout, d => 0)]);
        Assert.Equal(6, report.Inputs[0].Wrong);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void What_is_not_finite_fails_and_is_the_worst(double bad)
    {
        var report = GradientCheck.Run([("x", X)], t => Map(t[0], x => x * x), (t, dout) =>
        {
            var dx = Map(t[0], dout, (x, d) => 2 * x * d);
            dx[0, 0] += 1;
            dx[1, 0] = bad;
            return [dx];
        });
        Assert.Equal((2, 0), (report.Inputs[0].Wrong, report.Kinks));
        Assert.Equal<nint>([1, 0], report.Worst!.Index);
        Assert.False(double.IsFinite(report.WorstError));
    }

    [Fact]
    public void A_forward_that_leaves_its_domain_fails()
    {
        var report = GradientCheck.Run([("x", Tensor.Create([1.0, 0.0]))], t => Map(t[0], Math.Sqrt), (t, dout) => [Map(t[0], dout, (x, d) => d / (2 * Math.Sqrt(x)))]);
        Assert.Equal((1, 1), (report.Inputs[0].Wrong, report.Inputs[0].Compared - 1));
        Assert.Equal<nint>([1], report.Worst!.Index);
    }

    [Fact]
    public void A_loss_is_checked_with_an_incoming_gradient_that_is_not_one()
    {
        GradientCheck.Run([("x", X)], t => SumOfSquares(t[0]), (t, dout) => [Map(t[0], x => 2 * x * dout)]).ThrowIfFailed();
        GradientCheck.Run([("x", X)], t => (SumOfSquares(t[0]), t[0]), (dout, x) => [Map(x, v => 2 * v * dout)], Precise).ThrowIfFailed();

        var forgetful = GradientCheck.Run([("x", X)], t => SumOfSquares(t[0]), (t, dout) => [Map(t[0], x => 2 * x)]);
        Assert.Equal(6, forgetful.Inputs[0].Wrong);
        Assert.InRange(Math.Abs(forgetful.Inputs[0].Factor!.Value), 2.0 / 3, 2.0);
    }

    [Fact]
    public void A_scalar_parameter_is_a_tensor_of_one_element()
    {
        var positive = Map(X, Math.Abs);
        var p = Tensor.Create([1.5]);
        GradientCheck.Run(
            [("x", positive), ("p", p)],
            t => Map(t[0], x => Math.Pow(x, t[1][0])),
            (t, dout) =>
            [
                Map(t[0], dout, (x, d) => d * t[1][0] * Math.Pow(x, t[1][0] - 1)),
                Tensor.Create([Tensor.Sum<double>(Map(t[0], dout, (x, d) => d * Math.Pow(x, t[1][0]) * Math.Log(x)))]),
            ],
            Precise).ThrowIfFailed();
    }

    [Fact]
    public void Several_outputs_are_checked_at_once()
    {
        Func<Tensor<double>[], Tensor<double>[]> squareAndSum = t => [Map(t[0], x => x * x), Tensor.Create([Tensor.Sum<double>(t[0])])];
        GradientCheck.Run([("x", X)], squareAndSum, (t, d) => [Map(t[0], d[0], (x, dy) => 2 * x * dy + d[1][0])]).ThrowIfFailed();

        var withoutTheSum = GradientCheck.Run([("x", X)], squareAndSum, (t, d) => [Map(t[0], d[0], (x, dy) => 2 * x * dy)]);
        Assert.Equal(6, withoutTheSum.Inputs[0].Wrong);
    }

    [Fact]
    public void The_inputs_are_left_as_they_were_whatever_forward_and_backward_return_or_overwrite()
    {
        var x = Map(X, v => v);
        var identity = GradientCheck.Run([("x", x)], t => t[0], (t, dout) => [dout]);
        var inPlace = GradientCheck.Run([("x", x)], t => Map(t[0], v => v * v), (t, dout) =>
        {
            for (nint i = 0; i < 2; i++)
            {
                for (nint j = 0; j < 3; j++)
                    dout[i, j] *= 2 * t[0][i, j];
            }

            return [dout];
        });
        Assert.True(identity.Passed);
        Assert.True(inPlace.Passed);
        Assert.Equal(X, x.AsEnumerable());
    }

    [Fact]
    public void Views_are_read_in_their_own_order()
    {
        var weights = Tensor.Create([1.0, 2, 3, 4, 5, 6], [3, 2]);
        GradientCheck.Run([("x", Tensor.Transpose(X))], t => Map(t[0], weights, (x, w) => w * x * x), (t, dout) => [Map(Map(t[0], weights, (x, w) => 2 * w * x), dout, (g, d) => g * d)]).ThrowIfFailed();
    }

    [Fact]
    public void An_output_that_an_element_does_not_reach_adds_no_rounding()
    {
        // In a sum of outputs near 1e9 a change of 1e-6 would keep one digit.
        var report = GradientCheck.Run([("x", X)], t => [Map(t[0], x => x * x), Tensor.Create([1e9])], (t, d) => [Map(t[0], d[0], (x, dy) => 2 * x * dy)]);
        Assert.InRange(report.WorstError, double.Epsilon, 1e-8);
    }

    [Fact]
    public void A_step_that_is_rounded_is_taken_as_it_arrives()
    {
        // Doubles near 1e9 lie 1.2e-7 apart, so that a step of 1e-6 becomes one of 0.95e-6.
        var report = GradientCheck.Run([("x", Tensor.Create([1e9]))], t => Map(t[0], x => 4 * x), (t, dout) => [Map(dout, d => 4 * d)]);
        Assert.Equal(0, report.WorstError, 1e-12);
    }

    [Fact]
    public void An_empty_input_has_nothing_wrong()
    {
        var report = GradientCheck.Run([("x", Tensor.Create(new double[0], [0, 3]))], t => Map(t[0], x => x * x), (t, dout) => [dout]);
        Assert.True(report.Passed);
        Assert.Null(report.Worst);
        Assert.Equal(0, report.WorstError);
    }

    [Fact]
    public void The_seed_decides_the_incoming_gradients()
    {
        Assert.Equal(IncomingGradient(1), IncomingGradient(1));
        Assert.NotEqual(IncomingGradient(1), IncomingGradient(2));
        Assert.All(IncomingGradient(1), d => Assert.InRange(Math.Abs(d), 0.5, 1.5));

        static double[] IncomingGradient(int seed)
        {
            double[] seen = [];
            GradientCheck.Run([("x", X)], t => t[0], (t, dout) => { seen = TensorValues.Of(dout); return [dout]; }, new() { Seed = seed });
            return seen;
        }
    }

    [Fact]
    public void Misuse_is_explained()
    {
        Func<Tensor<double>[], Tensor<double>> forward = t => MatMul(t[0], t[1]);
        Assert.Contains("at least one input", Assert.Throws<ArgumentException>(() => GradientCheck.Run([], forward, MatMulBackward)).Message);
        Assert.Contains("1 gradients for 2 inputs (a, b)", Assert.Throws<ArgumentException>(() => GradientCheck.Run([("a", X), ("b", W)], forward, (t, dout) => [t[0]])).Message);
        Assert.Contains(
            "The gradient of b has the shape [2, 3] and b itself [3, 4]",
            Assert.Throws<ArgumentException>(() => GradientCheck.Run([("a", X), ("b", W)], forward, (t, dout) => [t[0], t[0]])).Message);
        Assert.Contains(
            "lost in the rounding of x[1] = 1E+20",
            Assert.Throws<ArgumentException>(() => GradientCheck.Run([("x", Tensor.Create([1, 1e20]))], t => t[0], (t, dout) => [dout])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientCheckOptions { Step = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientCheckOptions { AbsoluteTolerance = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientCheckOptions { RelativeTolerance = double.NaN });
    }

    private static double SumOfSquares(Tensor<double> x) => Tensor.Sum<double>(Map(x, v => v * v));

    private static Tensor<double> Map(Tensor<double> x, Func<double, double> f) => Tensor.Create([.. TensorValues.Of(x).Select(f)], x.Lengths);

    private static Tensor<double> Map(Tensor<double> x, Tensor<double> y, Func<double, double, double> f) =>
        Tensor.Create([.. TensorValues.Of(x).Zip(TensorValues.Of(y), f)], x.Lengths);

    private static Tensor<double> Softmax(Tensor<double> x)
    {
        var y = Map(x, Math.Exp);
        for (nint i = 0; i < x.Lengths[0]; i++)
        {
            double sum = 0;
            for (nint j = 0; j < x.Lengths[1]; j++)
                sum += y[i, j];
            for (nint j = 0; j < x.Lengths[1]; j++)
                y[i, j] /= sum;
        }

        return y;
    }

    private static Tensor<double> SoftmaxBackward(Tensor<double> x, Tensor<double> dout)
    {
        var y = Softmax(x);
        var dx = Map(y, dout, (p, d) => p * d);
        for (nint i = 0; i < x.Lengths[0]; i++)
        {
            double sum = 0;
            for (nint j = 0; j < x.Lengths[1]; j++)
                sum += dx[i, j];
            for (nint j = 0; j < x.Lengths[1]; j++)
                dx[i, j] -= y[i, j] * sum;
        }

        return dx;
    }

    private static Tensor<double> MatMul(Tensor<double> a, Tensor<double> b)
    {
        var product = Tensor.CreateFromShape<double>([a.Lengths[0], b.Lengths[1]]);
        for (nint i = 0; i < a.Lengths[0]; i++)
        {
            for (nint j = 0; j < b.Lengths[1]; j++)
            {
                for (nint k = 0; k < b.Lengths[0]; k++)
                    product[i, j] += a[i, k] * b[k, j];
            }
        }

        return product;
    }

    private static Tensor<double>[] MatMulBackward(Tensor<double>[] t, Tensor<double> dout) =>
        [MatMul(dout, Tensor.Transpose(t[1])), MatMul(Tensor.Transpose(t[0]), dout)];
}
