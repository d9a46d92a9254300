using System.Numerics.Tensors;

namespace DigitsNet;

/// <summary>Values that training changes, with the gradient of the loss by each of them.</summary>
internal sealed class Parameter
{
    private readonly float[] values, gradient, velocity;

    public Parameter(ReadOnlySpan<nint> lengths, Func<float> draw)
    {
        var count = (int)TensorPrimitives.Product(lengths);
        values = [.. Enumerable.Range(0, count).Select(_ => draw())];
        (gradient, velocity) = (new float[count], new float[count]);
        (Value, Gradient) = (Tensor.Create(values, lengths), Tensor.Create(gradient, lengths));
    }

    public Tensor<float> Value { get; }

    public Tensor<float> Gradient { get; }

    /// <summary>Gradient descent with momentum: v ← momentum · v − rate · gradient, value ← value + v.</summary>
    public void Step(float rate, float momentum)
    {
        TensorPrimitives.Multiply(velocity, momentum, velocity);
        TensorPrimitives.MultiplyAdd(gradient, -rate, velocity, velocity);
        TensorPrimitives.Add(values, velocity, values);
    }
}
