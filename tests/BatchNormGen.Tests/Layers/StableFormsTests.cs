using System.Numerics.Tensors;
using BatchNormGen.Tests.Vectors;

namespace BatchNormGen.Tests.Layers;

/// <summary>At the ends where a layer, as it is written, loses its digits: what is generated loses none.</summary>
public class StableFormsTests
{
    private delegate (Tensor<float> Output, Tensor<float> Dx) Run(Tensor<float> x, Tensor<float> dout);
    private delegate (Tensor<double> Output, Tensor<double> Dx) RunWell(Tensor<double> x, Tensor<double> dout);

    private const float Eps = 1e-12f;

    private static readonly Dictionary<string, (Run Generated, Run Staged, RunWell Well)> Layers = new()
    {
        ["Standardize"] = (
            (x, dout) => StableForms.StandardizeForward(x, Eps) is var (y, cache) ? (y, StableForms.StandardizeBackward(dout, cache)) : default,
            (x, dout) => StableForms.StandardizeStagedForward(x, Eps) is var (y, cache) ? (y, StableForms.StandardizeStagedBackward(dout, cache)) : default,
            (x, dout) => StableForms.StandardizeWellForward(x, Eps) is var (y, cache) ? (y, StableForms.StandardizeWellBackward(dout, cache)) : default),
        ["ScaleAndShift"] = (
            (x, dout) => StableForms.ScaleAndShiftForward(x, Eps) is var (y, cache) ? (y, StableForms.ScaleAndShiftBackward(dout, cache)) : default,
            (x, dout) => StableForms.ScaleAndShiftStagedForward(x, Eps) is var (y, cache) ? (y, StableForms.ScaleAndShiftStagedBackward(dout, cache)) : default,
            (x, dout) => StableForms.ScaleAndShiftWellForward(x, Eps) is var (y, cache) ? (y, StableForms.ScaleAndShiftWellBackward(dout, cache)) : default),
        ["LogOfSoftmax"] = (
            (x, dout) => StableForms.LogOfSoftmaxForward(x, 0) is var (y, cache) ? (y, StableForms.LogOfSoftmaxBackward(dout, cache)) : default,
            (x, dout) => StableForms.LogOfSoftmaxStagedForward(x, 0) is var (y, cache) ? (y, StableForms.LogOfSoftmaxStagedBackward(dout, cache)) : default,
            (x, dout) => StableForms.LogOfSoftmaxWellForward(x, 0) is var (y, cache) ? (y, StableForms.LogOfSoftmaxWellBackward(dout, cache)) : default),
        ["LogOfSum"] = (
            (x, dout) => StableForms.LogOfSumForward(x, 0) is var (y, cache) ? (y, StableForms.LogOfSumBackward(Rows(dout), cache)) : default,
            (x, dout) => StableForms.LogOfSumStagedForward(x, 0) is var (y, cache) ? (y, StableForms.LogOfSumStagedBackward(Rows(dout), cache)) : default,
            (x, dout) => StableForms.LogOfSumWellForward(x, 0) is var (y, cache) ? (y, StableForms.LogOfSumWellBackward(Rows(dout), cache)) : default),
        ["Shares"] = (
            (x, dout) => StableForms.SharesForward(x, 0) is var (y, cache) ? (y, StableForms.SharesBackward(dout, cache)) : default,
            (x, dout) => StableForms.SharesStagedForward(x, 0) is var (y, cache) ? (y, StableForms.SharesStagedBackward(dout, cache)) : default,
            (x, dout) => StableForms.SharesWellForward(x, 0) is var (y, cache) ? (y, StableForms.SharesWellBackward(dout, cache)) : default),
        ["LogOfOnePlusExp"] = (
            (x, dout) => StableForms.LogOfOnePlusExpForward(x, 0) is var (y, cache) ? (y, StableForms.LogOfOnePlusExpBackward(dout, cache)) : default,
            (x, dout) => StableForms.LogOfOnePlusExpStagedForward(x, 0) is var (y, cache) ? (y, StableForms.LogOfOnePlusExpStagedBackward(dout, cache)) : default,
            (x, dout) => StableForms.LogOfOnePlusExpWellForward(x, 0) is var (y, cache) ? (y, StableForms.LogOfOnePlusExpWellBackward(dout, cache)) : default),
        ["LogOfOnePlus"] = (
            (x, dout) => StableForms.LogOfOnePlusForward(x, 0) is var (y, cache) ? (y, StableForms.LogOfOnePlusBackward(dout, cache)) : default,
            (x, dout) => StableForms.LogOfOnePlusStagedForward(x, 0) is var (y, cache) ? (y, StableForms.LogOfOnePlusStagedBackward(dout, cache)) : default,
            (x, dout) => StableForms.LogOfOnePlusWellForward(x, 0) is var (y, cache) ? (y, StableForms.LogOfOnePlusWellBackward(dout, cache)) : default),
        ["ExpMinusOne"] = (
            (x, dout) => StableForms.ExpMinusOneForward(x, 0) is var (y, cache) ? (y, StableForms.ExpMinusOneBackward(dout, cache)) : default,
            (x, dout) => StableForms.ExpMinusOneStagedForward(x, 0) is var (y, cache) ? (y, StableForms.ExpMinusOneStagedBackward(dout, cache)) : default,
            (x, dout) => StableForms.ExpMinusOneWellForward(x, 0) is var (y, cache) ? (y, StableForms.ExpMinusOneWellBackward(dout, cache)) : default),
        ["RootOfSquare"] = (
            (x, dout) => StableForms.RootOfSquareForward(x, 0) is var (y, cache) ? (y, StableForms.RootOfSquareBackward(dout, cache)) : default,
            (x, dout) => StableForms.RootOfSquareStagedForward(x, 0) is var (y, cache) ? (y, StableForms.RootOfSquareStagedBackward(dout, cache)) : default,
            (x, dout) => StableForms.RootOfSquareWellForward(x, 0) is var (y, cache) ? (y, StableForms.RootOfSquareWellBackward(dout, cache)) : default),
        ["Logistic"] = (
            (x, dout) => StableForms.LogisticForward(x, 0) is var (y, cache) ? (y, StableForms.LogisticBackward(dout, cache)) : default,
            (x, dout) => StableForms.LogisticStagedForward(x, 0) is var (y, cache) ? (y, StableForms.LogisticStagedBackward(dout, cache)) : default,
            (x, dout) => StableForms.LogisticWellForward(x, 0) is var (y, cache) ? (y, StableForms.LogisticWellBackward(dout, cache)) : default),
        ["LogOfComplement"] = (
            (x, dout) => StableForms.LogOfComplementForward(x, 0) is var (y, cache) ? (y, StableForms.LogOfComplementBackward(dout, cache)) : default,
            (x, dout) => StableForms.LogOfComplementStagedForward(x, 0) is var (y, cache) ? (y, StableForms.LogOfComplementStagedBackward(dout, cache)) : default,
            (x, dout) => StableForms.LogOfComplementWellForward(x, 0) is var (y, cache) ? (y, StableForms.LogOfComplementWellBackward(dout, cache)) : default),
        ["Hyperbolic"] = (
            (x, dout) => StableForms.HyperbolicForward(x, 0) is var (y, cache) ? (y, StableForms.HyperbolicBackward(dout, cache)) : default,
            (x, dout) => StableForms.HyperbolicStagedForward(x, 0) is var (y, cache) ? (y, StableForms.HyperbolicStagedBackward(dout, cache)) : default,
            (x, dout) => StableForms.HyperbolicWellForward(x, 0) is var (y, cache) ? (y, StableForms.HyperbolicWellBackward(dout, cache)) : default),
        ["GaussianGate"] = (
            (x, dout) => StableForms.GaussianGateForward(x, 0) is var (y, cache) ? (y, StableForms.GaussianGateBackward(dout, cache)) : default,
            (x, dout) => StableForms.GaussianGateStagedForward(x, 0) is var (y, cache) ? (y, StableForms.GaussianGateStagedBackward(dout, cache)) : default,
            (x, dout) => StableForms.GaussianGateWellForward(x, 0) is var (y, cache) ? (y, StableForms.GaussianGateWellBackward(dout, cache)) : default),
    };

