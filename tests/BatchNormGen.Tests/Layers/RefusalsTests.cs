using System.Buffers;
using System.Numerics.Tensors;
using BatchNormGen.Tests.Vectors;

namespace BatchNormGen.Tests.Layers;

/// <summary>What the entry points refuse, and what they say; and what they take although it looks unusual.</summary>
public class RefusalsTests
{
    private const float Eps = 1e-5f;

    private readonly NormInputs<float> inputs = NormLayers.InFloat[0].Draw(12, 6, 5);
    private readonly Tensor<float> output = Tensor.CreateFromShape<float>([6, 5]);
    private readonly Tensor<float> dx = Tensor.CreateFromShape<float>([6, 5]);
    private readonly Tensor<float> dgamma = Tensor.CreateFromShape<float>([5]);
    private readonly Tensor<float> dbeta = Tensor.CreateFromShape<float>([5]);

    private static Tensor<float> Zeros(params nint[] lengths) => Tensor.CreateFromShape<float>(lengths);

    private static void AssertRefused(string parameter, string[] parts, Action call)
    {
        var error = Assert.Throws<ArgumentException>(call);
        Assert.Equal(parameter, error.ParamName);
        Assert.All(parts, part => Assert.Contains(part, error.Message));
    }

    [Fact]
    public void Null_tensors_are_named()
    {
        Assert.Equal("x", Assert.Throws<ArgumentNullException>(() => Norms.BatchNormForward(null!, inputs.Gamma, inputs.Beta, Eps)).ParamName);
        Assert.Equal("gamma", Assert.Throws<ArgumentNullException>(() => Norms.BatchNormForward(inputs.X, null!, inputs.Beta, Eps)).ParamName);
        Assert.Equal("beta", Assert.Throws<ArgumentNullException>(() => Norms.BatchNormFused(inputs.X, inputs.Gamma, null!, Eps)).ParamName);
        Assert.Equal("dout", Assert.Throws<ArgumentNullException>(() => Norms.BatchNormBackward(null!, Filled())).ParamName);
        Assert.Equal("cache", Assert.Throws<ArgumentNullException>(() => Norms.BatchNormBackward(inputs.Dout, null!)).ParamName);
        Assert.Equal("cache", Assert.Throws<ArgumentNullException>(() => Norms.BatchNormForward(inputs.X, inputs.Gamma, inputs.Beta, Eps, output, null!)).ParamName);
        Assert.Equal("cache", Assert.Throws<ArgumentNullException>(() => Norms.BatchNormBackward(inputs.Dout, inputs.X, inputs.Gamma, default, null!, dx, dgamma, dbeta)).ParamName);
    }

    [Fact]
    public void A_wrong_number_of_axes_is_named_with_both_shapes()
    {
        AssertRefused("x", ["x", "[N, D]", "[6, 5, 1]"], () => Norms.BatchNormForward(Zeros(6, 5, 1), inputs.Gamma, inputs.Beta, Eps));
        AssertRefused("gamma", ["gamma", "[D]", "[1, 5]"], () => Norms.BatchNormFused(inputs.X, Zeros(1, 5), inputs.Beta, Eps));
        AssertRefused("output", ["output", "[N, D]", "[30]"], () => Norms.BatchNormForward(inputs.X, inputs.Gamma, inputs.Beta, Eps, Zeros(30), new()));
    }

    [Fact]
    public void Wrong_extents_are_named_with_both_shapes()
    {
        AssertRefused("gamma", ["gamma", "[D] = [5]", "[6]"], () => Norms.BatchNormForward(inputs.X, Zeros(6), inputs.Beta, Eps));
        AssertRefused("beta", ["beta", "[D] = [5]", "[1]"], () => Norms.BatchNormFused(inputs.X, inputs.Gamma, Zeros(1), Eps));
        AssertRefused("output", ["output", "[N, D] = [6, 5]", "[5, 6]"], () => Norms.BatchNormForward(inputs.X, inputs.Gamma, inputs.Beta, Eps, Zeros(5, 6), new()));
        AssertRefused("gamma", ["gamma", "[C, 1, 1] = [3, 1, 1]", "[3, 2, 1]"], () => Norms.ImageNormFused(Zeros(2, 3, 4, 5), Zeros(3, 2, 1), Zeros(3, 1, 1), Eps));
    }

