namespace BatchNormGen.Benchmarks.Networks;

/// <summary>A mini-batch of random images and labels, and weights to begin with.</summary>
internal sealed class Workload
{
    private readonly Random random = new(1);

    public Workload(int count)
    {
        Count = count;
        Images = Draw(count * Contender.Pixels, scale: 1);
        Labels = [.. Enumerable.Range(0, count).Select(_ => random.Next(Contender.Classes))];
        Weights1 = Draw(Contender.Pixels * Contender.Hidden, scale: 0.2f);
        Weights2 = Draw(Contender.Hidden * Contender.Hidden, scale: 0.2f);
        Weights3 = Draw(Contender.Hidden * Contender.Classes, scale: 0.2f);
    }

    public int Count { get; }

    public float[] Images { get; }

    public int[] Labels { get; }

    public float[] Weights1 { get; }

    public float[] Weights2 { get; }

    public float[] Weights3 { get; }

    private float[] Draw(int count, float scale) => [.. Enumerable.Range(0, count).Select(_ => scale * (random.NextSingle() - 0.5f))];
}
