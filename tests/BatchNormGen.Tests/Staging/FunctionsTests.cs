using System.Numerics;
using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Staging;

public class FunctionsTests
{
    private static readonly double Infinity = double.PositiveInfinity;

    /// <summary>f(−∞), f(0) and f(∞).</summary>
    private static readonly Dictionary<string, (double, double, double)> Limits = new()
    {
        ["Square"] = (Infinity, 0, Infinity),
        ["Sqrt"] = (double.NaN, 0, Infinity),
        ["ReciprocalSqrt"] = (double.NaN, Infinity, 0),
        ["Reciprocal"] = (-0.0, Infinity, 0),
        ["Abs"] = (Infinity, 0, Infinity),
        ["Sign"] = (-1, 0, 1),
        ["Exp"] = (0, 1, Infinity),
        ["ExpM1"] = (-1, 0, Infinity),
        ["Log"] = (double.NaN, -Infinity, Infinity),
        ["LogP1"] = (double.NaN, 0, Infinity),
        ["Log2"] = (double.NaN, -Infinity, Infinity),
        ["Sin"] = (double.NaN, 0, double.NaN),
        ["Cos"] = (double.NaN, 1, double.NaN),
        ["Tanh"] = (-1, 0, 1),
        ["Sigmoid"] = (0, 0.5, 1),
        ["Erf"] = (-1, 0, 1),
        ["Softplus"] = (0, Math.Log(2), Infinity),
        ["Relu"] = (0, 0, Infinity),
        ["LeakyRelu"] = (-Infinity, 0, Infinity),
        ["Elu"] = (-1.5, 0, Infinity),
        ["Gelu"] = (double.NaN, 0, Infinity),
        ["GeluTanh"] = (double.NaN, 0, Infinity),
        ["Silu"] = (double.NaN, 0, Infinity),
        ["Mish"] = (double.NaN, 0, Infinity),
        ["HardTanh"] = (-1, 0, 1),
        ["Clamp"] = (-0.5, 0, 2),
        ["Pow"] = (Infinity, 0, Infinity),
    };

