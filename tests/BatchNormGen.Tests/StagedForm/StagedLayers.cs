using System.Numerics.Tensors;

namespace BatchNormGen.Tests.StagedForm;

/// <summary>Layers that together use all that the staged form can write.</summary>
public static partial class StagedLayers
{
    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial Tensor<double> AllFunctions([Shape("N, D")] Tensor<double> x)
    {
        var square = x.Square();
        var root = (square + 1.0).Sqrt();
        var inverse = (square + 2.0).Reciprocal();
        var inverseRoot = (square + 0.5).ReciprocalSqrt();
        var power = (square + 1.0).Pow(1.5);
        var exponential = (0.5 * x).Exp();
        var logarithm = root.Log();
        var tanh = x.Tanh();
        var sigmoid = x.Sigmoid();
        var relu = (x - 0.25).Relu();
        return root * inverse + inverseRoot / power - exponential * logarithm + 3.0 * tanh * sigmoid + relu.Square();
    }

    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial Tensor<double> Scalars([Shape("N, D")] Tensor<double> x, [Gradient] double scale, int k, float shift)
    {
        var n = x.Lengths[0];
        var factor = scale * scale / n + 1.0 / (k * n);
        var centered = x - 1.0 / n * x.Sum(axis: 0);
        var size = centered.Square().Sum() / x.FlattenedLength;
        return factor * centered / Math.Sqrt(size + 1.0) + scale * shift;
    }

    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial double Loss([Shape("N, D")] Tensor<double> x, [Shape("N, D")][NoGradient] Tensor<double> target, [Gradient] double weight)
    {
        var error = x - target;
        var loss = 0.5 * error.Square().Mean();
        return loss + weight * weight * x.Square().Sum();
    }

    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial (Tensor<double> scaled, Tensor<double> normed) TwoOutputs([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> w)
    {
        var scaled = x * w;
        var norm = scaled.Square().Sum(axis: 1, keepDims: true).Sqrt();
        return (scaled, scaled / norm);
    }

    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial Tensor<double> Symmetrized([Shape("N, N")] Tensor<double> x, [Shape("N")] Tensor<double> w)
    {
        var weighted = w * x;
        var sum = x + x.Transpose();
        return weighted.Transpose() * sum + w.Square();
    }

    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial Tensor<double> OuterSum([Shape("N, D")] Tensor<double> x, [Shape("D, 1")] Tensor<double> column)
    {
        var products = column * column.Transpose();
        var total = products.Sum(axis: 1);
        return x * total;
    }

    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial Tensor<double> Total([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> unused) => x.Sum(axes: [0, 1]);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial Tensor<double> Columns([Shape("N, D")] Tensor<double> x) => x.Sum(axis: 0);

    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial double Everything([Shape("N, 3")] Tensor<double> x) => x.Mean();

    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial Tensor<double> Added([Shape("N, D")] Tensor<double> a, [Shape("N, D")] Tensor<double> b) => a + b;

    [Differentiable(Backward = BackwardForm.Staged)]
    public static partial Tensor<float> Mixed([Shape("N, D")] Tensor<float> x, [Gradient] double p)
    {
        var q = 1 / p;
        return x * (float)q - (float)p;
    }

    /// <summary>The gradient of a layer that only this type sees.</summary>
    public static Tensor<double> HiddenGradient(Tensor<double> x, Tensor<double> dout) => Hidden.DoubledBackward(dout, Hidden.DoubledForward(x).cache);

    public static Tensor<double> HiddenLayer(Tensor<double> x) => Hidden.Doubled(x);

    private static partial class Hidden
    {
        [Differentiable(Backward = BackwardForm.Staged)]
        internal static partial Tensor<double> Doubled([Shape("N")] Tensor<double> x)
        {
            var total = x.Sum(axis: 0);
            return 2.0 * x + (total + 1.0).Sigmoid();
        }
    }
}
