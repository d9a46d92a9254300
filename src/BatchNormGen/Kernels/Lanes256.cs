using System.ComponentModel;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BatchNormGen.Kernels;

/// <summary>256 bits: 8 floats or 4 doubles.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public unsafe struct Lanes256<T> : ILanes<Lanes256<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Not read-only, and no constructor: each is a call that the JIT has to inline, and it counts those.
    internal Vector256<T> value;

    /// <inheritdoc/>
    public static bool IsSupported
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.IsHardwareAccelerated;
    }

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256<T>.Count;
    }

    /// <inheritdoc/>
    public static Lanes256<T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new() { value = Vector256<T>.Zero };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Broadcast(T value) => new() { value = Vector256.Create(value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Constant(double value)
    {
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Vector256.Create((float)value).As<float, T>() };
        }

        return new() { value = Vector256.Create(value).As<double, T>() };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Load(ReadOnlySpan<T> source, int index)
    {
        Debug.Assert(index >= 0 && index <= source.Length - Count, "Lanes are read outside of the span.");
        return new() { value = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(source), (uint)index) };
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
    public readonly void StoreStreaming(Span<T> destination, int index)
    {
        Debug.Assert(index >= 0 && index <= destination.Length - Count, "Lanes are written outside of the span.");

        T* address = (T*)Unsafe.AsPointer(ref Unsafe.Add(ref MemoryMarshal.GetReference(destination), (uint)index));
        if ((nuint)address % (nuint)sizeof(Vector256<T>) == 0)
        {
            value.StoreAlignedNonTemporal(address);
        }
        else
        {
            value.Store(address);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> LoadSingle(ReadOnlySpan<float> source, int index)
    {
        Debug.Assert(index >= 0 && index <= source.Length - Count, "Lanes are read outside of the span.");
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(source), (uint)index).As<float, T>() };
        }

        return new() { value = Vector256.WidenLower(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(source), (uint)index).ToVector256Unsafe()).As<double, T>() };
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
            Vector256.Narrow(value.AsDouble(), Vector256<double>.Zero).GetLower().StoreUnsafe(ref MemoryMarshal.GetReference(destination), (uint)index);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> LoadIntegers<TInteger>(ReadOnlySpan<TInteger> source, int index)
        where TInteger : unmanaged, IBinaryInteger<TInteger>
    {
        if (typeof(TInteger) != typeof(int))
        {
            return Integers.Load<Lanes256<T>, T, TInteger>(source, index);
        }

        Debug.Assert(index >= 0 && index <= source.Length - Count, "Lanes are read outside of the span.");
        ref int first = ref Unsafe.As<TInteger, int>(ref MemoryMarshal.GetReference(source));
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Vector256.ConvertToSingle(Vector256.LoadUnsafe(ref first, (uint)index)).As<float, T>() };
        }

        return new() { value = Vector256.ConvertToDouble(Vector256.WidenLower(Vector128.LoadUnsafe(ref first, (uint)index).ToVector256Unsafe())).As<double, T>() };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> LoadMask(ReadOnlySpan<bool> source, int index)
    {
        Debug.Assert(index >= 0 && index <= source.Length - Count, "Lanes are read outside of the span.");
        ref byte first = ref Unsafe.As<bool, byte>(ref Unsafe.Add(ref MemoryMarshal.GetReference(source), (uint)index));
        if (sizeof(T) == sizeof(float))
        {
            Vector256<uint> wide = Vector256.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref first)).AsByte()).ToVector256Unsafe());
            return new() { value = Vector256.GreaterThan(wide.AsInt32(), Vector256<int>.Zero).As<int, T>() };
        }
        else
        {
            Vector256<ulong> wide = Vector256.WidenLower(Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref first)).AsByte())).ToVector256Unsafe());
            return new() { value = Vector256.GreaterThan(wide.AsInt64(), Vector256<long>.Zero).As<long, T>() };
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Positions(int start)
    {
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Vector256.ConvertToSingle(Vector256.Create(start) + Vector256<int>.Indices).As<float, T>() };
        }

        return new() { value = Vector256.ConvertToDouble(Vector256.Create((long)start) + Vector256<long>.Indices).As<double, T>() };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator +(Lanes256<T> left, Lanes256<T> right) => new() { value = left.value + right.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator -(Lanes256<T> left, Lanes256<T> right) => new() { value = left.value - right.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator *(Lanes256<T> left, Lanes256<T> right) => new() { value = left.value * right.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator /(Lanes256<T> left, Lanes256<T> right) => new() { value = left.value / right.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> operator -(Lanes256<T> value) => new() { value = -value.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> MultiplyAdd(Lanes256<T> a, Lanes256<T> b, Lanes256<T> c)
    {
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Vector256.MultiplyAddEstimate(a.value.AsSingle(), b.value.AsSingle(), c.value.AsSingle()).As<float, T>() };
        }

        return new() { value = Vector256.MultiplyAddEstimate(a.value.AsDouble(), b.value.AsDouble(), c.value.AsDouble()).As<double, T>() };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Maximum(Lanes256<T> left, Lanes256<T> right) => new() { value = Choice.Maximum(left.value, right.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Minimum(Lanes256<T> left, Lanes256<T> right) => new() { value = Choice.Minimum(left.value, right.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> AtLeast(Lanes256<T> x, Lanes256<T> lower) => new() { value = Vector256.MaxNative(lower.value, x.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> AtMost(Lanes256<T> x, Lanes256<T> upper) => new() { value = Vector256.MinNative(upper.value, x.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Abs(Lanes256<T> x) => new() { value = Vector256.Abs(x.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> CopySign(Lanes256<T> magnitude, Lanes256<T> sign) => new() { value = Vector256.CopySign(magnitude.value, sign.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Sqrt(Lanes256<T> x) => new() { value = Vector256.Sqrt(x.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> MantissaToExponent(Lanes256<T> sum)
    {
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Vector256.ShiftLeft(sum.value.AsUInt32(), Bits.SingleMantissa).As<uint, T>() };
        }

        return new() { value = Vector256.ShiftLeft(sum.value.AsUInt64(), Bits.DoubleMantissa).As<ulong, T>() };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> MantissaToPower(Lanes256<T> sum)
    {
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Eighths.Power(sum.value.AsUInt32()).As<uint, T>() };
        }

        return MantissaToExponent(sum);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Mantissa(Lanes256<T> x, out Lanes256<T> exponent)
    {
        if (sizeof(T) == sizeof(float))
        {
            Vector256<uint> bits = x.value.AsUInt32() + Vector256.Create(Bits.SingleOne - Bits.SingleRootHalf);
            Vector256<uint> power = Vector256.ShiftRightLogical(bits, Bits.SingleMantissa) | Vector256.Create(Bits.SingleWholeMantissa).AsUInt32();
            exponent = new() { value = (power.AsSingle() - Vector256.Create(Bits.SingleWholeMantissa + Bits.SingleBias)).As<float, T>() };
            return new() { value = ((bits & Vector256.Create((1u << Bits.SingleMantissa) - 1)) + Vector256.Create(Bits.SingleRootHalf)).As<uint, T>() };
        }
        else
        {
            Vector256<ulong> bits = x.value.AsUInt64() + Vector256.Create(Bits.DoubleOne - Bits.DoubleRootHalf);
            Vector256<ulong> power = Vector256.ShiftRightLogical(bits, Bits.DoubleMantissa) | Vector256.Create(Bits.DoubleWholeMantissa).AsUInt64();
            exponent = new() { value = (power.AsDouble() - Vector256.Create(Bits.DoubleWholeMantissa + Bits.DoubleBias)).As<double, T>() };
            return new() { value = ((bits & Vector256.Create((1ul << Bits.DoubleMantissa) - 1)) + Vector256.Create(Bits.DoubleRootHalf)).As<ulong, T>() };
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> GreaterThan(Lanes256<T> left, Lanes256<T> right) => new() { value = Vector256.GreaterThan(left.value, right.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> GreaterThanOrEqual(Lanes256<T> left, Lanes256<T> right) => new() { value = Vector256.GreaterThanOrEqual(left.value, right.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> EqualTo(Lanes256<T> left, Lanes256<T> right) => new() { value = Vector256.Equals(left.value, right.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Not(Lanes256<T> mask) => new() { value = ~mask.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> And(Lanes256<T> left, Lanes256<T> right) => new() { value = left.value & right.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Or(Lanes256<T> left, Lanes256<T> right) => new() { value = left.value | right.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<T> Where(Lanes256<T> mask, Lanes256<T> then, Lanes256<T> otherwise) =>
        new() { value = Choice.Where(mask.value, then.value, otherwise.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Lanes256<T> mask) => Vector256.ExtractMostSignificantBits(mask.value) != 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Lanes256<T> lanes) => sizeof(T) == sizeof(float)
        ? Vector256.Sum(Vector256.WidenLower(lanes.value.AsSingle()) + Vector256.WidenUpper(lanes.value.AsSingle()))
        : Vector256.Sum(lanes.value.AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaxOf(Lanes256<T> lanes) => Lanes128<T>.MaxOf(new() { value = Choice.Maximum(lanes.value.GetLower(), lanes.value.GetUpper()) });

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MinOf(Lanes256<T> lanes) => Lanes128<T>.MinOf(new() { value = Choice.Minimum(lanes.value.GetLower(), lanes.value.GetUpper()) });

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(Lanes256<T> lanes, Span<double> accumulators, int index)
    {
        Debug.Assert(index >= 0 && index <= accumulators.Length - Count, "Lanes are added outside of the span.");
        ref double first = ref Unsafe.Add(ref MemoryMarshal.GetReference(accumulators), (uint)index);
        if (sizeof(T) == sizeof(float))
        {
            ref double second = ref Unsafe.Add(ref first, Vector256<double>.Count);
            (Vector256.LoadUnsafe(ref first) + Vector256.WidenLower(lanes.value.AsSingle())).StoreUnsafe(ref first);
            (Vector256.LoadUnsafe(ref second) + Vector256.WidenUpper(lanes.value.AsSingle())).StoreUnsafe(ref second);
        }
        else
        {
            (Vector256.LoadUnsafe(ref first) + lanes.value.AsDouble()).StoreUnsafe(ref first);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MaximumTo(Lanes256<T> lanes, Span<double> accumulators, int index)
    {
        Debug.Assert(index >= 0 && index <= accumulators.Length - Count, "Lanes are compared outside of the span.");
        ref double first = ref Unsafe.Add(ref MemoryMarshal.GetReference(accumulators), (uint)index);
        if (sizeof(T) == sizeof(float))
        {
            ref double second = ref Unsafe.Add(ref first, Vector256<double>.Count);
            Vector256.Max(Vector256.LoadUnsafe(ref first), Vector256.WidenLower(lanes.value.AsSingle())).StoreUnsafe(ref first);
            Vector256.Max(Vector256.LoadUnsafe(ref second), Vector256.WidenUpper(lanes.value.AsSingle())).StoreUnsafe(ref second);
        }
        else
        {
            Vector256.Max(Vector256.LoadUnsafe(ref first), lanes.value.AsDouble()).StoreUnsafe(ref first);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MinimumTo(Lanes256<T> lanes, Span<double> accumulators, int index)
    {
        Debug.Assert(index >= 0 && index <= accumulators.Length - Count, "Lanes are compared outside of the span.");
        ref double first = ref Unsafe.Add(ref MemoryMarshal.GetReference(accumulators), (uint)index);
        if (sizeof(T) == sizeof(float))
        {
            ref double second = ref Unsafe.Add(ref first, Vector256<double>.Count);
            Vector256.Min(Vector256.LoadUnsafe(ref first), Vector256.WidenLower(lanes.value.AsSingle())).StoreUnsafe(ref first);
            Vector256.Min(Vector256.LoadUnsafe(ref second), Vector256.WidenUpper(lanes.value.AsSingle())).StoreUnsafe(ref second);
        }
        else
        {
            Vector256.Min(Vector256.LoadUnsafe(ref first), lanes.value.AsDouble()).StoreUnsafe(ref first);
        }
    }
}
