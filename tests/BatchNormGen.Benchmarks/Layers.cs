using System.Numerics.Tensors;

namespace BatchNormGen.Benchmarks;

/// <summary>The layers that are measured, each written once as a forward pass in stages.</summary>
public static partial class Layers
{
    /// <summary>Batch normalization over the batch axis (Ioffe and Szegedy, 2015).</summary>
    [Differentiable]
    public static partial Tensor<float> BatchNorm(
        [Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta, float eps)
    {
        var mean           = x.Mean(axis: 0);                    // (1) mini-batch mean
        var devFromMean    = x - mean;                           // (2) subtract it from every example
        var devFromMeanSq  = devFromMean.Square();               // (3)
        var variance       = devFromMeanSq.Mean(axis: 0);        // (4) mini-batch variance
        var stddev         = (variance + eps).Sqrt();            // (5)
        var invertedStddev = 1f / stddev;                        // (6)
        var xNorm          = devFromMean * invertedStddev;       // (7) normalize
        var scaledX        = gamma * xNorm;                      // (8) scale
        return scaledX + beta;                                   // (9) shift
    }

    /// <summary>Batch normalization as one layer of a network that is put together by hand.</summary>
    [Differentiable]
    public static partial (Tensor<float> output, Tensor<float> mean, Tensor<float> variance) BatchNormWithStatistics(
        [Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta)
    {
        var (output, mean, variance) = DigitsNet.Layers.BatchNorm(x, gamma, beta);
        return (output, mean.StopGradient(), variance.StopGradient());
    }

    /// <summary>The same nine stages with the naive backward, one local gradient a stage: what the fused form is measured against.</summary>
    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial Tensor<float> BatchNormStaged(
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

    /// <summary>Batch normalization of images, over everything but the channels.</summary>
    [Differentiable]
    public static partial Tensor<float> ImageBatchNorm(
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

    /// <summary>Layer normalization over the features of each example (Ba, Kiros and Hinton, 2016).</summary>
    [Differentiable]
    public static partial Tensor<float> LayerNorm(
        [Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta, float eps)
    {
        var mean           = x.Mean(axis: 1, keepDims: true);
        var devFromMean    = x - mean;
        var devFromMeanSq  = devFromMean.Square();
        var variance       = devFromMeanSq.Mean(axis: 1, keepDims: true);
        var stddev         = (variance + eps).Sqrt();
        var invertedStddev = 1f / stddev;
        var xNorm          = devFromMean * invertedStddev;
        var scaledX        = gamma * xNorm;
        return scaledX + beta;
    }
}
