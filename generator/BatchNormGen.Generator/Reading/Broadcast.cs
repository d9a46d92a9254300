using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Reading;

/// <summary>Aligns shapes as NumPy does, from the last axis; an axis of extent 1 goes with any.</summary>
internal static class Broadcast
{
    /// <summary>The two values over the indices of one layout; null, and the axes that met, where they do not align.</summary>
    public static (Expr A, Expr B, ImmutableArray<Index?> Layout)? Align(Graph graph, Value a, Value b, out (Index A, Index B) conflict)
    {
        // To rename a parameter costs nothing; whatever is computed would be computed twice.
        var isSecondKept = a.Expr is Read && b.Expr is not Read;
        if (Layout(graph, a.Layout, b.Layout, isSecondKept, out conflict) is not { } layout) return null;
        return (To(graph, a, layout), To(graph, b, layout), layout);
    }

    /// <summary>The layout that two others broadcast to; null, and the axes that met, where they do not align.</summary>
    public static ImmutableArray<Index?>? Layout(Graph graph, ImmutableArray<Index?> a, ImmutableArray<Index?> b, out (Index A, Index B) conflict) =>
        Layout(graph, a, b, isSecondKept: false, out conflict);

    private static ImmutableArray<Index?>? Layout(Graph graph, ImmutableArray<Index?> a, ImmutableArray<Index?> b, bool isSecondKept, out (Index A, Index B) conflict)
    {
        var rank = Math.Max(a.Length, b.Length);
        var layout = new List<Index?>(rank);
        conflict = default;
        for (var axis = -rank; axis < 0; axis++)
        {
            var (ofA, ofB) = (At(a, axis), At(b, axis));
            if (ofA is not null && ofB is not null && ofA.Axis != ofB.Axis)
            {
                conflict = (ofA, ofB);
                return null;
            }
            layout.Add(isSecondKept ? Choose(graph, ofB, ofA, layout) : Choose(graph, ofA, ofB, layout));
        }
        return [.. layout];
    }

    private static Index? At(ImmutableArray<Index?> layout, int axisFromEnd) =>
        layout.Length + axisFromEnd is >= 0 and var axis ? layout[axis] : null;

    /// <summary>One of the two indices where it is still free, so that mostly nothing has to be renamed; else the next of the axis.</summary>
    private static Index? Choose(Graph graph, Index? a, Index? b, List<Index?> taken)
    {
        if ((a ?? b) is not { } either) return null;
        if (a is not null && IsFree(a, taken)) return a;
        if (b is not null && IsFree(b, taken)) return b;
        return Unused(graph, either.Axis, taken);
    }

    /// <summary>An index of an axis that a layout does not use yet.</summary>
    public static Index Unused(Graph graph, Axis axis, IReadOnlyCollection<Index?> taken) => graph.Unused(axis, index => !IsFree(index, taken));

    private static bool IsFree(Index index, IEnumerable<Index?> taken) => !taken.Atoms().Intersect(index.Atoms).Any();

    /// <summary>The element of a value at the indices of a layout that it broadcasts to.</summary>
    public static Expr To(Graph graph, Value value, ImmutableArray<Index?> layout)
    {
        var aligned = layout.Skip(layout.Length - value.Layout.Length);
        var renamed = value.Layout.Zip(aligned, (from, to) => (From: from, To: to))
            .Where(pair => pair.From is not null && pair.From != pair.To)
            .SelectMany(pair => pair.From!.Atoms.Zip(pair.To!.Atoms, (from, to) => (From: from, To: to)))
            .ToDictionary(pair => pair.From, pair => pair.To);
        return renamed.Count == 0 ? value.Expr : new Substitution(graph, renamed).Apply(value.Expr);
    }
}
