using System.Numerics;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Tests.Algebra;

public class RationalTests
{
    private static Rational Of(int numerator, int denominator) => new(numerator, denominator);

    [Theory]
    [InlineData(2, 4, 1, 2)]
    [InlineData(3, -6, -1, 2)]
    [InlineData(-3, -6, 1, 2)]
    [InlineData(0, -7, 0, 1)]
    [InlineData(12, 4, 3, 1)]
    public void A_fraction_is_in_lowest_terms_with_a_positive_denominator(int numerator, int denominator, int lowest, int below)
    {
        var fraction = Of(numerator, denominator);
        Assert.Equal((lowest, below), ((int)fraction.Numerator, (int)fraction.Denominator));
        Assert.Equal(Of(lowest, below), fraction);
        Assert.Equal(Of(lowest, below).GetHashCode(), fraction.GetHashCode());
    }

    [Fact]
    public void A_denominator_of_zero_is_refused()
    {
        Assert.Throws<DivideByZeroException>(() => Of(1, 0));
        Assert.Throws<DivideByZeroException>(() => Rational.One / Rational.Zero);
        Assert.Throws<DivideByZeroException>(() => Rational.Zero.Pow(-1));
    }

    [Fact]
    public void The_default_value_is_zero()
    {
        Rational none = default;
        Assert.Equal(Rational.Zero, none);
        Assert.True(none.IsZero && none.IsInteger && none.Denominator.IsOne);
        Assert.Equal("0", none.ToString());
        Assert.Equal(Rational.One, none + 1);
    }

    [Fact]
    public void Arithmetic_is_exact()
    {
        Assert.Equal(Of(5, 6), Of(1, 2) + Of(1, 3));
        Assert.Equal(Of(1, 6), Of(1, 2) - Of(1, 3));
        Assert.Equal(Of(-2, 3), Of(4, 9) * Of(-3, 2));
        Assert.Equal(Of(-8, 27), Of(4, 9) / Of(-3, 2));
        Assert.Equal(Of(8, 27), Of(2, 3).Pow(3));
        Assert.Equal(Of(27, 8), Of(2, 3).Pow(-3));
        Assert.Equal(Rational.One, Of(2, 3).Pow(0));
        Assert.Equal(Rational.One, Enumerable.Repeat(Rational.FromDouble(0.1)!.Value, 10).Aggregate((a, b) => a + b));
    }

    [Fact]
    public void Nothing_overflows()
    {
        var large = new Rational(BigInteger.Pow(10, 400), 7);
        Assert.Equal(Rational.One, large * 7 / new Rational(BigInteger.Pow(10, 400), 1));
        Assert.Equal(Of(1, 1024), Rational.Half.Pow(10));
    }

    [Fact]
    public void Fractions_are_ordered_by_value()
    {
        Rational[] ordered = [Of(-3, 2), Of(-1, 2), 0, Of(1, 3), Of(2, 5), Rational.Half, 1, Of(7, 3)];
        Assert.Equal(ordered, ordered.Reverse().Order());
        for (var i = 1; i < ordered.Length; i++)
        {
            Assert.True(ordered[i - 1] < ordered[i] && ordered[i] > ordered[i - 1] && ordered[i - 1] != ordered[i]);
            Assert.False(ordered[i] < ordered[i - 1]);
        }
    }

    [Theory]
    [InlineData(6, 3, true, true)]
    [InlineData(3, 1, true, false)]
    [InlineData(2, 3, false, false)]
    [InlineData(-4, 1, true, true)]
    public void Only_a_whole_number_is_even(int numerator, int denominator, bool integer, bool even)
    {
        Assert.Equal(integer, Of(numerator, denominator).IsInteger);
        Assert.Equal(even, Of(numerator, denominator).IsEven);
    }

    [Theory]
    [InlineData(0.1, "1/10")]
    [InlineData(-0.25, "-1/4")]
    [InlineData(1e-5, "1E-05")]
    [InlineData(1.5e3, "1500")]
    [InlineData(1e22, "10000000000000000000000")]
    [InlineData(0.044715, "0.044715")]
    [InlineData(0.0, "0")]
    [InlineData(Math.PI, "3.141592653589793")]
    [InlineData(double.Epsilon, "5E-324")]
    public void A_double_is_its_shortest_decimal(double value, string text) => Assert.Equal(text, Rational.FromDouble(value).ToString());

    [Theory]
    [InlineData(0.1f, "1/10")]
    [InlineData(1e-5f, "1E-05")]
    [InlineData(3.1415927f, "3.1415927")]
    [InlineData(16777216f, "16777216")]
    public void A_float_is_its_own_shortest_decimal(float value, string text) => Assert.Equal(text, Rational.FromSingle(value).ToString());

    [Fact]
    public void A_decimal_reads_back_as_the_number_it_came_from()
    {
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            var value = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-320, 300));
            Assert.Equal(value, Rational.FromDouble(value)!.Value.ToDouble());
            var single = (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-40, 38)));
            Assert.Equal(single, (float)Rational.FromSingle(single)!.Value.ToDouble());
        }
        Assert.All(new[] { double.Epsilon, double.MaxValue, double.MinValue, 0.30000000000000004 }, value => Assert.Equal(value, Rational.FromDouble(value)!.Value.ToDouble()));
    }

    [Fact]
    public void A_fraction_is_rounded_to_the_nearest_double()
    {
        Assert.Equal(1.0 / 3.0, Of(1, 3).ToDouble());
        Assert.Equal(-2.0 / 7.0, Of(-2, 7).ToDouble());
        Assert.Equal(1e300, new Rational(BigInteger.Pow(10, 700), BigInteger.Pow(10, 400)).ToDouble());
        Assert.Equal(0, new Rational(1, BigInteger.Pow(10, 400)).ToDouble());
    }

    [Fact]
    public void No_fraction_says_what_is_not_finite()
    {
        Assert.All(new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity }, value => Assert.Null(Rational.FromDouble(value)));
        Assert.All(new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity }, value => Assert.Null(Rational.FromSingle(value)));
    }

    [Fact]
    public void Reading_and_printing_do_not_depend_on_the_culture()
    {
        double[] values = [0.1, -2.5, 1e-5, 1234567.875, -1e30];
        string[] Print() => [.. values.Select(value => $"{Rational.FromDouble(value)} {Rational.FromSingle((float)value)}")];
        var expected = Print();
        Assert.Equal("-5/2 -5/2", expected[1]);
        foreach (var culture in Cultures.Names) Assert.Equal(expected, Cultures.Under(culture, Print));
    }

    [Theory]
    [InlineData(1, 3, "1/3")]
    [InlineData(-3, 2, "-3/2")]
    [InlineData(1, 16, "1/16")]
    [InlineData(1, 20, "0.05")]
    [InlineData(1, 17, "1/17")]
    [InlineData(7, 1, "7")]
    public void A_fraction_is_printed_as_a_decimal_where_that_is_exact_and_the_denominator_is_long(int numerator, int denominator, string text) =>
        Assert.Equal(text, Of(numerator, denominator).ToString());
}
