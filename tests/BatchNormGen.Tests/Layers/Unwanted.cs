using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Layers;

/// <summary>Layers of which not every gradient is wanted.</summary>
public static partial class Unwanted
{
    [Differentiable]
    public static Tensor<float> Dense([Shape("N, I")] Tensor<float> x, [Shape("I, O")] Tensor<float> w, [Shape("O")] Tensor<float> b) => x.MatMul(w) + b;

    /// <summary>Two layers: the product for dx is needed for nothing else.</summary>
    [Differentiable]
    public static Tensor<float> Network([Shape("N, I")] Tensor<float> x, [Shape("I, H")] Tensor<float> w1, [Shape("H, O")] Tensor<float> w2) => x.MatMul(w1).Tanh().MatMul(w2);

    /// <summary>dgamma takes the exponentials from the pass over a row whose sum only dx needs.</summary>
    [Differentiable]
    public static Tensor<float> ScaledSoftmax([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma) => gamma * x.Softmax(axis: 1);

    [Differentiable]
    public static Tensor<float> LayerNorm([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta, float eps)
    {
        var deviation = x - x.Mean(axis: 1, keepDims: true);
        return gamma * (deviation * (deviation.Square().Mean(axis: 1, keepDims: true) + eps).ReciprocalSqrt()) + beta;
    }
}
