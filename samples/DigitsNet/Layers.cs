using System.Numerics.Tensors;
using BatchNormGen;

namespace DigitsNet;

/// <summary>The layers whose gradients the compiler derives; the rest of the network is in the folder Network.</summary>
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
}
