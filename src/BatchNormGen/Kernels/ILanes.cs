using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace BatchNormGen.Kernels;

/// <summary>
/// Several values of <typeparamref name="T"/> that are computed on at once. Generated code is written once against this
/// interface and compiled for every width: <see cref="Lanes512{T}"/>, <see cref="Lanes256{T}"/>, <see cref="Lanes128{T}"/>,
/// and <see cref="Lane{T}"/> for what is left at the end of a row.
/// </summary>
/// <remarks>
/// Every operation works lane by lane, and a value's result does not depend on the lane it stands in nor on the width.
/// NaN goes in, NaN comes out, unless an operation says otherwise.
/// A mask is lanes that are either all bits set or zero, and serves <c>Where</c>, <c>Not</c>, <c>And</c> and <c>Or</c> alone.
/// Indices are checked in debug builds of this library only: the generated entry points check the shapes, once.
/// Lanes cost nothing as long as the JIT inlines all of it, which it does for some 350 operations per method (an exponential is 40, erfc 70);
/// a method between a loop and the lanes must itself ask for <see cref="MethodImplOptions.AggressiveInlining"/>.
/// </remarks>
/// <typeparam name="TSelf">The implementing type.</typeparam>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public partial interface ILanes<TSelf, T>
    where TSelf : struct, ILanes<TSelf, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Whether the processor computes at this width. A constant to the JIT, which drops the code of other widths.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>The number of lanes.</summary>
    static abstract int Count { get; }

    /// <summary>Zero in every lane.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>The same value in every lane.</summary>
    static abstract TSelf Broadcast(T value);

    /// <summary>A constant of the program, rounded to <typeparamref name="T"/>, in every lane.</summary>
    static abstract TSelf Constant(double value);

    /// <summary>The <see cref="Count"/> values from <paramref name="index"/> on.</summary>
    static abstract TSelf Load(ReadOnlySpan<T> source, int index);

    /// <summary>Writes the lanes to <paramref name="destination"/> from <paramref name="index"/> on.</summary>
    void Store(Span<T> destination, int index);

    /// <summary>
    /// As <see cref="Store"/>, past the caches: for what is larger than they are. Where the place is not aligned to the
    /// width of the lanes, and for narrow lanes, an ordinary store.
    /// </summary>
    /// <param name="destination">Where to write. Must be pinned, as <see cref="Workers"/> does: the instruction takes an address.</param>
    /// <param name="index">The index of the first; with <see cref="Count"/> more it must not pass the end.</param>
    void StoreStreaming(Span<T> destination, int index);

    /// <summary>Reads <see cref="Count"/> floats as lanes of T, so that lanes of double can work on arrays of float.</summary>
    /// <param name="source">Where to read.</param>
    /// <param name="index">The index of the first; with <see cref="Count"/> more it must not pass the end.</param>
    static abstract TSelf LoadSingle(ReadOnlySpan<float> source, int index);

    /// <summary>Writes the lanes as <see cref="Count"/> floats.</summary>
    /// <param name="destination">Where to write.</param>
    /// <param name="index">The index of the first; with <see cref="Count"/> more it must not pass the end.</param>
    void StoreSingle(Span<float> destination, int index);

    /// <summary>Reads <see cref="Count"/> integers as numbers.</summary>
    /// <param name="source">Where to read.</param>
    /// <param name="index">The index of the first; with <see cref="Count"/> more it must not pass the end.</param>
    /// <typeparam name="TInteger">Any integer type; <see cref="int"/> is fast.</typeparam>
    static abstract TSelf LoadIntegers<TInteger>(ReadOnlySpan<TInteger> source, int index)
        where TInteger : unmanaged, IBinaryInteger<TInteger>;

    /// <summary>Reads <see cref="Count"/> truth values as a mask.</summary>
    /// <param name="source">Where to read.</param>
    /// <param name="index">The index of the first; with <see cref="Count"/> more it must not pass the end.</param>
    static abstract TSelf LoadMask(ReadOnlySpan<bool> source, int index);

    /// <summary>The whole numbers from <paramref name="start"/> on.</summary>
    static abstract TSelf Positions(int start);

    /// <summary>The sum.</summary>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>The difference.</summary>
    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>The product.</summary>
    static abstract TSelf operator *(TSelf left, TSelf right);

    /// <summary>The quotient.</summary>
    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>The negated value.</summary>
    static abstract TSelf operator -(TSelf value);

    /// <summary>a·b + c with one rounding, on every processor that has the instruction (all with 256-bit vectors, and Arm); else with two.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The greater of two values; NaN where either is NaN, and +0 is greater than −0, as in <see cref="Math.Max(double, double)"/>.</summary>
    static abstract TSelf Maximum(TSelf left, TSelf right);

    /// <summary>The smaller of two values; NaN where either is NaN, and −0 is smaller than +0, as in <see cref="Math.Min(double, double)"/>.</summary>
    static abstract TSelf Minimum(TSelf left, TSelf right);

    /// <summary>x, but no less than <paramref name="lower"/>, which is a number; NaN stays, and of two zeros either comes out.</summary>
    static abstract TSelf AtLeast(TSelf x, TSelf lower);

    /// <summary>x, but no more than <paramref name="upper"/>, which is a number; NaN stays, and of two zeros either comes out.</summary>
    static abstract TSelf AtMost(TSelf x, TSelf upper);

    /// <summary>The absolute value.</summary>
    static abstract TSelf Abs(TSelf x);

    /// <summary>The magnitude of <paramref name="magnitude"/> with the sign of <paramref name="sign"/>.</summary>
    static abstract TSelf CopySign(TSelf magnitude, TSelf sign);

    /// <summary>The square root, correctly rounded.</summary>
    static abstract TSelf Sqrt(TSelf x);

    /// <summary>2ⁿ out of the sum of n and <c>ExponentInMantissa</c>, for whole n and as long as 2ⁿ is a normal number: the exponent stands in the low bits of the sum.</summary>
    static abstract TSelf MantissaToExponent(TSelf sum);

    /// <summary>2^(n/8) in float and 2ⁿ in double, out of the sum of n and <c>ExponentInMantissa</c>, for whole n and as long as that is a normal number.</summary>
    static abstract TSelf MantissaToPower(TSelf sum);

    /// <summary>m and n with x = m·2ⁿ, √½ ≤ m &lt; √2 and n whole, for normal x &gt; 0.</summary>
    /// <param name="x">What is taken apart.</param>
    /// <param name="exponent">n.</param>
    static abstract TSelf Mantissa(TSelf x, out TSelf exponent);

    /// <summary>A mask: where left &gt; right; not where either is NaN.</summary>
    static abstract TSelf GreaterThan(TSelf left, TSelf right);

    /// <summary>A mask: where left ≥ right; not where either is NaN.</summary>
    static abstract TSelf GreaterThanOrEqual(TSelf left, TSelf right);

    /// <summary>A mask: where left = right; not where either is NaN.</summary>
    static abstract TSelf EqualTo(TSelf left, TSelf right);

    /// <summary>The lanes that a mask leaves out.</summary>
    static abstract TSelf Not(TSelf mask);

    /// <summary>The lanes that are in both masks.</summary>
    static abstract TSelf And(TSelf left, TSelf right);

    /// <summary>The lanes that are in either mask.</summary>
    static abstract TSelf Or(TSelf left, TSelf right);

    /// <summary><paramref name="then"/> in the lanes of the mask, else <paramref name="otherwise"/>.</summary>
    static abstract TSelf Where(TSelf mask, TSelf then, TSelf otherwise);

    /// <summary>Whether a mask has any lane.</summary>
    static abstract bool Any(TSelf mask);

    /// <summary>The sum of the lanes, each widened to double first, in an order that depends on nothing but the width.</summary>
    static abstract double Sum(TSelf lanes);

    /// <summary>The greatest lane; NaN if any is NaN.</summary>
    static abstract T MaxOf(TSelf lanes);

    /// <summary>The smallest lane; NaN if any is NaN.</summary>
    static abstract T MinOf(TSelf lanes);

    /// <summary>accumulators[index + i] += lane i, in double.</summary>
    static abstract void AddTo(TSelf lanes, Span<double> accumulators, int index);

    /// <summary>accumulators[index + i] = the greater of itself and lane i; NaN where either is NaN.</summary>
    static abstract void MaximumTo(TSelf lanes, Span<double> accumulators, int index);

    /// <summary>accumulators[index + i] = the smaller of itself and lane i; NaN where either is NaN.</summary>
    static abstract void MinimumTo(TSelf lanes, Span<double> accumulators, int index);
}
