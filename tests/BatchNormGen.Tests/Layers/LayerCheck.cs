using System.Numerics.Tensors;
using BatchNormGen.Tests.Vectors;

namespace BatchNormGen.Tests.Layers;

/// <summary>
/// What must hold for any layer: the fused forms compute what the staged method does, bit for bit the same with and without
/// a cache, and the backward is the gradient.
/// </summary>
internal static class LayerCheck
{
    /// <summary>The rounding of two orders of the same few operations, relative to the largest element.</summary>
    private const double Rounding = 1e-12;

    private static readonly GradientCheckOptions Sharp = new() { Difference = CentralDifference.FivePoint, AbsoluteTolerance = 1e-8, RelativeTolerance = 1e-7 };

    public static (string Name, Tensor<double> Value) Input(string name, params nint[] lengths) => (name, Draw(name, -2, 2, lengths));

    public static (string Name, Tensor<double> Value) Positive(string name, params nint[] lengths) => (name, Draw(name, 0.5, 2, lengths));

    /// <summary>Numbers of all sizes in between, the same for the same name and shape.</summary>
    public static Tensor<double> Draw(string name, double from, double to, params nint[] lengths)
    {
        var random = new Random(lengths.Aggregate(name.Sum(letter => letter), (seed, length) => 31 * seed + (int)length));
        return Tensor.Create([.. Enumerable.Range(0, (int)TotalLength(lengths)).Select(_ => from + (to - from) * random.NextDouble())], lengths);
    }

    public static void Check<TCache>(
        (string Name, Tensor<double> Value)[] inputs,
        Func<Tensor<double>[], Tensor<double>> staged,
        Func<Tensor<double>[], Tensor<double>> fused,
        Func<Tensor<double>[], (Tensor<double> Output, TCache Cache)> forward,
        Func<Tensor<double>, TCache, Tensor<double>[]> backward,
        double tolerance = Rounding)
    {
        Tensor<double>[] values = [.. inputs.Select(input => input.Value)];
        var output = forward(values).Output;
        TensorAssert.Close("the output against the staged one", WithoutDust(staged(values)), output, tolerance);
        Assert.Equal(TensorValues.Of(output), TensorValues.Of(fused(values)));
        GradientCheck.Run(inputs, forward, backward, Sharp).ThrowIfFailed();
    }

    public static void CheckLoss<TCache>(
        (string Name, Tensor<double> Value)[] inputs,
        Func<Tensor<double>[], double> staged,
        Func<Tensor<double>[], double> fused,
        Func<Tensor<double>[], (double Output, TCache Cache)> forward,
        Func<double, TCache, Tensor<double>[]> backward)
    {
        Check(inputs, t => Scalar(staged(t)), t => Scalar(fused(t)), t => forward(t) is var (output, cache) ? (Scalar(output), cache) : default,
            (dout, cache) => backward(dout[0], cache));
    }

    public static Tensor<double> Scalar(double value) => Tensor.Create([value]);

    /// <summary>With 0 in the place of what is only the rounding of 0, to which no error is relative.</summary>
    private static Tensor<double> WithoutDust(Tensor<double> values) => Tensor.Create([.. TensorValues.Of(values).Select(value => Math.Abs(value) < 1e-15 ? 0 : value)], values.Lengths);

    private static nint TotalLength(nint[] lengths) => lengths.Aggregate((nint)1, (product, length) => product * length);
}
