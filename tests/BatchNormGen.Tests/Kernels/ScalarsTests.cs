using System.Numerics;
using BatchNormGen.Kernels;

namespace BatchNormGen.Tests.Kernels;

public sealed class ScalarsTests
{
    public static TheoryData<string> Names => new(ReferenceValues.Of.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_function_is_close_to_reference_values(string name)
    {
        Func<double, double> function = typeof(Scalars).GetMethod(name)!.CreateDelegate<Func<double, double>>();
        foreach ((double x, double y, double low) in ReferenceValues.Of[name])
        {
            Assert.Equal(0, function(x) - y - low, (1e-14 * Math.Abs(y)) + double.Epsilon);
        }
    }

    [Theory]
    [InlineData(1e300, 1.25)]
    [InlineData(-0.1, 1e17)]
    [InlineData(0.1, 0.2)]
    [InlineData(3, -3)]
    public void A_sum_and_what_its_rounding_lost_are_the_sum(double a, double b)
    {
        var (sum, lost) = Scalars.TwoSum(a, b);
        Assert.Equal(a + b, sum);
        Assert.Equal(Exact(a) + Exact(b), Exact(sum) + Exact(lost));

        // As a whole number of the smallest positive double.
        static BigInteger Exact(double x)
        {
            long bits = BitConverter.DoubleToInt64Bits(Math.Abs(x));
            var (exponent, digits) = ((int)(bits >> 52), bits & 0xFFFFFFFFFFFFF);
            var value = exponent == 0 ? new BigInteger(digits) : new BigInteger(digits | 1L << 52) << (exponent - 1);
            return x < 0 ? -value : value;
        }
    }

    [Fact]
    public void Beside_an_infinite_sum_nothing_is_lost()
    {
        Assert.Equal((double.PositiveInfinity, 0), Scalars.TwoSum(double.PositiveInfinity, 1));
        Assert.Equal((double.NegativeInfinity, 0), Scalars.TwoSum(0, double.NegativeInfinity));
        Assert.Equal((double.PositiveInfinity, 0), Scalars.TwoSum(1.7e308, 1.7e308));
    }

    [Fact]
    public void Functions_of_NaN_are_NaN()
    {
        foreach (string name in Names.Select(row => row.Data).Concat(["Abs", "Sign", "Sqrt", "Reciprocal", "ReciprocalSqrt", "Relu"]))
        {
            Assert.Equal(double.NaN, typeof(Scalars).GetMethod(name)!.CreateDelegate<Func<double, double>>()(double.NaN));
        }

        Assert.Equal(double.NaN, Scalars.Maximum(double.NaN, 1));
        Assert.Equal(double.NaN, Scalars.Minimum(1, double.NaN));
    }

    [Fact]
    public void Simple_functions_do_what_they_say()
    {
        Assert.Equal([1, -1, 0], [Scalars.Sign(1e-300), Scalars.Sign(double.NegativeInfinity), Scalars.Sign(0)]);
        Assert.True(double.IsNegative(Scalars.Sign(-0.0)));
        Assert.Equal([2, 3, 0.25, 0.5], [Scalars.Abs(-2), Scalars.Sqrt(9), Scalars.Reciprocal(4), Scalars.ReciprocalSqrt(4)]);
        Assert.Equal([8, 3, 2], [Scalars.Pow(2, 3), Scalars.Maximum(2, 3), Scalars.Minimum(2, 3)]);
    }
}
