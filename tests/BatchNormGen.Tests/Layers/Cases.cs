using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Layers;

/// <summary>What a loss makes of the elements.</summary>
public enum Averaging
{
    None = 2,
    Sum = -1,
    Mean = 7,
}

/// <summary>Layers that are another formula for other values of a parameter.</summary>
public static partial class Cases
{
    /// <summary>A norm over rows or columns, with or without an affine part: gamma is read in some cases only, and what is saved has other shapes.</summary>
    [Differentiable]
    public static partial Tensor<double> Norm([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> gamma, bool rows, double eps, bool affine = true)
    {
        var mean = rows ? x.Mean(axis: 1, keepDims: true) : x.Mean(axis: 0, keepDims: true);
        var deviation = x - mean;
        var inverted = ((rows ? deviation.Square().Mean(axis: 1, keepDims: true) : deviation.Square().Mean(axis: 0, keepDims: true)) + eps).ReciprocalSqrt();
        return affine ? gamma * deviation * inverted : deviation * inverted;
    }

    /// <summary>The same stage by stage.</summary>
    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial Tensor<double> NormStaged([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> gamma, bool rows, double eps, bool affine = true)
    {
        var mean = rows ? x.Mean(axis: 1, keepDims: true) : x.Mean(axis: 0, keepDims: true);
        var deviation = x - mean;
        var inverted = ((rows ? deviation.Square().Mean(axis: 1, keepDims: true) : deviation.Square().Mean(axis: 0, keepDims: true)) + eps).ReciprocalSqrt();
        return affine ? gamma * deviation * inverted : deviation * inverted;
    }

    /// <summary>A loss whose weight matters in one case alone, which has a label as well.</summary>
    [Differentiable]
    public static partial double Loss([Shape("N, C")] Tensor<double> scores, [Shape("N")] Tensor<int> labels, [Gradient] double weight, Averaging averaging)
    {
        if (averaging == Averaging.None) return scores.Square().Sum();
        var chosen = scores.LogSoftmax(axis: 1).Gather(labels, axis: 1);
        return averaging switch { Averaging.Sum => -chosen.Sum(), _ => -weight * chosen.Mean() };
    }

    /// <summary>An axis that must not be empty in one case alone.</summary>
    [Differentiable]
    public static partial Tensor<float> Centered([Shape("N, D")] Tensor<float> x, bool atTop) =>
        atTop ? x - x.Max(axis: 1, keepDims: true) : x.Exp();

    /// <summary>Element by element dx could overwrite what it is made from; a product reads it again and again.</summary>
    [Differentiable]
    public static partial Tensor<float> Mixed([Shape("N, D")] Tensor<float> x, [Shape("D, D")] Tensor<float> w, bool mix) => mix ? x.MatMul(w) : x.Tanh();
}