    public static TheoryData<string> Names => [.. FunctionValues.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void In_double_a_function_agrees_with_sixty_digits_to_a_few_units_in_the_last_place(string name)
    {
        var tolerance = name switch { "Erf" => 1e-15, "Gelu" => 5e-14, _ => 2e-15 };
        var points = FunctionValues.All[name];
        var values = Apply<double>(name, Tensor.Create(Array.ConvertAll(points, point => point.X)));
        Tensors.AssertClose([points.Length], points.Select(point => point.Y), values, tolerance);
    }

    [Theory, MemberData(nameof(Names))]
    public void In_float_a_function_is_the_exact_value_rounded_once(string name)
    {
        var points = FunctionValues.All[name];
        var values = Apply<float>(name, Tensor.Create(Array.ConvertAll(points, point => (float)point.X)));
        Tensors.AssertEqual([points.Length], points.Select(point => (float)point.Y), values);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_function_has_its_limits_and_keeps_NaN(string name)
    {
        var (below, zero, above) = Limits[name];
        Tensors.AssertClose([4], [below, zero, above, double.NaN],
            Apply<double>(name, Tensor.Create([-Infinity, 0, Infinity, double.NaN])), 1e-15);
        Tensors.AssertClose([4], [below, zero, above, double.NaN],
            Apply<float>(name, Tensor.Create([float.NegativeInfinity, 0, float.PositiveInfinity, float.NaN])), 1e-7);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_function_keeps_the_shape_and_the_order_of_any_view(string name)
    {
        var x = Tensors.Of<double>([2, 1, 3, 1, 2, 2], [.. Enumerable.Range(1, 24).Select(i => i / 8.0)]);
        var expected = x.ToArray().Select(value => Apply<double>(name, Tensor.Create([value]))[0]).ToArray();
        foreach (var view in Tensors.Views(x, double.NaN))
        {
            Tensors.AssertEqual([2, 1, 3, 1, 2, 2], expected, Apply<double>(name, view));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_function_of_an_empty_tensor_is_empty(string name) =>
        Tensors.AssertEqual([2, 0, 3], [], Apply<float>(name, Tensors.Of<float>([2, 0, 3])));

    [Fact]
    public void A_function_does_not_write_to_its_operand()
    {
        var x = Tensors.Of<float>([3], 1, 2, 3);
        x.Square();
        Tensors.AssertEqual([3], [1, 2, 3], x);
    }

    [Theory]
    [InlineData(-709.0), InlineData(-40.0), InlineData(40.0), InlineData(709.0), InlineData(1e300)]
    public void Stable_functions_do_not_overflow(double x)
    {
        var tensor = Tensor.Create([x]);
        Assert.Equal(Math.Max(x, Math.Exp(Math.Min(x, 0)) * (x < 0 ? 1 : 0)), tensor.Softplus()[0], 1e-15 * Math.Abs(x));
        Tensors.AssertClose(x < 0 ? Math.Exp(x) : 1, tensor.Sigmoid()[0], 1e-15);
        Tensors.AssertClose(x < 0 ? -1 : Math.Exp(x), tensor.ExpM1()[0], 1e-15);
    }

    [Fact]
    public void Erf_is_odd_monotone_and_smooth_where_the_series_meets_the_continued_fraction()
    {
        var x = Tensor.Create([.. Enumerable.Range(-6000, 12001).Select(i => i / 1000.0)]);
        var erf = x.Erf().ToArray();
        for (var i = 1; i < erf.Length; i++)
        {
            Assert.Equal(-erf[i], erf[^(i + 1)]);
            Assert.True(erf[i] >= erf[i - 1]);
        }

        // The derivative is 2/√π e^−x²; across x = 1 the central difference must see no step.
        var slope = (Tensor.Create([1 + 1e-6]).Erf()[0] - Tensor.Create([1 - 1e-6]).Erf()[0]) / 2e-6;
        Assert.Equal(2 / Math.Sqrt(Math.PI) * Math.Exp(-1), slope, 1e-9);
    }

    [Fact]
    public void Erf_agrees_with_the_integral_that_defines_it()
    {
        // Simpson's rule on 2/√π e^−t², with an error below 1e−14.
        const int Steps = 4000;
        var weights = Enumerable.Range(0, Steps + 1).Select(i => i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2).ToArray();
        foreach (var x in (double[])[0.1, 0.6, 0.99, 1.01, 1.7, 2.5])
        {
            var h = x / Steps;
            var integral = weights.Select((weight, i) => weight * Math.Exp(-(i * h) * (i * h))).Sum() * h / 3 * 2 / Math.Sqrt(Math.PI);
            Tensors.AssertClose(integral, Tensor.Create([x]).Erf()[0], 1e-13);
        }
    }

    [Fact]
    public void Pow_broadcasts_its_exponents()
    {
        var x = Tensors.Of<float>([2, 3], 1, 2, 3, 4, 5, 6);
        Tensors.AssertEqual([2, 3], [1, 4, 27, 4, 25, 216], x.Pow(Tensors.Of<float>([3], 1, 2, 3)));
        Tensors.AssertEqual([2, 3], [1, 2, 3, 16, 25, 36], x.Pow(Tensors.Of<float>([2, 1], 1, 2)));
        Tensors.AssertEqual([2, 3], [1, 4, 9, 16, 25, 36], x.Pow(2));
    }

    [Fact]
    public void Pow_takes_the_powers_of_zero_and_of_negative_numbers_as_the_mathematics_library_does()
    {
        var x = Tensors.Of<double>([3], -2, 0, double.NaN);
        Tensors.AssertEqual([3], [1, 1, 1], x.Pow(0));
        Tensors.AssertEqual([3], [-8, 0, double.NaN], x.Pow(3));
        Tensors.AssertEqual([3], [double.NaN, 0, double.NaN], x.Pow(0.5));
        Tensors.AssertEqual([3], [-0.5, double.PositiveInfinity, double.NaN], x.Pow(-1));
    }

    [Fact]
    public void Shapes_that_do_not_broadcast_are_named_with_the_axis_where_they_part()
    {
        var error = Assert.Throws<ArgumentException>("other", () => Tensors.Of<float>([2, 3], new float[6]).Pow(Tensors.Of<float>([2, 1, 4], new float[8])));
        Assert.Contains("The shapes [2, 3] and [2, 1, 4] do not broadcast: axis -1 has extents 3 and 4; expected equal extents, or 1 in one of them.", error.Message);
    }

    [Fact]
    public void A_missing_operand_is_an_error() =>
        Assert.Throws<ArgumentNullException>("x", () => ((Tensor<float>)null!).Exp());

    [Fact]
    public void A_form_of_gelu_that_does_not_exist_is_an_error() =>
        Assert.Throws<ArgumentOutOfRangeException>("approximation", () => Tensors.Of<float>([1], 1).Gelu((GeluApproximation)7));

    private static Tensor<T> Apply<T>(string name, Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T> => name switch
    {
        "Square" => x.Square(),
        "Sqrt" => x.Sqrt(),
        "ReciprocalSqrt" => x.ReciprocalSqrt(),
        "Reciprocal" => x.Reciprocal(),
        "Abs" => x.Abs(),
        "Sign" => x.Sign(),
        "Exp" => x.Exp(),
        "ExpM1" => x.ExpM1(),
        "Log" => x.Log(),
        "LogP1" => x.LogP1(),
        "Log2" => x.Log2(),
        "Sin" => x.Sin(),
        "Cos" => x.Cos(),
        "Tanh" => x.Tanh(),
        "Sigmoid" => x.Sigmoid(),
        "Erf" => x.Erf(),
        "Softplus" => x.Softplus(),
        "Relu" => x.Relu(),
        "LeakyRelu" => x.LeakyRelu(T.CreateChecked(0.25)),
        "Elu" => x.Elu(T.CreateChecked(1.5)),
        "Gelu" => x.Gelu(),
        "GeluTanh" => x.Gelu(GeluApproximation.Tanh),
        "Silu" => x.Silu(),
        "Mish" => x.Mish(),
        "HardTanh" => x.HardTanh(),
        "Clamp" => x.Clamp(T.CreateChecked(-0.5), T.CreateChecked(2)),
        "Pow" => x.Pow(T.CreateChecked(2.5)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such function."),
    };
}
