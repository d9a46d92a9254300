using System.Numerics;
using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Vectors;

/// <summary>What a layer computed for a case: its outputs, and the gradients of its inputs, in the order of the file.</summary>
internal sealed record VectorResult<T>(Tensor<T>[] Outputs, Tensor<T>[] Gradients);

/// <summary>A reference case as a layer takes it: in its element type, and with the axes that it declares.</summary>
internal sealed class VectorCase<T>(ReferenceCase reference) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>An input.</summary>
    public Tensor<T> this[string name] => reference.Input<T>(name);

    /// <summary>The number of axes of the first input.</summary>
    public int Rank => reference.Inputs.Values.First().Rank;

    /// <summary>Whether the name of the case says so: none of 7x19_none.</summary>
    public bool Is(string what) => $"{reference.Case}_".Contains($"_{what}_", StringComparison.Ordinal);

    public T Scalar(string name) => reference.Scalar<T>(name);

    public Tensor<int> Labels(string name) => reference.Integers[name];

    /// <summary>[N, …] as [N, D], for what is element-wise.</summary>
    public Tensor<T> Matrix(string name) => this[name] is var x ? Shaped(x, x.Lengths[0], -1) : null!;

    /// <summary>[…, D] as [N, D], for what goes by rows.</summary>
    public Tensor<T> Rows(string name) => this[name] is var x ? Shaped(x, -1, x.Lengths[^1]) : null!;

    /// <summary>[C] as [C, 1, 1].</summary>
    public Tensor<T> Channels(string name) => Shaped(this[name], -1, 1, 1);

    /// <summary>[N, C, …] as [N, C, H, W].</summary>
    public Tensor<T> Planes(string name) => this[name] is var x ? Shaped(x, x.Lengths[0], x.Lengths[1], x.Rank > 2 ? x.Lengths[2] : 1, -1) : null!;

    /// <summary>How many groups the channels are in.</summary>
    public int Groups => (int)reference.Scalars["groups"];

    /// <summary>The gradient that comes in for an output; zeros where none does.</summary>
    public Tensor<T> Incoming(string name) =>
        reference.OutputGradients.ContainsKey(name) ? reference.OutputGradient<T>(name) : Tensor.CreateFromShape<T>(reference.Outputs[name].Lengths);

    // A layer of one output, by the number of its gradients.

    public VectorResult<T> One<TCache>((Tensor<T> Output, TCache Cache) forward, Func<Tensor<T>, TCache, Tensor<T>> backward) =>
        new([forward.Output], [backward(Incoming(forward.Output), forward.Cache)]);

    public VectorResult<T> Two<TCache>((Tensor<T> Output, TCache Cache) forward, Func<Tensor<T>, TCache, (Tensor<T>, Tensor<T>)> backward) =>
        backward(Incoming(forward.Output), forward.Cache) is var (da, db) ? new([forward.Output], [da, db]) : null!;

    public VectorResult<T> Three<TCache>((Tensor<T> Output, TCache Cache) forward, Func<Tensor<T>, TCache, (Tensor<T>, Tensor<T>, Tensor<T>)> backward) =>
        Three([forward.Output], backward(Incoming(forward.Output), forward.Cache));

    public VectorResult<T> Three(Tensor<T>[] outputs, (Tensor<T>, Tensor<T>, Tensor<T>) gradients) => new(outputs, [gradients.Item1, gradients.Item2, gradients.Item3]);

    public VectorResult<T> Four<TCache>((Tensor<T> Output, TCache Cache) forward, Func<Tensor<T>, TCache, (Tensor<T>, Tensor<T>, Tensor<T>, Tensor<T>)> backward) =>
        backward(Incoming(forward.Output), forward.Cache) is var (da, db, dc, dd) ? new([forward.Output], [da, db, dc, dd]) : null!;

    // A loss.

    public VectorResult<T> One<TCache>((T Output, TCache Cache) forward, Func<T, TCache, Tensor<T>> backward) =>
        new([Tensor.Create([forward.Output])], [backward(Incoming("output")[0], forward.Cache)]);

    public VectorResult<T> Two<TCache>((T Output, TCache Cache) forward, Func<T, TCache, (Tensor<T>, Tensor<T>)> backward) =>
        backward(Incoming("output")[0], forward.Cache) is var (da, db) ? new([Tensor.Create([forward.Output])], [da, db]) : null!;

    private Tensor<T> Incoming(Tensor<T> output) => Shaped(Incoming("output"), output.Lengths);

    private static Tensor<T> Shaped(Tensor<T> tensor, params ReadOnlySpan<nint> lengths) => Tensor.Reshape(tensor, lengths);
}
