using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Layers;

/// <summary>Chains of functions, scalars, and broadcasting, without a reduction in the forward.</summary>
public static partial class Elementwise
{
    [Differentiable]
    public static Tensor<double> Chain([Shape("N, D")] Tensor<double> x) => ((x.Tanh() * 2.0).Sigmoid() - 0.25).Relu().Exp() + x.Sigmoid().Log();

    [Differentiable]
    public static Tensor<double> Powers([Shape("N, D")] Tensor<double> positive) =>
        positive.Pow(1.5) + positive.Sqrt() - positive.Reciprocal() * positive.ReciprocalSqrt() + positive.Pow(-2) + positive.Pow(3) + positive.Pow(7) + positive.Log();

    [Differentiable]
    public static Tensor<double> Gated([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> gate) => x * gate.Sigmoid() + gate;

    [Differentiable]
    public static Tensor<double> Rank1([Shape("N")] Tensor<double> x, [Shape("N")] Tensor<double> y) => (x * y).Tanh() - x / (y.Square() + 1.0);

    [Differentiable]
    public static Tensor<double> Scaled([Shape("N, D")] Tensor<double> x, [Gradient] double scale, [Gradient] double shift) => scale * x.Tanh() + shift;

    [Differentiable]
    public static Tensor<double> LearnedEps([Shape("N, D")] Tensor<double> x, [Gradient] double eps) => x * (x.Square().Mean(axis: 1, keepDims: true) + eps).ReciprocalSqrt();

    [Differentiable]
    public static Tensor<double> ScalarArithmetic([Shape("N, D")] Tensor<double> x, [Gradient] double a, double b)
    {
        var c = a * b + 1.0 / (a * a + 1.0);
        return c * x + (a - b) / 3.0 * x.Square();
    }

    [Differentiable]
    public static Tensor<double> Extents([Shape("N, D")] Tensor<double> x)
    {
        var n = x.Lengths[0];
        var d = (double)x.Lengths[1];
        return 1.0 / n * x.Sum(axis: 0) + x * (d - 1.0) / (n + 1.0) + 1.0 / x.FlattenedLength;
    }

    [return: Shape("D")]
    [Differentiable]
    public static Tensor<double> UnbiasedVariance([Shape("N, D")] Tensor<double> x)
    {
        var n = x.Lengths[0];
        var dev = x - x.Mean(axis: 0);
        return dev.Square().Sum(axis: 0) / (n - 1.0);
    }

    [Differentiable]
    public static Tensor<double> Broadcasts(
        [Shape("N, D")] Tensor<double> x, [Shape("N, 1")] Tensor<double> column, [Shape("1, D")] Tensor<double> row, [Shape("D")] Tensor<double> vector, [Shape("1")] Tensor<double> one) =>
        (x + column) * (row - x) / (vector.Square() + 1.0) + one * (2.0 - column) - row.Tanh() * one;

    [Differentiable]
    public static Tensor<double> Outer([Shape("N, 1")] Tensor<double> a, [Shape("D")] Tensor<double> b) => a * b;

    [Differentiable]
    public static Tensor<double> OuterOfThree([Shape("A, 1, 1")] Tensor<double> a, [Shape("B, 1")] Tensor<double> b, [Shape("C")] Tensor<double> c) => (a * b).Tanh() * c + a;

    [Differentiable]
    public static Tensor<double> Unused([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> unused, [Shape("D")] Tensor<double> alsoUnused, [Gradient] double scalar) => x.Square();

    [Differentiable]
    public static Tensor<double> Cancelling([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> y) => (x + y).Square() - y.Square() - 2.0 * x * y;

    [Differentiable]
    public static Tensor<double> Twice([Shape("N, D")] Tensor<double> x) => x * x.Exp() + x.Square() * x - x;

    [Differentiable]
    public static Tensor<double> ConstantTarget([Shape("N, D")] Tensor<double> x, [Shape("N, D"), NoGradient] Tensor<double> target, [Shape("D"), NoGradient] Tensor<double> weight) => (x - target).Square() * weight;

    [Differentiable]
    public static Tensor<double> FixedExtents([Shape("N, 10")] Tensor<double> x, [Shape("10")] Tensor<double> scale)
    {
        var exp = (x * scale).Exp();
        return exp / exp.Sum(axis: 1, keepDims: true) * 10.0;
    }

    [Differentiable]
    public static Tensor<double> AllFixed([Shape("3, 4")] Tensor<double> x) => x - x.Mean(axis: 0) * x.Mean(axis: 1, keepDims: true);

    [return: Shape("N, D")]
    [Differentiable]
    public static Tensor<double> BroadcastOutput([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> row) => x * 0.0 + row.Exp();

    [Differentiable]
    public static Tensor<double> BroadcastMean([Shape("N, D")] Tensor<double> x) => 0.5 * x + x.Mean(axis: 0).Square() + x.Mean(axis: 1, keepDims: true).Square();

    [Differentiable]
    public static Tensor<double> Identity([Shape("N, D")] Tensor<double> x) => x;

    [Differentiable]
    public static Tensor<double> Negated([Shape("N, D")] Tensor<double> x) => -x;

    [Differentiable]
    public static Tensor<double> OfTheBaseClassLibrary([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> y) =>
        Tensor.Multiply<double>(Tensor.Exp<double>(Tensor.Negate<double>(Tensor.Add<double>(x, y))), Tensor.Tanh<double>(x)) - Tensor.Divide<double>(Tensor.Subtract<double>(x, y), 2.0);

    [return: Shape("D, N")]
    [Differentiable]
    public static Tensor<double> Transposed([Shape("N, D")] Tensor<double> x, [Shape("N")] Tensor<double> v) => x.Transpose() * v + x.Transpose().Square();
}
