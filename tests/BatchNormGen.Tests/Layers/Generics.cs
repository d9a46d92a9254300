using System.Numerics;
using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Layers;

/// <summary>Layers that are written once for float and double.</summary>
public static partial class Generics
{
    [Differentiable]
    public static partial Tensor<T> BatchNorm<T>([Shape("N, D")] Tensor<T> x, [Shape("D")] Tensor<T> gamma, [Shape("D")] Tensor<T> beta, T eps)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var deviation = x - x.Mean(axis: 0);
        return gamma * (deviation * (T.One / (deviation.Square().Mean(axis: 0) + eps).Sqrt())) + beta;
    }

    /// <summary>An axis that is called like the type parameter, literals, functions of scalars, labels, a choice, and a scalar with a gradient.</summary>
    [Differentiable]
    public static TReal Loss<TReal>([Shape("TReal, D")] Tensor<TReal> x, [Shape("TReal")] Tensor<int> labels, [Gradient] TReal w, bool mean, float shift = 0.25f)
        where TReal : unmanaged, IFloatingPointIeee754<TReal>
    {
        var scale = TReal.Exp(w) * TReal.Pi / TReal.CreateChecked(3) + TReal.CreateTruncating(shift) * TReal.CreateSaturating(0.1);
        var chosen = (scale * x).LogSoftmax(axis: 1).Gather(labels, axis: 1);
        return mean ? -chosen.Mean() : -chosen.Sum() / TReal.CreateChecked(x.Lengths[0]) - TReal.Zero;
    }

    [Differentiable]
    public static Tensor<T> Dense<T>([Shape("N, I")] Tensor<T> x, [Shape("I, O")] Tensor<T> w) where T : unmanaged, IFloatingPointIeee754<T> => x.MatMul(w).Tanh();
}
