using System.Runtime.CompilerServices;

namespace BatchNormGen.Kernels;

/// <content>The functions that are composed of the others: defined here, once, for every width and type.</content>
public partial interface ILanes<TSelf, T>
{
    /// <summary>A mask: where left &lt; right; not where either is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf LessThan(TSelf left, TSelf right) => TSelf.GreaterThan(right, left);

    /// <summary>A mask: where left ≤ right; not where either is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf LessThanOrEqual(TSelf left, TSelf right) => TSelf.GreaterThanOrEqual(right, left);

    /// <summary>A mask: where left ≠ right, and where either is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf NotEqualTo(TSelf left, TSelf right) => TSelf.Not(TSelf.EqualTo(left, right));

    /// <summary>Stores lanes, or adds them to what is there.</summary>
    /// <param name="value">What to store or add.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="index">The index of the first; with <see cref="Count"/> more it must not pass the end.</param>
    /// <param name="add">Whether to add.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual void Write(TSelf value, Span<T> destination, int index, bool add)
    {
        if (add)
        {
            value += TSelf.Load(destination, index);
        }

        value.Store(destination, index);
    }

    /// <summary>1 with the sign of x; ±0 and NaN stay what they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Sign(TSelf x) =>
        TSelf.Where(TSelf.GreaterThan(TSelf.Abs(x), TSelf.Zero), TSelf.CopySign(TSelf.Constant(1), x), x);

    /// <summary>1/x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Reciprocal(TSelf x) => TSelf.Constant(1) / x;

    /// <summary>1/√x: a square root and a division, both correctly rounded, no estimate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf ReciprocalSqrt(TSelf x) => TSelf.Reciprocal(TSelf.Sqrt(x));

    /// <summary>max(x, 0).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Relu(TSelf x) => TSelf.Maximum(x, TSelf.Zero);

    /// <summary><paramref name="value"/> where x &gt; 0, else 0: with the incoming gradient as value, the gradient of <see cref="Relu"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Positive(TSelf x, TSelf value) => TSelf.Where(TSelf.GreaterThan(x, TSelf.Zero), value, TSelf.Zero);

    /// <summary>eˣ, within 1 unit in the last place (the BCL's vectors give e⁰ = 1.0000001 in float): 2ⁿ·eʳ with n whole and |r| ≤ ½·ln 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Exp(TSelf x)
    {
        TSelf r = Reduce(x, TSelf.Zero, out TSelf n);
        return Scale(ExpM1OfReduced(r) + TSelf.Constant(1), n);
    }

    /// <summary>eˣ − 1, without cancellation: 2ⁿ·(eʳ − 1) + (2ⁿ − 1) with n and r as in <see cref="Exp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf ExpM1(TSelf x)
    {
        TSelf r = Reduce(x, TSelf.Zero, out TSelf n);

        // All of it is divided by 2ʰ, h = n/2, so that 2ⁿ does not overflow where the result does not.
        TSelf half = Round(n, 0.5);
        TSelf power = TSelf.PowerOfTwo(n - half);
        TSelf result = TSelf.MultiplyAdd(power, ExpM1OfReduced(r), power - TSelf.PowerOfTwo(-half)) * TSelf.PowerOfTwo(half);
        return TSelf.CopySign(result, x);
    }

    /// <summary>
    /// log(1 + x), without cancellation: with u = 1 + x rounded, and c what the rounding lost, it is log(u) + log(1 + c/u), where c/u is
    /// so small that it is its own logarithm.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf LogP1(TSelf x)
    {
        TSelf one = TSelf.Constant(1);
        TSelf u = one + x;
        TSelf c = TSelf.Where(TSelf.GreaterThan(x, one), one - (u - x), x - (u - one)) / u;

        // u = 0 and u = ∞ make NaN of c, and are right without it. -0 is its own logarithm.
        TSelf log = TSelf.Log(u);
        return TSelf.Where(TSelf.LessThan(TSelf.Abs(log), TSelf.Constant(double.PositiveInfinity)), TSelf.Where(TSelf.EqualTo(x, TSelf.Zero), x, log + c), log);
    }

    /// <summary>log(1 + eˣ) = max(x, 0) + log(1 + e⁻|ˣ|): nothing overflows, and small results keep their digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Softplus(TSelf x) => TSelf.Maximum(x, TSelf.Zero) + TSelf.LogP1(TSelf.Exp(-TSelf.Abs(x)));

