using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Emitting;

/// <summary>Layouts, the index of each axis of a tensor, seen as NumPy sees shapes: from the last axis.</summary>
internal static class Layouts
{
    /// <summary>Whether an operand of one layout broadcasts to another as it stands: each of its indices is at its place, counted from the end.</summary>
    public static bool Aligns(this ImmutableArray<Index?> layout, ImmutableArray<Index?> frame)
    {
        for (var i = 1; i <= layout.Length; i++)
            if (layout[layout.Length - i] is { } index && (i > frame.Length || frame[frame.Length - i] != index)) return false;
        return true;
    }

    /// <summary>The layout of an operation on two operands that are aligned.</summary>
    public static ImmutableArray<Index?> Broadcast(ImmutableArray<Index?> a, ImmutableArray<Index?> b)
    {
        var (longer, shorter) = a.Length >= b.Length ? (a, b) : (b, a);
        var added = longer.Length - shorter.Length;
        return [.. longer.Select((index, axis) => index ?? (axis < added ? null : shorter[axis - added]))];
    }

    /// <summary>The indices without the axes of extent 1.</summary>
    public static List<Index> Indices(this IEnumerable<Index?> layout) => [.. layout.OfType<Index>()];
}
