using System.ComponentModel;

namespace BatchNormGen.Kernels;

/// <summary>
/// The functions of <see cref="ILanes{TSelf, T}"/> for single values in double: generated code computes what is needed
/// once for a row or a column with these.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Scalars
{
    /// <summary>The absolute value.</summary>
    /// <param name="x">The argument.</param>
    public static double Abs(double x) => Math.Abs(x);

    /// <summary>1 with the sign of x; ±0 and NaN stay what they are.</summary>
    /// <param name="x">The argument.</param>
    public static double Sign(double x) => Math.Abs(x) > 0 ? Math.CopySign(1, x) : x;

    /// <summary>The square root.</summary>
    /// <param name="x">The argument.</param>
    public static double Sqrt(double x) => Math.Sqrt(x);

    /// <summary>1/x.</summary>
    /// <param name="x">The argument.</param>
    public static double Reciprocal(double x) => 1 / x;

    /// <summary>1/√x.</summary>
    /// <param name="x">The argument.</param>
    public static double ReciprocalSqrt(double x) => 1 / Math.Sqrt(x);

    /// <summary>x^y.</summary>
    /// <param name="x">The base.</param>
    /// <param name="y">The exponent.</param>
    public static double Pow(double x, double y) => Math.Pow(x, y);

    /// <summary>The greater of two values; NaN where either is NaN.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    public static double Maximum(double left, double right) => Math.Max(left, right);

    /// <summary>The smaller of two values; NaN where either is NaN.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    public static double Minimum(double left, double right) => Math.Min(left, right);

    /// <summary>min(max(x, low), high); NaN where any of them is NaN.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound.</param>
    public static double Clamp(double x, double low, double high) => Math.Min(Math.Max(x, low), high);

    /// <summary>What the rounded part of a value left over. Beside an infinite part there is nothing.</summary>
    /// <param name="value">The value.</param>
    /// <param name="rounded">Its rounded part.</param>
    public static double Rest(double value, float rounded) => float.IsFinite(rounded) ? value - rounded : 0;

    /// <summary>What the rounded part of a value left over. Beside an infinite part there is nothing.</summary>
    /// <param name="value">The value.</param>
    /// <param name="rounded">Its rounded part.</param>
    public static double Rest(double value, double rounded) => double.IsFinite(rounded) ? value - rounded : 0;

    /// <summary>
    /// A sum and what its rounding lost, which is 0 beside an infinite sum. The two are exactly a + b (Knuth, The Art of Computer
    /// Programming, volume 2, section 4.2.2, theorem B).
    /// </summary>
    /// <param name="a">One of two numbers.</param>
    /// <param name="b">The other one.</param>
    public static (double Sum, double Lost) TwoSum(double a, double b)
    {
        double sum = a + b;
        double bInSum = sum - a;
        return (sum, double.IsFinite(sum) ? (a - (sum - bInSum)) + (b - bInSum) : 0);
    }

    /// <summary>e^x.</summary>
    /// <param name="x">The exponent.</param>
    public static double Exp(double x) => Math.Exp(x);

    /// <summary>The natural logarithm.</summary>
    /// <param name="x">The argument.</param>
    public static double Log(double x) => Math.Log(x);

    /// <summary>e^x − 1, without cancellation near 0.</summary>
    /// <param name="x">The argument.</param>
    public static double ExpM1(double x) => SpecialFunctions.ExpM1(x);

    /// <summary>log(1 + x), without cancellation near 0.</summary>
    /// <param name="x">The argument.</param>
    public static double LogP1(double x) => SpecialFunctions.LogP1(x);

    /// <summary>The logarithm to base 2.</summary>
    /// <param name="x">The argument.</param>
    public static double Log2(double x) => Math.Log2(x);

    /// <summary>The sine of an angle in radians.</summary>
    /// <param name="x">The argument.</param>
    public static double Sin(double x) => Math.Sin(x);

    /// <summary>The cosine of an angle in radians.</summary>
    /// <param name="x">The argument.</param>
    public static double Cos(double x) => Math.Cos(x);

    /// <summary>The hyperbolic tangent.</summary>
    /// <param name="x">The argument.</param>
    public static double Tanh(double x) => Math.Tanh(x);

    /// <summary>1/(1 + e^(−x)), without overflow.</summary>
    /// <param name="x">The argument.</param>
    public static double Sigmoid(double x) => SpecialFunctions.Sigmoid(x);

    /// <summary>log(1 + e^x), without overflow.</summary>
    /// <param name="x">The argument.</param>
    public static double Softplus(double x) => SpecialFunctions.Softplus(x);

    /// <summary>The error function, 2/√π ∫₀ˣ e^−t² dt.</summary>
    /// <param name="x">The argument.</param>
    public static double Erf(double x) => SpecialFunctions.Erf(x);

    /// <summary>1 − erf(x), with all its digits where it is small.</summary>
    /// <param name="x">The argument.</param>
    public static double Erfc(double x) => SpecialFunctions.Erfc(x);

    /// <summary>max(x, 0); NaN stays NaN.</summary>
    /// <param name="x">The argument.</param>
    public static double Relu(double x) => Math.Max(x, 0);
}
