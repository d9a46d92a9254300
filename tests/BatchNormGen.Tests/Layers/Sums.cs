using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Layers;

/// <summary>Reductions over any axes as outputs, and normalizations over axes in the middle.</summary>
public static partial class Sums
{
    [return: Shape("N")]
    [Differentiable]
    public static Tensor<double> OfRows([Shape("N, D")] Tensor<double> x) => x.Sum(axis: 1);

    [return: Shape("D")]
    [Differentiable]
    public static Tensor<double> OfColumns([Shape("N, D")] Tensor<double> x) => x.Sum(axis: 0);

    [return: Shape("N, 1")]
    [Differentiable]
    public static Tensor<double> OfRowsKept([Shape("N, D")] Tensor<double> x) => x.Square().Sum(axis: 1, keepDims: true);

    [return: Shape("1, D")]
    [Differentiable]
    public static Tensor<double> OfColumnsKept([Shape("N, D")] Tensor<double> x) => x.Square().Mean(axis: 0, keepDims: true);

    [return: Shape("1, 1")]
    [Differentiable]
    public static Tensor<double> OfAllKept([Shape("N, D")] Tensor<double> x) => x.Square().Sum(axes: [0, 1], keepDims: true);

    [return: Shape("N, L")]
    [Differentiable]
    public static Tensor<double> OfMiddle([Shape("N, C, L")] Tensor<double> x) => x.Square().Sum(axis: 1);

    [return: Shape("C, W")]
    [Differentiable]
    public static Tensor<double> OfNonAdjacent([Shape("N, C, H, W")] Tensor<double> x) => x.Square().Sum(axes: [0, 2]);

    [return: Shape("N, H")]
    [Differentiable]
    public static Tensor<double> OfNonAdjacentWithLast([Shape("N, C, H, W")] Tensor<double> x) => x.Square().Mean(axes: [1, 3]);

    [return: Shape("D")]
    [Differentiable]
    public static Tensor<double> OfProducts([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> y) => (x * y).Sum(axis: 0);

    [Differentiable]
    public static double Total([Shape("N, D")] Tensor<double> x) => x.Square().Sum();

    [return: Shape("N")]
    [Differentiable]
    public static Tensor<double> SumOfSums([Shape("N, C, L")] Tensor<double> x) => x.Square().Sum(axis: 2).Sqrt().Sum(axis: 1);

    [Differentiable]
    public static Tensor<double> SoftmaxOfMiddle([Shape("N, C, L")] Tensor<double> x)
    {
        var exp = x.Exp();
        return exp / exp.Sum(axis: 1, keepDims: true);
    }

    [Differentiable]
    public static Tensor<double> SoftmaxOfChannels([Shape("N, C, H, W")] Tensor<double> x)
    {
        var exp = x.Exp();
        return exp / exp.Sum(axis: 1, keepDims: true);
    }

    [Differentiable]
    public static Tensor<double> NormOverNonAdjacent([Shape("N, C, H, W")] Tensor<double> x, double eps)
    {
        var dev = x - x.Mean(axes: [1, 3], keepDims: true);
        return dev / (dev.Square().Mean(axes: [1, 3], keepDims: true) + eps).Sqrt();
    }

    [Differentiable]
    public static Tensor<double> NormOverOuterAndMiddle([Shape("N, C, H, W")] Tensor<double> x, double eps)
    {
        var dev = x - x.Mean(axes: [0, 2], keepDims: true);
        return dev / (dev.Square().Mean(axes: [0, 2], keepDims: true) + eps).Sqrt();
    }

    /// <summary>Instance normalization (Ulyanov, Vedaldi and Lempitsky, 2016) with a scale for each channel.</summary>
    [Differentiable]
    public static Tensor<double> InstanceNorm([Shape("N, C, H, W")] Tensor<double> x, [Shape("C, 1, 1")] Tensor<double> gamma, double eps)
    {
        var dev = x - x.Mean(axes: [2, 3], keepDims: true);
        return dev / (dev.Square().Mean(axes: [2, 3], keepDims: true) + eps).Sqrt() * gamma;
    }

    /// <summary>Group normalization (Wu and He, 2018) of channels that lie in groups already.</summary>
    [Differentiable]
    public static Tensor<double> GroupNorm([Shape("N, G, K, L")] Tensor<double> x, [Shape("G, K, 1")] Tensor<double> gamma, [Shape("G, K, 1")] Tensor<double> beta, double eps)
    {
        var dev = x - x.Mean(axes: [2, 3], keepDims: true);
        return dev / (dev.Square().Mean(axes: [2, 3], keepDims: true) + eps).Sqrt() * gamma + beta;
    }

    /// <summary>A mean over places within a mean over channels.</summary>
    [Differentiable]
    public static Tensor<double> SqueezeAndExcite([Shape("N, C, H, W")] Tensor<double> x, [Shape("C, 1, 1")] Tensor<double> gain)
    {
        var pooled = x.Mean(axes: [2, 3], keepDims: true);
        var gate = (pooled * gain - pooled.Mean(axis: 1, keepDims: true)).Sigmoid();
        return x * gate;
    }

    /// <summary>Along the last axis of five, with the first of them shared.</summary>
    [Differentiable]
    public static Tensor<double> OfRankFive([Shape("A, B, C, D, E")] Tensor<double> x, [Shape("B, 1, D, 1")] Tensor<double> scale)
    {
        var norm = (x.Square().Sum(axes: [1, 4], keepDims: true) + 1.0).Sqrt();
        return x / norm * scale;
    }
}
