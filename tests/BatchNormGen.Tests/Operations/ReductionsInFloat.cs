using System.Numerics.Tensors;
using static BatchNormGen.Tests.Operations.Operation<float>;

namespace BatchNormGen.Tests.Operations;

/// <summary>Each reduction of a matrix in all the ways that it can be called: over rows, columns, and both.</summary>
public static partial class ReductionsInFloat
{
    /// <summary>By the names of the table of reductions: the staged body, the fused form, and the gradient.</summary>
    internal static readonly Dictionary<string, (Func<Tensor<float>, Tensor<float>[]> Staged, Func<Tensor<float>, Tensor<float>[]> Fused, Func<Tensor<float>, Tensor<float>[], Tensor<float>> Gradient)> Table = new()
    {
        ["Sum"] = (
            t => Sum(t) is var (rows, columns, kept, all) ? [rows, columns, kept, Scalar(all)] : [],
            t => SumFused(t) is var (rows, columns, kept, all) ? [rows, columns, kept, Scalar(all)] : [],
            (t, d) => SumBackward(d[0], d[1], d[2], d[3][0], SumForward(t).cache)),
        ["Mean"] = (
            t => Mean(t) is var (rows, columns, kept, all) ? [rows, columns, kept, Scalar(all)] : [],
            t => MeanFused(t) is var (rows, columns, kept, all) ? [rows, columns, kept, Scalar(all)] : [],
            (t, d) => MeanBackward(d[0], d[1], d[2], d[3][0], MeanForward(t).cache)),
        ["Max"] = (
            t => Max(t) is var (rows, columns, kept, all) ? [rows, columns, kept, Scalar(all)] : [],
            t => MaxFused(t) is var (rows, columns, kept, all) ? [rows, columns, kept, Scalar(all)] : [],
            (t, d) => MaxBackward(d[0], d[1], d[2], d[3][0], MaxForward(t).cache)),
        ["Min"] = (
            t => Min(t) is var (rows, columns, kept, all) ? [rows, columns, kept, Scalar(all)] : [],
            t => MinFused(t) is var (rows, columns, kept, all) ? [rows, columns, kept, Scalar(all)] : [],
            (t, d) => MinBackward(d[0], d[1], d[2], d[3][0], MinForward(t).cache)),
        ["Variance"] = (
            t => Variance(t) is var (rows, columns, kept, all) ? [rows, columns, kept, Scalar(all)] : [],
            t => VarianceFused(t) is var (rows, columns, kept, all) ? [rows, columns, kept, Scalar(all)] : [],
            (t, d) => VarianceBackward(d[0], d[1], d[2], d[3][0], VarianceForward(t).cache)),
        ["StandardDeviation"] = (
            t => StandardDeviation(t) is var (rows, columns, kept, all) ? [rows, columns, kept, Scalar(all)] : [],
            t => StandardDeviationFused(t) is var (rows, columns, kept, all) ? [rows, columns, kept, Scalar(all)] : [],
            (t, d) => StandardDeviationBackward(d[0], d[1], d[2], d[3][0], StandardDeviationForward(t).cache)),
        ["LogSumExp"] = (
            t => LogSumExp(t) is var (rows, columns, kept, all) ? [rows, columns, kept, Scalar(all)] : [],
            t => LogSumExpFused(t) is var (rows, columns, kept, all) ? [rows, columns, kept, Scalar(all)] : [],
            (t, d) => LogSumExpBackward(d[0], d[1], d[2], d[3][0], LogSumExpForward(t).cache)),
        ["Norm"] = (
            t => Norm(t) is var (rows, columns, kept, all) ? [rows, columns, kept, Scalar(all)] : [],
            t => NormFused(t) is var (rows, columns, kept, all) ? [rows, columns, kept, Scalar(all)] : [],
            (t, d) => NormBackward(d[0], d[1], d[2], d[3][0], NormForward(t).cache)),
    };

    [Differentiable]
    public static (Tensor<float> rows, Tensor<float> columns, Tensor<float> kept, float all) Sum([Shape("N, D")] Tensor<float> x) =>
        (x.Sum(axis: -1), x.Sum(axis: 0), x.Sum(axes: [1, 0], keepDims: true), x.Sum());

    [Differentiable]
    public static (Tensor<float> rows, Tensor<float> columns, Tensor<float> kept, float all) Mean([Shape("N, D")] Tensor<float> x) =>
        (x.Mean(axis: -1), x.Mean(axis: 0), x.Mean(axes: [1, 0], keepDims: true), x.Mean());

    [Differentiable]
    public static (Tensor<float> rows, Tensor<float> columns, Tensor<float> kept, float all) Max([Shape("N, D")] Tensor<float> x) =>
        (x.Max(axis: -1), x.Max(axis: 0), x.Max(axes: [1, 0], keepDims: true), x.Max());

    [Differentiable]
    public static (Tensor<float> rows, Tensor<float> columns, Tensor<float> kept, float all) Min([Shape("N, D")] Tensor<float> x) =>
        (x.Min(axis: -1), x.Min(axis: 0), x.Min(axes: [1, 0], keepDims: true), x.Min());

    [Differentiable]
    public static (Tensor<float> rows, Tensor<float> columns, Tensor<float> kept, float all) Variance([Shape("N, D")] Tensor<float> x) =>
        (x.Variance(axis: -1), x.Variance(axis: 0), x.Variance(axes: [1, 0], keepDims: true), x.Variance());

    [Differentiable]
    public static (Tensor<float> rows, Tensor<float> columns, Tensor<float> kept, float all) StandardDeviation([Shape("N, D")] Tensor<float> x) =>
        (x.StandardDeviation(axis: -1), x.StandardDeviation(axis: 0), x.StandardDeviation(axes: [1, 0], keepDims: true), x.StandardDeviation());

    [Differentiable]
    public static (Tensor<float> rows, Tensor<float> columns, Tensor<float> kept, float all) LogSumExp([Shape("N, D")] Tensor<float> x) =>
        (x.LogSumExp(axis: -1), x.LogSumExp(axis: 0), x.LogSumExp(axes: [1, 0], keepDims: true), x.LogSumExp());

    [Differentiable]
    public static (Tensor<float> rows, Tensor<float> columns, Tensor<float> kept, float all) Norm([Shape("N, D")] Tensor<float> x) =>
        (x.Norm(axis: -1), x.Norm(axis: 0), x.Norm(axes: [1, 0], keepDims: true), x.Norm());
}
