using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchNormGen.Kernels;

/// <summary>
/// The innermost part of a product: six rows by two vectors of c, which stay in registers while k runs. That is 12 sums, two vectors of b and an
/// element of a, in the 16 registers that a processor has at least; and 12 sums are enough to hide the time that each takes.
/// </summary>
internal static class Tile<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public const int Rows = 6;

    public static int Columns
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * V.Count;
    }

    /// <summary>c = a·b or c += a·b for the first <paramref name="rows"/> rows, 1 to 6.</summary>
    /// <param name="a">Element (0, 0).</param>
    /// <param name="aRow">From one row of a to the next.</param>
    /// <param name="aStep">From one k to the next.</param>
    /// <param name="b">Element (0, 0); the columns follow each other.</param>
    /// <param name="bStep">From one k to the next.</param>
    /// <param name="depth">The number of k.</param>
    /// <param name="c">Element (0, 0); the columns follow each other.</param>
    /// <param name="cRow">From one row of c to the next.</param>
    /// <param name="rows">The rows that there are. The others are computed from the last of them, and not written.</param>
    /// <param name="add">Whether to add to c.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ref T a, nint aRow, nint aStep, ref T b, nint bStep, int depth, ref T c, nint cRow, int rows, bool add)
    {
        nint last = (rows - 1) * aRow;
        nint row1 = Math.Min(aRow, last);
        nint row2 = Math.Min(2 * aRow, last);
        nint row3 = Math.Min(3 * aRow, last);
        nint row4 = Math.Min(4 * aRow, last);
        nint row5 = last;

        V c00 = V.Zero, c01 = V.Zero, c10 = V.Zero, c11 = V.Zero, c20 = V.Zero, c21 = V.Zero;
        V c30 = V.Zero, c31 = V.Zero, c40 = V.Zero, c41 = V.Zero, c50 = V.Zero, c51 = V.Zero;
        for (int k = depth; k > 0; k--)
        {
            V b0 = Load(ref b, 0);
            V b1 = Load(ref b, V.Count);
            V a0 = V.Broadcast(a);
            c00 = V.MultiplyAdd(a0, b0, c00);
            c01 = V.MultiplyAdd(a0, b1, c01);
            V a1 = V.Broadcast(Unsafe.Add(ref a, row1));
            c10 = V.MultiplyAdd(a1, b0, c10);
            c11 = V.MultiplyAdd(a1, b1, c11);
            V a2 = V.Broadcast(Unsafe.Add(ref a, row2));
            c20 = V.MultiplyAdd(a2, b0, c20);
            c21 = V.MultiplyAdd(a2, b1, c21);
            V a3 = V.Broadcast(Unsafe.Add(ref a, row3));
            c30 = V.MultiplyAdd(a3, b0, c30);
            c31 = V.MultiplyAdd(a3, b1, c31);
            V a4 = V.Broadcast(Unsafe.Add(ref a, row4));
            c40 = V.MultiplyAdd(a4, b0, c40);
            c41 = V.MultiplyAdd(a4, b1, c41);
            V a5 = V.Broadcast(Unsafe.Add(ref a, row5));
            c50 = V.MultiplyAdd(a5, b0, c50);
            c51 = V.MultiplyAdd(a5, b1, c51);
            a = ref Unsafe.Add(ref a, aStep);
            b = ref Unsafe.Add(ref b, bStep);
        }

        Write(ref c, c00, c01, add);
        if (rows > 1)
        {
            Write(ref Unsafe.Add(ref c, cRow), c10, c11, add);
        }

        if (rows > 2)
        {
            Write(ref Unsafe.Add(ref c, 2 * cRow), c20, c21, add);
        }

        if (rows > 3)
        {
            Write(ref Unsafe.Add(ref c, 3 * cRow), c30, c31, add);
        }

        if (rows > 4)
        {
            Write(ref Unsafe.Add(ref c, 4 * cRow), c40, c41, add);
        }

        if (rows > 5)
        {
            Write(ref Unsafe.Add(ref c, 5 * cRow), c50, c51, add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(ref T c, V sum0, V sum1, bool add)
    {
        if (add)
        {
            sum0 = Load(ref c, 0) + sum0;
            sum1 = Load(ref c, V.Count) + sum1;
        }

        Span<T> columns = MemoryMarshal.CreateSpan(ref c, Columns);
        sum0.Store(columns, 0);
        sum1.Store(columns, V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Load(ref T first, int column) => V.Load(MemoryMarshal.CreateReadOnlySpan(ref first, Columns), column);
}
