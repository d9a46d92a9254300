using System.ComponentModel;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BatchNormGen.Kernels;

/// <summary>512 bits: 16 floats or 8 doubles.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public unsafe struct Lanes512<T> : ILanes<Lanes512<T>, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Not read-only, and no constructor: each is a call that the JIT has to inline, and it counts those.
    private Vector512<T> value;

    /// <inheritdoc/>
    public static bool IsSupported
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.IsHardwareAccelerated;
    }

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512<T>.Count;
    }

    /// <inheritdoc/>
    public static Lanes512<T> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new() { value = Vector512<T>.Zero };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Broadcast(T value) => new() { value = Vector512.Create(value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Constant(double value)
    {
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Vector512.Create((float)value).As<float, T>() };
        }

        return new() { value = Vector512.Create(value).As<double, T>() };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Load(ReadOnlySpan<T> source, int index)
    {
        Debug.Assert(index >= 0 && index <= source.Length - Count, "Lanes are read outside of the span.");
        return new() { value = Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(source), (uint)index) };
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
        if ((nuint)address % (nuint)sizeof(Vector512<T>) == 0)
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
    public static Lanes512<T> LoadSingle(ReadOnlySpan<float> source, int index)
    {
        Debug.Assert(index >= 0 && index <= source.Length - Count, "Lanes are read outside of the span.");
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(source), (uint)index).As<float, T>() };
        }

        return new() { value = Vector512.WidenLower(Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(source), (uint)index).ToVector512Unsafe()).As<double, T>() };
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
            Vector512.Narrow(value.AsDouble(), Vector512<double>.Zero).GetLower().StoreUnsafe(ref MemoryMarshal.GetReference(destination), (uint)index);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> LoadIntegers<TInteger>(ReadOnlySpan<TInteger> source, int index)
        where TInteger : unmanaged, IBinaryInteger<TInteger>
    {
        if (typeof(TInteger) != typeof(int))
        {
            return Integers.Load<Lanes512<T>, T, TInteger>(source, index);
        }

        Debug.Assert(index >= 0 && index <= source.Length - Count, "Lanes are read outside of the span.");
        ref int first = ref Unsafe.As<TInteger, int>(ref MemoryMarshal.GetReference(source));
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Vector512.ConvertToSingle(Vector512.LoadUnsafe(ref first, (uint)index)).As<float, T>() };
        }

        return new() { value = Vector512.ConvertToDouble(Vector512.WidenLower(Vector256.LoadUnsafe(ref first, (uint)index).ToVector512Unsafe())).As<double, T>() };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> LoadMask(ReadOnlySpan<bool> source, int index)
    {
        Debug.Assert(index >= 0 && index <= source.Length - Count, "Lanes are read outside of the span.");
        ref byte first = ref Unsafe.As<bool, byte>(ref Unsafe.Add(ref MemoryMarshal.GetReference(source), (uint)index));
        if (sizeof(T) == sizeof(float))
        {
            Vector512<uint> wide = Vector512.WidenLower(Vector256.WidenLower(Vector128.LoadUnsafe(ref first).ToVector256Unsafe()).ToVector512Unsafe());
            return new() { value = Vector512.GreaterThan(wide.AsInt32(), Vector512<int>.Zero).As<int, T>() };
        }
        else
        {
            Vector512<ulong> wide = Vector512.WidenLower(Vector256.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref first)).AsByte()).ToVector256Unsafe()).ToVector512Unsafe());
            return new() { value = Vector512.GreaterThan(wide.AsInt64(), Vector512<long>.Zero).As<long, T>() };
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Positions(int start)
    {
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Vector512.ConvertToSingle(Vector512.Create(start) + Vector512<int>.Indices).As<float, T>() };
        }

        return new() { value = Vector512.ConvertToDouble(Vector512.Create((long)start) + Vector512<long>.Indices).As<double, T>() };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator +(Lanes512<T> left, Lanes512<T> right) => new() { value = left.value + right.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator -(Lanes512<T> left, Lanes512<T> right) => new() { value = left.value - right.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator *(Lanes512<T> left, Lanes512<T> right) => new() { value = left.value * right.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator /(Lanes512<T> left, Lanes512<T> right) => new() { value = left.value / right.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> operator -(Lanes512<T> value) => new() { value = -value.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> MultiplyAdd(Lanes512<T> a, Lanes512<T> b, Lanes512<T> c)
    {
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Vector512.MultiplyAddEstimate(a.value.AsSingle(), b.value.AsSingle(), c.value.AsSingle()).As<float, T>() };
        }

        return new() { value = Vector512.MultiplyAddEstimate(a.value.AsDouble(), b.value.AsDouble(), c.value.AsDouble()).As<double, T>() };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Maximum(Lanes512<T> left, Lanes512<T> right) => new() { value = Vector512.Max(left.value, right.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Minimum(Lanes512<T> left, Lanes512<T> right) => new() { value = Vector512.Min(left.value, right.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> AtLeast(Lanes512<T> x, Lanes512<T> lower) => new() { value = Vector512.MaxNative(lower.value, x.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> AtMost(Lanes512<T> x, Lanes512<T> upper) => new() { value = Vector512.MinNative(upper.value, x.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Abs(Lanes512<T> x) => new() { value = Vector512.Abs(x.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> CopySign(Lanes512<T> magnitude, Lanes512<T> sign) => new() { value = Vector512.CopySign(magnitude.value, sign.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Sqrt(Lanes512<T> x) => new() { value = Vector512.Sqrt(x.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> MantissaToExponent(Lanes512<T> sum)
    {
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Vector512.ShiftLeft(sum.value.AsUInt32(), Bits.SingleMantissa).As<uint, T>() };
        }

        return new() { value = Vector512.ShiftLeft(sum.value.AsUInt64(), Bits.DoubleMantissa).As<ulong, T>() };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> MantissaToPower(Lanes512<T> sum)
    {
        if (sizeof(T) == sizeof(float))
        {
            return new() { value = Eighths.Power(sum.value.AsUInt32()).As<uint, T>() };
        }

        return MantissaToExponent(sum);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Mantissa(Lanes512<T> x, out Lanes512<T> exponent)
    {
        if (sizeof(T) == sizeof(float))
        {
            Vector512<uint> bits = x.value.AsUInt32() + Vector512.Create(Bits.SingleOne - Bits.SingleRootHalf);
            Vector512<uint> power = Vector512.ShiftRightLogical(bits, Bits.SingleMantissa) | Vector512.Create(Bits.SingleWholeMantissa).AsUInt32();
            exponent = new() { value = (power.AsSingle() - Vector512.Create(Bits.SingleWholeMantissa + Bits.SingleBias)).As<float, T>() };
            return new() { value = ((bits & Vector512.Create((1u << Bits.SingleMantissa) - 1)) + Vector512.Create(Bits.SingleRootHalf)).As<uint, T>() };
        }
        else
        {
            Vector512<ulong> bits = x.value.AsUInt64() + Vector512.Create(Bits.DoubleOne - Bits.DoubleRootHalf);
            Vector512<ulong> power = Vector512.ShiftRightLogical(bits, Bits.DoubleMantissa) | Vector512.Create(Bits.DoubleWholeMantissa).AsUInt64();
            exponent = new() { value = (power.AsDouble() - Vector512.Create(Bits.DoubleWholeMantissa + Bits.DoubleBias)).As<double, T>() };
            return new() { value = ((bits & Vector512.Create((1ul << Bits.DoubleMantissa) - 1)) + Vector512.Create(Bits.DoubleRootHalf)).As<ulong, T>() };
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> GreaterThan(Lanes512<T> left, Lanes512<T> right) => new() { value = Vector512.GreaterThan(left.value, right.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> GreaterThanOrEqual(Lanes512<T> left, Lanes512<T> right) => new() { value = Vector512.GreaterThanOrEqual(left.value, right.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> EqualTo(Lanes512<T> left, Lanes512<T> right) => new() { value = Vector512.Equals(left.value, right.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Not(Lanes512<T> mask) => new() { value = ~mask.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> And(Lanes512<T> left, Lanes512<T> right) => new() { value = left.value & right.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Or(Lanes512<T> left, Lanes512<T> right) => new() { value = left.value | right.value };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<T> Where(Lanes512<T> mask, Lanes512<T> then, Lanes512<T> otherwise) =>
        new() { value = Vector512.ConditionalSelect(mask.value, then.value, otherwise.value) };

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(Lanes512<T> mask) => !Vector512.EqualsAll(mask.value, Vector512<T>.Zero);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Lanes512<T> lanes) => sizeof(T) == sizeof(float)
        ? Vector512.Sum(Vector512.WidenLower(lanes.value.AsSingle()) + Vector512.WidenUpper(lanes.value.AsSingle()))
        : Vector512.Sum(lanes.value.AsDouble());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaxOf(Lanes512<T> lanes) => Lanes256<T>.MaxOf(new() { value = Vector256.Max(lanes.value.GetLower(), lanes.value.GetUpper()) });

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MinOf(Lanes512<T> lanes) => Lanes256<T>.MinOf(new() { value = Vector256.Min(lanes.value.GetLower(), lanes.value.GetUpper()) });

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(Lanes512<T> lanes, Span<double> accumulators, int index)
    {
        Debug.Assert(index >= 0 && index <= accumulators.Length - Count, "Lanes are added outside of the span.");
        ref double first = ref Unsafe.Add(ref MemoryMarshal.GetReference(accumulators), (uint)index);
        if (sizeof(T) == sizeof(float))
        {
            ref double second = ref Unsafe.Add(ref first, Vector512<double>.Count);
            (Vector512.LoadUnsafe(ref first) + Vector512.WidenLower(lanes.value.AsSingle())).StoreUnsafe(ref first);
            (Vector512.LoadUnsafe(ref second) + Vector512.WidenUpper(lanes.value.AsSingle())).StoreUnsafe(ref second);
        }
        else
        {
            (Vector512.LoadUnsafe(ref first) + lanes.value.AsDouble()).StoreUnsafe(ref first);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MaximumTo(Lanes512<T> lanes, Span<double> accumulators, int index)
    {
        Debug.Assert(index >= 0 && index <= accumulators.Length - Count, "Lanes are compared outside of the span.");
        ref double first = ref Unsafe.Add(ref MemoryMarshal.GetReference(accumulators), (uint)index);
        if (sizeof(T) == sizeof(float))
        {
            ref double second = ref Unsafe.Add(ref first, Vector512<double>.Count);
            Vector512.Max(Vector512.LoadUnsafe(ref first), Vector512.WidenLower(lanes.value.AsSingle())).StoreUnsafe(ref first);
            Vector512.Max(Vector512.LoadUnsafe(ref second), Vector512.WidenUpper(lanes.value.AsSingle())).StoreUnsafe(ref second);
        }
        else
        {
            Vector512.Max(Vector512.LoadUnsafe(ref first), lanes.value.AsDouble()).StoreUnsafe(ref first);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MinimumTo(Lanes512<T> lanes, Span<double> accumulators, int index)
    {
        Debug.Assert(index >= 0 && index <= accumulators.Length - Count, "Lanes are compared outside of the span.");
        ref double first = ref Unsafe.Add(ref MemoryMarshal.GetReference(accumulators), (uint)index);
        if (sizeof(T) == sizeof(float))
        {
            ref double second = ref Unsafe.Add(ref first, Vector512<double>.Count);
            Vector512.Min(Vector512.LoadUnsafe(ref first), Vector512.WidenLower(lanes.value.AsSingle())).StoreUnsafe(ref first);
            Vector512.Min(Vector512.LoadUnsafe(ref second), Vector512.WidenUpper(lanes.value.AsSingle())).StoreUnsafe(ref second);
        }
        else
        {
            Vector512.Min(Vector512.LoadUnsafe(ref first), lanes.value.AsDouble()).StoreUnsafe(ref first);
        }
    }
}
