using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using BatchNormGen.Tests.Vectors;

namespace BatchNormGen.Tests.Layers;

/// <summary>Inputs far from zero, constant ones, and what is not finite.</summary>
public class NumericsTests
{
    [Theory]
    [InlineData(0.5, 2, 5e-5, 5e-5, 5e-3)]
    [InlineData(1e4, 1, 5e-5, 5e-5, 5e-3)]
    public void Batch_norm_in_float_keeps_its_digits(double mean, double deviation, double y, double dx, double dgamma)
    {
        var layer = NormLayers.InFloat[0];
        var inputs = layer.Draw(7, mean, deviation, 32768, 256);
        var (expected, actual) = (layer.Plain(inputs), layer.Allocating(inputs));
        Assert.InRange(Error(expected.Output, actual.Output), 0, y);
        Assert.InRange(Error(expected.Dx, actual.Dx), 0, dx);
        Assert.InRange(Error(expected.Dgamma, actual.Dgamma), 0, dgamma);
    }

    [Theory]
    [InlineData(1, new[] { 16, 16, 32, 32 })]
    [InlineData(1, new[] { 2, 8, 100, 100 })]
    [InlineData(2, new[] { 512, 1024 })]
    [InlineData(2, new[] { 64, 8 })]
    [InlineData(3, new[] { 8, 32, 768 })]
    [InlineData(0, new[] { 64, 31 })]
    [InlineData(0, new[] { 1000, 20 })]
    public void Means_of_ten_thousand_cost_no_digits_in_float(int which, int[] shape)
    {
        var layer = NormLayers.InFloat[which];
        var inputs = layer.Draw(8, 1e4, 1, [.. shape.Select(length => (nint)length)]);
        var (expected, actual) = (layer.Plain(inputs), layer.Allocating(inputs));
        Assert.InRange(Error(expected.Output, actual.Output), 0, 5e-5);
        Assert.InRange(Error(expected.Dx, actual.Dx), 0, 5e-5);
        Assert.InRange(Error(expected.Dgamma, actual.Dgamma), 0, 5e-4);
    }

    /// <summary>The sums of a row are taken about the mean of its first elements, which tell little about it here.</summary>
    [Theory]
    [InlineData(1, new[] { 4, 16, 64, 64 })]
    [InlineData(2, new[] { 16, 4100 })]
    [InlineData(2, new[] { 64, 60 })]
    [InlineData(3, new[] { 4, 8, 768 })]
    public void Rows_that_begin_far_from_their_means_keep_their_digits(int which, int[] shape)
    {
        var layer = NormLayers.InFloat[which];
        var inputs = layer.Draw(12, 0, 1, [.. shape.Select(length => (nint)length)]);
        Span<float> x = MemoryMarshal.CreateSpan(ref inputs.X.GetPinnableReference(), (int)inputs.X.FlattenedLength);
        for (int start = 0; start < x.Length; start += shape[^1])
        {
            x.Slice(start, Math.Min(16, shape[^1] / 4)).Fill(3000);
        }

        var (expected, actual) = (layer.Plain(inputs), layer.Allocating(inputs));
        Assert.InRange(Error(expected.Output, actual.Output), 0, 2e-4);
        Assert.InRange(Error(expected.Dx, actual.Dx), 0, 5e-5);
    }

    /// <summary>The largest absolute error.</summary>
    private static double Error(Tensor<double> expected, Tensor<float> actual) =>
        TensorValues.Of(expected).Zip(TensorValues.Of(actual), (wanted, found) => Math.Abs(wanted - found)).Max();

    [Theory, InlineData(0f), InlineData(1234.5f), InlineData(-1e-20f)]
    public void A_constant_column_becomes_its_shift(float constant)
    {
        var layer = NormLayers.InFloat[0];
        var inputs = layer.Draw(9, 40, 21);
        for (int n = 0; n < 40; n++)
        {
            inputs.X[n, 3] = constant;
        }

        var results = layer.Allocating(inputs);
        Assert.All(Enumerable.Range(0, 40), n => Assert.Equal(inputs.Beta[3], results.Output[n, 3], 1e-6f));
        NormLayer<float>.AssertClose("constant column", layer.Plain(inputs), results, 2e-5);
    }

    [Fact]
    public void One_example_alone_is_its_own_mean()
    {
        foreach (var layer in NormLayers.InFloat.Where(layer => layer.IsBatchNorm))
        {
            nint[] shape = [.. Enumerable.Repeat((nint)1, layer.Rank)];
            shape[1] = 37;
            var inputs = layer.Draw(10, shape);
            var results = layer.Allocating(inputs);
            Assert.Equal(TensorValues.Of(inputs.Beta), TensorValues.Of(results.Output));
            Assert.Equal(TensorValues.Of(inputs.Dout), TensorValues.Of(results.Dbeta));
            Assert.All(TensorValues.Of(results.Dgamma), value => Assert.Equal(0, value));

            // What cancels is dout times gamma / √eps, some hundreds.
            Assert.All(TensorValues.Of(results.Dx), value => Assert.InRange(Math.Abs(value), 0, 1e-4f));
        }
    }

    public static TheoryData<int, double> NotFinite => new()
    {
        { 0, double.NaN }, { 0, double.PositiveInfinity }, { 0, double.NegativeInfinity },
        { 1, double.NaN }, { 1, double.PositiveInfinity },
        { 2, double.NaN }, { 2, double.PositiveInfinity }, { 2, double.NegativeInfinity },
        { 3, double.NaN }, { 3, double.NegativeInfinity },
    };

    [Theory, MemberData(nameof(NotFinite))]
    public void What_is_not_finite_stays_in_its_group(int which, double value)
    {
        Check(NormLayers.InFloat[which]);
        Check(NormLayers.InDouble[which]);

        void Check<T>(NormLayer<T> layer) where T : unmanaged, IFloatingPointIeee754<T>
        {
            nint[] shape = layer.Rank switch { 2 => [21, 35], 3 => [3, 7, 35], _ => [3, 7, 5, 7] };
            var clean = layer.Draw(11, shape);
            var before = layer.Allocating(clean);
            var dirty = layer.Draw(11, shape);
            nint[] place = [.. shape.Select(length => length / 2)];
            dirty.X[place] = T.CreateTruncating(value);

            var staged = TensorValues.Of(layer.Eager(dirty.X, dirty.Gamma, dirty.Beta, dirty.Eps));
            var after = layer.Allocating(dirty);
            var (output, outputBefore) = (TensorValues.Of(after.Output), TensorValues.Of(before.Output));
            var (dx, dxBefore) = (TensorValues.Of(after.Dx), TensorValues.Of(before.Dx));
            for (int i = 0; i < output.Length; i++)
            {
                Assert.Equal(T.IsNaN(staged[i]), T.IsNaN(output[i]));
                Assert.Equal(T.IsNaN(staged[i]), T.IsNaN(dx[i]));
                if (T.IsFinite(staged[i]))
                {
                    Assert.Equal(outputBefore[i], output[i]);
                    Assert.Equal(dxBefore[i], dx[i]);
                }
            }
        }
    }
}
