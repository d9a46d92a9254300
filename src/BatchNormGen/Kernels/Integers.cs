using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchNormGen.Kernels;

/// <summary>Integers of the types that no vector converts at once.</summary>
internal static class Integers
{
    /// <summary>Reads integers as lanes, one by one.</summary>
    /// <param name="source">Where to read.</param>
    /// <param name="index">The index of the first.</param>
    /// <typeparam name="V">The lanes.</typeparam>
    /// <typeparam name="T">Their type.</typeparam>
    /// <typeparam name="TInteger">The type of the integers.</typeparam>
    public static V Load<V, T, TInteger>(ReadOnlySpan<TInteger> source, int index)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
        where TInteger : unmanaged, IBinaryInteger<TInteger>
    {
        V result = default;
        Span<T> lanes = MemoryMarshal.CreateSpan(ref Unsafe.As<V, T>(ref result), V.Count);
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            lanes[lane] = T.CreateTruncating(source[index + lane]);
        }

        return result;
    }
}
