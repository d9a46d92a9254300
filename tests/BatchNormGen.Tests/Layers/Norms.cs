using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Layers;

/// <summary>The layers of the design, stage by stage, in float.</summary>
public static partial class Norms
{
    /// <summary>Batch normalization over the batch axis (Ioffe and Szegedy, 2015).</summary>
    [Differentiable]
    public static partial Tensor<float> BatchNorm(
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

    /// <summary>Batch normalization of images, by channel.</summary>
    [Differentiable]
    public static partial Tensor<float> ImageNorm(
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

    /// <summary>Layer normalization of rows (Ba, Kiros and Hinton, 2016).</summary>
    [Differentiable]
    public static partial Tensor<float> LayerNorm(
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

    /// <summary>Layer normalization of a batch of sequences.</summary>
    [Differentiable]
    public static partial Tensor<float> SequenceNorm(
        [Shape("B, T, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta, float eps)
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
