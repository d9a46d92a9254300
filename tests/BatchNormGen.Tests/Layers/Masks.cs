using System.Numerics;
using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Layers;

/// <summary>Layers that are told by tensors of truth values what counts.</summary>
internal static partial class Masks
{
    /// <summary>Softmax over what is kept, for rows that count; the rest is as it was.</summary>
    [Differentiable]
    public static partial Tensor<double> Masked(
        [Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<bool> keep, [Shape("N, 1")] Tensor<bool> rows, [Shape("D")] Tensor<bool> columns, double fill)
    {
        var weights = keep.Where(x, fill).Softmax(axis: 1);
        return rows.Where(weights, 0) + columns.Where(weights * weights, x) * keep.Where(1.0, x).Sum(axis: 0);
    }

    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial Tensor<double> MaskedStaged([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<bool> keep) => keep.Where(x.Exp(), 0) * x;

    [Differentiable]
    public static partial Tensor<T> MaskedOf<T>([Shape("N, D")] Tensor<T> x, [Shape("N, D")] Tensor<bool> keep)
        where T : unmanaged, IFloatingPointIeee754<T> => keep.Where(x, T.Zero) * x;
}

/// <summary>Extrema of what is computed, which the backward has to recognise bit by bit.</summary>
internal static partial class Extrema
{
    [Differentiable]
    public static partial Tensor<double> MinOfLogSoftmax([Shape("C, E")] Tensor<double> v)
    {
        var logarithms = v.LogSoftmax(axis: 0);
        return logarithms.Min(axis: 0);
    }

    /// <summary>A stage that is an operand of a product, and that the backward needs as well.</summary>
    [Differentiable]
    public static partial Tensor<double> Operand([Shape("N, C, D")] Tensor<double> x, [Shape("N, D")] Tensor<int> labels)
    {
        var chosen = x.Gather(labels, axis: 1);
        var bounded = (chosen * chosen).Tanh();
        return bounded.MatMul(chosen.Transpose()) * 0.0625;
    }

    [Differentiable]
    public static partial double Spread([Shape("N, D")] Tensor<double> x)
    {
        var y = x.Tanh() * 0.7;
        return (y.Max(axis: 1) - y.Min(axis: 1)).Mean();
    }
}
