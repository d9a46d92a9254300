using System.Numerics;
using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Layers;

/// <summary>
/// Layers as they should not be written, and next to each the layer that says it well, in double: what the generator makes
/// of the first is compared with the second.
/// </summary>
public static partial class StableForms
{
    private static Tensor<T> Standardized<T>(Tensor<T> x, T eps) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var mean = x.Mean(axis: 0);
        var variance = x.Square().Mean(axis: 0) - mean.Square();
        return (x - mean) / (variance + eps).Sqrt();
    }

    [Differentiable] public static Tensor<float> Standardize([Shape("N, D")] Tensor<float> x, float eps) => Standardized(x, eps);
    [Differentiable(Backward = BackwardForm.Staged)] public static Tensor<float> StandardizeStaged([Shape("N, D")] Tensor<float> x, float eps) => Standardized(x, eps);

    [Differentiable]
    public static Tensor<double> StandardizeWell([Shape("N, D")] Tensor<double> x, double eps)
    {
        var deviation = x - x.Mean(axis: 0);
        return deviation / (deviation.Square().Mean(axis: 0) + eps).Sqrt();
    }

    private static Tensor<T> ScaledAndShifted<T>(Tensor<T> x, T eps) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var mean = x.Mean(axis: 1, keepDims: true);
        var scale = (x.Variance(axis: 1, keepDims: true) + eps).ReciprocalSqrt();
        return x * scale - mean * scale;
    }

    [Differentiable] public static Tensor<float> ScaleAndShift([Shape("N, D")] Tensor<float> x, float eps) => ScaledAndShifted(x, eps);
    [Differentiable(Backward = BackwardForm.Staged)] public static Tensor<float> ScaleAndShiftStaged([Shape("N, D")] Tensor<float> x, float eps) => ScaledAndShifted(x, eps);

    [Differentiable]
    public static Tensor<double> ScaleAndShiftWell([Shape("N, D")] Tensor<double> x, double eps)
    {
        var deviation = x - x.Mean(axis: 1, keepDims: true);
        return deviation * (deviation.Square().Mean(axis: 1, keepDims: true) + eps).ReciprocalSqrt();
    }

    [Differentiable] public static Tensor<float> LogOfSoftmax([Shape("N, D")] Tensor<float> x, float eps) => x.Softmax(axis: 1).Log();
    [Differentiable(Backward = BackwardForm.Staged)] public static Tensor<float> LogOfSoftmaxStaged([Shape("N, D")] Tensor<float> x, float eps) => x.Softmax(axis: 1).Log();
    [Differentiable] public static Tensor<double> LogOfSoftmaxWell([Shape("N, D")] Tensor<double> x, double eps) => x.LogSoftmax(axis: 1);

    [Differentiable] public static Tensor<float> LogOfSum([Shape("N, D")] Tensor<float> x, float eps) => x.Exp().Sum(axis: 1, keepDims: true).Log();
    [Differentiable(Backward = BackwardForm.Staged)] public static Tensor<float> LogOfSumStaged([Shape("N, D")] Tensor<float> x, float eps) => x.Exp().Sum(axis: 1, keepDims: true).Log();
    [Differentiable] public static Tensor<double> LogOfSumWell([Shape("N, D")] Tensor<double> x, double eps) => x.LogSumExp(axis: 1, keepDims: true);

    [Differentiable] public static Tensor<float> Shares([Shape("N, D")] Tensor<float> x, float eps) => x.Exp() / x.Exp().Sum(axis: 1, keepDims: true);
    [Differentiable(Backward = BackwardForm.Staged)] public static Tensor<float> SharesStaged([Shape("N, D")] Tensor<float> x, float eps) => x.Exp() / x.Exp().Sum(axis: 1, keepDims: true);
    [Differentiable] public static Tensor<double> SharesWell([Shape("N, D")] Tensor<double> x, double eps) => x.Softmax(axis: 1);

    [Differentiable] public static Tensor<float> LogOfOnePlusExp([Shape("N, D")] Tensor<float> x, float eps) => (1 + x.Exp()).Log();
    [Differentiable(Backward = BackwardForm.Staged)] public static Tensor<float> LogOfOnePlusExpStaged([Shape("N, D")] Tensor<float> x, float eps) => (1 + x.Exp()).Log();
    [Differentiable] public static Tensor<double> LogOfOnePlusExpWell([Shape("N, D")] Tensor<double> x, double eps) => x.Softplus();

    [Differentiable] public static Tensor<float> LogOfOnePlus([Shape("N, D")] Tensor<float> x, float eps) => (1 + x).Log();
    [Differentiable(Backward = BackwardForm.Staged)] public static Tensor<float> LogOfOnePlusStaged([Shape("N, D")] Tensor<float> x, float eps) => (1 + x).Log();
    [Differentiable] public static Tensor<double> LogOfOnePlusWell([Shape("N, D")] Tensor<double> x, double eps) => x.LogP1();

    [Differentiable] public static Tensor<float> ExpMinusOne([Shape("N, D")] Tensor<float> x, float eps) => x.Exp() - 1;
    [Differentiable(Backward = BackwardForm.Staged)] public static Tensor<float> ExpMinusOneStaged([Shape("N, D")] Tensor<float> x, float eps) => x.Exp() - 1;
    [Differentiable] public static Tensor<double> ExpMinusOneWell([Shape("N, D")] Tensor<double> x, double eps) => x.ExpM1();

    [Differentiable] public static Tensor<float> RootOfSquare([Shape("N, D")] Tensor<float> x, float eps) => (x * x).Sqrt();
    [Differentiable(Backward = BackwardForm.Staged)] public static Tensor<float> RootOfSquareStaged([Shape("N, D")] Tensor<float> x, float eps) => (x * x).Sqrt();
    [Differentiable] public static Tensor<double> RootOfSquareWell([Shape("N, D")] Tensor<double> x, double eps) => x.Abs();

    [Differentiable] public static Tensor<float> Logistic([Shape("N, D")] Tensor<float> x, float eps) => x.Exp() / (1 + x.Exp());
    [Differentiable(Backward = BackwardForm.Staged)] public static Tensor<float> LogisticStaged([Shape("N, D")] Tensor<float> x, float eps) => x.Exp() / (1 + x.Exp());
    [Differentiable] public static Tensor<double> LogisticWell([Shape("N, D")] Tensor<double> x, double eps) => x.Sigmoid();

    [Differentiable] public static Tensor<float> LogOfComplement([Shape("N, D")] Tensor<float> x, float eps) => (1 - x.Sigmoid()).Log();
    [Differentiable(Backward = BackwardForm.Staged)] public static Tensor<float> LogOfComplementStaged([Shape("N, D")] Tensor<float> x, float eps) => (1 - x.Sigmoid()).Log();
    [Differentiable] public static Tensor<double> LogOfComplementWell([Shape("N, D")] Tensor<double> x, double eps) => -x.Softplus();

    [Differentiable] public static Tensor<float> Hyperbolic([Shape("N, D")] Tensor<float> x, float eps) => (x.Exp() - (-x).Exp()) / (x.Exp() + (-x).Exp());
    [Differentiable(Backward = BackwardForm.Staged)] public static Tensor<float> HyperbolicStaged([Shape("N, D")] Tensor<float> x, float eps) => (x.Exp() - (-x).Exp()) / (x.Exp() + (-x).Exp());
    [Differentiable] public static Tensor<double> HyperbolicWell([Shape("N, D")] Tensor<double> x, double eps) => x.Tanh();

    [Differentiable] public static Tensor<float> GaussianGate([Shape("N, D")] Tensor<float> x, float eps) => 0.5f * x * (1 + (x / MathF.Sqrt(2)).Erf());
    [Differentiable(Backward = BackwardForm.Staged)] public static Tensor<float> GaussianGateStaged([Shape("N, D")] Tensor<float> x, float eps) => 0.5f * x * (1 + (x / MathF.Sqrt(2)).Erf());
    [Differentiable] public static Tensor<double> GaussianGateWell([Shape("N, D")] Tensor<double> x, double eps) => x.Gelu();

    private static T NegativeLogLikelihood<T>(Tensor<T> x, Tensor<int> labels) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var e = (x - x.Max(axis: 1, keepDims: true)).Exp();
        var p = e / e.Sum(axis: 1, keepDims: true);
        return -p.Gather(labels, axis: 1).Log().Mean();
    }

    [Differentiable] public static float Loss([Shape("N, D")] Tensor<float> x, [Shape("N")] Tensor<int> labels) => NegativeLogLikelihood(x, labels);
    [Differentiable] public static double LossWell([Shape("N, D")] Tensor<double> x, [Shape("N")] Tensor<int> labels) => -x.LogSoftmax(axis: 1).Gather(labels, axis: 1).Mean();
}
