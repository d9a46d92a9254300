using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Layers;

/// <summary>Layers whose names are those that generated code likes to use itself, and results that come several at a time.</summary>
public static partial class Names
{
    [Differentiable]
    public static Tensor<double> OfLoops([Shape("N, D")] Tensor<double> n, [Shape("D")] Tensor<double> d, [Gradient] double at)
    {
        var nd = n * d;
        var end = nd - nd.Mean(axis: 0);
        var start = end.Square().Mean(axis: 0);
        return end / (start + at * at + 1.0).Sqrt();
    }

    [Differentiable]
    public static Tensor<double> OfSweeps([Shape("N, D")] Tensor<double> sum, [Shape("N, D")] Tensor<double> value, [Shape("D")] Tensor<double> scale, double softening)
    {
        var sweeps = sum * scale;
        var partials = (sweeps * value).Sum(axis: 1, keepDims: true);
        var shift = value.Square().Sum(axis: 1, keepDims: true);
        var from = partials / (shift + softening);
        return from * sweeps + value;
    }

    [Differentiable]
    public static Tensor<double> ThatMakeKeywords([Shape("N, D")] Tensor<double> b, [Shape("D")] Tensor<double> a, [Shape("D")] Tensor<double> i, [Shape("D")] Tensor<double> thi)
    {
        var product = b * a;
        var total = product.Sum(axis: 1, keepDims: true) + i;
        return total.Tanh() * product + thi;
    }

    [Differentiable]
    public static Tensor<double> OfAxes([Shape("X, T")] Tensor<double> x, [Shape("T")] Tensor<double> v) => x * v - (x * v).Mean(axis: 0);

    [Differentiable]
    public static Tensor<double> OfResults([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> scale)
    {
        var output = x * scale;
        var dout = output.Mean(axis: 0);
        return (output - dout).Square();
    }

    [Differentiable]
    public static (Tensor<double> normal, Tensor<double> mean, double total) Several([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> gamma)
    {
        var mean = x.Mean(axis: 0);
        var dev = x - mean;
        var normal = dev / (dev.Square().Mean(axis: 0) + 0.5).Sqrt() * gamma;
        return (normal, mean.Exp(), normal.Tanh().Sum());
    }
}
