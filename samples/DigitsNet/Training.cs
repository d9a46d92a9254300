using DigitsNet.Data;
using DigitsNet.Network;

namespace DigitsNet;

/// <summary>Where training stands after an epoch: the mean loss in it, and the share of the test digits that are read right.</summary>
internal readonly record struct Progress(int Epoch, float Loss, double TestAccuracy);

/// <summary>Trains a network in shuffled mini-batches.</summary>
internal sealed class Training(DigitSet train, DigitSet test, Random random)
{
    private const int BatchSize = 64;
    private const float HighestRate = 0.1f;

    private readonly DigitNetwork network = new(BatchSize, random);
    private readonly Batch images = new(BatchSize, 64);
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
        int[] order = [.. Enumerable.Range(0, train.Count)];
        random.Shuffle(order);

        var loss = 0f;
        foreach (var positions in order.Chunk(BatchSize))
        {
            train.Fill(images, labels, positions);
            loss += network.Train(images, labels, rate) * positions.Length;
        }

        return loss / train.Count;
    }

    private double TestAccuracy()
    {
        var correct = 0;
        foreach (var positions in Enumerable.Range(0, test.Count).Chunk(BatchSize))
        {
            test.Fill(images, labels, positions);
            correct += network.CountCorrect(images, labels);
        }

        return (double)correct / test.Count;
    }
}
