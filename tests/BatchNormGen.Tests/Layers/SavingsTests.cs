using System.Numerics;
using System.Numerics.Tensors;
using System.Reflection;
using BatchNormGen.Tests.Vectors;
using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Layers;

/// <summary>Whatever is saved, the gradients are the same, and the cache holds what the plan says.</summary>
public class SavingsTests
{
    private const double SingleTolerance = 1e-5;

    private static readonly (int N, int D)[] Shapes = [(1, 1), (1, 9), (6, 1), (3, 4), (7, 19), (18, 33)];

    /// <summary>One way of saving of one layer, over floats or doubles.</summary>
    private sealed record Way<T>(Func<Tensor<T>[], Tensor<T>> Fused, Func<Tensor<T>[], (Tensor<T> Output, object Cache)> Forward, Func<Tensor<T>, object, Tensor<T>[]> Backward)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <param name="inputs">What is drawn for a shape.</param>
    /// <param name="staged">The body.</param>
    /// <param name="singles">The ways to save, over floats.</param>
    /// <param name="doubles">The same over doubles.</param>
    /// <param name="sizes">How many values each way saves for a shape, over floats and over doubles.</param>
    private static void CheckAll(Func<int, int, (string Name, Tensor<double> Value)[]> inputs, Func<Tensor<double>[], Tensor<double>> staged, Way<float>[] singles, Way<double>[] doubles, Func<int, int, (int Single, int Double)>[] sizes)
    {
        foreach (var (n, d) in Shapes)
        {
            // The same numbers for both, as float holds them.
            Tensor<float>[] narrow = [.. inputs(n, d).Select(input => TensorValues.Convert<double, float>(input.Value))];
            (string Name, Tensor<double> Value)[] wide = [.. inputs(n, d).Zip(narrow, (input, value) => (input.Name, TensorValues.Convert<float, double>(value)))];
            for (var i = 0; i < doubles.Length; i++)
            {
                var (single, @double) = (singles[i], doubles[i]);
                Check(wide, staged, @double.Fused, @double.Forward, @double.Backward);

                var (expected, cache) = @double.Forward([.. wide.Select(input => input.Value)]);
                var (output, narrowCache) = single.Forward(narrow);
                TensorAssert.Close("the output over floats", expected, output, SingleTolerance);
                Assert.Equal(sizes[i](n, d), (Size<float>(narrowCache), Size<double>(cache)));

                var dout = TensorValues.Convert<double, float>(Draw("dout", -1, 1, [.. expected.Lengths]));
                foreach (var (gradient, narrowGradient) in @double.Backward(TensorValues.Convert<float, double>(dout), cache).Zip(single.Backward(dout, narrowCache)))
                    TensorAssert.Close("a gradient over floats", gradient, narrowGradient, SingleTolerance);
            }
        }
    }

    /// <summary>The number of values in a cache.</summary>
    private static int Size<T>(object cache) =>
        cache.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Where(field => field.FieldType == typeof(T[])).Sum(field => ((T[])field.GetValue(cache)!).Length);

    private static Way<T>[] BatchNorm<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
    [
        new(t => Savings.BatchNormLeastFused(t[0], t[1], t[2], T.CreateTruncating(0.01)), t => Savings.BatchNormLeastForward(t[0], t[1], t[2], T.CreateTruncating(0.01)), (dout, cache) => Savings.BatchNormLeastBackward(dout, (Savings.BatchNormLeastCache<T>)cache) is var (a, b, c) ? [a, b, c] : []),
        new(t => Savings.BatchNormBalancedFused(t[0], t[1], t[2], T.CreateTruncating(0.01)), t => Savings.BatchNormBalancedForward(t[0], t[1], t[2], T.CreateTruncating(0.01)), (dout, cache) => Savings.BatchNormBalancedBackward(dout, (Savings.BatchNormBalancedCache<T>)cache) is var (a, b, c) ? [a, b, c] : []),
        new(t => Savings.BatchNormMostFused(t[0], t[1], t[2], T.CreateTruncating(0.01)), t => Savings.BatchNormMostForward(t[0], t[1], t[2], T.CreateTruncating(0.01)), (dout, cache) => Savings.BatchNormMostBackward(dout, (Savings.BatchNormMostCache<T>)cache) is var (a, b, c) ? [a, b, c] : []),
    ];

