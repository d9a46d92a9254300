using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Operations;

/// <summary>An operation as a layer: from its operands to its outputs, and to the gradients of the operands.</summary>
/// <param name="IsBinary">Whether there is a second operand, which lacks the first axis.</param>
/// <param name="From">Where the operands begin.</param>
/// <param name="To">Where they end.</param>
/// <param name="IsStopped">Whether it is differentiated as if one factor were constant.</param>
/// <param name="Staged">The body as it is written.</param>
/// <param name="Fused">The generated form.</param>
/// <param name="Gradients">From the operands and the incoming gradients to the gradients of the operands.</param>
internal sealed record Operation<T>(
    bool IsBinary, double From, double To, bool IsStopped,
    Func<Tensor<T>[], Tensor<T>[]> Staged, Func<Tensor<T>[], Tensor<T>[]> Fused, Func<Tensor<T>[], Tensor<T>[], Tensor<T>[]> Gradients)
{
    /// <summary>Puts the members that are generated for a layer of one operand together.</summary>
    public static Operation<T> One<TCache>(
        Func<Tensor<T>, (Tensor<T>, Tensor<T>)> staged, Func<Tensor<T>, (Tensor<T>, Tensor<T>)> fused,
        Func<Tensor<T>, (Tensor<T>, Tensor<T>, TCache)> forward, Func<Tensor<T>, Tensor<T>, TCache, Tensor<T>> backward,
        double from = -2, double to = 2, bool isStopped = false) =>
        new(false, from, to, isStopped, t => List(staged(t[0])), t => List(fused(t[0])), (t, douts) => [backward(douts[0], douts[1], forward(t[0]).Item3)]);

    /// <summary>As <see cref="One"/>, of two operands.</summary>
    public static Operation<T> Two<TCache>(
        Func<Tensor<T>, Tensor<T>, (Tensor<T>, Tensor<T>)> staged, Func<Tensor<T>, Tensor<T>, (Tensor<T>, Tensor<T>)> fused,
        Func<Tensor<T>, Tensor<T>, (Tensor<T>, Tensor<T>, TCache)> forward, Func<Tensor<T>, Tensor<T>, TCache, (Tensor<T>, Tensor<T>)> backward,
        double from = -2, double to = 2) =>
        new(true, from, to, false, t => List(staged(t[0], t[1])), t => List(fused(t[0], t[1])), (t, douts) => List(backward(douts[0], douts[1], forward(t[0], t[1]).Item3)));

    /// <summary>A scalar output as a tensor.</summary>
    public static Tensor<T> Scalar(T value) => Tensor.Create([value]);

    private static Tensor<T>[] List((Tensor<T>, Tensor<T>) pair) => [pair.Item1, pair.Item2];
}
