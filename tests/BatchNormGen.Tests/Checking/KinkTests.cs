using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Checking;

public class KinkTests
{
    private static readonly GradientCheckOptions FivePoint = new() { Difference = CentralDifference.FivePoint, AbsoluteTolerance = 1e-9, RelativeTolerance = 1e-7 };

    public static TheoryData<GradientCheckOptions> BothDifferences => [new GradientCheckOptions(), FivePoint];

    [Theory, MemberData(nameof(BothDifferences))]
    public void An_element_at_a_kink_is_left_out_and_counted(GradientCheckOptions options)
    {
        var report = CheckRelu([-1.5, 0, 0.5, -0.25, 0, 2], options);
        Assert.True(report.Passed, report.ToString());
        Assert.Equal((4, 2, 2), (report.Inputs[0].Compared, report.Inputs[0].Kinks, report.Kinks));
    }

    [Theory, MemberData(nameof(BothDifferences))]
    public void An_element_near_a_kink_never_fails(GradientCheckOptions options)
    {
        // Distances on either side, from far inside the smallest step to beyond the largest; among them the two thirds at
        // which the gap of the slopes alone would not show the kink.
        double[] x = [.. Enumerable.Range(0, 400).Select(i => 1e-8 * Math.Pow(1.04, i)), .. Enumerable.Range(1, 99).Select(i => 1e-8 * i)];
        var report = CheckRelu([.. x, .. x.Select(v => -v)], options);
        Assert.True(report.Passed, report.ToString());
        Assert.InRange(report.Kinks, 1, 499);
    }

    [Fact]
    public void An_element_beyond_the_close_look_is_compared_and_not_left_out()
    {
        // Within the five-point rule's stride of 2e-3, but not within a thousandth of it.
        var report = CheckRelu([1e-5, -1e-4, 1e-3, -1.9e-3], FivePoint);
        Assert.True(report.Passed, report.ToString());
        Assert.Equal((4, 0), (report.Inputs[0].Compared, report.Kinks));
    }

    [Theory, MemberData(nameof(BothDifferences))]
    public void A_wrong_gradient_is_not_taken_for_a_kink(GradientCheckOptions options)
    {
        // From gross errors down to a few tolerances, on functions with high derivatives of every order.
        foreach (double error in new[] { 10, 1, 0.1, 0.01, 3 * options.RelativeTolerance })
        {
            var report = GradientCheck.Run(
                [("x", Tensor.Create([0.25, -0.5, 1, 2]))],
                t => Map(t[0], x => Math.Sin(5 * x) + Math.Exp(2 * x)),
                (t, dout) => [Map(t[0], dout, (x, d) => d * (1 + error) * (5 * Math.Cos(5 * x) + 2 * Math.Exp(2 * x)))],
                options);
            Assert.Equal((4, 0), (report.Inputs[0].Wrong, report.Kinks));
        }
    }

    [Theory, MemberData(nameof(BothDifferences))]
    public void Rounding_is_not_taken_for_a_kink(GradientCheckOptions options)
    {
        var report = GradientCheck.Run(
            [("x", Tensor.Create([0.3, -0.7, 1.1, 2.9]))],
            t => Map(t[0], x => x * x * x),
            (t, dout) => [Map(t[0], dout, (x, d) => 3 * x * x * d)],
            options with { AbsoluteTolerance = 0, RelativeTolerance = 0 });
        Assert.Equal((4, 0), (report.Inputs[0].Wrong, report.Kinks));
    }

    [Fact]
    public void A_wrong_gradient_beside_kinks_still_fails()
    {
        var report = GradientCheck.Run(
            [("x", Tensor.Create([0.0, 1, -1]))],
            t => Map(t[0], x => Math.Max(x, 0)),
            (t, dout) => [Map(t[0], dout, (x, d) => x < 0 ? d : 0)]);
        Assert.Equal((2, 1), (report.Inputs[0].Wrong, report.Kinks));
    }

    [Fact]
    public void A_value_far_outside_the_slopes_of_a_kink_is_wrong_and_not_forgiven()
    {
        var report = GradientCheck.Run([("x", Tensor.Create([0.0, 1]))], t => Map(t[0], x => Math.Max(x, 0)), (t, dout) => [Map(t[0], dout, (x, d) => x == 0 ? 5 * d : d)]);
        Assert.Equal((1, 0), (report.Inputs[0].Wrong, report.Kinks));
    }

    [Fact]
    public void Equal_maxima_may_share_the_gradient()
    {
        var shared = GradientCheck.Run(
            [("x", Tensor.Create([1.0, 3, 3, 2]))],
            t => t[0].Max(),
            (t, dout) => [Tensor.Create([0, dout / 2, dout / 2, 0])]);
        var first = GradientCheck.Run(
            [("x", Tensor.Create([1.0, 3, 3, 2]))],
            t => t[0].Max(),
            (t, dout) => [Tensor.Create([0, dout, 0, 0])]);

        // Half of the gradient is what a central difference gives at a tie; all of it, or nothing, is a kink's other reading.
        Assert.Equal((true, 0), (shared.Passed, shared.Kinks));
        Assert.Equal((true, 2), (first.Passed, first.Kinks));
    }

    [Fact]
    public void A_jump_is_left_out_like_a_kink()
    {
        var report = GradientCheck.Run([("x", Tensor.Create([0.0, 1, -1]))], t => Map(t[0], x => x > 0 ? 1 : x), (t, dout) => [Map(t[0], dout, (x, d) => x > 0 ? 0 : d)]);
        Assert.Equal((true, 1), (report.Passed, report.Kinks));
    }

    [Fact]
    public void An_input_with_nothing_but_kinks_has_not_been_checked()
    {
        var report = CheckRelu([0, 0], new());
        Assert.False(report.Passed);
        Assert.Contains("x [2]: NOT CHECKED", report.ToString());
        Assert.Throws<GradientCheckException>(report.ThrowIfFailed);
    }

    private static GradientReport CheckRelu(double[] x, GradientCheckOptions options) =>
        GradientCheck.Run([("x", Tensor.Create(x))], t => Map(t[0], v => Math.Max(v, 0)), (t, dout) => [Map(t[0], dout, (v, d) => v > 0 ? d : 0)], options);

    private static Tensor<double> Map(Tensor<double> x, Func<double, double> f) => Tensor.Create([.. x.Select(f)]);

    private static Tensor<double> Map(Tensor<double> x, Tensor<double> y, Func<double, double, double> f) => Tensor.Create([.. x.Zip(y, f)]);
}