    private static Way<T>[] LayerNorm<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
    [
        new(t => Savings.LayerNormLeastFused(t[0], t[1], t[2], T.CreateTruncating(0.01)), t => Savings.LayerNormLeastForward(t[0], t[1], t[2], T.CreateTruncating(0.01)), (dout, cache) => Savings.LayerNormLeastBackward(dout, (Savings.LayerNormLeastCache<T>)cache) is var (a, b, c) ? [a, b, c] : []),
        new(t => Savings.LayerNormBalancedFused(t[0], t[1], t[2], T.CreateTruncating(0.01)), t => Savings.LayerNormBalancedForward(t[0], t[1], t[2], T.CreateTruncating(0.01)), (dout, cache) => Savings.LayerNormBalancedBackward(dout, (Savings.LayerNormBalancedCache<T>)cache) is var (a, b, c) ? [a, b, c] : []),
        new(t => Savings.LayerNormMostFused(t[0], t[1], t[2], T.CreateTruncating(0.01)), t => Savings.LayerNormMostForward(t[0], t[1], t[2], T.CreateTruncating(0.01)), (dout, cache) => Savings.LayerNormMostBackward(dout, (Savings.LayerNormMostCache<T>)cache) is var (a, b, c) ? [a, b, c] : []),
    ];

    private static Way<T>[] Softmax<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
    [
        new(t => Savings.SoftmaxLeastFused(t[0]), t => Savings.SoftmaxLeastForward(t[0]), (dout, cache) => [Savings.SoftmaxLeastBackward(dout, (Savings.SoftmaxLeastCache<T>)cache)]),
        new(t => Savings.SoftmaxBalancedFused(t[0]), t => Savings.SoftmaxBalancedForward(t[0]), (dout, cache) => [Savings.SoftmaxBalancedBackward(dout, (Savings.SoftmaxBalancedCache<T>)cache)]),
        new(t => Savings.SoftmaxMostFused(t[0]), t => Savings.SoftmaxMostForward(t[0]), (dout, cache) => [Savings.SoftmaxMostBackward(dout, (Savings.SoftmaxMostCache<T>)cache)]),
    ];

    private static Way<T>[] Gelus<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
    [
        new(t => Savings.GelusLeastFused(t[0], t[1]), t => Savings.GelusLeastForward(t[0], t[1]), (dout, cache) => Savings.GelusLeastBackward(dout, (Savings.GelusLeastCache<T>)cache) is var (a, b) ? [a, b] : []),
        new(t => Savings.GelusBalancedFused(t[0], t[1]), t => Savings.GelusBalancedForward(t[0], t[1]), (dout, cache) => Savings.GelusBalancedBackward(dout, (Savings.GelusBalancedCache<T>)cache) is var (a, b) ? [a, b] : []),
        new(t => Savings.GelusMostFused(t[0], t[1]), t => Savings.GelusMostForward(t[0], t[1]), (dout, cache) => Savings.GelusMostBackward(dout, (Savings.GelusMostCache<T>)cache) is var (a, b) ? [a, b] : []),
    ];

