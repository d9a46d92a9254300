using System.Numerics.Tensors;
using BatchNormGen;

namespace DigitsNet;

/// <summary>What networks are made of: ordinary methods, which the compiler reads in place of their calls.</summary>
internal static class Layers
{
    private const float Epsilon = 1e-5f;

    public static Tensor<float> Affine(Tensor<float> x, Tensor<float> weights, Tensor<float> bias) => x.MatMul(weights) + bias;

    /// <summary>Batch normalization (Ioffe and Szegedy, 2015), with the mean and the variance of the mini-batch.</summary>
    public static (Tensor<float> output, Tensor<float> mean, Tensor<float> variance) BatchNorm(
        Tensor<float> x, Tensor<float> gamma, Tensor<float> beta)
    {
        var mean = x.Mean(axis: 0);
        var variance = x.Variance(axis: 0);
        return (Normalize(x, mean, variance, gamma, beta), mean, variance);
    }

    /// <summary>The same where mean and variance are given.</summary>
    public static Tensor<float> Normalize(
        Tensor<float> x, Tensor<float> mean, Tensor<float> variance, Tensor<float> gamma, Tensor<float> beta)
    {
        var xNorm = (x - mean) / (variance + Epsilon).Sqrt();
        return gamma * xNorm + beta;
    }

    /// <summary>The mean over the examples of −log softmax(scores)[label].</summary>
    public static float CrossEntropy(Tensor<float> scores, Tensor<int> labels) =>
        -scores.LogSoftmax(axis: 1).Gather(labels, axis: 1).Mean();
}
