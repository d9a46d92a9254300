using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Layers;

/// <summary>Bodies for <see cref="NotFiniteTests"/>: what x [N, D] and w [D] become.</summary>
internal static class NotFiniteBodies
{
    public static Tensor<double> BatchNorm(Tensor<double> x, Tensor<double> w)
    {
        var dev = x - x.Mean(axis: 0);
        return dev / (dev.Square().Mean(axis: 0) + 1e-5).Sqrt() * w;
    }

    public static Tensor<double> LayerNorm(Tensor<double> x, Tensor<double> w)
    {
        var dev = x - x.Mean(axis: 1, keepDims: true);
        return dev / (dev.Square().Mean(axis: 1, keepDims: true) + 1e-5).Sqrt() * w;
    }

    public static Tensor<double> RootMeanSquareNorm(Tensor<double> x, Tensor<double> w)
    {
        return x * (x.Square().Mean(axis: 1, keepDims: true) + 1e-5).ReciprocalSqrt() * w;
    }

    public static Tensor<double> UnitRows(Tensor<double> x, Tensor<double> w)
    {
        return x / x.Square().Sum(axis: 1, keepDims: true).Sqrt() + w;
    }

    public static Tensor<double> Cosine(Tensor<double> x, Tensor<double> w)
    {
        return (x * w).Sum(axis: 1) / (x.Square().Sum(axis: 1).Sqrt() * Math.Sqrt(w.Square().Sum()) + 1e-8);
    }

    public static Tensor<double> Softmax(Tensor<double> x, Tensor<double> w)
    {
        return x.Softmax(axis: 1) * w;
    }

    public static Tensor<double> SoftmaxByHand(Tensor<double> x, Tensor<double> w)
    {
        var e = (x - x.Max(axis: 1, keepDims: true)).Exp();
        return e / e.Sum(axis: 1, keepDims: true) * w;
    }

    public static Tensor<double> LogSoftmax(Tensor<double> x, Tensor<double> w)
    {
        return x.LogSoftmax(axis: 1) * w;
    }

    public static Tensor<double> LogSumExp(Tensor<double> x, Tensor<double> w)
    {
        return (x + w).LogSumExp(axis: 1);
    }

    public static Tensor<double> CrossEntropy(Tensor<double> x, Tensor<double> w)
    {
        return -(w * x.LogSoftmax(axis: 1)).Sum(axis: 1);
    }

    public static Tensor<double> Centered(Tensor<double> x, Tensor<double> w)
    {
        return x - x.Mean(axis: 0) + w;
    }

    public static Tensor<double> Deviation(Tensor<double> x, Tensor<double> w)
    {
        return x.StandardDeviation(axis: 0) * w;
    }

    public static Tensor<double> Largest(Tensor<double> x, Tensor<double> w)
    {
        return (x * w).Max(axis: 1);
    }

    public static Tensor<double> Smallest(Tensor<double> x, Tensor<double> w)
    {
        return (x * w).Min(axis: 0);
    }

    public static Tensor<double> Sigmoid(Tensor<double> x, Tensor<double> w)
    {
        return (x + w).Sigmoid();
    }

    public static Tensor<double> Tanh(Tensor<double> x, Tensor<double> w)
    {
        return (x * w).Tanh();
    }

    public static Tensor<double> Gelu(Tensor<double> x, Tensor<double> w)
    {
        return x.Gelu() * w;
    }

    public static Tensor<double> GeluTanh(Tensor<double> x, Tensor<double> w)
    {
        return x.Gelu(GeluApproximation.Tanh) * w;
    }

    public static Tensor<double> Silu(Tensor<double> x, Tensor<double> w)
    {
        return (x * w).Silu();
    }

    public static Tensor<double> Mish(Tensor<double> x, Tensor<double> w)
    {
        return (x + w).Mish();
    }

    public static Tensor<double> Softplus(Tensor<double> x, Tensor<double> w)
    {
        return (x + w).Softplus();
    }

    public static Tensor<double> Elu(Tensor<double> x, Tensor<double> w)
    {
        return (x * w).Elu(1.0);
    }

    public static Tensor<double> LeakyRelu(Tensor<double> x, Tensor<double> w)
    {
        return (x - w).LeakyRelu(0.1);
    }

    public static Tensor<double> ReluChain(Tensor<double> x, Tensor<double> w)
    {
        return ((x * w).Relu() * w + x).Relu();
    }

    public static Tensor<double> Greater(Tensor<double> x, Tensor<double> w)
    {
        return x.Maximum(w) * w;
    }

    public static Tensor<double> Smaller(Tensor<double> x, Tensor<double> w)
    {
        return x.Minimum(w) + x;
    }

    public static Tensor<double> Clamp(Tensor<double> x, Tensor<double> w)
    {
        return x.Clamp(-1.0, 1.0) * w;
    }

