using System.Numerics.Tensors;
using DigitsNet.Data;
using static DigitsNet.Network;

namespace DigitsNet;

/// <summary>The parameters of the <see cref="Network"/> for digits, and how they learn.</summary>
internal sealed class DigitReader(Random random)
{
    private const int Hidden = 100;
    private const float Momentum = 0.9f;

    private readonly Parameter
        weights1 = Weights(DigitSet.Pixels, Hidden, random), gamma1 = Filled(Hidden, 1f), beta1 = Filled(Hidden, 0f),
        weights2 = Weights(Hidden, Hidden, random), gamma2 = Filled(Hidden, 1f), beta2 = Filled(Hidden, 0f),
        weights3 = Weights(Hidden, DigitSet.Classes, random), bias3 = Filled(DigitSet.Classes, 0f);

    private readonly RunningAverage
        mean1 = new(Hidden, 0f), variance1 = new(Hidden, 1f),
        mean2 = new(Hidden, 0f), variance2 = new(Hidden, 1f);

    private readonly LossCache cache = new(); // reused from step to step, so that none allocates

    /// <summary>One step of gradient descent; gives the mean loss of the mini-batch before it.</summary>
    public float Train(ReadOnlyTensorSpan<float> images, ReadOnlyTensorSpan<int> labels, float rate)
    {
        LossForward(
            images, labels, weights1.Value, gamma1.Value, beta1.Value, weights2.Value, gamma2.Value, beta2.Value, weights3.Value, bias3.Value,
            out var loss, mean1.Latest, variance1.Latest, mean2.Latest, variance2.Latest, cache);
        LossBackward(
            1f, images, labels, weights1.Value, gamma1.Value, beta1.Value, weights2.Value, gamma2.Value, beta2.Value, weights3.Value, bias3.Value,
            cache, weights1.Gradient, gamma1.Gradient, beta1.Gradient, weights2.Gradient, gamma2.Gradient, beta2.Gradient,
            weights3.Gradient, bias3.Gradient);

        ReadOnlySpan<Parameter> parameters = [weights1, gamma1, beta1, weights2, gamma2, beta2, weights3, bias3];
        foreach (var parameter in parameters) parameter.Step(rate, Momentum);
        ReadOnlySpan<RunningAverage> averages = [mean1, variance1, mean2, variance2];
        foreach (var average in averages) average.Update();
        return loss;
    }

    /// <summary>A score for each image and digit; the highest is the answer.</summary>
    public Tensor<float> Predict(Tensor<float> images) => PredictFused(
        images, weights1.Value, gamma1.Value, beta1.Value, weights2.Value, gamma2.Value, beta2.Value, weights3.Value, bias3.Value,
        mean1.Value, variance1.Value, mean2.Value, variance2.Value);

    // With the variance 2 / inputs (He et al., 2015), which suits a ReLU that follows.
    private static Parameter Weights(int inputs, int outputs, Random random) =>
        new([inputs, outputs], () => MathF.Sqrt(2f / inputs) * random.NextNormal());

    private static Parameter Filled(int count, float value) => new([count], () => value);
}
