using BatchNormGen.CodeFixes;

namespace BatchNormGen.Generator.Tests.CodeFixes;

public class AddShapeTests
{
    private static string Layer(string parameters, string body = "x") =>
        $"static partial class Layers {{ [Differentiable] static Tensor<float> F({parameters}) => {body}; }}";

    [Theory]
    [InlineData("x.Exp()", "N, D")]
    [InlineData("x - x.Mean(axis: -1, keepDims: true)", "N, D")]
    [InlineData("x - x.Mean(axis: 2, keepDims: true)", "N, T, D")]
    [InlineData("x - x.Mean(axes: [0, 2, 3], keepDims: true)", "N, C, H, W")]
    [InlineData("x - x.Mean(axes: [0, 4], keepDims: true)", "A0, A1, A2, A3, A4")]
    public Task The_first_tensor_gets_as_many_axes_as_the_body_names(string body, string shape) =>
        Fixes.Expect<AddShape>(Layer("Tensor<float> x", body), Layer($"[Shape(\"{shape}\")] Tensor<float> x", body));

    [Theory]
    [InlineData("N, D", "Tensor<float> y", "N, D")]
    [InlineData("N, D", "Tensor<float> gamma", "D")]
    [InlineData("B, T, D", "Tensor<float> bias", "D")]
    [InlineData("N, C, H, W", "Tensor<float> beta", "C, 1, 1")]
    [InlineData("N, D", "Tensor<int> labels", "N")]
    [InlineData("N", "Tensor<int> labels", "N")]
    public Task The_others_go_by_the_first_that_has_names(string known, string parameter, string shape) => Fixes.Expect<AddShape>(
        Layer($"[Shape(\"{known}\")] Tensor<float> x, {parameter}"),
        Layer($"[Shape(\"{known}\")] Tensor<float> x, [Shape(\"{shape}\")] {parameter}"));

    [Fact]
    public Task Other_attributes_and_the_layout_of_the_list_stay() => Fixes.Expect<AddShape>(
        Layer("\n    // The input.\n    [NoGradient] Tensor<float> x,\n    float s"),
        Layer("\n    // The input.\n    [Shape(\"N, D\")] [NoGradient] Tensor<float> x,\n    float s"));

    [Fact]
    public Task The_attribute_is_qualified_like_that_of_the_method() => Fixes.Expect<AddShape>(
        "static partial class Layers { [BatchNormGen.Differentiable] static Tensor<float> F(Tensor<float> x) => x; }",
        "static partial class Layers { [BatchNormGen.Differentiable] static Tensor<float> F([BatchNormGen.Shape(\"N, D\")] Tensor<float> x) => x; }");

    [Fact]
    public Task All_tensors_of_a_layer_get_shapes_that_fit() => Fixes.ExpectAll<AddShape>(
        Layer("Tensor<float> x, Tensor<float> gamma, Tensor<float> beta", "gamma * (x - x.Mean(axis: 0)) + beta"),
        Layer("[Shape(\"N, D\")] Tensor<float> x, [Shape(\"D\")] Tensor<float> gamma, [Shape(\"D\")] Tensor<float> beta", "gamma * (x - x.Mean(axis: 0)) + beta"));
}
