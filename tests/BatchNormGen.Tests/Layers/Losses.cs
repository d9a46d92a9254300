using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Layers;

/// <summary>Layers whose result is a scalar.</summary>
public static partial class Losses
{
    [Differentiable]
    public static double MeanSquaredError([Shape("N, D")] Tensor<double> prediction, [Shape("N, D"), NoGradient] Tensor<double> target) => (prediction - target).Square().Mean();

    [Differentiable]
    public static double Both([Shape("N, D")] Tensor<double> a, [Shape("N, D")] Tensor<double> b) => (a * b).Sum() / (1.0 + a.Square().Sum());

    [Differentiable]
    public static double Penalty([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> weight, [Gradient] double strength) =>
        (x * weight).Tanh().Mean() + strength * weight.Square().Sum();

    /// <summary>The mean over rows of logsumexp less the score of the target, given as weights that sum to one.</summary>
    [Differentiable]
    public static double SoftCrossEntropy([Shape("N, C")] Tensor<double> logits, [Shape("N, C"), NoGradient] Tensor<double> target)
    {
        var logSoftmax = logits - logits.Exp().Sum(axis: 1, keepDims: true).Log();
        return -(target * logSoftmax).Sum(axis: 1).Mean();
    }
}
