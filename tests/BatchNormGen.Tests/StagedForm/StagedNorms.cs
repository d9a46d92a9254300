using System.Numerics.Tensors;

namespace BatchNormGen.Tests.StagedForm;

/// <summary>Normalizations in the staged form; <see cref="ClosedNorms"/> has the same bodies in the closed form.</summary>
public static partial class StagedNorms
{
    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial Tensor<double> BatchNorm(
        [Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> gamma, [Shape("D")] Tensor<double> beta, double eps)
    {
        var mean           = x.Mean(axis: 0);
        var devFromMean    = x - mean;
        var devFromMeanSq  = devFromMean.Square();
        var variance       = devFromMeanSq.Mean(axis: 0);
        var stddev         = (variance + eps).Sqrt();
        var invertedStddev = 1.0 / stddev;
        var xNorm          = devFromMean * invertedStddev;
        var scaledX        = gamma * xNorm;
        return scaledX + beta;
    }

    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial Tensor<double> BatchNormNchw(
        [Shape("N, C, H, W")] Tensor<double> x, [Shape("C, 1, 1")] Tensor<double> gamma, [Shape("C, 1, 1")] Tensor<double> beta, double eps)
    {
        var mean           = x.Mean(axes: [0, 2, 3], keepDims: true);
        var devFromMean    = x - mean;
        var devFromMeanSq  = devFromMean.Square();
        var variance       = devFromMeanSq.Mean(axes: [0, 2, 3], keepDims: true);
        var stddev         = (variance + eps).Sqrt();
        var invertedStddev = 1.0 / stddev;
        var xNorm          = devFromMean * invertedStddev;
        var scaledX        = gamma * xNorm;
        return scaledX + beta;
    }

    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial Tensor<double> LayerNorm(
        [Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> gamma, [Shape("D")] Tensor<double> beta, double eps)
    {
        var mean           = x.Mean(axis: -1, keepDims: true);
        var devFromMean    = x - mean;
        var devFromMeanSq  = devFromMean.Square();
        var variance       = devFromMeanSq.Mean(axis: -1, keepDims: true);
        var stddev         = (variance + eps).Sqrt();
        var invertedStddev = 1.0 / stddev;
        var xNorm          = devFromMean * invertedStddev;
        var scaledX        = gamma * xNorm;
        return scaledX + beta;
    }

    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial Tensor<float> BatchNormSingle(
        [Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta, float eps)
    {
        var mean           = x.Mean(axis: 0);
        var devFromMean    = x - mean;
        var devFromMeanSq  = devFromMean.Square();
        var variance       = devFromMeanSq.Mean(axis: 0);
        var stddev         = (variance + eps).Sqrt();
        var invertedStddev = 1f / stddev;
        var xNorm          = devFromMean * invertedStddev;
        var scaledX        = gamma * xNorm;
        return scaledX + beta;
    }

    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial Tensor<float> BatchNormNchwSingle(
        [Shape("N, C, H, W")] Tensor<float> x, [Shape("C, 1, 1")] Tensor<float> gamma, [Shape("C, 1, 1")] Tensor<float> beta, float eps)
    {
        var mean           = x.Mean(axes: [0, 2, 3], keepDims: true);
        var devFromMean    = x - mean;
        var devFromMeanSq  = devFromMean.Square();
        var variance       = devFromMeanSq.Mean(axes: [0, 2, 3], keepDims: true);
        var stddev         = (variance + eps).Sqrt();
        var invertedStddev = 1f / stddev;
        var xNorm          = devFromMean * invertedStddev;
        var scaledX        = gamma * xNorm;
        return scaledX + beta;
    }

    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial Tensor<float> LayerNormSingle(
        [Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta, float eps)
    {
        var mean           = x.Mean(axis: -1, keepDims: true);
        var devFromMean    = x - mean;
        var devFromMeanSq  = devFromMean.Square();
        var variance       = devFromMeanSq.Mean(axis: -1, keepDims: true);
        var stddev         = (variance + eps).Sqrt();
        var invertedStddev = 1f / stddev;
        var xNorm          = devFromMean * invertedStddev;
        var scaledX        = gamma * xNorm;
        return scaledX + beta;
    }
}
