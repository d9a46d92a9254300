using System.Numerics.Tensors;

namespace DigitsNet.Network;

/// <summary>Values that training changes, with the gradient of the loss by each of them.</summary>
internal sealed class Parameter(float[] value)
{
    private readonly float[] velocity = new float[value.Length];

    public float[] Value => value;

    public float[] Gradient { get; } = new float[value.Length];

    /// <summary>Gradient descent with momentum: v ← momentum · v − rate · gradient, value ← value + v.</summary>
    public void Step(float rate, float momentum)
    {
        TensorPrimitives.Multiply(velocity, momentum, velocity);
        TensorPrimitives.MultiplyAdd(Gradient, -rate, velocity, velocity);
        TensorPrimitives.Add(value, velocity, value);
    }
}
