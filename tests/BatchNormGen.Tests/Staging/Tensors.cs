using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Staging;

/// <summary>Tensors to test with: the same elements in every memory layout that an operand may have.</summary>
internal static class Tensors
{
    public static Tensor<T> Of<T>(nint[] lengths, params T[] values) => Tensor.Create(values, lengths);

    /// <summary>Multiples of 1/8 between −4 and 4, which float and double both hold, and whose sums are exact.</summary>
    public static Tensor<T> Random<T>(int seed, params nint[] lengths) where T : INumber<T>
    {
        var random = new Random(seed);
        return Of(lengths, [.. Indices(lengths).Select(_ => T.CreateChecked(random.Next(-32, 33) / 8.0))]);
    }

    /// <summary>The tensor itself, as a slice of a larger one filled with something else, and with its axes reversed in memory.</summary>
    public static IEnumerable<Tensor<T>> Views<T>(Tensor<T> x, T elsewhere)
    {
        yield return x;

        var around = Tensor.CreateFromShape<T>([.. x.Lengths.ToArray().Select(length => length + 3)]);
        around.Fill(elsewhere);
        var slice = around.Slice([.. x.Lengths.ToArray().Select(length => new NRange(1, 1 + length))]);
        var reversed = Tensor.CreateFromShape<T>([.. x.Lengths.ToArray().Reverse()]).PermuteDimensions([.. Enumerable.Range(0, x.Rank).Reverse()]);
        foreach (var index in Indices(x.Lengths.ToArray()))
        {
            slice[index] = x[index];
            reversed[index] = x[index];
        }

        yield return slice;
        yield return reversed;
    }

    /// <summary>Every index of a shape, in row-major order.</summary>
    public static IEnumerable<nint[]> Indices(nint[] lengths) =>
        lengths.Aggregate((IEnumerable<nint[]>)[[]], (indices, length) =>
            indices.SelectMany(index => Enumerable.Range(0, (int)length).Select(last => (nint[])[.. index, last])));

    /// <summary>The index in a tensor that broadcasts to a larger one.</summary>
    public static nint[] Project(nint[] index, ReadOnlySpan<nint> lengths)
    {
        var projected = index[^lengths.Length..];
        for (var axis = 0; axis < lengths.Length; axis++)
        {
            projected[axis] = lengths[axis] == 1 ? 0 : projected[axis];
        }

        return projected;
    }

    public static void AssertEqual<T>(nint[] lengths, IEnumerable<T> values, Tensor<T> actual)
    {
        Assert.Equal(lengths, actual.Lengths.ToArray());
        Assert.Equal(values, actual.ToArray());
    }

    public static void AssertClose<T>(nint[] lengths, IEnumerable<double> values, Tensor<T> actual, double tolerance) where T : INumber<T>
    {
        Assert.Equal(lengths, actual.Lengths.ToArray());
        foreach (var (expected, value) in values.Zip(actual.ToArray(), (expected, value) => (expected, value)))
        {
            AssertClose(expected, double.CreateChecked(value), tolerance);
        }

        Assert.Equal(values.Count(), (int)actual.FlattenedLength);
    }

    /// <summary>Equal to within a relative tolerance; NaN and infinities exactly.</summary>
    public static void AssertClose(double expected, double actual, double tolerance)
    {
        var close = double.IsFinite(expected) ? Math.Abs(actual - expected) <= tolerance * Math.Abs(expected) : expected.Equals(actual);
        Assert.True(close, FormattableString.Invariant($"Expected {expected:R} to within {tolerance}, got {actual:R}."));
    }
}
