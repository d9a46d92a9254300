using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Layers;

/// <summary>Operations with gradients of their own, and layers that call them.</summary>
public static partial class CustomGradients
{
    /// <summary>How often the gradients of <see cref="Cube(Tensor{double})"/> and <see cref="Scaled"/> were asked for by this thread.</summary>
    [ThreadStatic]
    internal static int CubeGradients, ScaledGradients;

    internal static Tensor<double> Cube(Tensor<double> a) => a * a * a;

    internal static Tensor<float> Cube(Tensor<float> a) => a * a * a;

    [GradientOf(nameof(Cube))]
    internal static Tensor<double> CubeGradient(Tensor<double> dout, Tensor<double> a)
    {
        CubeGradients++;
        return dout * a.Square() * 3;
    }

    [GradientOf(nameof(Cube))]
    internal static Tensor<float> CubeGradient(Tensor<float> dout, Tensor<float> a) => dout * a.Square() * 3;

    /// <summary>tanh(a)·b·scale, where b lacks the first axis of a.</summary>
    internal static Tensor<double> Scaled(Tensor<double> a, Tensor<double> b, double scale) => a.Tanh() * b * scale;

    [GradientOf(nameof(Scaled))]
    internal static (Tensor<double> da, Tensor<double> db) ScaledGradient(Tensor<double> dout, Tensor<double> a, Tensor<double> b, double scale)
    {
        ScaledGradients++;
        var tanh = a.Tanh();
        return (dout * b * scale * (1 - tanh.Square()), (dout * tanh * scale).Sum(axis: 0));
    }

    internal static Tensor<float> ScaledInFloat(Tensor<float> a, Tensor<float> b, float scale) => a.Tanh() * b * scale;

    [GradientOf(nameof(ScaledInFloat))]
    internal static (Tensor<float> da, Tensor<float> db) ScaledInFloatGradient(Tensor<float> dout, Tensor<float> a, Tensor<float> b, float scale) =>
        (dout * b * scale * (1 - a.Tanh().Square()), (dout * a.Tanh() * scale).Sum(axis: 0));

    /// <summary>The square of the element that the label picks in each row, weighted: another shape, and arguments without a gradient.</summary>
    [return: Shape("N")]
    internal static Tensor<double> Picked([Shape("N, D")] Tensor<double> a, [Shape("N"), NoGradient] Tensor<double> weights, [Shape("N")] Tensor<int> labels) =>
        a.Gather(labels, axis: 1).Square() * weights;

    [GradientOf(nameof(Picked))]
    internal static Tensor<double> PickedGradient(Tensor<double> dout, Tensor<double> a, Tensor<double> weights, Tensor<int> labels)
    {
        var rows = (dout * weights * a.Gather(labels, axis: 1) * 2).Unsqueeze(1);
        return labels.OneHot<double>((int)a.Lengths[1]) * rows;
    }

    /// <summary>log Σ exp of each row, as [N, 1] for what comes after to broadcast.</summary>
    [return: Shape("N, 1")]
    internal static Tensor<double> LogSumExpOfRows([Shape("N, D")] Tensor<double> a) => a.LogSumExp(axis: 1, keepDims: true);

    [GradientOf(nameof(LogSumExpOfRows))]
    internal static Tensor<double> LogSumExpOfRowsGradient(Tensor<double> dout, Tensor<double> a) => dout * a.Softmax(axis: 1);

    /// <summary>One of the axes goes, and the other two change places.</summary>
    [return: Shape("W, H")]
    internal static Tensor<double> Turned([Shape("N, H, W")] Tensor<double> a) => a.Square().Sum(axis: 0).Transpose();

    [GradientOf(nameof(Turned))]
    internal static Tensor<double> TurnedGradient(Tensor<double> dout, Tensor<double> a) => dout.Transpose() * a * 2;

    internal static Tensor<double> OneRowTooMany(Tensor<double> a) => Tensor.Create([.. a, .. a], [a.Lengths[0] * 2, a.Lengths[1]]);

    [GradientOf(nameof(OneRowTooMany))]
    internal static Tensor<double> OneRowTooManyGradient(Tensor<double> dout, Tensor<double> a) => dout;

    internal static Tensor<double> Nothing(Tensor<double> a) => null!;

    [GradientOf(nameof(Nothing))]
    internal static Tensor<double> NothingGradient(Tensor<double> dout, Tensor<double> a) => dout;

    internal static Tensor<double> Kept(Tensor<double> a, Tensor<double> b) => a + b;

