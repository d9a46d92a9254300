using System.Numerics;
using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Vectors;

/// <summary>Compares a tensor with a reference as a whole, and names the element that is furthest off.</summary>
public static class TensorAssert
{
    /// <summary>
    /// Fails unless the shapes are equal and max |actual − expected| ≤ tolerance · max |expected|. Where the reference is zero
    /// throughout there is nothing to be relative to, and the tolerance is absolute.
    /// </summary>
    /// <returns>The largest error.</returns>
    public static double Close<T>(string name, Tensor<double> expected, Tensor<T> actual, double tolerance) where T : INumber<T>
    {
        if (!actual.Lengths.SequenceEqual(expected.Lengths))
            Assert.Fail($"{name} has the shape {List(actual.Lengths)} and should have {List(expected.Lengths)}.");

        var wanted = TensorValues.Of(expected);
        var found = TensorValues.Of(TensorValues.Convert<T, double>(actual));
        double largest = wanted.Select(Math.Abs).DefaultIfEmpty().Max();
        double unit = largest == 0 ? 1 : largest;
        if (wanted.Length == 0)
            return 0;

        int worst = Enumerable.Range(0, wanted.Length).MaxBy(Error);
        string relation = largest == 0 ? "absolute, the reference being all zero" : "of the largest element";
        if (Error(worst) > tolerance)
            Assert.Fail(FormattableString.Invariant(
                $"{name}{List(IndexOf(worst, expected.Lengths))} is {found[worst]:R} and should be {wanted[worst]:R}: error {Error(worst):G3} {relation}, tolerated {tolerance:G3}."));
        return Error(worst);

        // What is not a number is as wrong as can be.
        double Error(int i) => Math.Abs(found[i] - wanted[i]) / unit is var error && double.IsNaN(error) ? double.PositiveInfinity : error;
    }

    private static string List(ReadOnlySpan<nint> numbers) => $"[{string.Join(", ", numbers.ToArray())}]";

    private static nint[] IndexOf(nint position, ReadOnlySpan<nint> lengths)
    {
        var index = new nint[lengths.Length];
        for (int axis = lengths.Length - 1; axis >= 0; axis--)
            (position, index[axis]) = Math.DivRem(position, lengths[axis]);
        return index;
    }
}
