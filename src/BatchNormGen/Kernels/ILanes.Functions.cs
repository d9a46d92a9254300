using System.Runtime.CompilerServices;

namespace BatchNormGen.Kernels;

/// <content>The functions that are composed of the others: defined here, once, for every width and type.</content>
public partial interface ILanes<TSelf, T>
{
    /// <summary>1/x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Reciprocal(TSelf x) => TSelf.Broadcast(T.One) / x;

    /// <summary>1/√x: a square root and a division, both correctly rounded, no estimate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf ReciprocalSqrt(TSelf x) => TSelf.Reciprocal(TSelf.Sqrt(x));

    /// <summary>max(x, 0).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Relu(TSelf x) => TSelf.Max(x, TSelf.Zero);

    /// <summary><paramref name="value"/> where x &gt; 0, else 0: with the incoming gradient as value, the gradient of <see cref="Relu"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Positive(TSelf x, TSelf value) => TSelf.WhereGreater(x, TSelf.Zero, value, TSelf.Zero);

    /// <summary>1/(1 + e⁻ˣ), computed as e⁻|ˣ| or 1 over 1 + e⁻|ˣ|: nothing overflows, and small results keep their digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Sigmoid(TSelf x)
    {
        TSelf one = TSelf.Broadcast(T.One);
        TSelf e = TSelf.Exp(-TSelf.Abs(x));
        return TSelf.WhereGreater(x, TSelf.Zero, one, e) / (one + e);
    }

    /// <summary>
    /// The hyperbolic tangent: x + x·z·P(z)/Q(z) with z = x² where |x| &lt; 0.625, and 1 − 2/(e²|ˣ| + 1) with the sign of x beyond.
    /// P and Q are those of <c>tanh.c</c> in the Cephes library (Stephen L. Moshier).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Tanh(TSelf x)
    {
        TSelf one = TSelf.Broadcast(T.One);
        TSelf magnitude = TSelf.Abs(x);
        TSelf z = x * x;
        TSelf p = Polynomial(z, -1.61468768441708447952e3, -9.92877231001918586564e1, -9.64399179425052238628e-1);
        TSelf q = Polynomial(z, 4.84406305325125486048e3, 2.23548839060100448583e3, 1.12811678491632931402e2, 1.0);

        // Both forms are base + base·(n/m), so that one division serves them.
        TSelf limit = Constant(0.625);
        TSelf b = TSelf.WhereGreater(limit, magnitude, magnitude, one);
        TSelf n = TSelf.WhereGreater(limit, magnitude, z * p, Constant(-2));
        TSelf m = TSelf.WhereGreater(limit, magnitude, q, TSelf.Exp(magnitude + magnitude) + one);
        return TSelf.CopySign(TSelf.MultiplyAdd(b, n / m, b), x);
    }

    /// <summary>xʸ by <see cref="Math.Pow(double, double)"/>, lane by lane: general and slow.</summary>
    static virtual TSelf Pow(TSelf x, TSelf y)
    {
        Span<T> powers = stackalloc T[TSelf.Count];
        Span<T> exponents = stackalloc T[TSelf.Count];
        x.Store(powers, 0);
        y.Store(exponents, 0);
        for (int lane = 0; lane < powers.Length; lane++)
        {
            powers[lane] = T.Pow(powers[lane], exponents[lane]);
        }

        return TSelf.Load(powers, 0);
    }

    /// <summary>xʸ with the same exponent in every lane.</summary>
    static virtual TSelf Pow(TSelf x, T exponent) => TSelf.Pow(x, TSelf.Broadcast(exponent));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf Constant(double value) => TSelf.Broadcast(T.CreateTruncating(value));

    /// <summary>c0 + c1·z + c2·z².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf Polynomial(TSelf z, double c0, double c1, double c2) =>
        TSelf.MultiplyAdd(TSelf.MultiplyAdd(Constant(c2), z, Constant(c1)), z, Constant(c0));

    /// <summary>c0 + c1·z + c2·z² + c3·z³.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf Polynomial(TSelf z, double c0, double c1, double c2, double c3) =>
        TSelf.MultiplyAdd(Polynomial(z, c1, c2, c3), z, Constant(c0));
}
