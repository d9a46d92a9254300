using System.Runtime.CompilerServices;

namespace BatchNormGen.Kernels;

/// <content>What is made of comparisons.</content>
public partial interface ILanes<TSelf, T>
{
    /// <summary><paramref name="then"/> in the lanes of the mask, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Where(TSelf mask, TSelf then) => TSelf.And(mask, then);

    /// <summary>A mask of the lanes that are neither infinite nor NaN: there alone x − x is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf IsFinite(TSelf x) => TSelf.EqualTo(x - x, TSelf.Zero);

    /// <summary>What the rounding of <paramref name="sum"/> = a + b lost, as <see cref="Scalars.TwoSum"/>. Beside an infinite sum there is nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf RestOfSum(TSelf a, TSelf b, TSelf sum) => TSelf.Where(TSelf.IsFinite(sum), (a - (sum - (sum - a))) + (b - (sum - a)));

    /// <summary>What the rounded part of a value left over. Beside an infinite part there is nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Rest(TSelf value, TSelf rounded) => TSelf.Where(TSelf.IsFinite(rounded), value - rounded);

    /// <summary>x, or the bound that it lies beyond; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual TSelf Clamp(TSelf x, TSelf low, TSelf high) => TSelf.Minimum(TSelf.Maximum(x, low), high);
}
