using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Layers;

/// <summary>Layers whose difficulty is the shape: many axes, fixed extents, one name twice, extents of one, batches of matrices.</summary>
public static partial class Shapes
{
    [Differentiable]
    [return: Shape("E, A, C, B, D")]
    public static Tensor<double> RankFive([Shape("A, B, C, D, E")] Tensor<double> x)
    {
        var turned = x.Permute(4, 0, 2, 1, 3);
        return turned.Softmax(axis: 2) - turned.Mean(axes: [0, 2, 4], keepDims: true);
    }

    [Differentiable]
    public static Tensor<double> RankSix([Shape("A, B, C, D, E, F")] Tensor<double> x, [Shape("D, 1, F")] Tensor<double> w)
    {
        var weights = (x * w).Softmax(axis: 3);
        return weights * x - x.Square().Mean(axes: [1, 3, 5], keepDims: true);
    }

    [Differentiable]
    public static Tensor<double> Fixed([Shape("N, 10")] Tensor<double> x, [Shape("10")] Tensor<double> w) => x.Softmax(axis: 1) * w - (x * w).Mean(axis: 1, keepDims: true);

    [Differentiable]
    public static Tensor<double> TimesTransposed([Shape("D, D")] Tensor<double> x) => x.MatMul(x.Transpose());

    [Differentiable]
    public static Tensor<double> Symmetric([Shape("D, D")] Tensor<double> x)
    {
        var half = (x + x.Transpose()) / 2;
        return half - x.Mean(axis: 0) * x.Mean(axis: 1, keepDims: true);
    }

    /// <summary>Σᵢ x[i,i]/D, by a mask of ones on the diagonal.</summary>
    [Differentiable]
    public static double Trace([Shape("D, D")] Tensor<double> x, [Shape("D, D"), NoGradient] Tensor<double> diagonal) => (x * diagonal).Sum() / x.Lengths[0] * x.Transpose().Mean();

    [Differentiable]
    public static Tensor<double> BothBroadcast([Shape("N, 1, D")] Tensor<double> x, [Shape("1, M, D")] Tensor<double> y, [Shape("M, 1")] Tensor<double> z)
    {
        var distances = (x - y).Square();
        return distances / (distances.Sum(axis: 2, keepDims: true) + 1) * z.Exp();
    }

    [Differentiable]
    public static Tensor<double> Batches([Shape("A, 1, N, K")] Tensor<double> x, [Shape("B, K, M")] Tensor<double> y) => x.MatMul(y).Tanh();

    [Differentiable]
    public static Tensor<double> SharedMatrix([Shape("A, B, N, K")] Tensor<double> x, [Shape("K, M")] Tensor<double> y) => x.Sin().MatMul(y);

    [Differentiable]
    public static Tensor<double> RowTimesMatrix([Shape("K")] Tensor<double> x, [Shape("K, M")] Tensor<double> y) => x.MatMul(y).Exp();

    [Differentiable]
    public static Tensor<double> MatrixTimesColumn([Shape("A, N, K")] Tensor<double> x, [Shape("K")] Tensor<double> y) => x.MatMul(y.Tanh());

    [Differentiable]
    public static Tensor<double> RowTimesBatches([Shape("K")] Tensor<double> x, [Shape("A, K, M")] Tensor<double> y) => x.MatMul(y) * 2;

    [Differentiable]
    public static Tensor<double> RowTimesColumn([Shape("K")] Tensor<double> x, [Shape("K")] Tensor<double> y) => x.MatMul(y) * x;

    [Differentiable]
    [return: Shape("C, N")]
    public static Tensor<double> SumOfPermuted([Shape("N, H, C")] Tensor<double> x, [Shape("C, N")] Tensor<double> w)
    {
        var turned = x.Permute(2, 0, 1);
        return turned.Sum(axis: 2) * w + x.Transpose().Max(axis: 2).Transpose();
    }

    [Differentiable]
    public static Tensor<double> ProductOfPermuted([Shape("T, H, E")] Tensor<double> x, [Shape("H, M, E")] Tensor<double> w) =>
        x.Permute(1, 0, 2).MatMul(w.Transpose()).Permute(1, 0, 2);
}