    private static Way<T>[] Cosine<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
    [
        new(t => Savings.CosineLeastFused(t[0], t[1], T.CreateTruncating(0.01)), t => Savings.CosineLeastForward(t[0], t[1], T.CreateTruncating(0.01)), (dout, cache) => Savings.CosineLeastBackward(dout, (Savings.CosineLeastCache<T>)cache) is var (a, b) ? [a, b] : []),
        new(t => Savings.CosineBalancedFused(t[0], t[1], T.CreateTruncating(0.01)), t => Savings.CosineBalancedForward(t[0], t[1], T.CreateTruncating(0.01)), (dout, cache) => Savings.CosineBalancedBackward(dout, (Savings.CosineBalancedCache<T>)cache) is var (a, b) ? [a, b] : []),
        new(t => Savings.CosineMostFused(t[0], t[1], T.CreateTruncating(0.01)), t => Savings.CosineMostForward(t[0], t[1], T.CreateTruncating(0.01)), (dout, cache) => Savings.CosineMostBackward(dout, (Savings.CosineMostCache<T>)cache) is var (a, b) ? [a, b] : []),
    ];

    private static Way<T>[] Largest<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
    [
        new(t => Savings.LargestLeastFused(t[0], t[1]), t => Savings.LargestLeastForward(t[0], t[1]), (dout, cache) => Savings.LargestLeastBackward(dout, (Savings.LargestLeastCache<T>)cache) is var (a, b) ? [a, b] : []),
        new(t => Savings.LargestBalancedFused(t[0], t[1]), t => Savings.LargestBalancedForward(t[0], t[1]), (dout, cache) => Savings.LargestBalancedBackward(dout, (Savings.LargestBalancedCache<T>)cache) is var (a, b) ? [a, b] : []),
        new(t => Savings.LargestMostFused(t[0], t[1]), t => Savings.LargestMostForward(t[0], t[1]), (dout, cache) => Savings.LargestMostBackward(dout, (Savings.LargestMostCache<T>)cache) is var (a, b) ? [a, b] : []),
    ];

    private static Way<T>[] Network<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
    [
        new(t => Savings.NetworkLeastFused(t[0], t[1], t[2]), t => Savings.NetworkLeastForward(t[0], t[1], t[2]), (dout, cache) => Savings.NetworkLeastBackward(dout, (Savings.NetworkLeastCache<T>)cache) is var (a, b, c) ? [a, b, c] : []),
        new(t => Savings.NetworkBalancedFused(t[0], t[1], t[2]), t => Savings.NetworkBalancedForward(t[0], t[1], t[2]), (dout, cache) => Savings.NetworkBalancedBackward(dout, (Savings.NetworkBalancedCache<T>)cache) is var (a, b, c) ? [a, b, c] : []),
        new(t => Savings.NetworkMostFused(t[0], t[1], t[2]), t => Savings.NetworkMostForward(t[0], t[1], t[2]), (dout, cache) => Savings.NetworkMostBackward(dout, (Savings.NetworkMostCache<T>)cache) is var (a, b, c) ? [a, b, c] : []),
    ];

    private static Way<T>[] Rows<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
    [
        new(t => Savings.EitherLeastFused(t[0], true), t => Savings.EitherLeastForward(t[0], true), (dout, cache) => [Savings.EitherLeastBackward(dout, (Savings.EitherLeastCache<T>)cache)]),
        new(t => Savings.EitherBalancedFused(t[0], true), t => Savings.EitherBalancedForward(t[0], true), (dout, cache) => [Savings.EitherBalancedBackward(dout, (Savings.EitherBalancedCache<T>)cache)]),
        new(t => Savings.EitherMostFused(t[0], true), t => Savings.EitherMostForward(t[0], true), (dout, cache) => [Savings.EitherMostBackward(dout, (Savings.EitherMostCache<T>)cache)]),
    ];

