using System.Numerics;
using System.Numerics.Tensors;
using BatchNormGen.Tests.Vectors;

namespace BatchNormGen.Tests.Layers;

/// <summary>Batch norm and layer norm as generated, against libtorch's numbers, finite differences and the staged body.</summary>
public class NormTests
{
    private static readonly GradientCheckOptions Sharp = new() { Difference = CentralDifference.FivePoint, AbsoluteTolerance = 1e-8, RelativeTolerance = 1e-7 };

    [Theory]
    [MemberData(nameof(ReferenceVectors.Cases), "batch_norm", MemberType = typeof(ReferenceVectors))]
    public void Batch_norm_agrees_with_libtorch(string name)
    {
        AssertAgreesWithLibtorch(NormLayers.InDouble, "batch_norm", name, 1e-11);
        AssertAgreesWithLibtorch(NormLayers.InFloat, "batch_norm", name, 2e-5);
    }

    [Theory]
    [MemberData(nameof(ReferenceVectors.Cases), "layer_norm", MemberType = typeof(ReferenceVectors))]
    public void Layer_norm_agrees_with_libtorch(string name)
    {
        AssertAgreesWithLibtorch(NormLayers.InDouble, "layer_norm", name, 1e-11);
        AssertAgreesWithLibtorch(NormLayers.InFloat, "layer_norm", name, 2e-5);
    }

    private static void AssertAgreesWithLibtorch<T>(NormLayer<T>[] layers, string vectors, string name, double tolerance) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var reference = ReferenceVectors.Read(vectors, name);
        var layer = Assert.Single(layers, layer => layer.Vectors == vectors && layer.Rank == reference.Inputs["x"].Rank);
        var affine = layer.AffineLengths(reference.Inputs["x"].Lengths.ToArray());
        var inputs = new NormInputs<T>(reference.Input<T>("x"), Shaped(reference.Input<T>("gamma")), Shaped(reference.Input<T>("beta")), reference.Scalar<T>("eps"), reference.OutputGradient<T>("output"));

        var results = layer.Allocating(inputs);
        reference.AssertOutput("output", results.Output, tolerance);
        reference.AssertGradient("x", results.Dx, tolerance);
        reference.AssertGradient("gamma", Flat(results.Dgamma), tolerance);
        reference.AssertGradient("beta", Flat(results.Dbeta), tolerance);
        results.AssertSameBits(layer.Into(inputs, layer.NewCache()));

        Tensor<T> Shaped(Tensor<T> tensor) => Tensor.Create(TensorValues.Of(tensor), affine);
        static Tensor<T> Flat(Tensor<T> tensor) => Tensor.Create(TensorValues.Of(tensor));
    }

    public static TheoryData<int, int[]> Shapes => new()
    {
        { 0, [1, 5] }, { 0, [4, 1] }, { 0, [2, 3] }, { 0, [7, 19] }, { 0, [33, 18] },
        { 1, [1, 1, 1, 1] }, { 1, [1, 3, 2, 2] }, { 1, [4, 1, 1, 1] }, { 1, [3, 5, 4, 7] }, { 1, [2, 3, 1, 17] },
        { 2, [1, 5] }, { 2, [4, 1] }, { 2, [2, 3] }, { 2, [7, 19] }, { 2, [18, 33] },
        { 3, [1, 1, 4] }, { 3, [2, 3, 1] }, { 3, [3, 5, 7] }, { 3, [2, 1, 18] },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void The_backward_is_the_gradient(int which, int[] shape)
    {
        var layer = NormLayers.InDouble[which];
        var inputs = layer.Draw(1, [.. shape.Select(length => (nint)length)]);
        GradientCheck.Run(
            [("x", inputs.X), ("gamma", inputs.Gamma), ("beta", inputs.Beta)],
            t => layer.Eager(t[0], t[1], t[2], 1e-2),
            (t, dout) => layer.Allocating(new(t[0], t[1], t[2], 1e-2, dout)) is var results ? [results.Dx, results.Dgamma, results.Dbeta] : [],
            Sharp).ThrowIfFailed();
    }

    [Theory, MemberData(nameof(Shapes))]
    public void All_ways_to_call_the_forward_give_the_same_bits_and_what_the_staged_body_gives(int which, int[] shape)
    {
        Check(NormLayers.InFloat[which], 2e-6);
        Check(NormLayers.InDouble[which], 1e-12);

        void Check<T>(NormLayer<T> layer, double tolerance) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var inputs = layer.Draw(2, [.. shape.Select(length => (nint)length)]);
            var fused = layer.Fused(inputs.X, inputs.Gamma, inputs.Beta, inputs.Eps);
            var results = layer.Allocating(inputs);
            Assert.Equal(TensorValues.Of(fused), TensorValues.Of(results.Output));
            results.AssertSameBits(layer.Into(inputs, layer.NewCache()));
            TensorAssert.Close($"{layer} against the staged body", TensorValues.Convert<T, double>(layer.Eager(inputs.X, inputs.Gamma, inputs.Beta, inputs.Eps)), fused, tolerance);
        }
    }

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public void A_cache_serves_shape_after_shape(int which)
    {
        Check(NormLayers.InFloat[which]);
        Check(NormLayers.InDouble[which]);

        static void Check<T>(NormLayer<T> layer) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var cache = layer.NewCache();
            foreach (nint extent in (nint[])[9, 21, 3, 40, 1])
            {
                var inputs = layer.Draw((int)extent, [.. Enumerable.Range(0, layer.Rank).Select(axis => extent + axis)]);
                layer.Allocating(inputs).AssertSameBits(layer.Into(inputs, cache));
            }
        }
    }
}
