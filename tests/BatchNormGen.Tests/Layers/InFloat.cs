using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Layers;

/// <summary>Some of the layers of <see cref="Matrices"/>, <see cref="Sums"/>, <see cref="Elementwise"/> and <see cref="Losses"/> in float.</summary>
public static partial class InFloat
{
    [Differentiable]
    public static Tensor<float> RmsNorm([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, float eps)
    {
        var meanSquare = x.Square().Mean(axis: 1, keepDims: true);
        return x * (meanSquare + eps).ReciprocalSqrt() * gamma;
    }

    [Differentiable]
    public static Tensor<float> SoftmaxOfRows([Shape("N, D")] Tensor<float> x)
    {
        var exp = x.Exp();
        return exp / exp.Sum(axis: 1, keepDims: true);
    }

    [Differentiable]
    public static Tensor<float> SoftmaxOfColumns([Shape("N, D")] Tensor<float> x)
    {
        var exp = x.Exp();
        return exp / exp.Sum(axis: 0);
    }

    [Differentiable]
    public static Tensor<float> RowsThenColumnsThenAll([Shape("N, D")] Tensor<float> x, float eps)
    {
        var centered = x - x.Mean(axis: 1, keepDims: true);
        var scaled = centered / (centered.Square().Mean(axis: 0) + eps).Sqrt();
        return scaled / (scaled.Square().Sum(axes: [0, 1], keepDims: true) + eps).Sqrt();
    }

    [Differentiable]
    public static Tensor<float> BatchThenLayer([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta, float eps)
    {
        var dev = x - x.Mean(axis: 0);
        var batch = dev / (dev.Square().Mean(axis: 0) + eps).Sqrt() * gamma + beta;
        var active = batch.Tanh();
        var rowDev = active - active.Mean(axis: 1, keepDims: true);
        return rowDev / (rowDev.Square().Mean(axis: 1, keepDims: true) + eps).Sqrt();
    }

    [Differentiable]
    public static Tensor<float> GroupNorm([Shape("N, G, K, L")] Tensor<float> x, [Shape("G, K, 1")] Tensor<float> gamma, [Shape("G, K, 1")] Tensor<float> beta, float eps)
    {
        var dev = x - x.Mean(axes: [2, 3], keepDims: true);
        return dev / (dev.Square().Mean(axes: [2, 3], keepDims: true) + eps).Sqrt() * gamma + beta;
    }

    [Differentiable]
    public static Tensor<float> Chain([Shape("N, D")] Tensor<float> x) => ((x.Tanh() * 2f).Sigmoid() - 0.25f).Relu().Exp() + x.Sigmoid().Log();

    [Differentiable]
    public static Tensor<float> Powers([Shape("N, D")] Tensor<float> positive) =>
        positive.Pow(1.5f) + positive.Sqrt() - positive.Reciprocal() * positive.ReciprocalSqrt() + positive.Pow(-2) + positive.Pow(3) + positive.Pow(7) + positive.Log();

    [Differentiable]
    public static Tensor<float> Scaled([Shape("N, D")] Tensor<float> x, [Gradient] float scale, [Gradient] float shift) => scale * x.Tanh() + shift;

    [Differentiable]
    public static Tensor<float> Broadcasts(
        [Shape("N, D")] Tensor<float> x, [Shape("N, 1")] Tensor<float> column, [Shape("1, D")] Tensor<float> row, [Shape("D")] Tensor<float> vector, [Shape("1")] Tensor<float> one) =>
        (x + column) * (row - x) / (vector.Square() + 1f) + one * (2f - column) - row.Tanh() * one;

    [Differentiable]
    public static float SoftCrossEntropy([Shape("N, C")] Tensor<float> logits, [Shape("N, C"), NoGradient] Tensor<float> target)
    {
        var logSoftmax = logits - logits.Exp().Sum(axis: 1, keepDims: true).Log();
        return -(target * logSoftmax).Sum(axis: 1).Mean();
    }

    [return: Shape("D, N")]
    [Differentiable]
    public static Tensor<float> Transposed([Shape("N, D")] Tensor<float> x, [Shape("N")] Tensor<float> v) => x.Transpose() * v + x.Transpose().Square();
}
