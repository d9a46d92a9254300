using System.Numerics.Tensors;

namespace DigitsNet.Network;

/// <summary>output = max(x, 0)</summary>
internal sealed class Relu(int capacity, int features) : Layer(capacity, features, features)
{
    protected override void Forward(Batch x, Batch output, bool training) =>
        TensorPrimitives.Max(x.Values, 0f, output.Values);

    // The slope of the ReLU is 1 for a positive input and 0 for any other.
    protected override void Backward(Batch dout, Batch x, Batch dx)
    {
        for (var i = 0; i < x.Values.Length; i++) dx.Values[i] = x.Values[i] > 0f ? dout.Values[i] : 0f;
    }
}
