using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

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

    /// <summary>Writes lanes of a result.</summary>
    /// <param name="value">What to write.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="index">The index of the first; with <see cref="Count"/> more it must not pass the end.</param>
    /// <param name="writing">What to do with them.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual void Write(TSelf value, Span<T> destination, int index, Writing writing)
    {
        if (writing == Writing.Replace)
        {
            value.Store(destination, index);
        }
        else if (writing == Writing.Stream)
        {
            value.StoreStreaming(destination, index);
        }
        else if (writing == Writing.Add)
        {
            (value + TSelf.Load(destination, index)).Store(destination, index);
        }
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
    static virtual TSelf Relu(TSelf x) => TSelf.AtLeast(x, TSelf.Zero) + TSelf.Zero; // −0 + 0 = +0

    /// <summary>2ⁿ for whole n, as long as 2ⁿ is a normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf PowerOfTwo(TSelf n) =>
        TSelf.MantissaToExponent(n + ExponentInMantissa(1));

    /// <summary>
    /// eˣ, within 1 unit in the last place (the BCL's vectors give e⁰ = 1.0000001 in float): 2^(n/s)·(eʳ − 1) + 2^(n/s) with n whole,
    /// |r| ≤ ½·ln 2/s, and s = 8 in float, 1 in double.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Exp(TSelf x)
    {
        // Nearly all arguments are small: bounds and a second factor are for the others.
        // Both times the mask is asked: the JIT would make a number of one answer first, and ask that.
        TSelf isLarge = TSelf.GreaterThan(TSelf.Abs(x), TSelf.Constant(Unsafe.SizeOf<T>() == sizeof(float) ? 87 : 708));
        if (TSelf.Any(isLarge))
        {
            x = Bounded(x);
        }

        TSelf e = ExpM1OfReduced(Reduce(x, Steps, out TSelf n, out TSelf power), Steps);
        if (TSelf.Any(isLarge))
        {
            TSelf rest = TakeHalf(n, Steps, out power);
            return TSelf.MultiplyAdd(power, e, power) * rest;
        }

        return TSelf.MultiplyAdd(power, e, power);
    }

    /// <summary>eˣ − 1, without cancellation: 2ⁿ·(eʳ − 1) + (2ⁿ − 1) with n and r as in <see cref="Exp"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf ExpM1(TSelf x)
    {
        TSelf r = Reduce(Bounded(x), 1, out TSelf n, out _);

        // All of it is divided by 2ʰ, h = n/2, so that 2ⁿ does not overflow where the result does not.
        TSelf half = Round(n, 0.5);
        TSelf power = TSelf.PowerOfTwo(n - half);
        TSelf result = TSelf.MultiplyAdd(power, ExpM1OfReduced(r, 1), power - TSelf.PowerOfTwo(-half)) * TSelf.PowerOfTwo(half);
        return TSelf.CopySign(result, x);
    }

    /// <summary>The natural logarithm: log(m·2ⁿ) = n·ln 2 + log(m).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Log(TSelf x)
    {
        TSelf m = MantissaOfAny(x, out TSelf n);
        return WithLimits(x, LogOfMantissa(m, n, TSelf.Zero));
    }

    /// <summary>The logarithm to base 2: log₂(m·2ⁿ) = n + log(m)/ln 2, with 1/ln 2 in two parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Log2(TSelf x)
    {
        bool single = Unsafe.SizeOf<T>() == sizeof(float);
        TSelf log = LogOfMantissa(MantissaOfAny(x, out TSelf n), TSelf.Zero, TSelf.Zero);
        TSelf low = TSelf.MultiplyAdd(log, TSelf.Constant(single ? 1.9259629911266174e-8 : 2.0355273740931033e-17), n);
        return WithLimits(x, TSelf.MultiplyAdd(log, TSelf.Constant(single ? 1.4426950216293335 : 1.4426950408889634), low));
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
        TSelf c = TSelf.Where(TSelf.GreaterThan(x, one), one - (u - x), x - (u - one));
        return TSelf.CopySign(WithLimits(u, LogOfSum(u, c)), x);
    }

    /// <summary>log(1 + eˣ) = max(x, 0) + log(1 + e⁻|ˣ|): nothing overflows, and small results keep their digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Softplus(TSelf x)
    {
        TSelf one = TSelf.Constant(1);
        TSelf e = TSelf.Exp(-TSelf.Abs(x));
        TSelf u = one + e;
        return TSelf.Maximum(x, TSelf.Zero) + LogOfSum(u, e - (u - one));
    }

    /// <summary>The sine of an angle in radians.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Sin(TSelf x)
    {
        TSelf sine = TSelf.Where(TSelf.EqualTo(x, TSelf.Zero), x, SineOfQuarters(x, TSelf.Zero));
        TSelf isLarge = TSelf.Not(TSelf.LessThanOrEqual(TSelf.Abs(x), TSelf.Constant(LargestAngle)));
        return TSelf.Any(isLarge) ? TSelf.Where(isLarge, OfLargeAngle(x, isCosine: false), sine) : sine;
    }

    /// <summary>The cosine of an angle in radians: the sine of a quarter turn more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Cos(TSelf x)
    {
        TSelf cosine = SineOfQuarters(x, TSelf.Constant(1));
        TSelf isLarge = TSelf.Not(TSelf.LessThanOrEqual(TSelf.Abs(x), TSelf.Constant(LargestAngle)));
        return TSelf.Any(isLarge) ? TSelf.Where(isLarge, OfLargeAngle(x, isCosine: true), cosine) : cosine;
    }

    /// <summary>2/√π ∫₀ˣ e^−t² dt: a polynomial near 0, and 1 − erfc|x| with the sign of x beyond.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Erf(TSelf x) => TSelf.Erf(x, out _);

    /// <summary>As <see cref="Erf(TSelf)"/>, with what it finds on the way.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="gaussian">e^(−x²).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Erf(TSelf x, out TSelf gaussian)
    {
        TSelf one = TSelf.Constant(1);
        TSelf magnitude = TSelf.Abs(x);
        TSelf far = TSelf.CopySign(one - ErfcOfPositive(magnitude, out gaussian), x);
        return TSelf.Where(TSelf.GreaterThan(one, magnitude), ErfOfSmall(x), far);
    }

    /// <summary>1 − erf(x), with all its digits where it is small.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Erfc(TSelf x) => TSelf.Erfc(x, out _);

    /// <summary>As <see cref="Erfc(TSelf)"/>, with what it finds on the way.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="gaussian">e^(−x²).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Erfc(TSelf x, out TSelf gaussian)
    {
        TSelf erfc = ErfcOfPositive(TSelf.Abs(x), out gaussian);
        return TSelf.Where(TSelf.GreaterThan(TSelf.Zero, x), TSelf.Constant(2) - erfc, erfc);
    }

    /// <summary>1/(1 + e⁻ˣ), computed as e⁻|ˣ| or 1 over 1 + e⁻|ˣ|: nothing overflows, and small results keep their digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Sigmoid(TSelf x)
    {
        TSelf one = TSelf.Constant(1);
        TSelf e = TSelf.Exp(-TSelf.Abs(x));
        return TSelf.Where(TSelf.GreaterThan(x, TSelf.Zero), one, e) / (one + e);
    }

    /// <summary>The hyperbolic tangent: t/(t + 2) with t = e²|ˣ| − 1, and the sign of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Tanh(TSelf x)
    {
        // Beyond the upper bound the result is 1, and t soon ∞.
        TSelf magnitude = Within(TSelf.Abs(x), TSelf.Zero, TSelf.Constant(20));
        TSelf t = TSelf.ExpM1(magnitude + magnitude);
        return TSelf.CopySign(t / (t + TSelf.Constant(2)), x);
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

    /// <summary>x, but no less than <paramref name="lower"/> and no more than <paramref name="upper"/>, which are numbers; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf Within(TSelf x, TSelf lower, TSelf upper) => TSelf.AtMost(TSelf.AtLeast(x, lower), upper);

    /// <summary>x, or one of two bounds beyond which eˣ is ∞ or 0 already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf Bounded(TSelf x)
    {
        bool single = Unsafe.SizeOf<T>() == sizeof(float);
        return Within(x, TSelf.Constant(single ? -104 : -746), TSelf.Constant(single ? 89 : 710));
    }

    /// <summary>Powers of 2 from one whole exponent to the next: eight floats fit a vector, where an instruction looks them up.</summary>
    private static int Steps => Unsafe.SizeOf<T>() == sizeof(float) ? 8 : 1;

    /// <summary>Plus n, it has the exponent of 2^(n/steps + raised), with its bias, in the low bits of its mantissa.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf ExponentInMantissa(int steps, int raised = 0) => TSelf.Constant(
        Unsafe.SizeOf<T>() == sizeof(float) ? Bits.SingleWhole + ((Bits.SingleBias + raised) * steps) : Bits.DoubleWhole + ((Bits.DoubleBias + raised) * steps));

    /// <summary>r and n with x = n·ln 2/steps + r, n whole and |r| ≤ ½·ln 2/steps, for an x below 1,000; and 2^(n/steps + raised), where that is a normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf Reduce(TSelf x, int steps, out TSelf n, out TSelf power, int raised = 0)
    {
        // As in Round, but with the exponent of the power in the low bits. ln 2 in two parts: n times the first is exact.
        bool single = Unsafe.SizeOf<T>() == sizeof(float);
        TSelf large = ExponentInMantissa(steps, raised);
        TSelf sum = TSelf.MultiplyAdd(x, TSelf.Constant(1.44269504088896340736 * steps), large);
        power = PowerOfSum(sum, steps);
        n = sum - large;
        TSelf r = TSelf.MultiplyAdd(n, TSelf.Constant((single ? -0.693359375 : -6.93145751953125e-1) / steps), x);
        return TSelf.MultiplyAdd(n, TSelf.Constant((single ? 2.12194440e-4 : -1.42860682030941723212e-6) / steps), r);
    }

    /// <summary>2^(n/steps) out of the sum of n and <see cref="ExponentInMantissa"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf PowerOfSum(TSelf sum, int steps) => steps == 1 ? TSelf.MantissaToExponent(sum) : TSelf.MantissaToPower(sum);

    /// <summary>2^(n/steps) in two factors, for whole n up to twice the exponents that there are: neither overflows where the product does not, and a subnormal product is rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf TakeHalf(TSelf n, int steps, out TSelf power)
    {
        TSelf half = Round(n, 0.5 / steps);
        power = PowerOfSum(TSelf.MultiplyAdd(half, TSelf.Constant(-steps), n) + ExponentInMantissa(steps), steps);
        return TSelf.PowerOfTwo(half);
    }

    /// <summary>eʳ − 1 = r + r²·P(r) where |r| ≤ ½·ln 2/steps. The polynomials have the least relative error (Remez).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf ExpM1OfReduced(TSelf r, int steps)
    {
        bool single = Unsafe.SizeOf<T>() == sizeof(float);
        TSelf p = !single
            ? Horner(r, 0.50000000000000056559, 0.16666666666666686453, 0.041666666666572199254, 0.0083333333333142596932,
              Horner(r, 0.0013888888932878432258, 0.00019841269903822147405, 2.4801503812169632687e-5, 2.7557227192490196015e-6,
              Horner(r, 2.7626590076925455859e-7, 2.511472884158549347e-8)))
            : steps == 1
            ? Horner(r, 0.50000000469f, 0.1666666682f, 0.041666352291f, 0.0083332724428f,
              Horner(r, 0.0013941206923f, 0.00019914518797f))
            : Horner(r, 0.5000000128f, 0.1666802723f, 0.04166042609f);
        return TSelf.MultiplyAdd(r * r, p, r);
    }

    /// <summary>
    /// c₀ + c₁·x + c₂·x² + c₃·x³ + rest·x⁴, by Horner's scheme. Written out, since the just-in-time compiler does not unroll a loop over coefficients.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf Horner(TSelf x, double c0, double c1, double c2, double c3, TSelf rest) =>
        TSelf.MultiplyAdd(TSelf.MultiplyAdd(TSelf.MultiplyAdd(TSelf.MultiplyAdd(rest, x, TSelf.Constant(c3)), x, TSelf.Constant(c2)), x, TSelf.Constant(c1)), x, TSelf.Constant(c0));

    /// <summary>c₀ + c₁·x + c₂·x² + c₃·x³.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf Horner(TSelf x, double c0, double c1, double c2, double c3) =>
        TSelf.MultiplyAdd(Horner(x, c1, c2, c3), x, TSelf.Constant(c0));

    /// <summary>c₀ + c₁·x + c₂·x².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf Horner(TSelf x, double c0, double c1, double c2) => TSelf.MultiplyAdd(Horner(x, c1, c2), x, TSelf.Constant(c0));

    /// <summary>c₀ + c₁·x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf Horner(TSelf x, double c0, double c1) => TSelf.MultiplyAdd(TSelf.Constant(c1), x, TSelf.Constant(c0));

    /// <summary>m and n with x = m·2ⁿ for any x &gt; 0, subnormal ones too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf MantissaOfAny(TSelf x, out TSelf n)
    {
        bool single = Unsafe.SizeOf<T>() == sizeof(float);
        TSelf isSmall = TSelf.LessThan(x, TSelf.Constant(single ? 1.17549435e-38 : 2.2250738585072014e-308));
        TSelf m = TSelf.Mantissa(TSelf.Where(isSmall, x * TSelf.Constant(1L << 54), x), out n);
        n = TSelf.Where(isSmall, n - TSelf.Constant(54), n);
        return m;
    }

    /// <summary>
    /// n·ln 2 + log(m) + low, where √½ ≤ m &lt; √2 and low is small: with f = m − 1 and s = f/(2 + f), log(m) = 2s + s³·…, rearranged so that f
    /// itself, which is exact, is added last. The form and the coefficients are those of <c>e_log.c</c> and <c>e_logf.c</c> (Sun Microsystems).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf LogOfMantissa(TSelf m, TSelf n, TSelf low)
    {
        bool single = Unsafe.SizeOf<T>() == sizeof(float);
        TSelf f = m - TSelf.Constant(1);
        TSelf s = f / (TSelf.Constant(2) + f);
        TSelf z = s * s;
        TSelf halfSquare = TSelf.Constant(0.5) * f * f;
        TSelf p = single
            ? Horner(z, 0.66666662693f, 0.40000972152f, 0.28498786688f, 0.24279078841f)
            : Horner(z, 6.666666666666735130e-1, 3.999999999940941908e-1, 2.857142874366239149e-1, 2.222219843214978396e-1,
              Horner(z, 1.818357216161805012e-1, 1.531383769920937332e-1, 1.479819860511658591e-1));

        // ln 2 in two parts: n times the first is exact.
        TSelf correction = TSelf.MultiplyAdd(s, TSelf.MultiplyAdd(z, p, halfSquare), TSelf.MultiplyAdd(n, TSelf.Constant(single ? 9.0580006145e-6 : 1.90821492927058770002e-10), low));
        return TSelf.MultiplyAdd(n, TSelf.Constant(single ? 6.9313812256e-1 : 6.93147180369123816490e-1), f - (halfSquare - correction));
    }

    /// <summary>log(u + lost), for a normal number u and what it lost to rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf LogOfSum(TSelf u, TSelf lost)
    {
        TSelf m = TSelf.Mantissa(u, out TSelf n);
        return LogOfMantissa(m, n, lost / u);
    }

    /// <summary>A logarithm where x is positive and finite; else −∞ at 0, ∞ at ∞, and NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf WithLimits(TSelf x, TSelf log)
    {
        TSelf infinity = TSelf.Constant(double.PositiveInfinity);
        log = TSelf.Where(TSelf.LessThan(x, infinity), log, x);
        log = TSelf.Where(TSelf.LessThan(x, TSelf.Zero), TSelf.Constant(double.NaN), log);
        return TSelf.Where(TSelf.EqualTo(x, TSelf.Zero), -infinity, log);
    }

    /// <summary>From here on, multiples of ½π in three parts are not exact enough.</summary>
    private static double LargestAngle => Unsafe.SizeOf<T>() == sizeof(float) ? 1e5 : 1e9;

    /// <summary>
    /// sin(x + quarters·½π): x = n·½π + r with |r| ≤ ¼π, and the sum of n and the quarters says whether it is ±sin(r) or ±cos(r). The
    /// polynomials have the least error (Remez).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf SineOfQuarters(TSelf x, TSelf quarters)
    {
        // The first step is exact, since what cancels is: the others see to the digits below.
        bool single = Unsafe.SizeOf<T>() == sizeof(float);
        TSelf n = Round(x, 0.63661977236758134308);
        TSelf r = MultiplyAddExactly(n, TSelf.Constant(single ? -1.5707963705062866 : -1.5707963267948966), x);
        r = MultiplyAddExactly(n, TSelf.Constant(single ? 4.3711388286737929e-8 : -6.1232339957367660e-17), r);
        r = TSelf.MultiplyAdd(n, TSelf.Constant(single ? 1.7151245100058819e-15 : 1.4973849048591698e-33), r);

        TSelf z = r * r;
        TSelf s = single
            ? Horner(z, -0.16666654225f, 0.0083321314941f, -0.00019510838857f)
            : Horner(z, -0.16666666666666627693, 0.0083333333333212854985, -0.00019841269828869763649, 2.7557313355826676155e-6,
              Horner(z, -2.5050704005682793963e-8, 1.5893581819568845073e-10));
        TSelf c = single
            ? Horner(z, 1, -0.5f, 0.041666645656f, -0.0013887306168f,
              TSelf.Constant(2.4431217654e-5f))
            : Horner(z, 1, -0.5, 0.041666666666666591059, -0.001388888888887259824,
              Horner(z, 0.000024801587288491736249, -2.7557314056471539933e-7, 2.0875681864904602337e-9, -1.1357447885452750638e-11));

        // Even: sine, odd: cosine. The sign changes every second time.
        n += quarters;
        TSelf turns = Round(TSelf.MultiplyAdd(n, TSelf.Constant(0.5), TSelf.Constant(-0.25)), 1);
        TSelf result = TSelf.Where(TSelf.EqualTo(turns + turns, n), TSelf.MultiplyAdd(r * z, s, r), c);
        TSelf pairs = Round(turns, 0.5);
        return TSelf.Where(TSelf.EqualTo(pairs + pairs, turns), result, -result);
    }

    /// <summary>The sine or cosine lane by lane, in double.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TSelf OfLargeAngle(TSelf x, bool isCosine)
    {
        foreach (ref T lane in MemoryMarshal.CreateSpan(ref Unsafe.As<TSelf, T>(ref x), TSelf.Count))
        {
            double angle = double.CreateTruncating(lane);
            lane = T.CreateTruncating(isCosine ? Math.Cos(angle) : Math.Sin(angle));
        }

        return x;
    }

    /// <summary>erf(x) = x + x·P(x²) where |x| ≤ 1. The polynomials have the least relative error (Remez).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf ErfOfSmall(TSelf x)
    {
        bool single = Unsafe.SizeOf<T>() == sizeof(float);
        TSelf z = x * x;
        TSelf p = single
            ? Horner(z, 0.12837916573f, -0.37612625825f, 0.11283585154f, -0.026853811994f,
              Horner(z, 0.0051883276064f, -0.0008010191758f, 7.853852147e-5f))
            : Horner(z, 0.12837916709551256566, -0.37612638903183519544, 0.11283791670944184341, -0.026866170643111376123,
              Horner(z, 0.005223977606117625411, -0.00085483259292714193807, 0.00012055293575569572166, -1.4924712275907062095e-5,
              Horner(z, 1.6447131245010191356e-6, -1.6206311241554743779e-7, 1.3710969480988579789e-8, -7.7794481290420740138e-10)));
        return TSelf.MultiplyAdd(x, p, x);
    }

    /// <summary>
    /// erfc(x) for x ≥ 0: (x + j)·e^(x²)·erfc(x) is smooth up to ∞ as a function of (x − k)/(x + k) (Shepherd and Laframboise, "Chebyshev
    /// approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x &lt; ∞", 1981). With j near ½√π it is flat at 0, and rounding the argument does no
    /// harm there. The polynomials have the least relative error (Remez), that in float the least worst error of the function over all floats.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf ErfcOfPositive(TSelf x, out TSelf gaussian)
    {
        // Beyond the bound both results are 0.
        bool single = Unsafe.SizeOf<T>() == sizeof(float);
        x = TSelf.AtMost(x, TSelf.Constant(single ? 10.2 : 27.3));
        TSelf k = TSelf.Constant(single ? 2.92 : 3.5);
        TSelf j = TSelf.Constant(single ? 0.9375 : 0.8865248226950355);

        // Even and odd powers beside each other: neither waits for the other.
        TSelf z = (x - k) / (x + k);
        TSelf square = z * z;
        TSelf first = TSelf.Constant(single ? 0.70767742395f : 0.68119947513546896811);
        TSelf odd = single
            ? Horner(square, -0.21276037395f, 0.002938427031f, 0.022693285719f, 0.00058328220621f)
            : Horner(square, -0.18181271023466658021, -0.013601797101858366032, 0.026429140852379264665, 0.0079099349421831444129,
              Horner(square, -3.9600149281043886529e-05, -6.2562880698155992512e-05, 1.1501532563264200141e-05, -1.7653196029141522813e-06,
              Horner(square, 2.7789973616736472605e-07, -4.4360259970223905049e-08, 5.2598230949458705142e-09)));
        TSelf even = single
            ? Horner(square, 0.08076621592f, -0.029777500778f, -0.0086714178324f, 0.00095988070825f)
            : Horner(square, 0.084832919899237399508, -0.021046107757121974152, -0.01784972340306657454, -0.0020041590023647955741,
              Horner(square, 0.00024041491705253958434, -1.623328072168287703e-05, 5.7945642536897001742e-07, 4.7083967251013991345e-08,
              Horner(square, -8.6009487785402984685e-09, -2.4856615839667188645e-09, 1.1730872590477820675e-09)));
        TSelf scaled = TSelf.MultiplyAdd(TSelf.MultiplyAdd(even, z, odd), z, first) / (x + j);

        // What x² lost to rounding matters to the exponential where x is large. There the exponential is subnormal: what is raised by 2⁶⁴ is
        // not, and rounded once when it is put back.
        TSelf exponent = -x * x;
        TSelf r = Reduce(exponent, Steps, out _, out TSelf power, raised: 64) - MultiplyAddExactly(x, x, exponent);
        TSelf back = TSelf.Constant(1 / 18446744073709551616.0);
        TSelf raisedGaussian = TSelf.MultiplyAdd(power, ExpM1OfReduced(r, Steps), power);
        gaussian = raisedGaussian * back;
        return raisedGaussian * scaled * back;
    }

    /// <summary>
    /// a·b + c, for a c that nearly cancels the product: what is left are the product's last digits. Where the processor does not fuse the two,
    /// the rounding of the product is found by splitting both factors in halves (Dekker, "A floating-point technique for extending the
    /// available precision", 1971).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf MultiplyAddExactly(TSelf a, TSelf b, TSelf c)
    {
        if (Fma.IsSupported || AdvSimd.IsSupported)
        {
            return TSelf.MultiplyAdd(a, b, c);
        }

        TSelf product = a * b;
        TSelf aHigh = HighHalf(a), bHigh = HighHalf(b);
        TSelf aLow = a - aHigh, bLow = b - bHigh;
        TSelf rounding = aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
        return product + c + rounding;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static TSelf HighHalf(TSelf x)
        {
            TSelf shifted = x * TSelf.Constant(Unsafe.SizeOf<T>() == sizeof(float) ? (1 << 12) + 1 : (1 << 27) + 1);
            return shifted - (shifted - x);
        }
    }

    /// <summary>The whole number nearest to x·factor, for results that are small next to 2²³: adding 1.5·2²³ (2⁵² in double) leaves no room for a fraction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSelf Round(TSelf x, double factor)
    {
        TSelf large = TSelf.Constant(Unsafe.SizeOf<T>() == sizeof(float) ? Bits.SingleWhole : Bits.DoubleWhole);
        return TSelf.MultiplyAdd(x, TSelf.Constant(factor), large) - large;
    }
}
