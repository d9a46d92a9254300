using System.Numerics.Tensors;

namespace DigitsNet.Network;

/// <summary>64 pixels, two hidden layers of 100 with batch normalization, and a score for each of the ten digits.</summary>
internal sealed class DigitNetwork(int batchSize, Random random)
{
    private const int Pixels = 64, Hidden = 100, Digits = 10;
    private const float Momentum = 0.9f;

    private readonly Layer[] layers =
    [
        new Affine(batchSize, Pixels, Hidden, random), new BatchNormLayer(batchSize, Hidden), new Relu(batchSize, Hidden),
        new Affine(batchSize, Hidden, Hidden, random), new BatchNormLayer(batchSize, Hidden), new Relu(batchSize, Hidden),
        new Affine(batchSize, Hidden, Digits, random),
    ];

    private readonly SoftmaxCrossEntropy lossFunction = new(batchSize, Digits);

    /// <summary>One step of gradient descent; gives the mean loss of the mini-batch before it.</summary>
    public float Train(Batch images, ReadOnlySpan<int> labels, float rate)
    {
        var (loss, gradient) = lossFunction.ValueAndGradient(Forward(images, training: true), labels);
        foreach (var layer in layers.Reverse()) gradient = layer.Backward(gradient);
        foreach (var parameter in layers.SelectMany(layer => layer.Parameters)) parameter.Step(rate, Momentum);
        return loss;
    }

    /// <summary>How many of the images get their highest score for the right digit.</summary>
    public int CountCorrect(Batch images, ReadOnlySpan<int> labels)
    {
        var scores = Forward(images, training: false);
        var correct = 0;
        for (var n = 0; n < images.Count; n++)
        {
            if (TensorPrimitives.IndexOfMax(scores[n]) == labels[n]) correct++;
        }

        return correct;
    }

    private Batch Forward(Batch images, bool training) =>
        layers.Aggregate(images, (values, layer) => layer.Forward(values, training));
}
