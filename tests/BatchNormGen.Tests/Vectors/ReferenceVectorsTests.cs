using System.Numerics.Tensors;
using Xunit.Sdk;

namespace BatchNormGen.Tests.Vectors;

public class ReferenceVectorsTests
{
    private const double Tolerance = 1e-11;

    [Theory, MemberData(nameof(ReferenceVectors.Cases), "batch_norm", MemberType = typeof(ReferenceVectors))]
    public void Plain_batch_norm_agrees_with_libtorch(string name)
    {
        var reference = ReferenceVectors.Read("batch_norm", name);
        AssertAgrees(reference, PlainLayers.BatchNorm(reference.Inputs["x"], reference.Inputs["gamma"], reference.Inputs["beta"], reference.Scalars["eps"]));
    }

    [Theory, MemberData(nameof(ReferenceVectors.Cases), "layer_norm", MemberType = typeof(ReferenceVectors))]
    public void Plain_layer_norm_agrees_with_libtorch(string name)
    {
        var reference = ReferenceVectors.Read("layer_norm", name);
        AssertAgrees(reference, PlainLayers.LayerNorm(reference.Inputs["x"], reference.Inputs["gamma"], reference.Inputs["beta"], reference.Scalars["eps"]));
    }

    private static void AssertAgrees(ReferenceCase reference, PlainLayers layer)
    {
        var (dx, dgamma, dbeta) = layer.Backward(reference.OutputGradients["output"]);
        reference.AssertOutput("output", layer.Output(), Tolerance);
        reference.AssertGradient("x", dx, Tolerance);
        reference.AssertGradient("gamma", dgamma, Tolerance);
        reference.AssertGradient("beta", dbeta, Tolerance);
    }

    [Fact]
    public void Cases_are_listed_by_layer_in_order()
    {
        Assert.Equal(["1x8", "20x100", "33x17", "3x5x7", "5x1", "7x19"], ReferenceVectors.Cases("layer_norm").Select(row => row.Data));
    }

    [Fact]
    public void A_layer_without_vectors_is_an_error_and_not_an_empty_theory()
    {
        var error = Assert.Throws<ArgumentException>(() => ReferenceVectors.Cases("layernorm"));
        Assert.Contains("layernorm__*.json", error.Message);
    }

    [Fact]
    public void A_case_holds_shapes_scalars_and_row_major_data()
    {
        var reference = ReferenceVectors.Read("batch_norm", "nchw_3x5x4x7");
        Assert.Equal(("batch_norm", "nchw_3x5x4x7"), (reference.Layer, reference.Case));
        Assert.Equal<nint>([3, 5, 4, 7], reference.Inputs["x"].Lengths.ToArray());
        Assert.Equal<nint>([5], reference.Inputs["gamma"].Lengths.ToArray());
        Assert.Equal(-1.38671875, reference.Inputs["x"][0, 0, 0, 1]);
        Assert.Equal(1e-5, reference.Scalars["eps"]);
        Assert.Empty(reference.Integers);
    }

    [Fact]
    public void Inputs_and_incoming_gradients_are_exact_in_float()
    {
        var reference = ReferenceVectors.Read("batch_norm", "ill_conditioned_33x17");
        Assert.Equal(reference.Inputs["x"], TensorValues.Convert<float, double>(reference.Input<float>("x")).AsEnumerable());
        Assert.Equal(reference.OutputGradients["output"], TensorValues.Convert<float, double>(reference.OutputGradient<float>("output")).AsEnumerable());
        Assert.Equal(1e-5f, reference.Scalar<float>("eps"));
    }

    [Fact]
    public void A_difference_is_reported_with_case_tensor_index_and_both_values()
    {
        var reference = ReferenceVectors.Read("layer_norm", "3x5x7");
        var dx = reference.Gradients["x"];
        double largest = dx.Max(Math.Abs), right = dx[1, 2, 3];
        var wrong = TensorValues.Convert<double, double>(dx);
        wrong[1, 2, 3] += largest;
        wrong[0, 0, 0] += largest / 2;

        var error = Assert.Throws<FailException>(() => reference.AssertGradient("x", wrong, 1e-11));
        Assert.Equal(
            FormattableString.Invariant($"layer_norm 3x5x7: gradient x[1, 2, 3] is {wrong[1, 2, 3]:R} and should be {right:R}: error 1 of the largest element, tolerated 1E-11."),
            error.Message);
    }

    [Fact]
    public void A_reference_of_zeros_is_compared_absolutely()
    {
        var reference = ReferenceVectors.Read("layer_norm", "5x1");
        reference.AssertGradient("x", Tensor.Create([0, 0, 1e-12, 0, 0], [5, 1]), 1e-11);
        var error = Assert.Throws<FailException>(() => reference.AssertGradient("x", Tensor.Create([0, 0, 0, -2e-11, 0], [5, 1]), 1e-11));
        Assert.Contains("x[3, 0] is -2E-11 and should be 0: error 2E-11 absolute", error.Message);
    }

    [Fact]
    public void What_is_not_a_number_never_agrees()
    {
        var reference = ReferenceVectors.Read("layer_norm", "5x1");
        Assert.Throws<FailException>(() => reference.AssertGradient("x", Tensor.Create([0, double.NaN, 0, 0, 0], [5, 1]), 1e300));
    }

    [Fact]
    public void A_wrong_shape_fails_even_where_the_elements_agree()
    {
        var reference = ReferenceVectors.Read("layer_norm", "5x1");
        var error = Assert.Throws<FailException>(() => reference.AssertGradient("x", Tensor.Create(new double[5]), 1e-11));
        Assert.Contains("has the shape [5] and should have [5, 1]", error.Message);
    }
}
