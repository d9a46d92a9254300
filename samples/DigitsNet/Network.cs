using System.Numerics.Tensors;
using BatchNormGen;
using static DigitsNet.Layers;

namespace DigitsNet;

/// <summary>
/// Pixels P, two hidden layers H and K with batch normalization, and a score for each of the classes C. The affine maps before a
/// batch normalization have no bias: it would take it away again, and has one of its own in beta.
/// </summary>
public static partial class Network
{
    /// <summary>The mean loss over a mini-batch, and the statistics of the mini-batch that <see cref="Predict"/> needs averages of.</summary>
    [Differentiable]
    public static partial (float loss, Tensor<float> mean1, Tensor<float> variance1, Tensor<float> mean2, Tensor<float> variance2) Loss(
        [Shape("N, P"), NoGradient] Tensor<float> images, [Shape("N")] Tensor<int> labels,
        [Shape("P, H")] Tensor<float> weights1, [Shape("H")] Tensor<float> gamma1, [Shape("H")] Tensor<float> beta1,
        [Shape("H, K")] Tensor<float> weights2, [Shape("K")] Tensor<float> gamma2, [Shape("K")] Tensor<float> beta2,
        [Shape("K, C")] Tensor<float> weights3, [Shape("C")] Tensor<float> bias3)
    {
        var (hidden1, mean1, variance1) = BatchNorm(images.MatMul(weights1), gamma1, beta1);
        var (hidden2, mean2, variance2) = BatchNorm(hidden1.Relu().MatMul(weights2), gamma2, beta2);
        var scores = Affine(hidden2.Relu(), weights3, bias3);
        var loss = CrossEntropy(scores, labels);
        return (loss, mean1.StopGradient(), variance1.StopGradient(), mean2.StopGradient(), variance2.StopGradient());
    }

    /// <summary>The scores of the classes: the running statistics stand for those of a mini-batch, so that examples do not depend on each other.</summary>
    [Differentiable]
    public static partial Tensor<float> Predict(
        [Shape("N, P")] Tensor<float> images,
        [Shape("P, H")] Tensor<float> weights1, [Shape("H")] Tensor<float> gamma1, [Shape("H")] Tensor<float> beta1,
        [Shape("H, K")] Tensor<float> weights2, [Shape("K")] Tensor<float> gamma2, [Shape("K")] Tensor<float> beta2,
        [Shape("K, C")] Tensor<float> weights3, [Shape("C")] Tensor<float> bias3,
        [Shape("H")] Tensor<float> mean1, [Shape("H")] Tensor<float> variance1,
        [Shape("K")] Tensor<float> mean2, [Shape("K")] Tensor<float> variance2)
    {
        var hidden1 = Normalize(images.MatMul(weights1), mean1, variance1, gamma1, beta1).Relu();
        var hidden2 = Normalize(hidden1.MatMul(weights2), mean2, variance2, gamma2, beta2).Relu();
        return Affine(hidden2, weights3, bias3);
    }
}