    /// <summary>The layer, the range of its inputs, and the relative errors that the output and the gradient may have, element by element.</summary>
    public static TheoryData<string, double, double, double, double> Ends => new()
    {
        { "Standardize", 0.5, 2, 1e-6, 5e-6 }, { "Standardize", 1e4, 1.7, 1e-6, 5e-6 }, { "Standardize", 1, 1e-4, 5e-6, 5e-6 },
        { "ScaleAndShift", 0.5, 2, 1e-6, 5e-6 }, { "ScaleAndShift", 1e4, 1.7, 1e-6, 5e-6 }, { "ScaleAndShift", 1, 1e-4, 5e-6, 5e-6 },
        { "LogOfSoftmax", 0, 1e4, 1e-6, 1e-6 }, { "LogOfSoftmax", -1e4, 5, 1e-6, 5e-6 }, { "LogOfSoftmax", 0, 2, 1e-6, 1e-6 },
        { "LogOfSum", 0, 1e4, 1e-6, 1e-6 }, { "LogOfSum", 1e4, 3, 1e-6, 5e-6 }, { "LogOfSum", -1e4, 3, 1e-6, 5e-6 },
        { "Shares", 100, 30, 5e-6, 5e-6 }, { "Shares", 1e4, 3, 5e-6, 5e-6 }, { "Shares", -300, 3, 5e-6, 5e-6 },
        { "LogOfOnePlusExp", 0, 200, 1e-6, 1e-6 }, { "LogOfOnePlusExp", -15, 2, 1e-6, 1e-6 },
        { "LogOfOnePlus", 0, 1e-6, 1e-6, 1e-6 }, { "LogOfOnePlus", 5, 4, 1e-6, 1e-6 },
        { "ExpMinusOne", 0, 1e-6, 1e-6, 1e-6 }, { "ExpMinusOne", 0, 5, 1e-6, 1e-6 },
        { "RootOfSquare", 0, 1e30, 1e-6, 1e-6 }, { "RootOfSquare", 0, 1e-30, 1e-6, 1e-6 },
        { "Logistic", 0, 80, 1e-5, 1e-5 }, { "Logistic", 100, 50, 1e-6, 1e-6 },
        { "LogOfComplement", 0, 80, 1e-5, 1e-5 }, { "LogOfComplement", 0, 1e3, 1e-6, 1e-6 },
        { "Hyperbolic", 0, 1e-4, 1e-6, 1e-6 }, { "Hyperbolic", 0, 3, 1e-6, 5e-6 }, { "Hyperbolic", 0, 200, 1e-6, 1e-6 },
        { "GaussianGate", -4, 2, 2e-6, 1e-5 }, { "GaussianGate", 0, 2, 2e-6, 1e-5 },
    };

