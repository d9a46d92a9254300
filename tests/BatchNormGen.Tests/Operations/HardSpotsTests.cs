using System.Numerics.Tensors;
using BatchNormGen.Tests.Vectors;

namespace BatchNormGen.Tests.Operations;

/// <summary>Gradients where they are not unique, and where a formula that is right on paper loses its digits.</summary>
public class HardSpotsTests
{
    /// <summary>dy/dx of an element-wise operation at one place.</summary>
    private static double At(string name, double x, double dout = 1) => Gradients(name, [x], dout)[0];

    private static double[] Gradients(string name, double[] operands, double dout = 1)
    {
        Tensor<double>[] inputs = operands.Length == 1 ? [Tensor.Create([operands[0]], [1, 1])] : [Tensor.Create([operands[0]], [1, 1]), Tensor.Create([operands[1]])];
        return [.. ElementWiseInDouble.Table[name].Gradients(inputs, [Tensor.Create([dout], [1, 1]), Tensor.Create([0.0])]).Select(gradient => TensorValues.Of(gradient)[0])];
    }

    [Theory]
    [InlineData("Relu", 0, 0)]
    [InlineData("Abs", 0, 0)]
    [InlineData("Sign", 0, 0)]
    [InlineData("LeakyRelu", 0, 0.25)]
    [InlineData("Elu", 0, 1.5)]
    [InlineData("HardTanh", 1, 1)]
    [InlineData("HardTanh", -1, 1)]
    [InlineData("Clamp", -1, 1)]
    [InlineData("Clamp", 0.5, 1)]
    [InlineData("Clamp", 0.50001, 0)]
    [InlineData("Clamp", -1.00001, 0)]
    public void Where_a_derivative_is_not_unique_it_is_the_agreed_one(string name, double x, double expected) => Assert.Equal(expected, At(name, x));

    [Theory]
    [InlineData("Maximum", 2, 2, 0.5, 0.5)]
    [InlineData("Minimum", 2, 2, 0.5, 0.5)]
    [InlineData("Maximum", 2, 1, 1, 0)]
    [InlineData("Minimum", 2, 1, 0, 1)]
    [InlineData("Maximum", 0, -0.0, 0.5, 0.5)]
    [InlineData("Pow", 0, 0, 0, 0)]
    [InlineData("Pow", 0, 2, 0, 0)]
    [InlineData("Pow", 3, 0, 0, 1.0986122886681098)]
    [InlineData("Pow", 0, 1, 1, 0)]
    public void Operands_share_the_gradient(string name, double a, double b, double da, double db) => Assert.Equal([da, db], Gradients(name, [a, b]), (expected, actual) => Math.Abs(expected - actual) <= 1e-15 * Math.Abs(expected));

    [Theory]
    [InlineData("Softplus", 1000, 1)]
    [InlineData("Softplus", -1000, 0)]
    [InlineData("Softplus", -40, 4.248354255291589e-18)]
    [InlineData("Sigmoid", 1000, 0)]
    [InlineData("Sigmoid", -1000, 0)]
    [InlineData("Sigmoid", -40, 4.248354255291589e-18)]
    [InlineData("Tanh", 100, 0)]
    [InlineData("Log", 1e-300, 1e300)]
    [InlineData("LogP1", 1e-20, 1)]
    [InlineData("LogP1", -0.9999999, 10000000.005263558)]
    [InlineData("ExpM1", 1e-20, 1)]
    [InlineData("Erf", 0, 1.1283791670955126)]
    [InlineData("Erf", 30, 0)]
    [InlineData("Gelu", 0, 0.5)]
    [InlineData("Gelu", 40, 1)]
    [InlineData("Gelu", -40, 0)]
    [InlineData("Silu", 1000, 1)]
    [InlineData("Silu", -1000, 0)]
    [InlineData("Mish", 1000, 1)]
    [InlineData("Mish", -1000, 0)]
    [InlineData("Elu", -1000, 0)]
    [InlineData("Sqrt", 1e-300, 5e149)]
    [InlineData("ReciprocalSqrt", 1e-100, -5e149)]
    public void Tails_keep_their_digits(string name, double x, double expected) => Assert.Equal(expected, At(name, x), 1e-12 * Math.Max(Math.Abs(expected), 1e-300));

    [Theory]
    [InlineData("Relu", -1)]
    [InlineData("Clamp", 3)]
    [InlineData("HardTanh", -3)]
    public void What_a_mask_does_not_let_through_is_zero_even_where_it_is_infinite(string name, double x)
    {
        Assert.Equal(0, At(name, x, double.PositiveInfinity));
        Assert.Equal(0, At(name, x, double.NaN));
    }

    [Fact]
    public void Equal_elements_share_the_gradient_of_the_largest_and_the_smallest()
    {
        var x = Tensor.Create([3.0, 1, 3, 2, 3, 1, 1, 1, 1, 1], [2, 5]);
        var dout = Tensor.Create([6.0, 10], [2]);
        Assert.Equal([2, 0, 2, 0, 2, 2, 2, 2, 2, 2], TensorValues.Of(LayersInDouble.MaxBackward(dout, LayersInDouble.MaxForward(x).cache)));
        Assert.Equal([0, 6, 0, 0, 0, 2, 2, 2, 2, 2], TensorValues.Of(LayersInDouble.MinBackward(dout, LayersInDouble.MinForward(x).cache)));
    }

    [Theory, InlineData(1e4), InlineData(-1e4), InlineData(1e300), InlineData(0)]
    public void The_gradient_of_log_sum_exp_is_softmax_wherever_it_lies(double shift)
    {
        var x = Tensor.Create([shift, shift + Math.Log(2), shift + Math.Log(5)], [1, 3]);
        var (value, cache) = LayersInDouble.LogSumExpForward(x);
        Assert.Equal(Math.Max(shift + Math.Log(8), shift), value[0], 1e-12 * Math.Max(1, Math.Abs(shift)));
        var gradient = TensorValues.Of(LayersInDouble.LogSumExpBackward(Tensor.Create([1.0]), cache));
        double[] expected = Math.Abs(shift) > 1e10 ? [1 / 3.0, 1 / 3.0, 1 / 3.0] : [1 / 8.0, 2 / 8.0, 5 / 8.0];
        for (int i = 0; i < 3; i++) Assert.Equal(expected[i], gradient[i], 1e-11);
    }

    [Fact]
    public void Log_sum_exp_of_infinities_is_infinite_and_no_nan()
    {
        var x = Tensor.Create([double.NegativeInfinity, double.NegativeInfinity, double.PositiveInfinity, 1, double.NegativeInfinity, 2], [3, 2]);
        Assert.Equal([double.NegativeInfinity, double.PositiveInfinity, 2], TensorValues.Of(LayersInDouble.LogSumExpFused(x)));
    }

    [Theory, InlineData(1e4), InlineData(-1e4)]
    public void Softmax_far_from_zero_is_softmax(double shift)
    {
        var x = Tensor.Create([shift, shift + 1, shift + 2], [1, 3]);
        var near = Tensor.Create([0.0, 1, 2], [1, 3]);
        TensorAssert.Close("softmax", LayersInDouble.SoftmaxFused(near), LayersInDouble.SoftmaxFused(x), 1e-14);
        var dout = Tensor.Create([0.5, -1, 0.25], [1, 3]);
        TensorAssert.Close("gradient", LayersInDouble.SoftmaxBackward(dout, LayersInDouble.SoftmaxForward(near).cache), LayersInDouble.SoftmaxBackward(dout, LayersInDouble.SoftmaxForward(x).cache), 1e-13);
    }
}
