using System.Numerics;
using System.Numerics.Tensors;
using BatchNormGen.Tests.Vectors;

namespace BatchNormGen.Tests.Operations;

/// <summary>Compares fused results with those of the staged body, element by element.</summary>
internal static class Agree
{
    /// <summary>
    /// NaN where NaN is, infinities where they are, and numbers to a few units of their last place; or of that of <paramref name="size"/>, where
    /// numbers of this size were added.
    /// </summary>
    public static void Check<T>(string what, Tensor<T>[] staged, Tensor<T>[] fused, Tensor<T>? cause = null, double size = 0) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Assert.Equal(staged.Length, fused.Length);
        for (int output = 0; output < staged.Length; output++)
        {
            Assert.Equal(staged[output].Lengths.ToArray(), fused[output].Lengths.ToArray());
            var (expected, actual) = (TensorValues.Of(staged[output]), TensorValues.Of(fused[output]));
            for (int i = 0; i < expected.Length; i++)
                Assert.True(IsClose(expected[i], actual[i], T.CreateChecked(size)), FormattableString.Invariant($"{what}, output {output}[{i}]: {actual[i]} should be {expected[i]}{(cause is null ? "" : $", at {TensorValues.Of(cause)[i * cause.FlattenedLength / expected.Length]}")}."));
        }
    }

    private static bool IsClose<T>(T expected, T actual, T size) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!T.IsFinite(expected)) return expected.Equals(actual);
        var relative = T.CreateChecked(typeof(T) == typeof(float) ? 2e-6 : 1e-14);
        return T.Abs(actual - expected) <= relative * T.Max(T.Abs(expected), size) + T.CreateChecked(1024) * T.Epsilon;
    }
}
