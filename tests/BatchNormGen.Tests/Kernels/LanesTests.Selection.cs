using System.Numerics;
using BatchNormGen.Kernels;

namespace BatchNormGen.Tests.Kernels;

/// <content>Masks, the loads that are not of numbers, and what is written or collected by extrema.</content>
public abstract partial class LanesTests<V, T>
{
    [Fact]
    public void Comparisons_are_those_of_scalars_with_NaN_unlike_all()
    {
        AssertMask(V.GreaterThan, (x, y) => x > y);
        AssertMask(V.GreaterThanOrEqual, (x, y) => x >= y);
        AssertMask(V.LessThan, (x, y) => x < y);
        AssertMask(V.LessThanOrEqual, (x, y) => x <= y);
        AssertMask(V.EqualTo, (x, y) => x == y);
        AssertMask(V.NotEqualTo, (x, y) => x != y);
    }

    [Fact]
    public void Masks_combine_as_truth_values()
    {
        AssertMask((x, y) => V.Not(V.GreaterThan(x, y)), (x, y) => !(x > y));
        AssertMask((x, y) => V.And(V.GreaterThan(x, V.Zero), V.GreaterThan(y, x)), (x, y) => x > T.Zero && y > x);
        AssertMask((x, y) => V.Or(V.GreaterThan(x, V.Zero), V.GreaterThan(y, x)), (x, y) => x > T.Zero || y > x);
        AssertMask((x, y) => V.Not(V.Not(V.EqualTo(x, y))), (x, y) => x == y);
    }

    [Fact]
    public void Where_takes_each_side_bit_by_bit() =>
        AssertSame((x, y) => V.Where(V.LessThan(x, y), x, y), (x, y) => x < y ? x : y);

    [Fact]
    public void What_the_rounding_of_a_sum_lost_is_finite()
    {
        AssertSame((x, y) => V.RestOfSum(x, y, x + y), (x, y) => T.IsFinite(x + y) ? (x - (x + y - (x + y - x))) + (y - (x + y - x)) : T.Zero);
        AssertSame((x, y) => V.Rest(x, y), (x, y) => T.IsFinite(y) ? x - y : T.Zero);
    }

    [Fact]
    public void Any_sees_a_single_lane()
    {
        Assert.False(V.Any(V.GreaterThan(V.Zero, V.Zero)));
        for (int lane = 0; lane < V.Count; lane++)
        {
            var mask = new bool[V.Count];
            mask[lane] = true;
            Assert.True(V.Any(V.LoadMask(mask, 0)));
        }
    }

    [Fact]
    public void Truth_values_are_loaded_as_a_mask()
    {
        bool[] source = [.. Enumerable.Range(0, 4 * V.Count).Select(i => i * i % 7 is 1 or 4)];
        for (int index = 0; index <= 3 * V.Count; index++)
        {
            T[] chosen = ToArray(V.Where(V.LoadMask(source, index), V.Constant(1), V.Zero));
            Assert.Equal(source.Skip(index).Take(V.Count).Select(value => value ? T.One : T.Zero), chosen);
        }
    }

    [Fact]
    public void Integers_of_every_type_are_loaded_as_numbers()
    {
        AssertIntegers<int>(int.MinValue, int.MaxValue, 0, -1, 16_777_217, -33_554_435, 12345);
        AssertIntegers<long>(long.MinValue, long.MaxValue, 0, -1, 1L << 40, 9_007_199_254_740_993);
        AssertIntegers<byte>(0, 255, 128, 7);
        AssertIntegers<short>(short.MinValue, short.MaxValue, -2, 3);
        AssertIntegers<uint>(0, uint.MaxValue, 5);
        AssertIntegers<ulong>(0, ulong.MaxValue, 1ul << 63);
    }

    [Fact]
    public void Positions_count_up_from_the_start()
    {
        foreach (int start in (int[])[0, 5, 16_777_217, int.MaxValue - V.Count])
        {
            Assert.Equal(Enumerable.Range(start, V.Count).Select(T.CreateTruncating), ToArray(V.Positions(start)));
        }
    }

    [Theory]
    [InlineData(Writing.None)]
    [InlineData(Writing.Replace)]
    [InlineData(Writing.Add)]
    [InlineData(Writing.Stream)]
    public void Write_does_what_it_is_told(Writing writing)
    {
        // At every place, aligned or not.
        for (int place = 1; place <= V.Count; place++)
        {
            var destination = GC.AllocateUninitializedArray<T>((2 * V.Count) + 2, pinned: true);
            Array.Fill(destination, T.One);
            V.Write(V.Broadcast(T.Pi), destination, place, writing);

            T expected = writing switch { Writing.None => T.One, Writing.Add => T.Pi + T.One, _ => T.Pi };
            Assert.Equal(destination.Select((_, i) => i >= place && i < place + V.Count ? expected : T.One), destination);
        }
    }

    [Fact]
    public void Each_lane_is_compared_with_its_own_accumulator()
    {
        foreach (T start in special)
        {
            foreach (T value in special)
            {
                double[] greatest = Filled(start), smallest = Filled(start);
                T[] values = Samples(-1, 1, V.Count);
                values[V.Count / 2] = value;
                V.MaximumTo(V.Load(values, 0), greatest, 1);
                V.MinimumTo(V.Load(values, 0), smallest, 1);
                for (int i = 0; i < greatest.Length; i++)
                {
                    bool touched = i > 0 && i <= V.Count;
                    Assert.Equal(double.CreateChecked(touched ? T.Max(start, values[i - 1]) : start), greatest[i]);
                    Assert.Equal(double.CreateChecked(touched ? T.Min(start, values[i - 1]) : start), smallest[i]);
                }
            }
        }

        static double[] Filled(T value)
        {
            var filled = new double[V.Count + 2];
            Array.Fill(filled, double.CreateChecked(value));
            return filled;
        }
    }

    private static void AssertMask(Func<V, V, V> mask, Func<T, T, bool> expected) =>
        AssertSame((x, y) => V.Where(mask(x, y), V.Constant(1), V.Constant(-1)), (x, y) => expected(x, y) ? T.One : -T.One);

    private static void AssertIntegers<TInteger>(params TInteger[] values)
        where TInteger : unmanaged, IBinaryInteger<TInteger>
    {
        TInteger[] source = [.. Enumerable.Range(0, 3 * V.Count).Select(i => values[i % values.Length])];
        for (int index = 0; index <= 2 * V.Count; index++)
        {
            Assert.Equal(source.Skip(index).Take(V.Count).Select(T.CreateTruncating), ToArray(V.LoadIntegers<TInteger>(source, index)));
        }
    }
}
