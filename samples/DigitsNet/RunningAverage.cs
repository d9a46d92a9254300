using System.Numerics.Tensors;

namespace DigitsNet;

/// <summary>An average over the mini-batches, in which the newest count most.</summary>
internal sealed class RunningAverage(int count, float start)
{
    private const float Rate = 0.1f;

    private readonly float[] latest = new float[count];
    private readonly float[] value = [.. Enumerable.Repeat(start, count)];

    /// <summary>Takes what the newest mini-batch has.</summary>
    public TensorSpan<float> Latest => latest;

    public Tensor<float> Value => Tensor.Create(value);

    public void Update() => TensorPrimitives.Lerp(value, latest, Rate, value);
}
