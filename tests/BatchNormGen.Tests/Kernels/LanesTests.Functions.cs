using BatchNormGen.Kernels;

namespace BatchNormGen.Tests.Kernels;

/// <content>The functions: within a stated distance of reference values and of samples over all floats, and exact at their limits.</content>
public abstract partial class LanesTests<V, T>
{
    private static readonly Dictionary<string, Func<V, V>> functions = Functions<V>();

    /// <summary>The distance allowed, in units in the last place.</summary>
    private static readonly Dictionary<string, double> bounds = new()
    {
        ["Exp"] = 1.1, ["ExpM1"] = 2, ["Log"] = 1, ["LogP1"] = 1, ["Log2"] = 2, ["Sin"] = 2, ["Cos"] = 2,
        ["Tanh"] = 2.5, ["Sigmoid"] = 2.5, ["Erf"] = 1.2, ["Erfc"] = 4, ["Softplus"] = 2,
    };

    public static TheoryData<string> Names => new(bounds.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_function_is_close_to_reference_values(string name)
    {
        foreach ((double x, double y, double low) in ReferenceValues.Of[name])
        {
            T argument = T.CreateTruncating(x);
            if (double.CreateTruncating(argument) == x)
            {
                AssertClose(name, x, y, low, V.MaxOf(functions[name](V.Broadcast(argument))));
            }
        }
    }

    [Fact]
    public void What_erf_and_erfc_find_on_the_way_is_exp_of_minus_the_square()
    {
        for (double x = -30; x <= 30; x += 0.0137)
        {
            T argument = T.CreateTruncating(x);
            double rounded = double.CreateTruncating(argument), expected = Math.Exp(-rounded * rounded);
            double allowed = isFloat ? (2e-7 * expected) + (2 * float.Epsilon) : (2e-13 * expected) + (2 * double.Epsilon);
            V erf = V.Erf(V.Broadcast(argument), out V first), erfc = V.Erfc(V.Broadcast(argument), out V second);
            Assert.Equal(V.MaxOf(V.Erf(V.Broadcast(argument))), V.MaxOf(erf));
            Assert.Equal(V.MaxOf(V.Erfc(V.Broadcast(argument))), V.MaxOf(erfc));
            Assert.Equal(V.MaxOf(first), V.MaxOf(second));
            double actual = double.CreateTruncating(V.MaxOf(first));
            Assert.True(Math.Abs(actual - expected) <= allowed, $"exp(-({rounded})^2) = {actual}, but {expected} is right.");
        }

        foreach (double limit in (double[])[double.PositiveInfinity, double.NegativeInfinity, double.NaN])
        {
            V.Erfc(V.Constant(limit), out V gaussian);
            Assert.Equal(double.IsNaN(limit) ? T.NaN : T.Zero, V.MaxOf(gaussian));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_function_is_close_for_floats_of_every_size(string name)
    {
        const uint Step = 200_003;
        Func<double, double> expected = typeof(Scalars).GetMethod(name)!.CreateDelegate<Func<double, double>>();
        var x = new T[16];
        for (uint bits = 0; bits < uint.MaxValue - (16 * Step); bits += 16 * Step)
        {
            for (int i = 0; i < x.Length; i++)
            {
                x[i] = T.CreateTruncating(BitConverter.UInt32BitsToSingle(bits + ((uint)i * Step)));
            }

            T[] y = Map(functions[name], x);
            for (int i = 0; i < x.Length; i++)
            {
                double exact = expected(double.CreateTruncating(x[i]));
                double argument = double.CreateTruncating(x[i]), actual = double.CreateTruncating(y[i]);
                if (isFloat)
                {
                    AssertClose(name, argument, exact, 0, y[i]);
                }
                else
                {
                    // In double the expected values are not exact themselves.
                    double allowed = (1e-14 * Math.Abs(exact)) + double.Epsilon;
                    Assert.True(exact.Equals(actual) || Math.Abs(exact - actual) <= allowed, $"{name}({argument}) = {actual}, but {exact} is right.");
                }
            }
        }
    }

    [Fact]
    public void Functions_are_exact_at_their_limits()
    {
        T infinity = T.PositiveInfinity, half = T.CreateChecked(0.5), two = T.CreateChecked(2), large = T.CreateChecked(1e30);
        AssertExactly("Exp", (T.Zero, T.One), (T.NegativeZero, T.One), (infinity, infinity), (-infinity, T.Zero), (large, infinity), (-large, T.Zero));
        AssertExactly("ExpM1", (infinity, infinity), (-infinity, -T.One), (large, infinity), (-large, -T.One));
        AssertExactly("Log", (T.Zero, -infinity), (T.NegativeZero, -infinity), (T.One, T.Zero), (infinity, infinity), (-infinity, T.NaN), (-T.One, T.NaN), (-T.Epsilon, T.NaN));
        AssertExactly("LogP1", (-T.One, -infinity), (infinity, infinity), (-infinity, T.NaN), (-two, T.NaN));
        AssertExactly("Log2", (T.Zero, -infinity), (T.NegativeZero, -infinity), (T.One, T.Zero), (half, -T.One), (infinity, infinity), (-T.One, T.NaN));
        AssertExactly("Sin", (infinity, T.NaN), (-infinity, T.NaN));
        AssertExactly("Cos", (T.Zero, T.One), (T.NegativeZero, T.One), (infinity, T.NaN), (-infinity, T.NaN));
        AssertExactly("Tanh", (infinity, T.One), (-infinity, -T.One), (large, T.One), (-large, -T.One));
        AssertExactly("Sigmoid", (T.Zero, half), (infinity, T.One), (-infinity, T.Zero), (large, T.One), (-large, T.Zero));
        AssertExactly("Erf", (infinity, T.One), (-infinity, -T.One), (large, T.One), (-large, -T.One));
        AssertExactly("Erfc", (T.Zero, T.One), (T.NegativeZero, T.One), (infinity, T.Zero), (-infinity, two), (large, T.Zero), (-large, two));
        AssertExactly("Softplus", (infinity, infinity), (-infinity, T.Zero), (large, large), (-large, T.Zero));

        // What passes through 0 with slope 1 keeps its zeros, and what is too small to be bent.
        foreach (string name in (string[])["ExpM1", "LogP1", "Sin", "Tanh"])
        {
            AssertExactly(name, (T.Zero, T.Zero), (T.NegativeZero, T.NegativeZero), (T.Epsilon, T.Epsilon), (-T.Epsilon, -T.Epsilon));
        }

        AssertExactly("Erf", (T.Zero, T.Zero), (T.NegativeZero, T.NegativeZero));
        foreach (string name in functions.Keys)
        {
            AssertExactly(name, (T.NaN, T.NaN));
        }
    }

    [Fact]
    public void Sign_is_one_with_the_sign_or_zero_or_NaN() =>
        AssertSame((x, _) => V.Sign(x), (x, _) => x > T.Zero ? T.One : x < T.Zero ? -T.One : x);

    [Fact]
    public void Angles_that_need_more_digits_do_not_disturb_their_neighbours()
    {
        T small = T.CreateChecked(0.7), large = T.CreateChecked(1e20);
        for (int lane = 0; lane < V.Count; lane++)
        {
            var angles = new T[V.Count];
            Array.Fill(angles, small);
            angles[lane] = large;
            T[] sines = ToArray(V.Sin(V.Load(angles, 0))), cosines = ToArray(V.Cos(V.Load(angles, 0)));
            for (int other = 0; other < V.Count; other++)
            {
                AssertBits(V.MaxOf(V.Sin(V.Broadcast(angles[other]))), sines[other], "sin");
                AssertBits(V.MaxOf(V.Cos(V.Broadcast(angles[other]))), cosines[other], "cos");
            }
        }
    }

    [Fact]
    public void Pow_is_that_of_scalars()
    {
        AssertSame(V.Pow, T.Pow);
        AssertSame((x, _) => V.Pow(x, T.CreateChecked(-1.7)), (x, _) => T.Pow(x, T.CreateChecked(-1.7)));
    }

    [Fact]
    public void A_result_does_not_depend_on_the_width()
    {
        Dictionary<string, Func<Lane<T>, Lane<T>>> alone = Functions<Lane<T>>();
        foreach (string name in functions.Keys)
        {
            foreach (T x in (T[])[.. special, .. ordinary])
            {
                AssertBits(Lane<T>.MaxOf(alone[name](Lane<T>.Broadcast(x))), V.MaxOf(functions[name](V.Broadcast(x))), $"{name}({x})");
            }
        }
    }

    private static Dictionary<string, Func<W, W>> Functions<W>()
        where W : struct, ILanes<W, T> => new()
        {
            ["Exp"] = W.Exp, ["ExpM1"] = W.ExpM1, ["Log"] = W.Log, ["LogP1"] = W.LogP1, ["Log2"] = W.Log2, ["Sin"] = W.Sin, ["Cos"] = W.Cos,
            ["Tanh"] = W.Tanh, ["Sigmoid"] = W.Sigmoid, ["Erf"] = W.Erf, ["Erfc"] = W.Erfc, ["Softplus"] = W.Softplus,
        };

    private static void AssertClose(string name, double x, double y, double low, T actual)
    {
        T nearest = T.CreateTruncating(y);
        if (!T.IsFinite(nearest) || !T.IsFinite(actual))
        {
            AssertBits(nearest, actual, $"{name}({x})");
            return;
        }

        double ulp = double.CreateTruncating(T.BitIncrement(T.Abs(nearest)) - T.Abs(nearest));
        double error = Math.Abs(double.CreateTruncating(actual) - y - low) / ulp;
        Assert.True(error <= bounds[name], $"{name}({x}) = {actual}, but {y} is right: {error} ulp off, at most {bounds[name]} allowed.");
    }

    private static void AssertExactly(string name, params (T X, T Y)[] pairs)
    {
        foreach ((T x, T y) in pairs)
        {
            Assert.All(ToArray(functions[name](V.Broadcast(x))), actual => AssertBits(y, actual, $"{name}({x})"));
        }
    }
}
