using System.Numerics.Tensors;
using BatchNormGen;

namespace Quickstart;

/// <summary>Batch normalization, said once. Everything that this program shows has been generated from it.</summary>
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

    /// <summary>The same in double precision, for the comparison with numerical gradients.</summary>
    [Differentiable]
    public static partial Tensor<double> BatchNormDouble(
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

    /// <summary>The same with the backward that a student writes: the nine stages in reverse, one local gradient each.</summary>
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
}
