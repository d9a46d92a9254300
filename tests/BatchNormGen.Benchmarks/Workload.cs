namespace BatchNormGen.Benchmarks;

/// <summary>Which normalization is measured.</summary>
public enum Normalization
{
    /// <summary>Statistics for each channel, over the batch and, for images, over the pixels.</summary>
    Batch,

    /// <summary>Statistics for each example, over its features.</summary>
    Layer,
}

/// <summary>
/// One problem for every contender: the normalization, the shape (N, D or N, C, H, W) and the same seeded random data.
/// </summary>
internal sealed class Workload
{
    public const float Eps = 1e-5f;

    private readonly int run;

    public Workload(Normalization normalization, int[] shape, float mean = 0.5f, float stddev = 2f)
    {
        Normalization = normalization;
        Shape = shape;
        Count = checked((int)shape.Aggregate(1L, (product, length) => product * length));
        Features = shape[1];
        run = Count / shape[0] / Features;

        var random = new Random(20150211);
        X = Normal(random, Count, mean, stddev);
        Dout = Normal(random, Count, 0f, 1f);
        Gamma = Normal(random, Features, 1f, 0.2f);
        Beta = Normal(random, Features, 0f, 1f);
    }

    public Normalization Normalization { get; }

    public int[] Shape { get; }

    /// <summary>The number of elements of x.</summary>
    public int Count { get; }

    /// <summary>The number of elements of gamma and of beta.</summary>
    public int Features { get; }

    /// <summary>The number of means, and of variances.</summary>
    public int Groups => Normalization == Normalization.Batch ? Features : Shape[0];

    /// <summary>The shape in which gamma and beta align with x.</summary>
    public int[] FeatureShape => Shape.Length == 4 ? [Features, 1, 1] : [Features];

    /// <summary>The axes of x that the statistics are taken over.</summary>
    public int[] ReducedAxes => Normalization == Normalization.Layer ? [1] : Shape.Length == 4 ? [0, 2, 3] : [0];

    public float[] X { get; }

    public float[] Dout { get; }

    public float[] Gamma { get; }

    public float[] Beta { get; }

    /// <summary>The element of gamma and beta that scales and shifts element <paramref name="i"/> of x.</summary>
    public int FeatureOf(int i) => i / run % Features;

    /// <summary>The mean and variance that normalize element <paramref name="i"/> of x.</summary>
    public int GroupOf(int i) => Normalization == Normalization.Batch ? FeatureOf(i) : i / Features;

    public override string ToString() => $"({string.Join(",", Shape)})";

    /// <summary>Normally distributed values by the transform of Box and Muller (1958), two at a time.</summary>
    private static float[] Normal(Random random, int count, float mean, float stddev)
    {
        var values = new float[count];
        for (var i = 0; i < count; i += 2)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            var (sin, cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
            values[i] = (float)(mean + stddev * radius * cos);
            if (i + 1 < count)
            {
                values[i + 1] = (float)(mean + stddev * radius * sin);
            }
        }
        return values;
    }
}
