using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using BatchNormGen.Tests.Vectors;

namespace BatchNormGen.Tests.Layers;

/// <summary>What a normalization is given.</summary>
internal sealed record NormInputs<T>(Tensor<T> X, Tensor<T> Gamma, Tensor<T> Beta, T Eps, Tensor<T> Dout) where T : unmanaged, IFloatingPointIeee754<T>
{
    public NormInputs<TOther> As<TOther>() where TOther : unmanaged, IFloatingPointIeee754<TOther> => new(
        TensorValues.Convert<T, TOther>(X), TensorValues.Convert<T, TOther>(Gamma), TensorValues.Convert<T, TOther>(Beta), TOther.CreateTruncating(Eps), TensorValues.Convert<T, TOther>(Dout));
}

/// <summary>What comes out of it, forward and backward.</summary>
internal sealed record NormResults<T>(Tensor<T> Output, Tensor<T> Dx, Tensor<T> Dgamma, Tensor<T> Dbeta) where T : unmanaged, IFloatingPointIeee754<T>
{
    public IEnumerable<(string Name, Tensor<T> Value)> All => [("output", Output), ("dx", Dx), ("dgamma", Dgamma), ("dbeta", Dbeta)];

    public void AssertSameBits(NormResults<T> other)
    {
        foreach (var (mine, others) in All.Zip(other.All))
        {
            bool same = MemoryMarshal.AsBytes<T>(TensorValues.Of(mine.Value)).SequenceEqual(MemoryMarshal.AsBytes<T>(TensorValues.Of(others.Value)));
            Assert.True(same, $"{mine.Name} has other bits.");
        }
    }
}

/// <summary>A generated normalization behind one face, whatever its cache is called.</summary>
internal abstract class NormLayer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public delegate Tensor<T> Staged(Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, T eps);

    /// <summary>The name of the layer among the reference vectors.</summary>
    public required string Vectors { get; init; }

    /// <summary>The number of axes of x.</summary>
    public required int Rank { get; init; }

    public bool IsBatchNorm => Vectors == "batch_norm";

    public required Staged Eager { get; init; }

    public required Staged Fused { get; init; }

    public abstract NormResults<T> Allocating(NormInputs<T> inputs);

    public abstract object NewCache();

    public abstract void ForwardInto(ReadOnlyTensorSpan<T> x, ReadOnlyTensorSpan<T> gamma, ReadOnlyTensorSpan<T> beta, T eps, TensorSpan<T> output, object cache);

    public abstract void BackwardInto(
        ReadOnlyTensorSpan<T> dout, ReadOnlyTensorSpan<T> x, ReadOnlyTensorSpan<T> gamma, ReadOnlyTensorSpan<T> beta, object cache, TensorSpan<T> dx, TensorSpan<T> dgamma, TensorSpan<T> dbeta);

    /// <summary>The pair over spans, beta not given to the backward, which does not read it.</summary>
    public NormResults<T> Into(NormInputs<T> inputs, object cache)
    {
        var results = new NormResults<T>(Unwritten(inputs.X), Unwritten(inputs.X), Unwritten(inputs.Gamma), Unwritten(inputs.Beta));
        ForwardInto(inputs.X, inputs.Gamma, inputs.Beta, inputs.Eps, results.Output, cache);
        BackwardInto(inputs.Dout, inputs.X, inputs.Gamma, default, cache, results.Dx, results.Dgamma, results.Dbeta);
        return results;
    }

    /// <summary>The extents of gamma and beta for an x of these extents.</summary>
    public nint[] AffineLengths(nint[] lengths) => !IsBatchNorm || Rank == 2 ? [lengths[^1]] : [lengths[1], 1, 1];

    public NormInputs<T> Draw(int seed, params nint[] lengths) => Draw(seed, mean: 0.5, deviation: 2, lengths);

    /// <summary>Normally distributed inputs.</summary>
    public NormInputs<T> Draw(int seed, double mean, double deviation, params nint[] lengths)
    {
        var random = new Random(seed);
        var affine = AffineLengths(lengths);
        return new(Normal(mean, deviation, lengths), Normal(1, 0.5, affine), Normal(0, 1, affine), T.CreateTruncating(1e-5), Normal(0, 1, lengths));

        Tensor<T> Normal(double mean, double deviation, nint[] lengths)
        {
            var values = new T[lengths.Aggregate((nint)1, (product, length) => product * length)];
            for (int i = 0; i < values.Length; i++)
            {
                double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
                values[i] = T.CreateTruncating(mean + deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
            }

            return Tensor.Create(values, lengths);
        }
    }

    /// <summary>The same in double, by plain loops that share no code with the library.</summary>
    public NormResults<double> Plain(NormInputs<T> inputs)
    {
        var (x, gamma, beta, eps, dout) = inputs.As<double>();
        var layer = IsBatchNorm ? PlainLayers.BatchNorm(x, gamma, beta, eps) : PlainLayers.LayerNorm(x, gamma, beta, eps);
        var (dx, dgamma, dbeta) = layer.Backward(dout);
        return new(layer.Output(), dx, Tensor.Create(TensorValues.Of(dgamma), gamma.Lengths), Tensor.Create(TensorValues.Of(dbeta), beta.Lengths));
    }

    /// <summary>Fails where results differ from a reference by more than the tolerance, relative to the largest element of each.</summary>
    public static void AssertClose(string name, NormResults<double> expected, NormResults<T> actual, double tolerance)
    {
        foreach (var (reference, result) in expected.All.Zip(actual.All))
        {
            TensorAssert.Close($"{name}: {result.Name}", reference.Value, result.Value, tolerance);
        }
    }

    private static Tensor<T> Unwritten(Tensor<T> like)
    {
        var tensor = Tensor.CreateFromShape<T>(like.Lengths);
        tensor.Fill(T.NaN);
        return tensor;
    }

    public override string ToString() => $"{Eager.Method.DeclaringType!.Name}.{Eager.Method.Name}";
}

