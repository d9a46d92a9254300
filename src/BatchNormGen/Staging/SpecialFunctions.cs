namespace BatchNormGen;

/// <summary>Functions of one number that the base class library lacks, or computes with cancellation.</summary>
internal static class SpecialFunctions
{
    private const double OneOverSqrtPi = 0.564189583547756286948;
    private const double SqrtTwoOverPi = 0.797884560802865355880;

    /// <summary>
    /// e^x − 1 without cancellation near 0, where <see cref="double.ExpM1(double)"/> subtracts. Kahan's device (Higham, Accuracy and
    /// Stability of Numerical Algorithms, 2nd ed., section 1.14.1): the rounding error of u = e^x is undone by x / log(u).
    /// </summary>
    public static double ExpM1(double x)
    {
        var u = Math.Exp(x);
        return u == 1 ? x
            : double.IsPositiveInfinity(u) || u - 1 == -1 ? u - 1
            : (u - 1) * (x / Math.Log(u));
    }

    /// <summary>log(1 + x) without cancellation near 0, where <see cref="double.LogP1(double)"/> adds. Kahan's device, as for <see cref="ExpM1"/>.</summary>
    public static double LogP1(double x)
    {
        var u = 1 + x;
        return u == 1 ? x
            : double.IsPositiveInfinity(u) ? u
            : Math.Log(u) * (x / (u - 1));
    }

    /// <summary>1 / (1 + e^−x), with an exponential that cannot overflow.</summary>
    public static double Sigmoid(double x)
    {
        var e = Math.Exp(-Math.Abs(x));
        return x >= 0 ? 1 / (1 + e) : e / (1 + e);
    }

    /// <summary>log(1 + e^x) = max(x, 0) + log(1 + e^−|x|), with an exponential that cannot overflow.</summary>
    public static double Softplus(double x) => Math.Max(x, 0) + LogP1(Math.Exp(-Math.Abs(x)));

    /// <summary>x Φ(x), where Φ is the distribution function of the standard normal distribution (Hendrycks and Gimpel, 2016).</summary>
    public static double Gelu(double x) => x * (Erfc(-x / Math.Sqrt(2)) / 2);

    /// <summary>
    /// x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))), the approximation of <see cref="Gelu"/> in the same paper. Half of 1 + tanh u is the logistic
    /// function of 2u, which has no cancellation.
    /// </summary>
    public static double GeluTanh(double x) => x * Sigmoid(2 * SqrtTwoOverPi * (x + 0.044715 * x * x * x));

    /// <summary>
    /// 2/√π ∫₀ˣ e^−t² dt. Near 0 the series with positive terms (Abramowitz and Stegun, 7.1.6), which has no cancellation:
    /// 2/√π e^−x² Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1)).
    /// </summary>
    public static double Erf(double x)
    {
        if (!(Math.Abs(x) < 1))
        {
            return Math.CopySign(1 - Erfc(Math.Abs(x)), x);
        }

        var term = x;
        var sum = x;
        for (var n = 1; sum + term != sum; n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }

        return 2 * OneOverSqrtPi * Math.Exp(-x * x) * sum;
    }

    /// <summary>
    /// 1 − erf(x). From 1 on the continued fraction (Abramowitz and Stegun, 7.1.14), evaluated from its end:
    /// e^−x²/√π · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))). Its truncation error after n terms falls like e^(−2x√(2n)).
    /// </summary>
    public static double Erfc(double x)
    {
        const double UnderflowsFrom = 28;
        if (x < 1)
        {
            return x > -1 ? 1 - Erf(x) : 2 - Erfc(-x);
        }

        if (x > UnderflowsFrom)
        {
            return 0;
        }

        var fraction = x;
        for (var k = 10 + (int)(200 / (x * x)); k > 0; k--)
        {
            fraction = x + k / (2 * fraction);
        }

        // What x² loses to rounding is x² times as much in e^−x².
        var square = x * x;
        var lost = Math.FusedMultiplyAdd(x, x, -square);
        return OneOverSqrtPi * Math.Exp(-square) * (1 - lost) / fraction;
    }
}
