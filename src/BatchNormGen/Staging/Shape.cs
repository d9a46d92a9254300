using System.Globalization;

namespace BatchNormGen;

/// <summary>What a shape allows: which axes there are, what broadcasts with what, and how that is said in an error.</summary>
internal static class Shape
{
    public static nint Count(ReadOnlySpan<nint> lengths)
    {
        nint count = 1;
        foreach (var length in lengths)
        {
            count *= length;
        }

        return count;
    }

    /// <summary>The shape itself, or [1] where no axis is left.</summary>
    public static nint[] OfResult(ReadOnlySpan<nint> lengths) => lengths.IsEmpty ? [1] : lengths.ToArray();

    public static string Text(ReadOnlySpan<nint> lengths) =>
        $"[{string.Join(", ", lengths.ToArray().Select(length => length.ToString(CultureInfo.InvariantCulture)))}]";

    /// <summary>The axis counted from 0, where a negative one is counted from the end.</summary>
    public static int Axis(int axis, ReadOnlySpan<nint> lengths, string parameter = "axis") =>
        Axis(axis, lengths.Length, lengths, parameter);

    /// <summary>The place of a new axis, counted in the shape that includes it.</summary>
    public static int NewAxis(int axis, ReadOnlySpan<nint> lengths) => Axis(axis, lengths.Length + 1, lengths, "axis");

    /// <summary>The axes counted from 0, each at most once.</summary>
    public static int[] Axes(ReadOnlySpan<int> axes, ReadOnlySpan<nint> lengths)
    {
        var normalized = new int[axes.Length];
        for (var i = 0; i < axes.Length; i++)
        {
            normalized[i] = Axis(axes[i], lengths, "axes");
            if (normalized.AsSpan(0, i).Contains(normalized[i]))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"Axis {axes[i]} is named twice for a tensor of rank {lengths.Length} and shape {Text(lengths)}; expected each axis at most once."), nameof(axes));
            }
        }

        return normalized;
    }

    /// <summary>The shape that the shapes broadcast to: aligned from the last axis, extents equal or 1, as in NumPy.</summary>
    public static nint[] Broadcast(string parameter, params ReadOnlySpan<nint[]> shapes)
    {
        nint[] result = [];
        foreach (var shape in shapes)
        {
            result = BroadcastPair(result, shape, parameter);
        }

        return result;
    }

    private static nint[] BroadcastPair(nint[] a, nint[] b, string parameter)
    {
        var result = new nint[Math.Max(a.Length, b.Length)];
        for (var fromEnd = 1; fromEnd <= result.Length; fromEnd++)
        {
            var inA = fromEnd <= a.Length ? a[^fromEnd] : 1;
            var inB = fromEnd <= b.Length ? b[^fromEnd] : 1;
            if (inA != inB && inA != 1 && inB != 1)
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"The shapes {Text(a)} and {Text(b)} do not broadcast: axis {-fromEnd} has extents {inA} and {inB}; expected equal extents, or 1 in one of them."), parameter);
            }

            result[^fromEnd] = inA == 1 ? inB : inA;
        }

        return result;
    }

    private static int Axis(int axis, int rank, ReadOnlySpan<nint> lengths, string parameter) =>
        axis >= -rank && axis < rank
            ? axis < 0 ? axis + rank : axis
            : throw new ArgumentOutOfRangeException(parameter, axis, string.Create(CultureInfo.InvariantCulture,
                $"Axis {axis} does not exist for a tensor of rank {lengths.Length} and shape {Text(lengths)}; expected {-rank} to {rank - 1}."));
}
