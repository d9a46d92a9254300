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
public abstract partial class LanesTests<V, T>
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
    public void Bounds_keep_NaN()
    {
        T bound = T.CreateChecked(0.75);
        AssertSame((x, _) => V.AtLeast(x, V.Broadcast(bound)), (x, _) => T.Max(x, bound));
        AssertSame((x, _) => V.AtMost(x, V.Broadcast(bound)), (x, _) => T.Min(x, bound));
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
        AssertSame((x, value) => V.Where(V.GreaterThan(x, V.Zero), value), (x, value) => x > T.Zero ? value : T.Zero);
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
    public void Eighths_of_exponents_are_within_a_third_of_a_unit()
    {
        // In double the exponents are whole ones.
        int steps = isFloat ? 8 : 1, bias = isFloat ? 127 : 1023;
        T whole = T.CreateChecked(isFloat ? 3 << 22 : 3L << 51);
        for (int n = (1 - bias) * steps; n <= bias * steps; n++)
        {
            T power = V.MaxOf(V.MantissaToPower(V.Broadcast(whole + T.CreateChecked((bias * steps) + n))));
            double exact = Math.Pow(2, (double)n / steps);
            Assert.InRange(Math.Abs(double.CreateChecked(power) - exact) / double.CreateChecked(T.BitIncrement(power) - power), 0, isFloat ? 0.34 : 0);
        }
    }

    [Fact]
    public void Constants_are_rounded_to_the_type() =>
        Assert.All(ToArray(V.Constant(0.1)), value => Assert.Equal(T.CreateChecked(0.1), value));

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

    /// <summary>Equal, with +0 and −0 told apart; one NaN is as good as another.</summary>
    private static void AssertBits(T expected, T actual, string what) => Assert.True(
        expected.Equals(actual) && (T.IsNaN(expected) || T.IsNegative(expected) == T.IsNegative(actual)),
        $"{what} = {actual}, but {expected} is right.");
}
