using System.Numerics;
using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Layers;

/// <summary>Layers that save little, some and much for their backward; the bodies are the same.</summary>
public static partial class Savings
{
    internal static Tensor<T> BatchNorm<T>(Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, T eps) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var deviation = x - x.Mean(axis: 0);
        return gamma * deviation / (deviation.Square().Mean(axis: 0) + eps).Sqrt() + beta;
    }

    [Differentiable(Save = Saving.Least)]
    public static Tensor<T> BatchNormLeast<T>([Shape("N, D")] Tensor<T> x, [Shape("D")] Tensor<T> gamma, [Shape("D")] Tensor<T> beta, T eps) where T : unmanaged, IFloatingPointIeee754<T> => BatchNorm(x, gamma, beta, eps);

    [Differentiable(Save = Saving.Balanced)]
    public static Tensor<T> BatchNormBalanced<T>([Shape("N, D")] Tensor<T> x, [Shape("D")] Tensor<T> gamma, [Shape("D")] Tensor<T> beta, T eps) where T : unmanaged, IFloatingPointIeee754<T> => BatchNorm(x, gamma, beta, eps);

    [Differentiable(Save = Saving.Most)]
    public static Tensor<T> BatchNormMost<T>([Shape("N, D")] Tensor<T> x, [Shape("D")] Tensor<T> gamma, [Shape("D")] Tensor<T> beta, T eps) where T : unmanaged, IFloatingPointIeee754<T> => BatchNorm(x, gamma, beta, eps);

    internal static Tensor<T> LayerNorm<T>(Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, T eps) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var deviation = x - x.Mean(axis: 1, keepDims: true);
        return gamma * deviation / (deviation.Square().Mean(axis: 1, keepDims: true) + eps).Sqrt() + beta;
    }

    [Differentiable(Save = Saving.Least)]
    public static Tensor<T> LayerNormLeast<T>([Shape("N, D")] Tensor<T> x, [Shape("D")] Tensor<T> gamma, [Shape("D")] Tensor<T> beta, T eps) where T : unmanaged, IFloatingPointIeee754<T> => LayerNorm(x, gamma, beta, eps);

    [Differentiable(Save = Saving.Balanced)]
    public static Tensor<T> LayerNormBalanced<T>([Shape("N, D")] Tensor<T> x, [Shape("D")] Tensor<T> gamma, [Shape("D")] Tensor<T> beta, T eps) where T : unmanaged, IFloatingPointIeee754<T> => LayerNorm(x, gamma, beta, eps);

    [Differentiable(Save = Saving.Most)]
    public static Tensor<T> LayerNormMost<T>([Shape("N, D")] Tensor<T> x, [Shape("D")] Tensor<T> gamma, [Shape("D")] Tensor<T> beta, T eps) where T : unmanaged, IFloatingPointIeee754<T> => LayerNorm(x, gamma, beta, eps);

    internal static Tensor<T> Softmax<T>(Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var exp = (x - x.Max(axis: 1, keepDims: true)).Exp();
        return exp / exp.Sum(axis: 1, keepDims: true);
    }

    [Differentiable(Save = Saving.Least)]
    public static Tensor<T> SoftmaxLeast<T>([Shape("N, D")] Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> => Softmax(x);

    [Differentiable(Save = Saving.Balanced)]
    public static Tensor<T> SoftmaxBalanced<T>([Shape("N, D")] Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> => Softmax(x);

    [Differentiable(Save = Saving.Most)]
    public static Tensor<T> SoftmaxMost<T>([Shape("N, D")] Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> => Softmax(x);

    internal static Tensor<T> Gelus<T>(Tensor<T> x, Tensor<T> w) where T : unmanaged, IFloatingPointIeee754<T>
    {
        return (x.Gelu() * w).Gelu();
    }

    [Differentiable(Save = Saving.Least)]
    public static Tensor<T> GelusLeast<T>([Shape("N, D")] Tensor<T> x, [Shape("D")] Tensor<T> w) where T : unmanaged, IFloatingPointIeee754<T> => Gelus(x, w);

    [Differentiable(Save = Saving.Balanced)]
    public static Tensor<T> GelusBalanced<T>([Shape("N, D")] Tensor<T> x, [Shape("D")] Tensor<T> w) where T : unmanaged, IFloatingPointIeee754<T> => Gelus(x, w);

    [Differentiable(Save = Saving.Most)]
    public static Tensor<T> GelusMost<T>([Shape("N, D")] Tensor<T> x, [Shape("D")] Tensor<T> w) where T : unmanaged, IFloatingPointIeee754<T> => Gelus(x, w);

    internal static Tensor<T> Cosine<T>(Tensor<T> x, Tensor<T> y, T eps) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var dot = (x * y).Sum(axis: 1);
        return dot / (x.Square().Sum(axis: 1) * y.Square().Sum(axis: 1) + eps).Sqrt();
    }

    [Differentiable(Save = Saving.Least)]
    public static Tensor<T> CosineLeast<T>([Shape("N, D")] Tensor<T> x, [Shape("N, D")] Tensor<T> y, T eps) where T : unmanaged, IFloatingPointIeee754<T> => Cosine(x, y, eps);

    [Differentiable(Save = Saving.Balanced)]
    public static Tensor<T> CosineBalanced<T>([Shape("N, D")] Tensor<T> x, [Shape("N, D")] Tensor<T> y, T eps) where T : unmanaged, IFloatingPointIeee754<T> => Cosine(x, y, eps);

    [Differentiable(Save = Saving.Most)]
    public static Tensor<T> CosineMost<T>([Shape("N, D")] Tensor<T> x, [Shape("N, D")] Tensor<T> y, T eps) where T : unmanaged, IFloatingPointIeee754<T> => Cosine(x, y, eps);

    internal static Tensor<T> Largest<T>(Tensor<T> x, Tensor<T> w) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var y = x.Tanh() * w;
        return y.Max(axis: 1) - y.Exp().Mean(axis: 1);
    }

    [Differentiable(Save = Saving.Least)]
    public static Tensor<T> LargestLeast<T>([Shape("N, D")] Tensor<T> x, [Shape("D")] Tensor<T> w) where T : unmanaged, IFloatingPointIeee754<T> => Largest(x, w);

    [Differentiable(Save = Saving.Balanced)]
    public static Tensor<T> LargestBalanced<T>([Shape("N, D")] Tensor<T> x, [Shape("D")] Tensor<T> w) where T : unmanaged, IFloatingPointIeee754<T> => Largest(x, w);

    [Differentiable(Save = Saving.Most)]
    public static Tensor<T> LargestMost<T>([Shape("N, D")] Tensor<T> x, [Shape("D")] Tensor<T> w) where T : unmanaged, IFloatingPointIeee754<T> => Largest(x, w);

    internal static Tensor<T> Network<T>(Tensor<T> x, Tensor<T> v, Tensor<T> w) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var hidden = x.MatMul(v);
        var deviation = hidden - hidden.Mean(axis: 0);
        var active = (deviation / (deviation.Square().Mean(axis: 0) + T.One).Sqrt()).Sigmoid();
        return active.MatMul(w).LogSoftmax(axis: 1);
    }

    [Differentiable(Save = Saving.Least)]
    public static Tensor<T> NetworkLeast<T>([Shape("N, D")] Tensor<T> x, [Shape("D, H")] Tensor<T> v, [Shape("H, D")] Tensor<T> w) where T : unmanaged, IFloatingPointIeee754<T> => Network(x, v, w);

    [Differentiable(Save = Saving.Balanced)]
    public static Tensor<T> NetworkBalanced<T>([Shape("N, D")] Tensor<T> x, [Shape("D, H")] Tensor<T> v, [Shape("H, D")] Tensor<T> w) where T : unmanaged, IFloatingPointIeee754<T> => Network(x, v, w);

    [Differentiable(Save = Saving.Most)]
    public static Tensor<T> NetworkMost<T>([Shape("N, D")] Tensor<T> x, [Shape("D, H")] Tensor<T> v, [Shape("H, D")] Tensor<T> w) where T : unmanaged, IFloatingPointIeee754<T> => Network(x, v, w);

    internal static Tensor<T> Either<T>(Tensor<T> x, bool rows) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var exp = (x - (rows ? x.Max(axis: 1, keepDims: true) : x.Max(axis: 0, keepDims: true))).Exp();
        return rows ? exp / exp.Sum(axis: 1, keepDims: true) : exp.Sum(axis: 0).Log() * x;
    }

    [Differentiable(Save = Saving.Least)]
    public static Tensor<T> EitherLeast<T>([Shape("N, D")] Tensor<T> x, bool rows) where T : unmanaged, IFloatingPointIeee754<T> => Either(x, rows);

    [Differentiable(Save = Saving.Balanced)]
    public static Tensor<T> EitherBalanced<T>([Shape("N, D")] Tensor<T> x, bool rows) where T : unmanaged, IFloatingPointIeee754<T> => Either(x, rows);

    [Differentiable(Save = Saving.Most)]
    public static Tensor<T> EitherMost<T>([Shape("N, D")] Tensor<T> x, bool rows) where T : unmanaged, IFloatingPointIeee754<T> => Either(x, rows);
}