    [Theory, MemberData(nameof(Ends))]
    public void Digits_that_the_stages_lose_are_kept(string name, double center, double spread, double output, double gradient)
    {
        var (generated, staged, well) = Layers[name];
        var (x, dout) = (Draw(center, spread, 1), Draw(0, 1, 2));
        var (expected, expectedDx) = well(InDouble(x), InDouble(dout));
        var (actual, actualDx) = generated(x, dout);
        var (stagedOutput, stagedDx) = staged(x, dout);
        AssertNoWorse("output", expected, actual, stagedOutput, output);
        AssertNoWorse("dx", expectedDx, actualDx, stagedDx, gradient);
    }

    /// <summary>Within the bound relative to the largest element, and no worse than the stages by more than a rounding.</summary>
    private static void AssertNoWorse(string what, Tensor<double> expected, Tensor<float> actual, Tensor<float> staged, double bound)
    {
        var wanted = TensorValues.Of(expected);
        var scale = wanted.Max(Math.Abs);
        var (error, stagedError) = (Error(actual), Error(staged));
        Assert.True(error <= bound * scale, $"{what}: error {error / scale:g3} of the largest element, of the stages {stagedError / scale:g3}");
        Assert.True(!(error > stagedError + 5e-7 * scale), $"{what}: error {error / scale:g3} of the largest element, more than the {stagedError / scale:g3} of the stages");

        double Error(Tensor<float> values) => wanted.Zip(TensorValues.Of(values), (a, b) => a == b ? 0 : double.IsFinite(b) ? Math.Abs(a - b) : double.PositiveInfinity).Max();
    }

    [Theory, InlineData(0, 1e4), InlineData(-1e4, 30), InlineData(0, 3)]
    public void A_loss_of_impossible_labels_is_finite(double center, double spread)
    {
        var (x, labels) = (Draw(center, spread, 3), Tensor.Create([.. Enumerable.Range(0, 40).Select(n => n * 5 % 17)], [40]));
        var (expected, expectedDx) = StableForms.LossWellValueAndGradients(InDouble(x), labels);
        var (value, dx) = StableForms.LossValueAndGradients(x, labels);
        Assert.InRange(value, expected - 1e-6 * Math.Abs(expected), expected + 1e-6 * Math.Abs(expected));
        TensorAssert.Close("dx", expectedDx, InDouble(dx), 1e-6);
    }

    private static Tensor<float> Draw(double center, double spread, int seed)
    {
        var random = new Random(seed);
        return Tensor.Create([.. Enumerable.Range(0, 40 * 17).Select(_ => (float)(center + spread * (2 * random.NextDouble() - 1)))], [40, 17]);
    }

    private static Tensor<float> Rows(Tensor<float> values) => values.Sum(axis: 1, keepDims: true);

    private static Tensor<double> Rows(Tensor<double> values) => values.Sum(axis: 1, keepDims: true);

    private static Tensor<double> InDouble(Tensor<float> values) => Tensor.Create([.. TensorValues.Of(values).Select(value => (double)value)], values.Lengths);
}
