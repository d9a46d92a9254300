namespace DigitsNet.Network;

/// <summary>A step of the network from <paramref name="inputs"/> to <paramref name="outputs"/> values for each example.</summary>
internal abstract class Layer(int capacity, int inputs, int outputs)
{
    private readonly Batch output = new(capacity, outputs);
    private readonly Batch dx = new(capacity, inputs);
    private Batch? x;

    public virtual IEnumerable<Parameter> Parameters => [];

    /// <summary>The output for <paramref name="x"/>, which is kept by reference for the backward.</summary>
    public Batch Forward(Batch x, bool training)
    {
        this.x = x;
        output.Count = x.Count;
        Forward(x, output, training);
        return output;
    }

    /// <summary>The gradient of the loss by the last input, from that by its output. Sets the gradients of the parameters.</summary>
    public Batch Backward(Batch dout)
    {
        dx.Count = dout.Count;
        Backward(dout, x!, dx);
        return dx;
    }

    protected abstract void Forward(Batch x, Batch output, bool training);

    protected abstract void Backward(Batch dout, Batch x, Batch dx);
}
