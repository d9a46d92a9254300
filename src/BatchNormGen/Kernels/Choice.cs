using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BatchNormGen.Kernels;

/// <summary>
/// Which of two values: what the just-in-time compiler writes in twice as many instructions, where the processor has none that does it at once. Arm
/// has them, and vectors of 512 bits came with some, so that there nothing is left to do.
/// </summary>
internal static unsafe class Choice
{
    private static bool IsComposed
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx.IsSupported && !Avx512F.VL.IsSupported;
    }

    /// <summary>As <see cref="Vector256.Max"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Maximum<T>(Vector256<T> left, Vector256<T> right)
        where T : unmanaged
    {
        if (!IsComposed)
        {
            return Vector256.Max(left, right);
        }

        // The instruction gives its second operand where both are 0, and of zeros with two signs both bits give the positive one.
        return (Vector256.MaxNative(left, right) & Vector256.MaxNative(right, left)) | Unordered(left, right);
    }

    /// <summary>As <see cref="Vector256.Min"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Minimum<T>(Vector256<T> left, Vector256<T> right)
        where T : unmanaged
    {
        if (!IsComposed)
        {
            return Vector256.Min(left, right);
        }

        return Vector256.MinNative(left, right) | Vector256.MinNative(right, left) | Unordered(left, right);
    }

    /// <summary><paramref name="then"/> where the bits of a lane are set, <paramref name="otherwise"/> where they are not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Where<T>(Vector256<T> mask, Vector256<T> then, Vector256<T> otherwise)
        where T : unmanaged
    {
        if (!IsComposed)
        {
            return Vector256.ConditionalSelect(mask, then, otherwise);
        }

        return sizeof(T) == sizeof(float)
            ? Avx.BlendVariable(otherwise.AsSingle(), then.AsSingle(), mask.AsSingle()).As<float, T>()
            : Avx.BlendVariable(otherwise.AsDouble(), then.AsDouble(), mask.AsDouble()).As<double, T>();
    }

    /// <summary>All bits set where either is NaN, which is a NaN too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Unordered<T>(Vector256<T> left, Vector256<T> right)
        where T : unmanaged => sizeof(T) == sizeof(float)
        ? Avx.CompareUnordered(left.AsSingle(), right.AsSingle()).As<float, T>()
        : Avx.CompareUnordered(left.AsDouble(), right.AsDouble()).As<double, T>();

    /// <summary>As <see cref="Vector128.Max"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Maximum<T>(Vector128<T> left, Vector128<T> right)
        where T : unmanaged
    {
        if (!IsComposed)
        {
            return Vector128.Max(left, right);
        }

        // The instruction gives its second operand where both are 0, and of zeros with two signs both bits give the positive one.
        return (Vector128.MaxNative(left, right) & Vector128.MaxNative(right, left)) | Unordered(left, right);
    }

    /// <summary>As <see cref="Vector128.Min"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Minimum<T>(Vector128<T> left, Vector128<T> right)
        where T : unmanaged
    {
        if (!IsComposed)
        {
            return Vector128.Min(left, right);
        }

        return Vector128.MinNative(left, right) | Vector128.MinNative(right, left) | Unordered(left, right);
    }

    /// <summary><paramref name="then"/> where the bits of a lane are set, <paramref name="otherwise"/> where they are not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Where<T>(Vector128<T> mask, Vector128<T> then, Vector128<T> otherwise)
        where T : unmanaged
    {
        if (!IsComposed)
        {
            return Vector128.ConditionalSelect(mask, then, otherwise);
        }

        return sizeof(T) == sizeof(float)
            ? Sse41.BlendVariable(otherwise.AsSingle(), then.AsSingle(), mask.AsSingle()).As<float, T>()
            : Sse41.BlendVariable(otherwise.AsDouble(), then.AsDouble(), mask.AsDouble()).As<double, T>();
    }

    /// <summary>All bits set where either is NaN, which is a NaN too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Unordered<T>(Vector128<T> left, Vector128<T> right)
        where T : unmanaged => sizeof(T) == sizeof(float)
        ? Sse.CompareUnordered(left.AsSingle(), right.AsSingle()).As<float, T>()
        : Sse2.CompareUnordered(left.AsDouble(), right.AsDouble()).As<double, T>();
}