internal sealed class NormLayer<T, TCache>(
    Func<Tensor<T>, Tensor<T>, Tensor<T>, T, (Tensor<T> Output, TCache Cache)> forward,
    Func<Tensor<T>, TCache, (Tensor<T> Dx, Tensor<T> Dgamma, Tensor<T> Dbeta)> backward,
    NormLayer<T, TCache>.Forward forwardInto,
    NormLayer<T, TCache>.Backward backwardInto) : NormLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TCache : class, new()
{
    public delegate void Forward(ReadOnlyTensorSpan<T> x, ReadOnlyTensorSpan<T> gamma, ReadOnlyTensorSpan<T> beta, T eps, TensorSpan<T> output, TCache cache);

    public delegate void Backward(
        ReadOnlyTensorSpan<T> dout, ReadOnlyTensorSpan<T> x, ReadOnlyTensorSpan<T> gamma, ReadOnlyTensorSpan<T> beta, TCache cache, TensorSpan<T> dx, TensorSpan<T> dgamma, TensorSpan<T> dbeta, bool accumulate = false);

    public override NormResults<T> Allocating(NormInputs<T> inputs)
    {
        var (output, cache) = forward(inputs.X, inputs.Gamma, inputs.Beta, inputs.Eps);
        var (dx, dgamma, dbeta) = backward(inputs.Dout, cache);
        return new(output, dx, dgamma, dbeta);
    }

    public override object NewCache() => new TCache();

    public override void ForwardInto(ReadOnlyTensorSpan<T> x, ReadOnlyTensorSpan<T> gamma, ReadOnlyTensorSpan<T> beta, T eps, TensorSpan<T> output, object cache) =>
        forwardInto(x, gamma, beta, eps, output, (TCache)cache);

    public override void BackwardInto(
        ReadOnlyTensorSpan<T> dout, ReadOnlyTensorSpan<T> x, ReadOnlyTensorSpan<T> gamma, ReadOnlyTensorSpan<T> beta, object cache, TensorSpan<T> dx, TensorSpan<T> dgamma, TensorSpan<T> dbeta) =>
        backwardInto(dout, x, gamma, beta, (TCache)cache, dx, dgamma, dbeta);
}

/// <summary>The normalizations under test.</summary>
internal static class NormLayers
{
    public static readonly NormLayer<float>[] InFloat =
    [
        new NormLayer<float, Norms.BatchNormCache>(Norms.BatchNormForward, Norms.BatchNormBackward, Norms.BatchNormForward, Norms.BatchNormBackward)
        { Vectors = "batch_norm", Rank = 2, Eager = Norms.BatchNorm, Fused = Norms.BatchNormFused },
        new NormLayer<float, Norms.ImageNormCache>(Norms.ImageNormForward, Norms.ImageNormBackward, Norms.ImageNormForward, Norms.ImageNormBackward)
        { Vectors = "batch_norm", Rank = 4, Eager = Norms.ImageNorm, Fused = Norms.ImageNormFused },
        new NormLayer<float, Norms.LayerNormCache>(Norms.LayerNormForward, Norms.LayerNormBackward, Norms.LayerNormForward, Norms.LayerNormBackward)
        { Vectors = "layer_norm", Rank = 2, Eager = Norms.LayerNorm, Fused = Norms.LayerNormFused },
        new NormLayer<float, Norms.SequenceNormCache>(Norms.SequenceNormForward, Norms.SequenceNormBackward, Norms.SequenceNormForward, Norms.SequenceNormBackward)
        { Vectors = "layer_norm", Rank = 3, Eager = Norms.SequenceNorm, Fused = Norms.SequenceNormFused },
    ];

    public static readonly NormLayer<double>[] InDouble =
    [
        new NormLayer<double, NormsInDouble.BatchNormCache>(NormsInDouble.BatchNormForward, NormsInDouble.BatchNormBackward, NormsInDouble.BatchNormForward, NormsInDouble.BatchNormBackward)
        { Vectors = "batch_norm", Rank = 2, Eager = NormsInDouble.BatchNorm, Fused = NormsInDouble.BatchNormFused },
        new NormLayer<double, NormsInDouble.ImageNormCache>(NormsInDouble.ImageNormForward, NormsInDouble.ImageNormBackward, NormsInDouble.ImageNormForward, NormsInDouble.ImageNormBackward)
        { Vectors = "batch_norm", Rank = 4, Eager = NormsInDouble.ImageNorm, Fused = NormsInDouble.ImageNormFused },
        new NormLayer<double, NormsInDouble.LayerNormCache>(NormsInDouble.LayerNormForward, NormsInDouble.LayerNormBackward, NormsInDouble.LayerNormForward, NormsInDouble.LayerNormBackward)
        { Vectors = "layer_norm", Rank = 2, Eager = NormsInDouble.LayerNorm, Fused = NormsInDouble.LayerNormFused },
        new NormLayer<double, NormsInDouble.SequenceNormCache>(NormsInDouble.SequenceNormForward, NormsInDouble.SequenceNormBackward, NormsInDouble.SequenceNormForward, NormsInDouble.SequenceNormBackward)
        { Vectors = "layer_norm", Rank = 3, Eager = NormsInDouble.SequenceNorm, Fused = NormsInDouble.SequenceNormFused },
    ];
}
