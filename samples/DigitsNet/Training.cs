using System.Numerics.Tensors;
using DigitsNet.Data;

namespace DigitsNet;

/// <summary>Where training stands after an epoch: the mean loss in it, and the share of the test digits that are read right.</summary>
internal readonly record struct Progress(int Epoch, float Loss, double TestAccuracy);

/// <summary>Trains a network in shuffled mini-batches.</summary>
internal sealed class Training(DigitSet train, DigitSet test, Random random)
{
    private const int BatchSize = 64;
    private const float HighestRate = 0.1f;

    private readonly DigitReader reader = new(random);
    private readonly int[] order = [.. Enumerable.Range(0, train.Count)];
    private readonly float[] images = new float[BatchSize * DigitSet.Pixels];
    private readonly int[] labels = new int[BatchSize];

    /// <summary>Trains as it is enumerated, epoch by epoch.</summary>
    public IEnumerable<Progress> Run(int epochs)
    {
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            // From the highest rate down to almost none, along half a cosine (Loshchilov and Hutter, 2017).
            var rate = HighestRate * (1f + MathF.Cos(MathF.PI * epoch / epochs)) / 2f;
            yield return new(epoch + 1, TrainEpoch(rate), TestAccuracy());
        }
    }

    private float TrainEpoch(float rate)
    {
        random.Shuffle(order);
        var loss = 0f;
        for (var start = 0; start < train.Count; start += BatchSize)
        {
            var count = Math.Min(BatchSize, train.Count - start);
            train.Copy(order.AsSpan(start, count), images, labels);
            loss += count * reader.Train(new(images, [count, DigitSet.Pixels]), new(labels, [count]), rate);
        }

        return loss / train.Count;
    }

    private double TestAccuracy()
    {
        var scores = reader.Predict(test.Images);
        var correct = 0;
        for (var n = 0; n < test.Count; n++)
        {
            if (TensorPrimitives.IndexOfMax(scores.GetSpan([n, 0], DigitSet.Classes)) == test.Labels[n]) correct++;
        }

        return (double)correct / test.Count;
    }
}
