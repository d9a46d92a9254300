using System.ComponentModel;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BatchNormGen.Kernels;

/// <summary>One value: for the ends of rows, and for processors without vectors.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Lane<T> : ILanes<Lane<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lane(T value) => this.value = value;

    /// <inheritdoc/>
    public static bool IsSupported
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    /// <inheritdoc/>
    public static Lane<T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => default;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Broadcast(T value) => new(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Constant(double value) => new(Lanes128<T>.Constant(value).First);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Load(ReadOnlySpan<T> source, int index)
    {
        Debug.Assert(index >= 0 && index < source.Length, "A lane is read outside of the span.");
        return new(Unsafe.Add(ref MemoryMarshal.GetReference(source), (uint)index));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(Span<T> destination, int index)
    {
        Debug.Assert(index >= 0 && index < destination.Length, "A lane is written outside of the span.");
        Unsafe.Add(ref MemoryMarshal.GetReference(destination), (uint)index) = value;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void StoreStreaming(Span<T> destination, int index) => Store(destination, index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> LoadSingle(ReadOnlySpan<float> source, int index) => Constant(source[index]);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void StoreSingle(Span<float> destination, int index) => destination[index] = float.CreateTruncating(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> LoadIntegers<TInteger>(ReadOnlySpan<TInteger> source, int index)
        where TInteger : unmanaged, IBinaryInteger<TInteger>
    {
        Debug.Assert(index >= 0 && index < source.Length, "A lane is read outside of the span.");
        return new(T.CreateTruncating(Unsafe.Add(ref MemoryMarshal.GetReference(source), (uint)index)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> LoadMask(ReadOnlySpan<bool> source, int index)
    {
        Debug.Assert(index >= 0 && index < source.Length, "A lane is read outside of the span.");
        return new(Unsafe.Add(ref MemoryMarshal.GetReference(source), (uint)index) ? Vector128<T>.AllBitsSet.ToScalar() : T.Zero);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Positions(int start) => new(T.CreateTruncating(start));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> operator +(Lane<T> left, Lane<T> right) => new(left.value + right.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> operator -(Lane<T> left, Lane<T> right) => new(left.value - right.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> operator *(Lane<T> left, Lane<T> right) => new(left.value * right.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> operator /(Lane<T> left, Lane<T> right) => new(left.value / right.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> operator -(Lane<T> value) => new(-value.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> MultiplyAdd(Lane<T> a, Lane<T> b, Lane<T> c) => new(T.MultiplyAddEstimate(a.value, b.value, c.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Maximum(Lane<T> left, Lane<T> right) => new(T.Max(left.value, right.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Minimum(Lane<T> left, Lane<T> right) => new(T.Min(left.value, right.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> AtLeast(Lane<T> x, Lane<T> lower) => x.value < lower.value ? lower : x;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> AtMost(Lane<T> x, Lane<T> upper) => x.value > upper.value ? upper : x;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Abs(Lane<T> x) => new(T.Abs(x.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> CopySign(Lane<T> magnitude, Lane<T> sign) => new(T.CopySign(magnitude.value, sign.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Sqrt(Lane<T> x) => new(T.Sqrt(x.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> MantissaToExponent(Lane<T> sum) => new(Lanes128<T>.MantissaToExponent(Lanes128<T>.Broadcast(sum.value)).First);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> MantissaToPower(Lane<T> sum) => new(Lanes128<T>.MantissaToPower(Lanes128<T>.Broadcast(sum.value)).First);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Mantissa(Lane<T> x, out Lane<T> exponent)
    {
        Lanes128<T> mantissa = Lanes128<T>.Mantissa(Lanes128<T>.Broadcast(x.value), out Lanes128<T> exponents);
        exponent = new(exponents.First);
        return new(mantissa.First);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> GreaterThan(Lane<T> left, Lane<T> right) =>
        new(Vector128.GreaterThan(Vector128.CreateScalarUnsafe(left.value), Vector128.CreateScalarUnsafe(right.value)).ToScalar());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> GreaterThanOrEqual(Lane<T> left, Lane<T> right) =>
        new(Vector128.GreaterThanOrEqual(Vector128.CreateScalarUnsafe(left.value), Vector128.CreateScalarUnsafe(right.value)).ToScalar());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> EqualTo(Lane<T> left, Lane<T> right) =>
        new(Vector128.Equals(Vector128.CreateScalarUnsafe(left.value), Vector128.CreateScalarUnsafe(right.value)).ToScalar());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Not(Lane<T> mask) => new((~Vector128.CreateScalarUnsafe(mask.value)).ToScalar());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> And(Lane<T> left, Lane<T> right) => new((Vector128.CreateScalarUnsafe(left.value) & Vector128.CreateScalarUnsafe(right.value)).ToScalar());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Or(Lane<T> left, Lane<T> right) => new((Vector128.CreateScalarUnsafe(left.value) | Vector128.CreateScalarUnsafe(right.value)).ToScalar());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<T> Where(Lane<T> mask, Lane<T> then, Lane<T> otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.CreateScalarUnsafe(mask.value), Vector128.CreateScalarUnsafe(then.value), Vector128.CreateScalarUnsafe(otherwise.value)).ToScalar());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Lane<T> mask) => mask.value != T.Zero;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Lane<T> lanes) => double.CreateTruncating(lanes.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaxOf(Lane<T> lanes) => lanes.value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MinOf(Lane<T> lanes) => lanes.value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(Lane<T> lanes, Span<double> accumulators, int index)
    {
        Debug.Assert(index >= 0 && index < accumulators.Length, "A lane is added outside of the span.");
        Unsafe.Add(ref MemoryMarshal.GetReference(accumulators), (uint)index) += Sum(lanes);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MaximumTo(Lane<T> lanes, Span<double> accumulators, int index)
    {
        Debug.Assert(index >= 0 && index < accumulators.Length, "A lane is compared outside of the span.");
        ref double accumulator = ref Unsafe.Add(ref MemoryMarshal.GetReference(accumulators), (uint)index);
        accumulator = Math.Max(accumulator, Sum(lanes));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MinimumTo(Lane<T> lanes, Span<double> accumulators, int index)
    {
        Debug.Assert(index >= 0 && index < accumulators.Length, "A lane is compared outside of the span.");
        ref double accumulator = ref Unsafe.Add(ref MemoryMarshal.GetReference(accumulators), (uint)index);
        accumulator = Math.Min(accumulator, Sum(lanes));
    }
}
