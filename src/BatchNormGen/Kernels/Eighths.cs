using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BatchNormGen.Kernels;

/// <summary>
/// 2^(j/8) for j from 0 to 7, which are as many floats as one vector holds: an instruction looks each lane up. Each is within 0.34 units in the
/// last place.
/// </summary>
internal static class Eighths
{
    // The lowest bits of a whole number n say which eighth it is, and shifted so far that the others stand in the exponent, they are in the
    // mantissa. What stands here is the mantissa that 2^(j/8) has, less j at that place: their sum is 2^(n/8).
    private static Vector256<uint> Mantissas
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(0, 0xFFFB_95C2, 0xFFF8_37F0, 0xFFF5_FED7, 0xFFF5_04F3, 0xFFF5_672A, 0xFFF7_44FD, 0xFFFA_C0C7);
    }

    /// <summary>The bits of 2^(n/8) out of those of the sum of n, eight biases and <see cref="Bits.SingleWhole"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Power(Vector512<uint> sum) =>
        Vector512.ShiftLeft(sum, Bits.SingleMantissa - 3) + Vector512.ShuffleNative(Vector512.Create(Mantissas, Mantissas), sum & Vector512.Create(7u));

    /// <inheritdoc cref="Power(Vector512{uint})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Power(Vector256<uint> sum) =>
        Vector256.ShiftLeft(sum, Bits.SingleMantissa - 3) + (Avx2.IsSupported ? Avx2.PermuteVar8x32(Mantissas, sum) : Vector256.ShuffleNative(Mantissas, sum & Vector256.Create(7u)));

    /// <inheritdoc cref="Power(Vector512{uint})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Power(Vector128<uint> sum)
    {
        if (Avx2.IsSupported)
        {
            return Power(sum.ToVector256Unsafe()).GetLower();
        }

        Vector128<uint> index = sum & Vector128.Create(3u);
        Vector128<uint> isUpper = Vector128.Equals(sum & Vector128.Create(4u), Vector128.Create(4u));
        Vector128<uint> mantissa = Vector128.ConditionalSelect(isUpper, Vector128.ShuffleNative(Mantissas.GetUpper(), index), Vector128.ShuffleNative(Mantissas.GetLower(), index));
        return Vector128.ShiftLeft(sum, Bits.SingleMantissa - 3) + mantissa;
    }
}