    private static Way<T>[] Columns<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
    [
        new(t => Savings.EitherLeastFused(t[0], false), t => Savings.EitherLeastForward(t[0], false), (dout, cache) => [Savings.EitherLeastBackward(dout, (Savings.EitherLeastCache<T>)cache)]),
        new(t => Savings.EitherBalancedFused(t[0], false), t => Savings.EitherBalancedForward(t[0], false), (dout, cache) => [Savings.EitherBalancedBackward(dout, (Savings.EitherBalancedCache<T>)cache)]),
        new(t => Savings.EitherMostFused(t[0], false), t => Savings.EitherMostForward(t[0], false), (dout, cache) => [Savings.EitherMostBackward(dout, (Savings.EitherMostCache<T>)cache)]),
    ];

    [Fact]
    public void Batch_norm() => CheckAll(
        (n, d) => [Input("x", n, d), Input("gamma", d), Input("beta", d)], t => Savings.BatchNorm(t[0], t[1], t[2], 0.01), BatchNorm<float>(), BatchNorm<double>(),
        [(n, d) => (0, 0), (n, d) => (3 * d, 2 * d), (n, d) => (3 * d, 2 * d)]);

    [Fact]
    public void Layer_norm() => CheckAll(
        (n, d) => [Input("x", n, d), Input("gamma", d), Input("beta", d)], t => Savings.LayerNorm(t[0], t[1], t[2], 0.01), LayerNorm<float>(), LayerNorm<double>(),
        [(n, d) => (0, 0), (n, d) => (3 * n, 2 * n), (n, d) => (3 * n, 2 * n)]);

    [Fact]
    public void Softmax_of_rows() => CheckAll(
        (n, d) => [Input("x", n, d)], t => Savings.Softmax(t[0]), Softmax<float>(), Softmax<double>(),
        [(n, d) => (0, 0), (n, d) => (2 * n, 2 * n), (n, d) => (n * d, n * d)]);

    [Fact]
    public void A_chain_of_functions() => CheckAll(
        (n, d) => [Input("x", n, d), Input("w", d)], t => Savings.Gelus(t[0], t[1]), Gelus<float>(), Gelus<double>(),
        [(n, d) => (0, 0), (n, d) => (0, 0), (n, d) => (4 * n * d, 4 * n * d)]);

    [Fact]
    public void Cosine_similarity() => CheckAll(
        (n, d) => [Input("x", n, d), Input("y", n, d)], t => Savings.Cosine(t[0], t[1], 0.01), Cosine<float>(), Cosine<double>(),
        [(n, d) => (0, 0), (n, d) => (3 * n, 3 * n), (n, d) => (3 * n, 3 * n)]);

    [Fact]
    public void The_largest_of_computed_values() => CheckAll(
        (n, d) => [Input("x", n, d), Input("w", d)], t => Savings.Largest(t[0], t[1]), Largest<float>(), Largest<double>(),
        [(n, d) => (0, 0), (n, d) => (n * d + 2 * n, n * d + 2 * n), (n, d) => (3 * n * d + 2 * n, 3 * n * d + 2 * n)]);

    [Fact]
    public void Products_of_matrices() => CheckAll(
        (n, d) => [Input("x", n, d), Input("v", d, 4), Input("w", 4, d)], t => Savings.Network(t[0], t[1], t[2]), Network<float>(), Network<double>(),
        [(n, d) => (4 * n + n * d, 4 * n + n * d), (n, d) => (10 * n + n * d + 12, 10 * n + n * d + 8), (n, d) => (8 * n + n * d + 12, 8 * n + n * d + 8)]);

    [Fact]
    public void One_case() => CheckAll(
        (n, d) => [Input("x", n, d)], t => Savings.Either(t[0], true), Rows<float>(), Rows<double>(),
        [(n, d) => (0, 0), (n, d) => (2 * n, 2 * n), (n, d) => (n * d, n * d)]);

    [Fact]
    public void The_other_case() => CheckAll(
        (n, d) => [Input("x", n, d)], t => Savings.Either(t[0], false), Columns<float>(), Columns<double>(),
        [(n, d) => (0, 0), (n, d) => (4 * d, 3 * d), (n, d) => (n * d + 4 * d, n * d + 3 * d)]);
}
