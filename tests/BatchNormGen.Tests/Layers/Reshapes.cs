using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Layers;

/// <summary>Layers that split axes and join them.</summary>
public static partial class Reshapes
{
    /// <summary>One axis is split and its second part joined with the rest: [N, C, H] as [N, groups, C/groups · H].</summary>
    [Differentiable]
    public static Tensor<double> SplitAndJoined([Shape("N, C, H")] Tensor<double> x, [Shape("C, 1")] Tensor<double> gamma, int groups)
    {
        var z = x.Reshape(x.Lengths[0], groups, -1);
        var deviation = z - z.Mean(axis: 2, keepDims: true);
        return deviation.Tanh().Reshape(x.Lengths) * gamma;
    }

    /// <summary>One axis in two ways at once, by two parameters.</summary>
    [Differentiable]
    public static Tensor<double> SplitTwice([Shape("N, C")] Tensor<double> x, int a, int b)
    {
        var parts = x.Reshape(x.Lengths[0], a, b, -1);
        return (parts - parts.Mean(axis: 1, keepDims: true) * parts.Mean(axis: 3, keepDims: true)).Reshape(x.Lengths);
    }

    /// <summary>A part whose extent is a product of parameters, one of them twice.</summary>
    [Differentiable]
    public static Tensor<double> SplitByProduct([Shape("N, C")] Tensor<double> x, int a, int b)
    {
        var parts = x.Reshape(x.Lengths[0], -1, a * b * a);
        return (parts - parts.Mean(axis: 2, keepDims: true)).Tanh().Reshape(x.Lengths) * x;
    }

    /// <summary>A fixed axis by a parameter, and a part of a part.</summary>
    [Differentiable]
    public static Tensor<double> SplitAgain([Shape("12, C")] Tensor<double> x, int a, int b)
    {
        var parts = x.Reshape(a, -1, x.Lengths[1] / b, b / 2, 2);
        return (parts * parts.Sum(axis: 0) - parts.Mean(axis: 3, keepDims: true)).Reshape(x.Lengths);
    }

    [Differentiable]
    public static Tensor<double> Constants([Shape("N, 12")] Tensor<double> x)
    {
        var parts = x.Reshape(x.Lengths[0], 3, 2, 2);
        return parts.Softmax(axis: 1).Reshape(-1, 12) * x;
    }

    [Differentiable]
    public static Tensor<double> LikeAnother([Shape("N, C")] Tensor<double> x, [Shape("N, C")] Tensor<double> y, int groups) =>
        x.Reshape(x.Lengths[0], groups, -1).Softmax(axis: 2).Reshape(y.Lengths) * y;

    /// <summary>Attention over heads that are parts of the features.</summary>
    [Differentiable]
    public static Tensor<double> Heads([Shape("T, E")] Tensor<double> x, int heads)
    {
        var h = x.Reshape(x.Lengths[0], heads, -1).Permute(1, 0, 2);
        return h.MatMul(h.Transpose()).Softmax(axis: -1).MatMul(h).Permute(1, 0, 2).Reshape(x.Lengths);
    }
}
