using System.ComponentModel;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BatchNormGen.Kernels;

/// <summary>128 bits: 4 floats or 2 doubles.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public unsafe struct Lanes128<T> : ILanes<Lanes128<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Not read-only, and no constructor: each is a call that the JIT has to inline, and it counts those.
    internal Vector128<T> value;

    /// <inheritdoc/>
    public static bool IsSupported
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.IsHardwareAccelerated;
    }

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128<T>.Count;
    }

    /// <inheritdoc/>
    public static Lanes128<T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new() { value = Vector128<T>.Zero };
    }

    internal T First
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => value.ToScalar();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Broadcast(T value) => new() { value = Vector128.Create(value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Constant(double value)
    {
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Vector128.Create((float)value).As<float, T>() };
        }

        return new() { value = Vector128.Create(value).As<double, T>() };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Load(ReadOnlySpan<T> source, int index)
    {
        Debug.Assert(index >= 0 && index <= source.Length - Count, "Lanes are read outside of the span.");
        return new() { value = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(source), (uint)index) };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(Span<T> destination, int index)
    {
        Debug.Assert(index >= 0 && index <= destination.Length - Count, "Lanes are written outside of the span.");
        value.StoreUnsafe(ref MemoryMarshal.GetReference(destination), (uint)index);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void StoreStreaming(Span<T> destination, int index) => Store(destination, index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> LoadSingle(ReadOnlySpan<float> source, int index)
    {
        Debug.Assert(index >= 0 && index <= source.Length - Count, "Lanes are read outside of the span.");
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(source), (uint)index).As<float, T>() };
        }

        return new() { value = Vector128.WidenLower(Vector64.LoadUnsafe(ref MemoryMarshal.GetReference(source), (uint)index).ToVector128Unsafe()).As<double, T>() };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void StoreSingle(Span<float> destination, int index)
    {
        Debug.Assert(index >= 0 && index <= destination.Length - Count, "Lanes are written outside of the span.");
        if (sizeof(T) == sizeof(float))
        {
            value.AsSingle().StoreUnsafe(ref MemoryMarshal.GetReference(destination), (uint)index);
        }
        else
        {
            Vector128.Narrow(value.AsDouble(), Vector128<double>.Zero).GetLower().StoreUnsafe(ref MemoryMarshal.GetReference(destination), (uint)index);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> LoadIntegers<TInteger>(ReadOnlySpan<TInteger> source, int index)
        where TInteger : unmanaged, IBinaryInteger<TInteger>
    {
        if (typeof(TInteger) != typeof(int))
        {
            return Integers.Load<Lanes128<T>, T, TInteger>(source, index);
        }

        Debug.Assert(index >= 0 && index <= source.Length - Count, "Lanes are read outside of the span.");
        ref int first = ref Unsafe.As<TInteger, int>(ref MemoryMarshal.GetReference(source));
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Vector128.ConvertToSingle(Vector128.LoadUnsafe(ref first, (uint)index)).As<float, T>() };
        }

        return new() { value = Vector128.ConvertToDouble(Vector128.WidenLower(Vector64.LoadUnsafe(ref first, (uint)index).ToVector128Unsafe())).As<double, T>() };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> LoadMask(ReadOnlySpan<bool> source, int index)
    {
        Debug.Assert(index >= 0 && index <= source.Length - Count, "Lanes are read outside of the span.");
        ref byte first = ref Unsafe.As<bool, byte>(ref Unsafe.Add(ref MemoryMarshal.GetReference(source), (uint)index));
        if (sizeof(T) == sizeof(float))
        {
            Vector128<uint> wide = Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref first)).AsByte()));
            return new() { value = Vector128.GreaterThan(wide.AsInt32(), Vector128<int>.Zero).As<int, T>() };
        }
        else
        {
            Vector128<ulong> wide = Vector128.WidenLower(Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ushort>(ref first)).AsByte())));
            return new() { value = Vector128.GreaterThan(wide.AsInt64(), Vector128<long>.Zero).As<long, T>() };
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Positions(int start)
    {
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Vector128.ConvertToSingle(Vector128.Create(start) + Vector128<int>.Indices).As<float, T>() };
        }

        return new() { value = Vector128.ConvertToDouble(Vector128.Create((long)start) + Vector128<long>.Indices).As<double, T>() };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> operator +(Lanes128<T> left, Lanes128<T> right) => new() { value = left.value + right.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> operator -(Lanes128<T> left, Lanes128<T> right) => new() { value = left.value - right.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> operator *(Lanes128<T> left, Lanes128<T> right) => new() { value = left.value * right.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> operator /(Lanes128<T> left, Lanes128<T> right) => new() { value = left.value / right.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> operator -(Lanes128<T> value) => new() { value = -value.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> MultiplyAdd(Lanes128<T> a, Lanes128<T> b, Lanes128<T> c)
    {
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Vector128.MultiplyAddEstimate(a.value.AsSingle(), b.value.AsSingle(), c.value.AsSingle()).As<float, T>() };
        }

        return new() { value = Vector128.MultiplyAddEstimate(a.value.AsDouble(), b.value.AsDouble(), c.value.AsDouble()).As<double, T>() };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Maximum(Lanes128<T> left, Lanes128<T> right) => new() { value = Choice.Maximum(left.value, right.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Minimum(Lanes128<T> left, Lanes128<T> right) => new() { value = Choice.Minimum(left.value, right.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> AtLeast(Lanes128<T> x, Lanes128<T> lower) => new() { value = Vector128.MaxNative(lower.value, x.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> AtMost(Lanes128<T> x, Lanes128<T> upper) => new() { value = Vector128.MinNative(upper.value, x.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Abs(Lanes128<T> x) => new() { value = Vector128.Abs(x.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> CopySign(Lanes128<T> magnitude, Lanes128<T> sign) => new() { value = Vector128.CopySign(magnitude.value, sign.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Sqrt(Lanes128<T> x) => new() { value = Vector128.Sqrt(x.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> MantissaToExponent(Lanes128<T> sum)
    {
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Vector128.ShiftLeft(sum.value.AsUInt32(), Bits.SingleMantissa).As<uint, T>() };
        }

        return new() { value = Vector128.ShiftLeft(sum.value.AsUInt64(), Bits.DoubleMantissa).As<ulong, T>() };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> MantissaToPower(Lanes128<T> sum)
    {
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Eighths.Power(sum.value.AsUInt32()).As<uint, T>() };
        }

        return MantissaToExponent(sum);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Mantissa(Lanes128<T> x, out Lanes128<T> exponent)
    {
        if (sizeof(T) == sizeof(float))
        {
            Vector128<uint> bits = x.value.AsUInt32() + Vector128.Create(Bits.SingleOne - Bits.SingleRootHalf);
            Vector128<uint> power = Vector128.ShiftRightLogical(bits, Bits.SingleMantissa) | Vector128.Create(Bits.SingleWholeMantissa).AsUInt32();
            exponent = new() { value = (power.AsSingle() - Vector128.Create(Bits.SingleWholeMantissa + Bits.SingleBias)).As<float, T>() };
            return new() { value = ((bits & Vector128.Create((1u << Bits.SingleMantissa) - 1)) + Vector128.Create(Bits.SingleRootHalf)).As<uint, T>() };
        }
        else
        {
            Vector128<ulong> bits = x.value.AsUInt64() + Vector128.Create(Bits.DoubleOne - Bits.DoubleRootHalf);
            Vector128<ulong> power = Vector128.ShiftRightLogical(bits, Bits.DoubleMantissa) | Vector128.Create(Bits.DoubleWholeMantissa).AsUInt64();
            exponent = new() { value = (power.AsDouble() - Vector128.Create(Bits.DoubleWholeMantissa + Bits.DoubleBias)).As<double, T>() };
            return new() { value = ((bits & Vector128.Create((1ul << Bits.DoubleMantissa) - 1)) + Vector128.Create(Bits.DoubleRootHalf)).As<ulong, T>() };
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> GreaterThan(Lanes128<T> left, Lanes128<T> right) => new() { value = Vector128.GreaterThan(left.value, right.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> GreaterThanOrEqual(Lanes128<T> left, Lanes128<T> right) => new() { value = Vector128.GreaterThanOrEqual(left.value, right.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> EqualTo(Lanes128<T> left, Lanes128<T> right) => new() { value = Vector128.Equals(left.value, right.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Not(Lanes128<T> mask) => new() { value = ~mask.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> And(Lanes128<T> left, Lanes128<T> right) => new() { value = left.value & right.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Or(Lanes128<T> left, Lanes128<T> right) => new() { value = left.value | right.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<T> Where(Lanes128<T> mask, Lanes128<T> then, Lanes128<T> otherwise) =>
        new() { value = Choice.Where(mask.value, then.value, otherwise.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Lanes128<T> mask) => Vector128.ExtractMostSignificantBits(mask.value) != 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Lanes128<T> lanes) => sizeof(T) == sizeof(float)
        ? Vector128.Sum(Vector128.WidenLower(lanes.value.AsSingle()) + Vector128.WidenUpper(lanes.value.AsSingle()))
        : Vector128.Sum(lanes.value.AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaxOf(Lanes128<T> lanes)
    {
        Vector128<T> folded = Choice.Maximum(lanes.value, ExchangeHalves(lanes.value));
        return sizeof(T) == sizeof(float)
            ? Choice.Maximum(folded, ExchangePairs(folded)).ToScalar()
            : folded.ToScalar();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MinOf(Lanes128<T> lanes)
    {
        Vector128<T> folded = Choice.Minimum(lanes.value, ExchangeHalves(lanes.value));
        return sizeof(T) == sizeof(float)
            ? Choice.Minimum(folded, ExchangePairs(folded)).ToScalar()
            : folded.ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> ExchangeHalves(Vector128<T> lanes) => Vector128.Shuffle(lanes.AsDouble(), Vector128.Create(1L, 0)).As<double, T>();

    /// <summary>Floats alone: each with its neighbour.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> ExchangePairs(Vector128<T> lanes) => Vector128.Shuffle(lanes.AsSingle(), Vector128.Create(1, 0, 3, 2)).As<float, T>();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(Lanes128<T> lanes, Span<double> accumulators, int index)
    {
        Debug.Assert(index >= 0 && index <= accumulators.Length - Count, "Lanes are added outside of the span.");
        ref double first = ref Unsafe.Add(ref MemoryMarshal.GetReference(accumulators), (uint)index);
        if (sizeof(T) == sizeof(float))
        {
            ref double second = ref Unsafe.Add(ref first, Vector128<double>.Count);
            (Vector128.LoadUnsafe(ref first) + Vector128.WidenLower(lanes.value.AsSingle())).StoreUnsafe(ref first);
            (Vector128.LoadUnsafe(ref second) + Vector128.WidenUpper(lanes.value.AsSingle())).StoreUnsafe(ref second);
        }
        else
        {
            (Vector128.LoadUnsafe(ref first) + lanes.value.AsDouble()).StoreUnsafe(ref first);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MaximumTo(Lanes128<T> lanes, Span<double> accumulators, int index)
    {
        Debug.Assert(index >= 0 && index <= accumulators.Length - Count, "Lanes are compared outside of the span.");
        ref double first = ref Unsafe.Add(ref MemoryMarshal.GetReference(accumulators), (uint)index);
        if (sizeof(T) == sizeof(float))
        {
            ref double second = ref Unsafe.Add(ref first, Vector128<double>.Count);
            Vector128.Max(Vector128.LoadUnsafe(ref first), Vector128.WidenLower(lanes.value.AsSingle())).StoreUnsafe(ref first);
            Vector128.Max(Vector128.LoadUnsafe(ref second), Vector128.WidenUpper(lanes.value.AsSingle())).StoreUnsafe(ref second);
        }
        else
        {
            Vector128.Max(Vector128.LoadUnsafe(ref first), lanes.value.AsDouble()).StoreUnsafe(ref first);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MinimumTo(Lanes128<T> lanes, Span<double> accumulators, int index)
    {
        Debug.Assert(index >= 0 && index <= accumulators.Length - Count, "Lanes are compared outside of the span.");
        ref double first = ref Unsafe.Add(ref MemoryMarshal.GetReference(accumulators), (uint)index);
        if (sizeof(T) == sizeof(float))
        {
            ref double second = ref Unsafe.Add(ref first, Vector128<double>.Count);
            Vector128.Min(Vector128.LoadUnsafe(ref first), Vector128.WidenLower(lanes.value.AsSingle())).StoreUnsafe(ref first);
            Vector128.Min(Vector128.LoadUnsafe(ref second), Vector128.WidenUpper(lanes.value.AsSingle())).StoreUnsafe(ref second);
        }
        else
        {
            Vector128.Min(Vector128.LoadUnsafe(ref first), lanes.value.AsDouble()).StoreUnsafe(ref first);
        }
    }
}
