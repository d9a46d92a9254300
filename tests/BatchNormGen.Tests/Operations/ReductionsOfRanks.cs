using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Operations;

/// <summary>Each reduction of four axes, inner and outer ones and two that are no neighbours, and of a single axis.</summary>
public static partial class ReductionsOfRanks
{
    /// <inheritdoc cref="ReductionsInDouble.Table"/>
    internal static readonly Dictionary<string, (Func<Tensor<double>, Tensor<double>[]> Staged, Func<Tensor<double>, Tensor<double>[]> Fused, Func<Tensor<double>, Tensor<double>[], Tensor<double>> Gradient)> Table = new()
    {
        ["Sum"] = (
            t => Sum(t) is var (inner, outer, several) ? [inner, outer, several] : [],
            t => SumFused(t) is var (inner, outer, several) ? [inner, outer, several] : [],
            (t, d) => SumBackward(d[0], d[1], d[2], SumForward(t).cache)),
        ["Sum of a vector"] = (
            t => [SumOfVector(t)],
            t => [SumOfVectorFused(t)],
            (t, d) => SumOfVectorBackward(d[0], SumOfVectorForward(t).cache)),
        ["Mean"] = (
            t => Mean(t) is var (inner, outer, several) ? [inner, outer, several] : [],
            t => MeanFused(t) is var (inner, outer, several) ? [inner, outer, several] : [],
            (t, d) => MeanBackward(d[0], d[1], d[2], MeanForward(t).cache)),
        ["Mean of a vector"] = (
            t => [MeanOfVector(t)],
            t => [MeanOfVectorFused(t)],
            (t, d) => MeanOfVectorBackward(d[0], MeanOfVectorForward(t).cache)),
        ["Max"] = (
            t => Max(t) is var (inner, outer, several) ? [inner, outer, several] : [],
            t => MaxFused(t) is var (inner, outer, several) ? [inner, outer, several] : [],
            (t, d) => MaxBackward(d[0], d[1], d[2], MaxForward(t).cache)),
        ["Max of a vector"] = (
            t => [MaxOfVector(t)],
            t => [MaxOfVectorFused(t)],
            (t, d) => MaxOfVectorBackward(d[0], MaxOfVectorForward(t).cache)),
        ["Min"] = (
            t => Min(t) is var (inner, outer, several) ? [inner, outer, several] : [],
            t => MinFused(t) is var (inner, outer, several) ? [inner, outer, several] : [],
            (t, d) => MinBackward(d[0], d[1], d[2], MinForward(t).cache)),
        ["Min of a vector"] = (
            t => [MinOfVector(t)],
            t => [MinOfVectorFused(t)],
            (t, d) => MinOfVectorBackward(d[0], MinOfVectorForward(t).cache)),
        ["Variance"] = (
            t => Variance(t) is var (inner, outer, several) ? [inner, outer, several] : [],
            t => VarianceFused(t) is var (inner, outer, several) ? [inner, outer, several] : [],
            (t, d) => VarianceBackward(d[0], d[1], d[2], VarianceForward(t).cache)),
        ["Variance of a vector"] = (
            t => [VarianceOfVector(t)],
            t => [VarianceOfVectorFused(t)],
            (t, d) => VarianceOfVectorBackward(d[0], VarianceOfVectorForward(t).cache)),
        ["StandardDeviation"] = (
            t => StandardDeviation(t) is var (inner, outer, several) ? [inner, outer, several] : [],
            t => StandardDeviationFused(t) is var (inner, outer, several) ? [inner, outer, several] : [],
            (t, d) => StandardDeviationBackward(d[0], d[1], d[2], StandardDeviationForward(t).cache)),
        ["StandardDeviation of a vector"] = (
            t => [StandardDeviationOfVector(t)],
            t => [StandardDeviationOfVectorFused(t)],
            (t, d) => StandardDeviationOfVectorBackward(d[0], StandardDeviationOfVectorForward(t).cache)),
        ["LogSumExp"] = (
            t => LogSumExp(t) is var (inner, outer, several) ? [inner, outer, several] : [],
            t => LogSumExpFused(t) is var (inner, outer, several) ? [inner, outer, several] : [],
            (t, d) => LogSumExpBackward(d[0], d[1], d[2], LogSumExpForward(t).cache)),
        ["LogSumExp of a vector"] = (
            t => [LogSumExpOfVector(t)],
            t => [LogSumExpOfVectorFused(t)],
            (t, d) => LogSumExpOfVectorBackward(d[0], LogSumExpOfVectorForward(t).cache)),
        ["Norm"] = (
            t => Norm(t) is var (inner, outer, several) ? [inner, outer, several] : [],
            t => NormFused(t) is var (inner, outer, several) ? [inner, outer, several] : [],
            (t, d) => NormBackward(d[0], d[1], d[2], NormForward(t).cache)),
        ["Norm of a vector"] = (
            t => [NormOfVector(t)],
            t => [NormOfVectorFused(t)],
            (t, d) => NormOfVectorBackward(d[0], NormOfVectorForward(t).cache)),
    };

