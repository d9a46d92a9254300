using BatchNormGen.Generator.Tests.Diagnostics;

namespace BatchNormGen.Generator.Tests.Emitting;

/// <summary>Functions of which one finds the other on the way.</summary>
public class PairTests
{
    private static string File(string body) => Emits.File(Layers.Source("""Tensor<float> Layer([Shape("N, D")] Tensor<float> x, float s)""", body));

    [Theory]
    [InlineData("return x.Gelu();", "V.Erfc(xScale * x, out V exp)")]
    [InlineData("return x.Erf();", "V.Exp(-x * x)")]
    [InlineData("return x.Erf() * x;", "V.Erf(x, out V exp)")]
    [InlineData("return (x * s).Erf() * x;", ", out V exp)")]
    [InlineData("return (1 - (x / 3).Erf()) + (-x * x / 9).Exp();", "out V exp)")]
    [InlineData("return (2 * x + 1).Erf() * x;", "out V exp)")]
    public void A_function_that_is_found_on_the_way_is_not_called(string body, string call) => Assert.Contains(call, File(body), StringComparison.Ordinal);

    [Theory]
    [InlineData("return x.Erf() * (-x).Exp();")]
    [InlineData("return x.Erf() + (x * x).Exp();")]
    [InlineData("return x.Sqrt().Erf() + (-x).Exp();")]
    [InlineData("return (x * s).Erf() + (-x * x * s).Exp();")]
    [InlineData("return (x / MathF.Sqrt(0)).Erf();")]
    public void Another_exponential_is_called(string body) => Assert.Contains("V.Exp(", File(body), StringComparison.Ordinal);
}
