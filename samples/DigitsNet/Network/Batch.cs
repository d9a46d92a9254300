using System.Numerics.Tensors;

namespace DigitsNet.Network;

/// <summary>A mini-batch, one row of <paramref name="width"/> values for each example, in an array that every step reuses.</summary>
internal sealed class Batch(int capacity, int width)
{
    private readonly float[] values = new float[capacity * width];

    /// <summary>The number of examples now in the batch; the last batch of an epoch may be smaller than the others.</summary>
    public int Count { get; set; }

    /// <summary>The values of one example.</summary>
    public Span<float> this[int example] => values.AsSpan(example * width, width);

    /// <summary>All values, row after row.</summary>
    public Span<float> Values => values.AsSpan(0, Count * width);

    /// <summary>The same values, seen as a tensor [Count, width].</summary>
    public TensorSpan<float> Tensor => new(values, [Count, width]);
}
