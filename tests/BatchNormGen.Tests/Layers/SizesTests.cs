using System.Numerics;
using System.Numerics.Tensors;
using BatchNormGen.Tests.Vectors;

namespace BatchNormGen.Tests.Layers;

/// <summary>Every width around that of a vector, and no element read wrongly or written outside of what was given.</summary>
public class SizesTests
{
    /// <summary>What surrounds every buffer: odd, so that nothing is aligned, and longer than the widest vector.</summary>
    private const int Margin = 67;

    private static readonly nint[] Few = [0, 1, 2, 15, 16, 17, 33];

    private static IEnumerable<nint> Many => Enumerable.Range(0, 68).Select(extent => (nint)extent);

    [Fact]
    public void Batch_norm_of_every_width() => CheckBoth(0, from n in Few from d in Many select (nint[])[n, d]);

    [Fact]
    public void Batch_norm_of_every_height() => CheckBoth(0, from n in Many from d in Few select (nint[])[n, d]);

    [Fact]
    public void Layer_norm_of_every_width() => CheckBoth(2, from n in Few from d in Many select (nint[])[n, d]);

    [Fact]
    public void Layer_norm_of_every_height() => CheckBoth(2, from n in Many from d in Few select (nint[])[n, d]);

    [Fact]
    public void Batch_norm_of_images_of_many_shapes() => CheckBoth(1,
        (from c in (nint[])[0, 1, 3] from h in (nint[])[0, 1, 2, 5] from w in (nint[])[0, 1, 7, 8, 9, 16, 31] from n in (nint[])[0, 1, 2] select (nint[])[n, c, h, w])
        .Concat(from c in Many select (nint[])[2, c, 2, 3]));

    /// <summary>Small images, of which a block of channels takes a few rows each in turn, and several turns go into each sum.</summary>
    [Fact]
    public void Batch_norm_of_many_small_images() => CheckBoth(1,
        [.. from n in (nint[])[14, 15, 29, 40] from c in (nint[])[1, 2, 5, 33] select (nint[])[n, c, 3, 3], [25, 9, 14, 14], [41, 6, 7, 7], [300, 3, 4, 4], [5, 3, 31, 31]]);

    [Fact]
    public void Layer_norm_of_sequences_of_many_shapes() => CheckBoth(3,
        from b in (nint[])[0, 1, 2, 5] from t in (nint[])[0, 1, 3] from d in Many select (nint[])[b, t, d]);

    private static void CheckBoth(int which, IEnumerable<nint[]> shapes)
    {
        foreach (var shape in shapes)
        {
            Check(NormLayers.InFloat[which], shape, 5e-6);
            Check(NormLayers.InDouble[which], shape, 1e-11);
        }
    }

    private static void Check<T>(NormLayer<T> layer, nint[] shape, double tolerance) where T : unmanaged, IFloatingPointIeee754<T>
    {
        string name = $"{layer} [{string.Join(", ", shape)}]";
        // A larger epsilon than usual: the gradient of a group of one or two elements is nothing but cancellation.
        var inputs = layer.Draw(3, shape) with { Eps = T.CreateTruncating(0.25) };
        var x = new Guarded<T>($"{name}: x", inputs.X);
        var gamma = new Guarded<T>($"{name}: gamma", inputs.Gamma);
        var beta = new Guarded<T>($"{name}: beta", inputs.Beta);
        var dout = new Guarded<T>($"{name}: dout", inputs.Dout);
        var output = new Guarded<T>($"{name}: output", inputs.X);
        var dx = new Guarded<T>($"{name}: dx", inputs.X);
        var dgamma = new Guarded<T>($"{name}: dgamma", inputs.Gamma);
        var dbeta = new Guarded<T>($"{name}: dbeta", inputs.Beta);

        var cache = layer.NewCache();
        layer.ForwardInto(x.Tensor, gamma.Tensor, beta.Tensor, inputs.Eps, output.Tensor, cache);
        layer.BackwardInto(dout.Tensor, x.Tensor, gamma.Tensor, beta.Tensor, cache, dx.Tensor, dgamma.Tensor, dbeta.Tensor);

        foreach (var read in (Guarded<T>[])[x, gamma, beta, dout])
        {
            read.AssertUnchanged();
        }

        foreach (var written in (Guarded<T>[])[output, dx, dgamma, dbeta])
        {
            written.AssertSurroundingsUnchanged();
        }

        var actual = new NormResults<T>(output.Copy(), dx.Copy(), dgamma.Copy(), dbeta.Copy());
        if (inputs.X.FlattenedLength > 0)
        {
            // What is almost 0 has nothing to be relative to: with one element in a group, everything cancels but beta.
            var expected = layer.Plain(inputs);
            foreach (var (reference, result) in expected.All.Zip(actual.All))
            {
                AssertCloseOrSmall($"{name}: {result.Name}", reference.Value, result.Value, tolerance);
            }
        }
        else
        {
            Assert.All(TensorValues.Of(actual.Dbeta), value => Assert.Equal(T.Zero, value));
        }
    }

    private static void AssertCloseOrSmall<T>(string name, Tensor<double> expected, Tensor<T> actual, double tolerance) where T : unmanaged, IFloatingPointIeee754<T>
    {
        double unit = Math.Max(1, TensorValues.Of(expected).Max(Math.Abs));
        Tensor<double> Scaled(Tensor<double> tensor) => Tensor.Create([.. TensorValues.Of(tensor).Select(value => value / unit), 1], [tensor.FlattenedLength + 1]);
        TensorAssert.Close(name, Scaled(expected), Scaled(TensorValues.Convert<T, double>(actual)), tolerance);
    }

    /// <summary>A tensor in the middle of a larger array, whose rest must stay as it is.</summary>
    private sealed class Guarded<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        private static readonly T Pattern = T.CreateTruncating(-123456.5);
        private readonly string _name;
        private readonly T[] _array;
        private readonly T[] _values;
        private readonly nint[] _lengths;

        public Guarded(string name, Tensor<T> tensor)
        {
            (_name, _values, _lengths) = (name, TensorValues.Of(tensor), tensor.Lengths.ToArray());
            _array = new T[_values.Length + 2 * Margin];
            Array.Fill(_array, Pattern);
            _values.CopyTo(_array, Margin);
        }

        private Span<T> Elements => _array.AsSpan(Margin, _values.Length);

        public TensorSpan<T> Tensor => new(Elements, _lengths);

        public Tensor<T> Copy() => System.Numerics.Tensors.Tensor.Create(Elements.ToArray(), _lengths);

        public void AssertSurroundingsUnchanged()
        {
            Assert.True(!_array.AsSpan(0, Margin).ContainsAnyExcept(Pattern), $"{_name}: something was written before it.");
            Assert.True(!_array.AsSpan(Margin + _values.Length).ContainsAnyExcept(Pattern), $"{_name}: something was written behind it.");
        }

        public void AssertUnchanged()
        {
            AssertSurroundingsUnchanged();
            Assert.True(Elements.SequenceEqual(_values), $"{_name}: an input was changed.");
        }
    }
}