    [GradientOf(nameof(Kept))]
    internal static (Tensor<double> da, Tensor<double> db) KeptGradient(Tensor<double> dout, Tensor<double> a, Tensor<double> b) => (dout, b.Sum(axis: 0, keepDims: true));

    internal static Tensor<double> Dropped(Tensor<double> a) => a;

    [GradientOf(nameof(Dropped))]
    internal static Tensor<double> DroppedGradient(Tensor<double> dout, Tensor<double> a) => null!;

    [Differentiable]
    public static Tensor<double> Alone([Shape("N, D")] Tensor<double> x) => Cube(x);

    [Differentiable]
    public static Tensor<float> AloneInFloat([Shape("N, D")] Tensor<float> x) => Cube(x);

    [Differentiable]
    public static Tensor<double> Two([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w, double s) => Scaled(x, w, s) * x;

    [Differentiable]
    public static Tensor<float> TwoInFloat([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w, float s) => ScaledInFloat(x, w, s) * x;

    /// <summary>The same tensor twice.</summary>
    [Differentiable]
    public static Tensor<double> OfItself([Shape("N")] Tensor<double> x) => ExpOf(x, x);

    internal static Tensor<double> ExpOf(Tensor<double> a, Tensor<double> b) => a * b.Exp();

    [GradientOf(nameof(ExpOf))]
    internal static (Tensor<double>, Tensor<double>) ExpOfGradient(Tensor<double> dout, Tensor<double> a, Tensor<double> b) => (dout * b.Exp(), dout * a * b.Exp());

    [Differentiable]
    public static Tensor<double> Constant([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w) => Scaled(x, w, 0.5);

    [return: Shape("N")]
    [Differentiable]
    public static Tensor<double> OfLabels([Shape("N, D")] Tensor<double> x, [Shape("N"), NoGradient] Tensor<double> weights, [Shape("N")] Tensor<int> labels) => Picked(x.Tanh(), weights, labels);

    [Differentiable]
    public static Tensor<double> OfProduct([Shape("N, I")] Tensor<double> x, [Shape("I, O")] Tensor<double> w, [Shape("O")] Tensor<double> b) => Cube(x.MatMul(w) + b).MatMul(w.Transpose());

    [Differentiable]
    public static Tensor<double> Reduced([Shape("N, D")] Tensor<double> x)
    {
        var cube = Cube(x);
        return cube.Mean(axis: 0) + cube.Sum() * x.Mean(axis: 0);
    }

    [Differentiable]
    public static Tensor<double> Normalized([Shape("N, D")] Tensor<double> x, double eps)
    {
        var cube = Cube(x.Sin());
        var deviation = cube - cube.Mean(axis: 0);
        return deviation / (deviation.Square().Mean(axis: 0) + eps).Sqrt();
    }

    /// <summary>The same call twice in the text, and a second one on its result.</summary>
    [Differentiable]
    public static Tensor<double> Twice([Shape("N, D")] Tensor<double> x) => Cube(x) * Cube(x).Cos() + Cube(Cube(x));

    [Differentiable]
    public static Tensor<double> AndTransposed([Shape("D, D")] Tensor<double> g) => Cube(g) * Cube(g).Transpose() + Cube(g.Transpose()).Sin();

    [Differentiable]
    public static Tensor<double> Broadcast([Shape("N, D")] Tensor<double> x) => (x - LogSumExpOfRows(x)).Exp() * x;

    [Differentiable]
    public static Tensor<double> OfColumn([Shape("D")] Tensor<double> w, [Shape("N, D")] Tensor<double> x) => Cube(w.Unsqueeze(0)) * x;

    [Differentiable]
    public static Tensor<double> OfPermuted([Shape("N, W, H")] Tensor<double> x) => Turned(x.Transpose()) + x;

    [Differentiable]
    public static Tensor<double> TooLong([Shape("N, D")] Tensor<double> x) => OneRowTooMany(x) * 2;

    [Differentiable]
    public static Tensor<double> Missing([Shape("N, D")] Tensor<double> x) => Nothing(x) * 2;

    [Differentiable]
    public static Tensor<double> GradientTooShort([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> y) => Kept(x, y) * 2;

    [Differentiable]
    public static Tensor<double> GradientMissing([Shape("N, D")] Tensor<double> x) => Dropped(x) * 2;

    [Differentiable]
    public static Tensor<double> Branches([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> y, [Shape("D")] Tensor<double> w) => Cube(x) + Scaled(y, w, 2);
}
