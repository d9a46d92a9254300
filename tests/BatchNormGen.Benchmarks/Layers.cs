using System.Numerics;
using System.Numerics.Tensors;

namespace BatchNormGen.Benchmarks;

/// <summary>
/// The layers that are measured, each written once as a forward pass in stages: for float, which is timed, and for double, which is the truth.
/// </summary>
internal static partial class Layers
{
    /// <summary>Batch normalization over the batch axis (Ioffe and Szegedy, 2015).</summary>
    [Differentiable]
    public static Tensor<T> BatchNorm<T>([Shape("N, D")] Tensor<T> x, [Shape("D")] Tensor<T> gamma, [Shape("D")] Tensor<T> beta, T eps)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var mean           = x.Mean(axis: 0);                    // (1) mini-batch mean
        var devFromMean    = x - mean;                           // (2) subtract it from every example
        var devFromMeanSq  = devFromMean.Square();               // (3)
        var variance       = devFromMeanSq.Mean(axis: 0);        // (4) mini-batch variance
        var stddev         = (variance + eps).Sqrt();            // (5)
        var invertedStddev = T.One / stddev;                     // (6)
        var xNorm          = devFromMean * invertedStddev;       // (7) normalize
        var scaledX        = gamma * xNorm;                      // (8) scale
        return scaledX + beta;                                   // (9) shift
    }

    /// <summary>The same nine stages with the naive backward, one local gradient a stage: what the fused form is measured against.</summary>
    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<float> BatchNormStaged([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta, float eps) =>
        BatchNorm(x, gamma, beta, eps);

    /// <summary>Batch normalization of images, over everything but the channels.</summary>
    [Differentiable]
    public static Tensor<T> ImageBatchNorm<T>(
        [Shape("N, C, H, W")] Tensor<T> x, [Shape("C, 1, 1")] Tensor<T> gamma, [Shape("C, 1, 1")] Tensor<T> beta, T eps)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var mean           = x.Mean(axes: [0, 2, 3], keepDims: true);
        var devFromMean    = x - mean;
        var devFromMeanSq  = devFromMean.Square();
        var variance       = devFromMeanSq.Mean(axes: [0, 2, 3], keepDims: true);
        var stddev         = (variance + eps).Sqrt();
        var invertedStddev = T.One / stddev;
        var xNorm          = devFromMean * invertedStddev;
        var scaledX        = gamma * xNorm;
        return scaledX + beta;
    }

    /// <summary>Batch normalization and what usually follows it.</summary>
    [Differentiable]
    public static Tensor<T> BatchNormRelu<T>([Shape("N, D")] Tensor<T> x, [Shape("D")] Tensor<T> gamma, [Shape("D")] Tensor<T> beta, T eps)
        where T : unmanaged, IFloatingPointIeee754<T> => BatchNorm(x, gamma, beta, eps).Relu();

    /// <summary>The same of images.</summary>
    [Differentiable]
    public static Tensor<T> ImageBatchNormRelu<T>(
        [Shape("N, C, H, W")] Tensor<T> x, [Shape("C, 1, 1")] Tensor<T> gamma, [Shape("C, 1, 1")] Tensor<T> beta, T eps)
        where T : unmanaged, IFloatingPointIeee754<T> => ImageBatchNorm(x, gamma, beta, eps).Relu();

    /// <summary>Layer normalization over the features of each example (Ba, Kiros and Hinton, 2016).</summary>
    [Differentiable]
    public static Tensor<T> LayerNorm<T>([Shape("N, D")] Tensor<T> x, [Shape("D")] Tensor<T> gamma, [Shape("D")] Tensor<T> beta, T eps)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var mean           = x.Mean(axis: 1, keepDims: true);
        var devFromMean    = x - mean;
        var devFromMeanSq  = devFromMean.Square();
        var variance       = devFromMeanSq.Mean(axis: 1, keepDims: true);
        var stddev         = (variance + eps).Sqrt();
        var invertedStddev = T.One / stddev;
        var xNorm          = devFromMean * invertedStddev;
        var scaledX        = gamma * xNorm;
        return scaledX + beta;
    }

    /// <summary>Normalization by the root of the mean square alone (Zhang and Sennrich, 2019).</summary>
    [Differentiable]
    public static Tensor<T> RmsNorm<T>([Shape("N, D")] Tensor<T> x, [Shape("D")] Tensor<T> gamma, T eps)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var meanSq      = x.Square().Mean(axis: 1, keepDims: true);
        var invertedRms = T.One / (meanSq + eps).Sqrt();
        return x * invertedRms * gamma;
    }

    /// <summary>Normalization over groups of channels of each image (Wu and He, 2018).</summary>
    [Differentiable]
    public static Tensor<T> GroupNorm<T>(
        [Shape("N, C, H, W")] Tensor<T> x, [Shape("C, 1, 1")] Tensor<T> gamma, [Shape("C, 1, 1")] Tensor<T> beta, int groups, T eps)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var grouped        = x.Reshape([x.Lengths[0], groups, -1]);
        var mean           = grouped.Mean(axis: 2, keepDims: true);
        var devFromMean    = grouped - mean;
        var variance       = devFromMean.Square().Mean(axis: 2, keepDims: true);
        var invertedStddev = T.One / (variance + eps).Sqrt();
        var xNorm          = (devFromMean * invertedStddev).Reshape(x.Lengths);
        return gamma * xNorm + beta;
    }

    /// <summary>exp(x) as shares of its sum over the classes.</summary>
    [Differentiable]
    public static Tensor<T> Softmax<T>([Shape("N, C")] Tensor<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> => x.Softmax(axis: 1);

    /// <summary>The mean over the examples of −log softmax(x)[label].</summary>
    [Differentiable]
    public static T CrossEntropy<T>([Shape("N, C")] Tensor<T> x, [Shape("N")] Tensor<int> labels)
        where T : unmanaged, IFloatingPointIeee754<T> => -x.LogSoftmax(axis: 1).Gather(labels, axis: 1).Mean();

    /// <summary>x·Φ(x), by the error function (Hendrycks and Gimpel, 2016).</summary>
    [Differentiable]
    public static Tensor<T> Gelu<T>([Shape("N, D")] Tensor<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> => x.Gelu();

    /// <summary>Batch normalization as one layer of a network that is put together by hand.</summary>
    [Differentiable]
    public static partial (Tensor<float> output, Tensor<float> mean, Tensor<float> variance) BatchNormWithStatistics(
        [Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta)
    {
        var (output, mean, variance) = DigitsNet.Layers.BatchNorm(x, gamma, beta);
        return (output, mean.StopGradient(), variance.StopGradient());
    }
}
