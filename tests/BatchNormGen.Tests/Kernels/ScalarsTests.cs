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
