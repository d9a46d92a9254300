using System.ComponentModel;

namespace BatchNormGen.Kernels;

/// <summary>
/// The functions of <see cref="ILanes{TSelf, T}"/> for single values in double: generated code computes what is needed
/// once for a row or a column with these.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Scalars
{
    /// <summary>e^x.</summary>
    /// <param name="x">The exponent.</param>
    public static double Exp(double x) => Math.Exp(x);

    /// <summary>The natural logarithm.</summary>
    /// <param name="x">The argument.</param>
    public static double Log(double x) => Math.Log(x);

    /// <summary>The hyperbolic tangent.</summary>
    /// <param name="x">The argument.</param>
    public static double Tanh(double x) => Math.Tanh(x);

    /// <summary>1/(1 + e^(−x)), without overflow.</summary>
    /// <param name="x">The argument.</param>
    public static double Sigmoid(double x) => x > 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    /// <summary>max(x, 0); NaN stays NaN.</summary>
    /// <param name="x">The argument.</param>
    public static double Relu(double x) => Math.Max(x, 0);

    /// <summary>1 where x is positive, else 0: the derivative of relu.</summary>
    /// <param name="x">The argument.</param>
    public static double Step(double x) => x > 0 ? 1 : 0;
}