    public static Tensor<double> Where(Tensor<double> x, Tensor<double> w)
    {
        return x.GreaterThan(w).Where(x * w, w - x);
    }

    public static Tensor<double> Absolute(Tensor<double> x, Tensor<double> w)
    {
        return (x - w).Abs();
    }

    public static Tensor<double> Quotient(Tensor<double> x, Tensor<double> w)
    {
        return w / x + x / (w.Square() + 1.0);
    }

    public static Tensor<double> Logarithm(Tensor<double> x, Tensor<double> w)
    {
        return (x.Square() + w.Square()).Log();
    }
}

/// <summary>Those bodies in the closed form.</summary>
public static partial class NotFinite
{
    [Differentiable]
    public static Tensor<double> BatchNorm([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.BatchNorm(x, w);

    [Differentiable]
    public static Tensor<double> LayerNorm([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.LayerNorm(x, w);

    [Differentiable]
    public static Tensor<double> RootMeanSquareNorm([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.RootMeanSquareNorm(x, w);

    [Differentiable]
    public static Tensor<double> UnitRows([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.UnitRows(x, w);

    [Differentiable]
    public static Tensor<double> Cosine([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Cosine(x, w);

    [Differentiable]
    public static Tensor<double> Softmax([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Softmax(x, w);

    [Differentiable]
    public static Tensor<double> SoftmaxByHand([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.SoftmaxByHand(x, w);

    [Differentiable]
    public static Tensor<double> LogSoftmax([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.LogSoftmax(x, w);

    [Differentiable]
    public static Tensor<double> LogSumExp([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.LogSumExp(x, w);

    [Differentiable]
    public static Tensor<double> CrossEntropy([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.CrossEntropy(x, w);

    [Differentiable]
    public static Tensor<double> Centered([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Centered(x, w);

    [Differentiable]
    public static Tensor<double> Deviation([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Deviation(x, w);

    [Differentiable]
    public static Tensor<double> Largest([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Largest(x, w);

    [Differentiable]
    public static Tensor<double> Smallest([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Smallest(x, w);

    [Differentiable]
    public static Tensor<double> Sigmoid([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Sigmoid(x, w);

    [Differentiable]
    public static Tensor<double> Tanh([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Tanh(x, w);

    [Differentiable]
    public static Tensor<double> Gelu([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Gelu(x, w);

    [Differentiable]
    public static Tensor<double> GeluTanh([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.GeluTanh(x, w);

    [Differentiable]
    public static Tensor<double> Silu([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Silu(x, w);

    [Differentiable]
    public static Tensor<double> Mish([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Mish(x, w);

    [Differentiable]
    public static Tensor<double> Softplus([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Softplus(x, w);

    [Differentiable]
    public static Tensor<double> Elu([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Elu(x, w);

    [Differentiable]
    public static Tensor<double> LeakyRelu([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.LeakyRelu(x, w);

    [Differentiable]
    public static Tensor<double> ReluChain([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.ReluChain(x, w);

    [Differentiable]
    public static Tensor<double> Greater([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Greater(x, w);

    [Differentiable]
    public static Tensor<double> Smaller([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Smaller(x, w);

    [Differentiable]
    public static Tensor<double> Clamp([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Clamp(x, w);

    [Differentiable]
    public static Tensor<double> Where([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Where(x, w);

    [Differentiable]
    public static Tensor<double> Absolute([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Absolute(x, w);

    [Differentiable]
    public static Tensor<double> Quotient([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Quotient(x, w);

    [Differentiable]
    public static Tensor<double> Logarithm([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Logarithm(x, w);
}

/// <summary>Those bodies in the staged form.</summary>
public static partial class NotFiniteStaged
{
    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> BatchNorm([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.BatchNorm(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> LayerNorm([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.LayerNorm(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> RootMeanSquareNorm([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.RootMeanSquareNorm(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> UnitRows([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.UnitRows(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Cosine([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Cosine(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Softmax([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Softmax(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> SoftmaxByHand([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.SoftmaxByHand(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> LogSoftmax([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.LogSoftmax(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> LogSumExp([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.LogSumExp(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> CrossEntropy([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.CrossEntropy(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Centered([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Centered(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Deviation([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Deviation(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Largest([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Largest(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Smallest([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Smallest(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Sigmoid([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Sigmoid(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Tanh([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Tanh(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Gelu([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Gelu(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> GeluTanh([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.GeluTanh(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Silu([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Silu(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Mish([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Mish(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Softplus([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Softplus(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Elu([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Elu(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> LeakyRelu([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.LeakyRelu(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> ReluChain([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.ReluChain(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Greater([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Greater(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Smaller([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Smaller(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Clamp([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Clamp(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Where([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Where(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Absolute([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Absolute(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Quotient([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Quotient(x, w);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static Tensor<double> Logarithm([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => NotFiniteBodies.Logarithm(x, w);
}
