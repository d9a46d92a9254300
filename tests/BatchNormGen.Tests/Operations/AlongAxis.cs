using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Operations;

/// <summary>What works along an axis, here a middle one, a first and a last one; labels pick along the middle one.</summary>
public static partial class AlongAxis
{
    /// <summary>From operand and labels to the outputs, staged and fused, and to the gradient.</summary>
    internal static readonly Dictionary<string, (
        Func<Tensor<double>, Tensor<int>, Tensor<double>[]> Staged, Func<Tensor<double>, Tensor<int>, Tensor<double>[]> Fused, Func<Tensor<double>, Tensor<int>, Tensor<double>[], Tensor<double>> Gradient)> Table = new()
    {
        ["Softmax"] = (
            (t, labels) => Softmax(t) is var (first, middle, last) ? [first, middle, last] : [],
            (t, labels) => SoftmaxFused(t) is var (first, middle, last) ? [first, middle, last] : [],
            (t, labels, d) => SoftmaxBackward(d[0], d[1], d[2], SoftmaxForward(t).cache)),
        ["LogSoftmax"] = (
            (t, labels) => LogSoftmax(t) is var (first, middle, last) ? [first, middle, last] : [],
            (t, labels) => LogSoftmaxFused(t) is var (first, middle, last) ? [first, middle, last] : [],
            (t, labels, d) => LogSoftmaxBackward(d[0], d[1], d[2], LogSoftmaxForward(t).cache)),
        ["Gather"] = (
            (t, labels) => [Gather(t, labels)],
            (t, labels) => [GatherFused(t, labels)],
            (t, labels, d) => GatherBackward(d[0], GatherForward(t, labels).cache)),
        ["OneHot"] = (
            (t, labels) => [OneHot(t, labels)],
            (t, labels) => [OneHotFused(t, labels)],
            (t, labels, d) => OneHotBackward(d[0], OneHotForward(t, labels).cache)),
    };

    [Differentiable]
    public static (Tensor<double> first, Tensor<double> middle, Tensor<double> last) Softmax([Shape("A, B, C")] Tensor<double> x) =>
        (x.Softmax(axis: 0), x.Softmax(axis: 1), x.Softmax(axis: -1));

    [Differentiable]
    public static (Tensor<double> first, Tensor<double> middle, Tensor<double> last) LogSoftmax([Shape("A, B, C")] Tensor<double> x) =>
        (x.LogSoftmax(axis: 0), x.LogSoftmax(axis: 1), x.LogSoftmax(axis: -1));

    [Differentiable]
    public static Tensor<double> Gather([Shape("A, B, C")] Tensor<double> x, [Shape("A, C")] Tensor<int> labels) => x.Gather(labels, axis: 1).Exp();

    [Differentiable]
    public static Tensor<double> OneHot([Shape("A, B, C")] Tensor<double> x, [Shape("A, C")] Tensor<int> labels) =>
        x.Square() * labels.OneHot<double>(x.Lengths[1]).Permute(0, 2, 1) + x;
}
