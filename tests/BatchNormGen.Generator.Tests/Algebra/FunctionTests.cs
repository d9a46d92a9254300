using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Tests.Algebra;

public class FunctionTests
{
    [Fact]
    public void A_function_that_is_a_power_has_the_exponent_that_its_name_says()
    {
        var known = new Dictionary<string, double> { ["Square"] = 4 * 4, ["Sqrt"] = 2, ["Reciprocal"] = 1 / 4.0, ["ReciprocalSqrt"] = 1 / 2.0 };
        Assert.Equal(known, Functions.Powers.ToDictionary(power => power.Name, power => Math.Pow(4, power.Exponent.ToDouble())));
    }
}
