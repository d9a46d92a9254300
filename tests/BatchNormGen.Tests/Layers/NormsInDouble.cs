using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Layers;

/// <summary>The layers of the design, stage by stage, in double.</summary>
public static partial class NormsInDouble
{
    /// <summary>Batch normalization over the batch axis (Ioffe and Szegedy, 2015).</summary>
    [Differentiable]
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

    /// <summary>Batch normalization of images, by channel.</summary>
    [Differentiable]
    public static partial Tensor<double> ImageNorm(
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

    /// <summary>Layer normalization of rows (Ba, Kiros and Hinton, 2016).</summary>
    [Differentiable]
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

    /// <summary>Layer normalization of a batch of sequences.</summary>
    [Differentiable]
    public static partial Tensor<double> SequenceNorm(
        [Shape("B, T, D")] Tensor<double> x, [Shape("D")] Tensor<double> gamma, [Shape("D")] Tensor<double> beta, double eps)
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
}