    [Fact]
    public void The_backward_wants_the_shapes_of_its_forward()
    {
        var cache = Filled();
        AssertRefused("dout", ["dout", "[N, D] = [6, 5]", "[7, 5]"], () => Norms.BatchNormBackward(Zeros(7, 5), cache));
        AssertRefused("dout", ["[6, 5]", "[7, 5]"], () => Norms.BatchNormBackward(Zeros(7, 5), Zeros(7, 5), inputs.Gamma, default, cache, Zeros(7, 5), dgamma, dbeta));
        AssertRefused("x", ["[6, 5]", "[7, 5]"], () => Norms.BatchNormBackward(inputs.Dout, Zeros(7, 5), inputs.Gamma, default, cache, dx, dgamma, dbeta));
        AssertRefused("gamma", ["[5]", "[6]"], () => Norms.BatchNormBackward(inputs.Dout, inputs.X, Zeros(6), default, cache, dx, dgamma, dbeta));
        AssertRefused("dx", ["[6, 5]", "[5, 6]"], () => Norms.BatchNormBackward(inputs.Dout, inputs.X, inputs.Gamma, default, cache, Zeros(5, 6), dgamma, dbeta));
        AssertRefused("dbeta", ["[5]", "[4]"], () => Norms.BatchNormBackward(inputs.Dout, inputs.X, inputs.Gamma, default, cache, dx, dgamma, Zeros(4)));
    }

    [Fact]
    public void Tensors_that_are_not_dense_are_refused_with_a_remedy()
    {
        var wide = Zeros(6, 9);
        AssertRefused("x", ["x", "dense", "ToDenseTensor"], () => Norms.BatchNormFused(wide.Slice(NRange.All, 2..7), inputs.Gamma, inputs.Beta, Eps));
        AssertRefused("x", ["x", "dense", "ToDenseTensor"], () => Norms.BatchNormForward(Tensor.PermuteDimensions(Zeros(5, 6), [1, 0]), inputs.Gamma, inputs.Beta, Eps));
        AssertRefused("output", ["output", "dense"], () => Norms.BatchNormForward(inputs.X, inputs.Gamma, inputs.Beta, Eps, wide.Slice(NRange.All, 2..7), new()));
        AssertRefused("dx", ["dx", "dense"], () => Norms.BatchNormBackward(inputs.Dout, inputs.X, inputs.Gamma, default, Filled(), wide.Slice(NRange.All, 2..7), dgamma, dbeta));
        Assert.Equal(Norms.BatchNormFused(Zeros(6, 5), inputs.Gamma, inputs.Beta, Eps), Norms.BatchNormFused(Zeros(8, 5).Slice(1..7, NRange.All), inputs.Gamma, inputs.Beta, Eps).AsEnumerable());
    }

    [Fact]
    public void Results_that_would_overwrite_inputs_are_refused()
    {
        var array = new float[40];
        TensorSpan<float> At(int start, params nint[] lengths) => new(array.AsSpan(start, (int)lengths.Aggregate((nint)1, (a, b) => a * b)), lengths);

        AssertRefused("output", ["output", "x"], () => Norms.BatchNormForward(inputs.X, inputs.Gamma, inputs.Beta, Eps, inputs.X, new()));
        AssertRefused("output", ["output", "x"], () => Norms.BatchNormForward(At(0, 6, 5), inputs.Gamma, inputs.Beta, Eps, At(10, 6, 5), new()));
        AssertRefused("output", ["output", "gamma"], () => Norms.BatchNormForward(inputs.X, At(3, 5), inputs.Beta, Eps, At(7, 6, 5), new()));
        AssertRefused("dx", ["dx", "dout"], () => Norms.BatchNormBackward(At(0, 6, 5), inputs.X, inputs.Gamma, default, Filled(), At(5, 6, 5), dgamma, dbeta));
        AssertRefused("dgamma", ["dgamma"], () => Norms.BatchNormBackward(inputs.Dout, inputs.X, inputs.Gamma, default, Filled(), dx, inputs.Gamma, dbeta));
        AssertRefused("dgamma", ["dgamma"], () => Norms.BatchNormBackward(At(0, 6, 5), inputs.X, inputs.Gamma, default, Filled(), dx, At(25, 5), dbeta));
        Assert.Throws<ArgumentException>(() => Norms.BatchNormBackward(inputs.Dout, inputs.X, inputs.Gamma, default, Filled(), At(0, 6, 5), At(28, 5), dbeta));
        Assert.Throws<ArgumentException>(() => Norms.BatchNormBackward(inputs.Dout, inputs.X, inputs.Gamma, default, Filled(), dx, At(0, 5), At(0, 5)));
    }

    [Fact]
    public void A_refusal_leaves_everything_as_it_was()
    {
        output.Fill(7);
        Assert.Throws<ArgumentException>(() => Norms.BatchNormForward(inputs.X, inputs.Gamma, Zeros(4), Eps, output, new()));
        Assert.All(TensorValues.Of(output), value => Assert.Equal(7, value));

        dx.Fill(7);
        Assert.Throws<ArgumentException>(() => Norms.BatchNormBackward(inputs.Dout, inputs.X, inputs.Gamma, default, Filled(), dx, dgamma, Zeros(4)));
        Assert.All(TensorValues.Of(dx), value => Assert.Equal(7, value));
    }