    [Differentiable]
    public static (Tensor<double> inner, Tensor<double> outer, Tensor<double> several) Sum([Shape("A, B, C, D")] Tensor<double> x) =>
        (x.Sum(axis: -2), x.Sum(axes: [0, 1]), x.Sum(axes: [-1, 1], keepDims: true));

    [Differentiable]
    public static Tensor<double> SumOfVector([Shape("N")] Tensor<double> x) => x * x.Sum(axis: 0);

    [Differentiable]
    public static (Tensor<double> inner, Tensor<double> outer, Tensor<double> several) Mean([Shape("A, B, C, D")] Tensor<double> x) =>
        (x.Mean(axis: -2), x.Mean(axes: [0, 1]), x.Mean(axes: [-1, 1], keepDims: true));

    [Differentiable]
    public static Tensor<double> MeanOfVector([Shape("N")] Tensor<double> x) => x * x.Mean(axis: 0);

    [Differentiable]
    public static (Tensor<double> inner, Tensor<double> outer, Tensor<double> several) Max([Shape("A, B, C, D")] Tensor<double> x) =>
        (x.Max(axis: -2), x.Max(axes: [0, 1]), x.Max(axes: [-1, 1], keepDims: true));

    [Differentiable]
    public static Tensor<double> MaxOfVector([Shape("N")] Tensor<double> x) => x * x.Max(axis: 0);

    [Differentiable]
    public static (Tensor<double> inner, Tensor<double> outer, Tensor<double> several) Min([Shape("A, B, C, D")] Tensor<double> x) =>
        (x.Min(axis: -2), x.Min(axes: [0, 1]), x.Min(axes: [-1, 1], keepDims: true));

    [Differentiable]
    public static Tensor<double> MinOfVector([Shape("N")] Tensor<double> x) => x * x.Min(axis: 0);

    [Differentiable]
    public static (Tensor<double> inner, Tensor<double> outer, Tensor<double> several) Variance([Shape("A, B, C, D")] Tensor<double> x) =>
        (x.Variance(axis: -2), x.Variance(axes: [0, 1]), x.Variance(axes: [-1, 1], keepDims: true));

    [Differentiable]
    public static Tensor<double> VarianceOfVector([Shape("N")] Tensor<double> x) => x * x.Variance(axis: 0);

    [Differentiable]
    public static (Tensor<double> inner, Tensor<double> outer, Tensor<double> several) StandardDeviation([Shape("A, B, C, D")] Tensor<double> x) =>
        (x.StandardDeviation(axis: -2), x.StandardDeviation(axes: [0, 1]), x.StandardDeviation(axes: [-1, 1], keepDims: true));

    [Differentiable]
    public static Tensor<double> StandardDeviationOfVector([Shape("N")] Tensor<double> x) => x * x.StandardDeviation(axis: 0);

    [Differentiable]
    public static (Tensor<double> inner, Tensor<double> outer, Tensor<double> several) LogSumExp([Shape("A, B, C, D")] Tensor<double> x) =>
        (x.LogSumExp(axis: -2), x.LogSumExp(axes: [0, 1]), x.LogSumExp(axes: [-1, 1], keepDims: true));

    [Differentiable]
    public static Tensor<double> LogSumExpOfVector([Shape("N")] Tensor<double> x) => x * x.LogSumExp(axis: 0);

    [Differentiable]
    public static (Tensor<double> inner, Tensor<double> outer, Tensor<double> several) Norm([Shape("A, B, C, D")] Tensor<double> x) =>
        (x.Norm(axis: -2), x.Norm(axes: [0, 1]), x.Norm(axes: [-1, 1], keepDims: true));

    [Differentiable]
    public static Tensor<double> NormOfVector([Shape("N")] Tensor<double> x) => x * x.Norm(axis: 0);
}