    /// <summary>2/√π ∫₀ˣ e^−t² dt.</summary>
    static virtual TSelf Erf(TSelf x)
    {
        Span<T> lanes = stackalloc T[TSelf.Count];
        x.Store(lanes, 0);
        foreach (ref T lane in lanes)
        {
            lane = T.CreateTruncating(Scalars.Erf(double.CreateTruncating(lane)));
        }

        return TSelf.Load(lanes, 0);
    }

    /// <summary>1 − erf(x), with all its digits where it is small.</summary>
    static virtual TSelf Erfc(TSelf x)
    {
        Span<T> lanes = stackalloc T[TSelf.Count];
        x.Store(lanes, 0);
        foreach (ref T lane in lanes)
        {
            lane = T.CreateTruncating(Scalars.Erfc(double.CreateTruncating(lane)));
        }

        return TSelf.Load(lanes, 0);
    }

    /// <summary>1/(1 + e⁻ˣ), computed as e⁻|ˣ| or 1 over 1 + e⁻|ˣ|: nothing overflows, and small results keep their digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Sigmoid(TSelf x)
    {
        TSelf one = TSelf.Constant(1);
        TSelf e = TSelf.Exp(-TSelf.Abs(x));
        return TSelf.Where(TSelf.GreaterThan(x, TSelf.Zero), one, e) / (one + e);
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
        TSelf b = TSelf.Where(TSelf.GreaterThan(limit, magnitude), magnitude, one);
        TSelf n = TSelf.Where(TSelf.GreaterThan(limit, magnitude), z * p, TSelf.Constant(-2));
        TSelf m = TSelf.Where(TSelf.GreaterThan(limit, magnitude), q, TSelf.Exp(magnitude + magnitude) + one);
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

    /// <summary>r and n with x + low = n·ln 2 + r, n whole and |r| ≤ ½·ln 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf Reduce(TSelf x, TSelf low, out TSelf n)
    {
        bool single = Unsafe.SizeOf<T>() == sizeof(float);

        // Beyond these bounds eˣ is ∞ or 0 already. NaN compares false and stays.
        TSelf upper = TSelf.Constant(single ? 89 : 710);
        TSelf lower = TSelf.Constant(single ? -104 : -746);
        x = TSelf.Where(TSelf.GreaterThan(x, upper), upper, x);
        x = TSelf.Where(TSelf.GreaterThan(lower, x), lower, x);

        // ln 2 in two parts: n times the first is exact.
        n = Round(x, 1.44269504088896340736);
        TSelf r = TSelf.MultiplyAdd(n, TSelf.Constant(single ? -0.693359375 : -6.93145751953125e-1), x);
        return TSelf.MultiplyAdd(n, TSelf.Constant(single ? 2.12194440e-4 : -1.42860682030941723212e-6), r) + low;
    }

    /// <summary>eʳ − 1 where |r| ≤ ½·ln 2. The approximations are those of <c>expf.c</c> and <c>exp.c</c> in the Cephes library (Stephen L. Moshier).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf ExpM1OfReduced(TSelf r)
    {
        TSelf z = r * r;
        if (Unsafe.SizeOf<T>() == sizeof(float))
        {
            TSelf tail = Polynomial(
                r, 5.0000001201e-1, 1.6666665459e-1, 4.1665795894e-2, 8.3334519073e-3, 1.3981999507e-3, 1.9875691500e-4);
            return TSelf.MultiplyAdd(z, tail, r);
        }

        TSelf p = r * Polynomial(z, 9.99999999999999999910e-1, 3.02994407707441961300e-2, 1.26177193074810590878e-4);
        TSelf q = Polynomial(z, 2.00000000000000000009, 2.27265548208155028766e-1, 2.52448340349684104192e-3, 3.00198505138664455042e-6);
        return TSelf.Constant(2) * (p / (q - p));
    }

    /// <summary>x·2ⁿ. In two factors, for neither overflows when the result does not, and a subnormal result is rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf Scale(TSelf x, TSelf n)
    {
        TSelf half = Round(n, 0.5);
        return x * TSelf.PowerOfTwo(half) * TSelf.PowerOfTwo(n - half);
    }

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