    [Fact]
    public void Tensors_that_are_needed_cannot_be_left_out()
    {
        AssertRefused("x", ["x", "default"], () => Norms.BatchNormForward(default, inputs.Gamma, inputs.Beta, Eps, output, new()));
        AssertRefused("output", ["output", "default"], () => Norms.BatchNormForward(inputs.X, inputs.Gamma, inputs.Beta, Eps, default, new()));
        AssertRefused("dout", ["dout", "default"], () => Norms.BatchNormBackward(default, inputs.X, inputs.Gamma, default, Filled(), dx, dgamma, dbeta));
        AssertRefused("x", ["x", "default"], () => Norms.BatchNormBackward(inputs.Dout, default, inputs.Gamma, default, Filled(), dx, dgamma, dbeta));
    }

    [Fact]
    public void A_cache_that_is_empty_or_lacks_the_inputs_is_refused()
    {
        Assert.Contains("BatchNormForward", Assert.Throws<InvalidOperationException>(() => Norms.BatchNormBackward(inputs.Dout, new Norms.BatchNormCache())).Message);
        Assert.Contains("BatchNormForward", Assert.Throws<InvalidOperationException>(() => Norms.BatchNormBackward(inputs.Dout, inputs.X, inputs.Gamma, default, new(), dx, dgamma, dbeta)).Message);

        var cache = new Norms.BatchNormCache();
        Norms.BatchNormForward(inputs.X, inputs.Gamma, inputs.Beta, Eps, output, cache);
        Assert.Contains("spans", Assert.Throws<InvalidOperationException>(() => Norms.BatchNormBackward(inputs.Dout, cache)).Message);
    }

    [Fact]
    public void A_forward_that_is_refused_does_not_leave_a_cache_that_looks_filled()
    {
        var cache = new Norms.BatchNormCache();
        Assert.Throws<ArgumentException>(() => Norms.BatchNormForward(inputs.X, inputs.Gamma, Zeros(4), Eps, output, cache));
        Assert.Throws<InvalidOperationException>(() => Norms.BatchNormBackward(inputs.Dout, inputs.X, inputs.Gamma, default, cache, dx, dgamma, dbeta));
    }

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public void A_gradient_may_take_the_place_of_the_incoming_one(int which)
    {
        foreach (nint extent in (nint[])[3, 18, 70])
        {
            var layer = NormLayers.InFloat[which];
            nint[] shape = [.. Enumerable.Range(0, layer.Rank).Select(axis => axis < 2 ? extent : 9)];
            var drawn = layer.Draw(13, shape);
            var expected = layer.Allocating(drawn);
            var cache = layer.NewCache();
            layer.ForwardInto(drawn.X, drawn.Gamma, drawn.Beta, drawn.Eps, Zeros(shape), cache);
            var (dgamma, dbeta) = (Zeros(layer.AffineLengths(shape)), Zeros(layer.AffineLengths(shape)));
            layer.BackwardInto(drawn.Dout, drawn.X, drawn.Gamma, default, cache, drawn.Dout, dgamma, dbeta);
            expected.AssertSameBits(new(expected.Output, drawn.Dout, dgamma, dbeta));
        }
    }

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public void Gradients_that_are_not_wanted_change_nothing_about_the_others(int which)
    {
        var layer = NormLayers.InFloat[which];
        nint[] shape = [.. Enumerable.Range(0, layer.Rank).Select(axis => axis < 2 ? (nint)21 : 5)];
        var drawn = layer.Draw(14, shape);
        var expected = layer.Allocating(drawn);
        var cache = layer.NewCache();
        layer.ForwardInto(drawn.X, drawn.Gamma, drawn.Beta, drawn.Eps, Zeros(shape), cache);
        for (int wanted = 0; wanted < 8; wanted++)
        {
            var (dx, dgamma, dbeta) = (Zeros(shape), Zeros(layer.AffineLengths(shape)), Zeros(layer.AffineLengths(shape)));
            layer.BackwardInto(drawn.Dout, drawn.X, drawn.Gamma, default, cache, (wanted & 1) != 0 ? dx : default(TensorSpan<float>), (wanted & 2) != 0 ? dgamma : default(TensorSpan<float>), (wanted & 4) != 0 ? dbeta : default(TensorSpan<float>));
            AssertWritten((wanted & 1) != 0, expected.Dx, dx);
            AssertWritten((wanted & 2) != 0, expected.Dgamma, dgamma);
            AssertWritten((wanted & 4) != 0, expected.Dbeta, dbeta);
        }

        static void AssertWritten(bool wanted, Tensor<float> expected, Tensor<float> actual) =>
            Assert.Equal(wanted ? TensorValues.Of(expected) : new float[actual.FlattenedLength], TensorValues.Of(actual));
    }

    private Norms.BatchNormCache Filled() => Norms.BatchNormForward(inputs.X, inputs.Gamma, inputs.Beta, Eps).cache;
}
