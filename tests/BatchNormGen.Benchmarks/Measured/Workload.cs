namespace BatchNormGen.Benchmarks.Measured;

/// <summary>One layer at one shape of x, with the same seeded random data for every contender.</summary>
internal sealed class Workload
{
    public Workload(Layer layer, int[] shape, float mean = 0.5f, float stddev = 2f)
    {
        var random = new Random(20150211);
        (Layer, Shape) = (layer, shape);
        int[] outputShape = layer.OutputShape(shape);
        X = new(Normal(random, Product(shape), mean, stddev), shape);
        Dout = outputShape is [] ? new([1f], []) : new(Normal(random, Product(outputShape), 0f, 1f), outputShape);
        Parameters = [.. layer.ParameterShapes(shape).Select((parameter, index) =>
            new Operand(Normal(random, Product(parameter), index == 0 ? 1f : 0f, index == 0 ? 0.2f : 1f), parameter))];
        Labels = layer.HasLabels ? [.. Enumerable.Range(0, shape[0]).Select(_ => random.Next(shape[1]))] : [];
        layer.Settle(this);
    }

    public Layer Layer { get; }

    /// <summary>The shape of x.</summary>
    public int[] Shape { get; }

    public Operand X { get; }

    /// <summary>What comes in for the output; 1 for a loss.</summary>
    public Operand Dout { get; }

    /// <summary>What the layer learns: gamma and beta of a normalization.</summary>
    public IReadOnlyList<Operand> Parameters { get; }

    /// <summary>One for each example, of a layer that has labels.</summary>
    public int[] Labels { get; }

    /// <summary>What a forward has to move, each tensor once: it reads the inputs and writes the output.</summary>
    public long ForwardBytes => InputBytes + Dout.Bytes;

    /// <summary>What a backward has to move: it reads dout and the inputs, and writes a gradient for each but the labels.</summary>
    public long BackwardBytes => Dout.Bytes + InputBytes + GradientBytes;

    public override string ToString() => $"({string.Join(",", Shape)})";

    private long GradientBytes => X.Bytes + Parameters.Sum(parameter => parameter.Bytes);

    private long InputBytes => GradientBytes + Labels.Length * (long)sizeof(int);

    private static int Product(int[] shape) => checked((int)shape.Aggregate(1L, (product, length) => product * length));

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
