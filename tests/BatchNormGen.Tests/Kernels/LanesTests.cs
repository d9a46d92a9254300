using System.Numerics;
using BatchNormGen.Kernels;

namespace BatchNormGen.Tests.Kernels;

public sealed class Lanes512OfFloatTests : LanesTests<Lanes512<float>, float>;

public sealed class Lanes256OfFloatTests : LanesTests<Lanes256<float>, float>;

public sealed class Lanes128OfFloatTests : LanesTests<Lanes128<float>, float>;

public sealed class LaneOfFloatTests : LanesTests<Lane<float>, float>;

public sealed class Lanes512OfDoubleTests : LanesTests<Lanes512<double>, double>;

public sealed class Lanes256OfDoubleTests : LanesTests<Lanes256<double>, double>;

public sealed class Lanes128OfDoubleTests : LanesTests<Lanes128<double>, double>;

public sealed class LaneOfDoubleTests : LanesTests<Lane<double>, double>;

/// <summary>Every operation of one width and type against scalar arithmetic. A width that the processor lacks is emulated, and must be right too.</summary>
public abstract class LanesTests<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly T[] special =
    [
        T.Zero, T.NegativeZero, T.One, -T.One, T.NaN, T.PositiveInfinity, T.NegativeInfinity, T.Epsilon, -T.Epsilon,
        T.E, -T.Pi, T.CreateChecked(0.625), T.CreateChecked(1e-20), T.CreateChecked(-1e20), T.CreateChecked(3e38), T.CreateChecked(-3e38),
    ];

    private static readonly bool isFloat = typeof(T) == typeof(float);

    private static readonly T[] ordinary = Samples(-10, 10, 997);

    [Fact]
    public void Load_and_store_move_exactly_their_lanes()
    {
        T[] source = Samples(-1, 1, 3 * V.Count);
        var destination = new T[3 * V.Count];
        V.Load(source, V.Count - 1).Store(destination, V.Count);

        for (int i = 0; i < destination.Length; i++)
        {
            bool written = i >= V.Count && i < 2 * V.Count;
            Assert.Equal(written ? source[i - 1] : T.Zero, destination[i]);
        }
    }

    [Fact]
    public void Broadcast_and_zero_fill_every_lane()
    {
        Assert.All(ToArray(V.Broadcast(T.Pi)), value => Assert.Equal(T.Pi, value));
        Assert.All(ToArray(V.Zero), value => Assert.Equal(T.Zero, value));
    }

    [Fact]
    public void Arithmetic_is_that_of_scalars()
    {
        AssertSame((x, y) => x + y, (x, y) => x + y);
        AssertSame((x, y) => x - y, (x, y) => x - y);
        AssertSame((x, y) => x * y, (x, y) => x * y);
        AssertSame((x, y) => x / y, (x, y) => x / y);
        AssertSame((x, _) => -x, (x, _) => -x);
    }

    [Fact]
    public void MultiplyAdd_rounds_as_the_scalar_one()
    {
        V c = V.Broadcast(T.CreateChecked(-0.3));
        AssertSame((x, y) => V.MultiplyAdd(x, y, c), (x, y) => T.MultiplyAddEstimate(x, y, T.CreateChecked(-0.3)));
    }

    [Fact]
    public void Max_and_min_propagate_NaN_and_order_the_zeros()
    {
        AssertSame(V.Maximum, T.Max);
        AssertSame(V.Minimum, T.Min);
    }

    [Fact]
    public void Abs_and_copy_sign_change_only_the_sign()
    {
        AssertSame((x, _) => V.Abs(x), (x, _) => T.Abs(x));
        AssertSame(V.CopySign, T.CopySign);
    }

    [Fact]
    public void Roots_and_reciprocals_are_correctly_rounded()
    {
        AssertSame((x, _) => V.Sqrt(x), (x, _) => T.Sqrt(x));
        AssertSame((x, _) => V.Reciprocal(x), (x, _) => T.One / x);
        AssertSame((x, _) => V.ReciprocalSqrt(x), (x, _) => T.One / T.Sqrt(x));
    }

    [Fact]
    public void Relu_keeps_NaN_and_its_gradient_is_zero_at_zero()
    {
        AssertSame((x, _) => V.Relu(x), (x, _) => T.Max(x, T.Zero));
        AssertSame(V.Positive, (x, value) => x > T.Zero ? value : T.Zero);
    }

    [Fact]
    public void Where_selects_by_comparison_and_takes_NaN_as_unlike()
    {
        V then = V.Broadcast(T.Pi), otherwise = V.Broadcast(T.NaN);
        AssertSame((x, y) => V.Where(V.GreaterThan(x, y), then, otherwise), (x, y) => x > y ? T.Pi : T.NaN);
        AssertSame((x, y) => V.Where(V.EqualTo(x, y), then, otherwise), (x, y) => x == y ? T.Pi : T.NaN);
    }

    [Fact]
    public void Powers_of_two_are_exact()
    {
        int least = isFloat ? -126 : -1022;
        for (int n = least; n <= 1 - least; n++)
        {
            Assert.Equal(T.ScaleB(T.One, n), V.MaxOf(V.PowerOfTwo(V.Broadcast(T.CreateChecked(n)))));
        }
    }

    [Fact]
    public void Constants_are_rounded_to_the_type() =>
        Assert.All(ToArray(V.Constant(0.1)), value => Assert.Equal(T.CreateChecked(0.1), value));

    [Fact]
    public void Exp_of_tiny_and_huge_values_is_right_to_the_last_subnormal()
    {
        double last = isFloat ? -103.9 : -745.1, first = isFloat ? 88.72 : 709.78;
        foreach (double x in (double[])[last, last + 2, last + 10, first])
        {
            T argument = T.CreateChecked(x);
            double exact = Math.Exp(double.CreateChecked(argument)), actual = double.CreateChecked(V.MaxOf(V.Exp(V.Broadcast(argument))));
            Assert.Equal(exact, actual, (2.5 * double.CreateChecked(T.Epsilon)) + (exact * (isFloat ? 1.3e-7 : 5e-16)));
            Assert.True(actual > 0 && double.IsFinite(actual));
        }
    }

    [Fact]
    public void Exp_is_within_1_ulp_in_float_and_2_in_double()
    {
        AssertClose(V.Exp, Math.Exp, isFloat ? 1 : 2, [.. ordinary, .. Samples(-86, 88, 4999), .. Samples(-1e-3, 1e-3, 499)]);
        AssertExactly(V.Exp, (T.NegativeInfinity, T.Zero), (T.PositiveInfinity, T.PositiveInfinity), (T.Zero, T.One), (T.NegativeZero, T.One),
            (T.CreateChecked(1e4), T.PositiveInfinity), (T.CreateChecked(-1e4), T.Zero), (T.NaN, T.NaN));
    }

    [Fact]
    public void Log_is_within_3_ulp()
    {
        AssertClose(V.Log, Math.Log, 3, [.. Samples(1e-30, 1e-3, 499), .. Samples(1e-3, 0.9, 999), .. Samples(0.9, 1.1, 4999), .. Samples(1.1, 1e30, 999)]);
        AssertExactly(V.Log, (T.Zero, T.NegativeInfinity), (T.One, T.Zero), (T.PositiveInfinity, T.PositiveInfinity), (-T.One, T.NaN), (T.NaN, T.NaN));
    }

    [Fact]
    public void Tanh_is_within_3_ulp_near_zero_too()
    {
        AssertClose(V.Tanh, Math.Tanh, 3, [.. ordinary, .. Samples(-1, 1, 4999), .. Samples(-1e-6, 1e-6, 499), .. Samples(-25, 25, 999)]);
        AssertExactly(V.Tanh, (T.Zero, T.Zero), (T.NegativeZero, T.NegativeZero), (T.Epsilon, T.Epsilon), (T.PositiveInfinity, T.One),
            (T.NegativeInfinity, -T.One), (T.CreateChecked(1e30), T.One), (T.CreateChecked(-1e30), -T.One), (T.NaN, T.NaN));
    }

    [Fact]
    public void Sigmoid_is_within_4_ulp_and_saturates()
    {
        AssertClose(V.Sigmoid, x => x > 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x)), 4, [.. ordinary, .. Samples(-86, 40, 4999)]);
        AssertExactly(V.Sigmoid, (T.Zero, T.CreateChecked(0.5)), (T.PositiveInfinity, T.One), (T.NegativeInfinity, T.Zero),
            (T.CreateChecked(1e30), T.One), (T.CreateChecked(-1e30), T.Zero), (T.NaN, T.NaN));
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
        foreach (T x in (T[])[.. special, .. ordinary])
        {
            T[] alone = Functions<Lane<T>>(x), together = Functions<V>(x);
            for (int function = 0; function < alone.Length; function++)
            {
                AssertBits(alone[function], together[function], $"function {function} of {x}");
            }
        }

        static T[] Functions<W>(T value)
            where W : struct, ILanes<W, T>
        {
            W x = W.Broadcast(value);
            return [W.MaxOf(W.Exp(x)), W.MaxOf(W.Log(x)), W.MaxOf(W.Tanh(x)), W.MaxOf(W.Sigmoid(x))];
        }
    }

    [Fact]
    public void Sum_widens_before_it_adds()
    {
        T[] values = Samples(-1, 1, V.Count);
        values[0] = T.CreateChecked(1 << 24);
        double expected = values.Sum(double.CreateChecked);
        Assert.Equal(expected, V.Sum(V.Load(values, 0)), 1e-8);
    }

    [Fact]
    public void Extrema_are_found_in_every_lane_and_NaN_wins()
    {
        for (int lane = 0; lane < V.Count; lane++)
        {
            var values = new T[V.Count];
            values[lane] = T.Pi;
            Assert.Equal(T.Pi, V.MaxOf(V.Load(values, 0)));
            Assert.Equal(V.Count == 1 ? T.Pi : T.Zero, V.MinOf(V.Load(values, 0)));
            values[lane] = -T.Pi;
            Assert.Equal(-T.Pi, V.MinOf(V.Load(values, 0)));
            Assert.Equal(V.Count == 1 ? -T.Pi : T.Zero, V.MaxOf(V.Load(values, 0)));
            values[lane] = T.NaN;
            Assert.True(T.IsNaN(V.MaxOf(V.Load(values, 0))));
            Assert.True(T.IsNaN(V.MinOf(V.Load(values, 0))));
        }
    }

    [Fact]
    public void AddTo_adds_each_lane_to_its_own_accumulator_in_double()
    {
        T[] values = Samples(-1, 1, V.Count);
        var accumulators = new double[V.Count + 2];
        Array.Fill(accumulators, 1e10);
        V.AddTo(V.Load(values, 0), accumulators, 1);

        Assert.Equal(1e10, accumulators[0]);
        Assert.Equal(1e10, accumulators[^1]);
        for (int lane = 0; lane < V.Count; lane++)
        {
            Assert.Equal(1e10 + double.CreateChecked(values[lane]), accumulators[lane + 1]);
        }
    }

    private static T[] Samples(double from, double to, int count)
    {
        var samples = new T[count];
        for (int i = 0; i < count; i++)
        {
            samples[i] = T.CreateChecked(from + ((to - from) * (i + 0.37) / count));
        }

        return samples;
    }

    private static T[] ToArray(V lanes)
    {
        var values = new T[V.Count];
        lanes.Store(values, 0);
        return values;
    }

    /// <summary>Applies a function to values at every position of a vector.</summary>
    private static T[] Map(Func<V, V> function, T[] values)
    {
        T[] padded = [.. values, .. new T[V.Count]];
        for (int i = 0; i < values.Length; i += V.Count)
        {
            function(V.Load(padded, i)).Store(padded, i);
        }

        return padded[..values.Length];
    }

    private static void AssertSame(Func<V, V, V> function, Func<T, T, T> expected)
    {
        T[] x = [.. special, .. ordinary];
        foreach (T y in special)
        {
            T[] actual = Map(lanes => function(lanes, V.Broadcast(y)), x);
            for (int i = 0; i < x.Length; i++)
            {
                AssertBits(expected(x[i], y), actual[i], $"f({x[i]}, {y})");
            }
        }
    }

    private static void AssertClose(Func<V, V> function, Func<double, double> expected, double ulps, T[] x)
    {
        T[] actual = Map(function, x);
        for (int i = 0; i < x.Length; i++)
        {
            double e = expected(double.CreateChecked(x[i]));
            T nearest = T.Abs(T.CreateChecked(e));
            double ulp = double.CreateChecked(T.BitIncrement(nearest) - nearest);
            double error = Math.Abs(double.CreateChecked(actual[i]) - e) / ulp;
            Assert.True(error <= ulps, $"f({x[i]}) = {actual[i]}, but {e} is right: {error} ulp off, at most {ulps} allowed.");
        }
    }

    private static void AssertExactly(Func<V, V> function, params (T X, T Y)[] pairs)
    {
        foreach ((T x, T y) in pairs)
        {
            Assert.All(ToArray(function(V.Broadcast(x))), actual => AssertBits(y, actual, $"f({x})"));
        }
    }

    /// <summary>Equal, with +0 and −0 told apart; one NaN is as good as another.</summary>
    private static void AssertBits(T expected, T actual, string what) => Assert.True(
        expected.Equals(actual) && (T.IsNaN(expected) || T.IsNegative(expected) == T.IsNegative(actual)),
        $"{what} = {actual}, but {expected} is right.");
}
