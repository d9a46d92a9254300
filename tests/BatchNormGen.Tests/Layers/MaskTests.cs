using System.Numerics.Tensors;
using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Layers;

public class MaskTests
{
    public static TheoryData<int, int> Shapes => new() { { 1, 1 }, { 1, 9 }, { 7, 19 }, { 33, 17 } };

    private static Tensor<bool> Truth(int seed, params nint[] lengths)
    {
        var random = new Random(seed);
        return Tensor.Create([.. Enumerable.Range(0, (int)lengths.Aggregate((nint)1, (a, b) => a * b)).Select(_ => random.Next(2) == 0)], lengths);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Truth_values_along_the_lanes_and_across_them(int n, int d)
    {
        var (keep, rows, columns) = (Truth(1, n, d), Truth(2, n, 1), Truth(3, d));
        Check([Input("x", n, d)],
            t => Masks.Masked(t[0], keep, rows, columns, -2), t => Masks.MaskedFused(t[0], keep, rows, columns, -2), t => Masks.MaskedForward(t[0], keep, rows, columns, -2),
            (dout, cache) => [Masks.MaskedBackward(dout, cache)]);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Truth_values_in_the_staged_form(int n, int d)
    {
        var keep = Truth(1, n, d);
        Check([Input("x", n, d)],
            t => Masks.MaskedStaged(t[0], keep), t => Masks.MaskedStagedForward(t[0], keep).output, t => Masks.MaskedStagedForward(t[0], keep),
            (dout, cache) => [Masks.MaskedStagedBackward(dout, cache)]);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Truth_values_of_a_generic_layer(int n, int d)
    {
        var keep = Truth(1, n, d);
        Check([Input("x", n, d)],
            t => Masks.MaskedOf(t[0], keep), t => Masks.MaskedOfFused(t[0], keep), t => Masks.MaskedOfForward(t[0], keep),
            (dout, cache) => [Masks.MaskedOfBackward(dout, cache)]);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void The_smallest_of_values_that_are_computed_again(int n, int d) => Check([Input("v", n, d)],
        t => Extrema.MinOfLogSoftmax(t[0]), t => Extrema.MinOfLogSoftmaxFused(t[0]), t => Extrema.MinOfLogSoftmaxForward(t[0]),
        (dout, cache) => [Extrema.MinOfLogSoftmaxBackward(dout, cache)]);

    [Theory, MemberData(nameof(Shapes))]
    public void A_stage_that_is_an_operand_and_is_saved(int n, int d)
    {
        var labels = Tensor.Create([.. Enumerable.Range(0, n * d).Select(i => i % 3)], [n, d]);
        Check([Input("x", n, 3, d)],
            t => Extrema.Operand(t[0], labels), t => Extrema.OperandFused(t[0], labels), t => Extrema.OperandForward(t[0], labels),
            (dout, cache) => [Extrema.OperandBackward(dout, cache)]);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void The_largest_and_the_smallest_of_one_value(int n, int d) => CheckLoss([Input("x", n, d)],
        t => Extrema.Spread(t[0]), t => Extrema.SpreadFused(t[0]), t => Extrema.SpreadForward(t[0]),
        (dout, cache) => [Extrema.SpreadBackward(dout, cache)]);
}
