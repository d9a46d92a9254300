using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Layers;

/// <summary>Layers over a matrix whose reductions run along rows, along columns, or both.</summary>
public static partial class Matrices
{
    [Differentiable]
    public static Tensor<double> RmsNorm([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> gamma, double eps)
    {
        var meanSquare = x.Square().Mean(axis: 1, keepDims: true);
        return x * (meanSquare + eps).ReciprocalSqrt() * gamma;
    }

    [Differentiable]
    public static Tensor<double> Standardize([Shape("N, D")] Tensor<double> x, double eps)
    {
        var deviation = x - x.Mean(axis: 0);
        return deviation / (deviation.Square().Mean(axis: 0) + eps).Sqrt();
    }

    [Differentiable]
    public static Tensor<double> SoftmaxOfRows([Shape("N, D")] Tensor<double> x)
    {
        var exp = x.Exp();
        return exp / exp.Sum(axis: 1, keepDims: true);
    }

    /// <summary>The elements of w do not lie along a row: the passes that read them take one lane after the other.</summary>
    [Differentiable]
    public static Tensor<double> SoftmaxOfRowsTimesTransposed([Shape("N, D")] Tensor<double> x, [Shape("D, N")] Tensor<double> w) => x.Softmax(axis: 1) * w.Transpose();

    [Differentiable]
    public static Tensor<double> SoftmaxOfColumns([Shape("N, D")] Tensor<double> x)
    {
        var exp = x.Exp();
        return exp / exp.Sum(axis: 0);
    }

    [return: Shape("N")]
    [Differentiable]
    public static Tensor<double> LogSumExpOfRows([Shape("N, D")] Tensor<double> x) => x.Exp().Sum(axis: 1).Log();

    [Differentiable]
    public static Tensor<double> LogSumExpOfColumns([Shape("N, D")] Tensor<double> x) => x.Exp().Sum(axis: 0).Log();

    [Differentiable]
    public static Tensor<double> LogSoftmaxOfRows([Shape("N, D")] Tensor<double> x) => x - x.Exp().Sum(axis: 1, keepDims: true).Log();

    [Differentiable]
    public static Tensor<double> UnitRows([Shape("N, D")] Tensor<double> x) => x / x.Square().Sum(axis: 1, keepDims: true).Sqrt();

    [Differentiable]
    public static Tensor<double> UnitColumns([Shape("N, D")] Tensor<double> x) => x / x.Square().Sum(axis: 0).Sqrt();

    [Differentiable]
    public static Tensor<double> UnitMatrix([Shape("N, D")] Tensor<double> x) => x / x.Square().Sum(axes: [0, 1], keepDims: true).Sqrt();

    /// <summary>The row mean is subtracted, the column's standard deviation divided by, then the norm of everything.</summary>
    [Differentiable]
    public static Tensor<double> RowsThenColumnsThenAll([Shape("N, D")] Tensor<double> x, double eps)
    {
        var centered = x - x.Mean(axis: 1, keepDims: true);
        var scaled = centered / (centered.Square().Mean(axis: 0) + eps).Sqrt();
        return scaled / (scaled.Square().Sum(axes: [0, 1], keepDims: true) + eps).Sqrt();
    }

    [Differentiable]
    public static Tensor<double> DoublyCentered([Shape("N, D")] Tensor<double> x) =>
        x - x.Mean(axis: 1, keepDims: true) - x.Mean(axis: 0) + x.Mean(axes: [0, 1], keepDims: true);

    /// <summary>Not linear in the means, so that nothing cancels.</summary>
    [Differentiable]
    public static Tensor<double> RowsTimesColumns([Shape("N, D")] Tensor<double> x)
    {
        var ofRows = x.Mean(axis: 1, keepDims: true).Tanh();
        var ofColumns = x.Square().Mean(axis: 0).Exp();
        return x * ofRows * ofColumns;
    }

    /// <summary>Batch norm, ReLU, then layer norm, in one body.</summary>
    [Differentiable]
    public static Tensor<double> BatchThenLayer([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> gamma, [Shape("D")] Tensor<double> beta, double eps)
    {
        var dev = x - x.Mean(axis: 0);
        var batch = dev / (dev.Square().Mean(axis: 0) + eps).Sqrt() * gamma + beta;
        var active = batch.Tanh();
        var rowDev = active - active.Mean(axis: 1, keepDims: true);
        return rowDev / (rowDev.Square().Mean(axis: 1, keepDims: true) + eps).Sqrt();
    }

    /// <summary>A softmax over rows that weighs them, and what is left scaled by the largest part of variance.</summary>
    [Differentiable]
    public static Tensor<double> SoftmaxOfNormalized([Shape("N, D")] Tensor<double> x, double eps)
    {
        var dev = x - x.Mean(axis: 1, keepDims: true);
        var norm = dev / (dev.Square().Mean(axis: 1, keepDims: true) + eps).Sqrt();
        var exp = norm.Exp();
        return exp / exp.Sum(axis: 1, keepDims: true);
    }

    [Differentiable]
    public static Tensor<double> SoftmaxTwice([Shape("N, D")] Tensor<double> x)
    {
        var rows = x.Exp() / x.Exp().Sum(axis: 1, keepDims: true);
        return rows.Exp() / rows.Exp().Sum(axis: 0);
    }

    /// <summary>Weighted mean of rows by a softmax of one column of scores.</summary>
    [return: Shape("D")]
    [Differentiable]
    public static Tensor<double> Pooled([Shape("N, D")] Tensor<double> x, [Shape("N, 1")] Tensor<double> scores)
    {
        var weights = scores.Exp() / scores.Exp().Sum(axis: 0);
        return (weights * x).Sum(axis: 0);
    }
}
