using System.Numerics.Tensors;

namespace DigitsNet.Network;

/// <summary>output[n,j] = Σ_k weights[j,k] · x[n,k] + bias[j]</summary>
internal sealed class Affine : Layer
{
    private readonly int inputs;
    private readonly Parameter weights;
    private readonly Parameter bias;

    /// <summary>Draws the weights with the variance 2 / inputs (He et al., 2015), which suits a ReLU that follows.</summary>
    public Affine(int capacity, int inputs, int outputs, Random random) : base(capacity, inputs, outputs)
    {
        this.inputs = inputs;
        var scale = MathF.Sqrt(2f / inputs);
        weights = new([.. Enumerable.Range(0, inputs * outputs).Select(_ => scale * random.NextNormal())]);
        bias = new(new float[outputs]);
    }

    public override IEnumerable<Parameter> Parameters => [weights, bias];

    protected override void Forward(Batch x, Batch output, bool training)
    {
        for (var n = 0; n < x.Count; n++)
        {
            var row = output[n];
            for (var j = 0; j < row.Length; j++) row[j] = TensorPrimitives.Dot(Row(weights.Value, j), x[n]) + bias.Value[j];
        }
    }

    protected override void Backward(Batch dout, Batch x, Batch dx)
    {
        dx.Values.Clear();
        Array.Clear(weights.Gradient);
        Array.Clear(bias.Gradient);
        for (var n = 0; n < dout.Count; n++)
        {
            TensorPrimitives.Add(bias.Gradient, dout[n], bias.Gradient);
            for (var j = 0; j < dout[n].Length; j++)
            {
                var dweights = Row(weights.Gradient, j);
                TensorPrimitives.MultiplyAdd(x[n], dout[n][j], dweights, dweights);
                TensorPrimitives.MultiplyAdd(Row(weights.Value, j), dout[n][j], dx[n], dx[n]);
            }
        }
    }

    private Span<float> Row(float[] matrix, int j) => matrix.AsSpan(j * inputs, inputs);
}
