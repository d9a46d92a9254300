using System.Runtime.CompilerServices;

namespace BatchNormGen.Kernels;

/// <content>The functions that are composed of the others: defined here, once, for every width and type.</content>
public partial interface ILanes<TSelf, T>
{
    /// <summary>1/x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Reciprocal(TSelf x) => TSelf.Constant(1) / x;

    /// <summary>1/√x: a square root and a division, both correctly rounded, no estimate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf ReciprocalSqrt(TSelf x) => TSelf.Reciprocal(TSelf.Sqrt(x));

    /// <summary>max(x, 0).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Relu(TSelf x) => TSelf.Max(x, TSelf.Zero);

    /// <summary><paramref name="value"/> where x &gt; 0, else 0: with the incoming gradient as value, the gradient of <see cref="Relu"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Positive(TSelf x, TSelf value) => TSelf.WhereGreater(x, TSelf.Zero, value, TSelf.Zero);

    /// <summary>
    /// eˣ, within 1 unit in the last place (the BCL's vectors give e⁰ = 1.0000001 in float): 2ⁿ·eʳ with n whole and |r| ≤ ½·ln 2.
    /// The approximations of eʳ are those of <c>expf.c</c> and <c>exp.c</c> in the Cephes library (Stephen L. Moshier).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Exp(TSelf x)
    {
        bool single = Unsafe.SizeOf<T>() == sizeof(float);

        // Beyond these bounds the result is ∞ or 0 already. NaN compares false and stays.
        TSelf upper = TSelf.Constant(single ? 89 : 710);
        TSelf lower = TSelf.Constant(single ? -104 : -746);
        x = TSelf.WhereGreater(x, upper, upper, x);
        x = TSelf.WhereGreater(lower, x, lower, x);

        // ln 2 in two parts: n times the first is exact.
        TSelf n = Round(x, 1.44269504088896340736);
        TSelf r = TSelf.MultiplyAdd(n, TSelf.Constant(single ? -0.693359375 : -6.93145751953125e-1), x);
        r = TSelf.MultiplyAdd(n, TSelf.Constant(single ? 2.12194440e-4 : -1.42860682030941723212e-6), r);

        TSelf one = TSelf.Constant(1);
        TSelf z = r * r;
        TSelf e;
        if (single)
        {
            TSelf tail = Polynomial(
                r, 5.0000001201e-1, 1.6666665459e-1, 4.1665795894e-2, 8.3334519073e-3, 1.3981999507e-3, 1.9875691500e-4);
            e = TSelf.MultiplyAdd(z, tail, r) + one;
        }
        else
        {
            TSelf p = r * Polynomial(z, 9.99999999999999999910e-1, 3.02994407707441961300e-2, 1.26177193074810590878e-4);
            TSelf q = Polynomial(z, 2.00000000000000000009, 2.27265548208155028766e-1, 2.52448340349684104192e-3, 3.00198505138664455042e-6);
            e = TSelf.MultiplyAdd(TSelf.Constant(2), p / (q - p), one);
        }

        // 2ⁿ in two factors, for neither overflows when the result does not, and a subnormal result is rounded once.
        TSelf half = Round(n, 0.5);
        return e * TSelf.PowerOfTwo(half) * TSelf.PowerOfTwo(n - half);
    }

    /// <summary>1/(1 + e⁻ˣ), computed as e⁻|ˣ| or 1 over 1 + e⁻|ˣ|: nothing overflows, and small results keep their digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Sigmoid(TSelf x)
    {
        TSelf one = TSelf.Constant(1);
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
        TSelf one = TSelf.Constant(1);
        TSelf magnitude = TSelf.Abs(x);
        TSelf z = x * x;
        TSelf p = Polynomial(z, -1.61468768441708447952e3, -9.92877231001918586564e1, -9.64399179425052238628e-1);
        TSelf q = Polynomial(z, 4.84406305325125486048e3, 2.23548839060100448583e3, 1.12811678491632931402e2, 1.0);

        // Both forms are base + base·(n/m), so that one division serves them.
        TSelf limit = TSelf.Constant(0.625);
        TSelf b = TSelf.WhereGreater(limit, magnitude, magnitude, one);
        TSelf n = TSelf.WhereGreater(limit, magnitude, z * p, TSelf.Constant(-2));
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

    /// <summary>The whole number nearest to x·factor, for results that are small next to 2²³: adding 1.5·2²³ (2⁵² in double) leaves no room for a fraction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf Round(TSelf x, double factor)
    {
        TSelf large = TSelf.Constant(Unsafe.SizeOf<T>() == sizeof(float) ? Bits.SingleWhole : Bits.DoubleWhole);
        return TSelf.MultiplyAdd(x, TSelf.Constant(factor), large) - large;
    }

    /// <summary>c0 + c1·z + c2·z².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf Polynomial(TSelf z, double c0, double c1, double c2) =>
        TSelf.MultiplyAdd(TSelf.MultiplyAdd(TSelf.Constant(c2), z, TSelf.Constant(c1)), z, TSelf.Constant(c0));

    /// <summary>c0 + c1·z + c2·z² + c3·z³.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf Polynomial(TSelf z, double c0, double c1, double c2, double c3) =>
        TSelf.MultiplyAdd(Polynomial(z, c1, c2, c3), z, TSelf.Constant(c0));

    /// <summary>c0 + c1·z + … + c5·z⁵.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf Polynomial(TSelf z, double c0, double c1, double c2, double c3, double c4, double c5) =>
        TSelf.MultiplyAdd(TSelf.MultiplyAdd(Polynomial(z, c2, c3, c4, c5), z, TSelf.Constant(c1)), z, TSelf.Constant(c0));
}
