using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Emitting;

// Sums, and what they are where labels pick elements or matrices are multiplied.
internal sealed partial class EagerCode
{
    // Labels.

    private bool IsOneHot(Expr node) => OneHotOf(node is Named named ? named.Value : node) is not null;

    /// <summary>The labels and the index that they are compared with in [labels = c]; null where it is another expression.</summary>
    private (Read Labels, Index Index)? OneHotOf(Expr node)
    {
        if (node is not Apply { Function: var relation, Arguments: [Read labels, var place] } || relation != Functions.EqualTo) return null;
        if (place is Position { Index: var single }) return (labels, single);
        if (place is not Add) return null;
        var joined =
            from axis in graph.Splits.Keys
            from occurrence in Enumerable.Range(0, place.Free.Count)
            let index = graph.Index(axis, occurrence)
            where graph.Position(index) == place
            select index;
        return joined.FirstOrDefault() is { } found ? (labels, found) : null;
    }

    /// <summary>1 at the place that a label names, along an axis of its own.</summary>
    private Eager OneHot(Read labels, Index index, ImmutableArray<Index?> frame)
    {
        var known = variables.Find(labels)!;
        var code = new Eager($"{known.Text}.OneHot<{element}>({variables.Extent(index.Axis)})", known.Layout.Add(index));
        var parts = Expand(code.Layout);
        return Align(code.Layout.SequenceEqual(parts) ? code : new(Reshaped(code, parts), parts), frame);
    }

    /// <summary>Σ_c [labels = c]·x picks the element at the label; null where it is another sum.</summary>
    private Eager? Gathered(Reduce reduce, ImmutableArray<Index?> frame)
    {
        if (reduce is not { Kind: Reduction.Sum, Body: Product { Coefficient.IsOne: true, Factors: { Length: >= 2 } factors } }) return null;
        foreach (var factor in factors.Where(factor => factor.Exponent.IsOne))
        {
            if (OneHotOf(factor.Base) is not var (labels, index) || IndexSet.Of([index]) != reduce.Over) continue;
            var rest = graph.Product(Rational.One, factors.Remove(factor));
            if (!reduce.Over.IsSubsetOf(rest.Free)) continue;
            var picked = Peek(labels)!.Value;
            var x = Write(rest, FrameOf(rest, frame));
            var axis = x.Layout.IndexOf(index);
            if (axis < 0) continue;
            ImmutableArray<Index?> others = x.Layout.Length == 1 ? [null] : x.Layout.RemoveAt(axis);
            if (others.SequenceEqual(picked)) return Align(new($"{x.In(Binding.Primary)}.Gather({variables.Find(labels)!.Text}, axis: {axis})", picked), frame);
        }
        return null;
    }

    // Products of matrices.

    /// <summary>
    /// Σ_k a[…,i,k]·b[…,k,j]. Of several indices that are summed over one is that of the product, and what it gives is
    /// added over the others.
    /// </summary>
    private Eager? MatrixProduct(Reduce reduce, ImmutableArray<Index?> frame)
    {
        if (Contraction.Of(reduce) is not { } product) return null;
        var coefficient = ((Product)reduce.Body).Coefficient;
        var result = Axes(reduce.Free).OrderBy(index => frame.IndexOf(index)).ToList();
        var (left, right, rows, columns) = (product.Left, product.Right, Axes(product.Rows).ToList(), Axes(product.Columns).ToList());
        if (rows.Contains(result.Last(index => rows.Contains(index) || columns.Contains(index)))) (left, right, rows, columns) = (right, left, columns, rows);
        var (row, column) = (result.Last(rows.Contains), result.Last(columns.Contains));
        var first = graph.Product(coefficient, left);
        var summed = Axes(product.Inner).ToList();
        var inner = FrameOf(first, frame).OfType<Index>().Last(summed.Contains);
        ImmutableArray<Index?> batch = [.. summed.Where(index => index != inner), .. result.Where(index => index != row && index != column)];

        var a = Write(first, [.. batch, row, inner]);
        var b = Write(graph.Product(Rational.One, right), [.. batch, inner, column]);
        if (a.Layout is not [.., var lastRow, var lastInner] || b.Layout is not [.., var firstInner, var lastColumn]) return null;
        if (lastRow != row || lastInner != inner || firstInner != inner || lastColumn != column) return null;
        var layout = Layouts.Broadcast(Outer(a.Layout), Outer(b.Layout)).Add(row).Add(column);
        var code = new Eager($"{a.In(Binding.Primary)}.MatMul({b.Text})", layout);
        var axes = Enumerable.Range(0, layout.Length).Where(axis => layout[axis] is { } index && summed.Contains(index)).ToList();
        return axes.Count == 0 ? Align(code, frame) : ReduceOver("Sum", code, axes, frame);

        static ImmutableArray<Index?> Outer(ImmutableArray<Index?> layout) => layout.RemoveRange(layout.Length - 2, 2);
    }

    // Reductions.

    private Eager WriteReduction(string method, Reduce reduce, ImmutableArray<Index?> frame)
    {
        var body = Write(reduce.Body, FrameOf(reduce.Body, frame));
        var axes = Enumerable.Range(0, body.Layout.Length).Where(axis => body.Layout[axis] is { } index && index.Atoms.All(reduce.Over.Contains)).ToList();
        var result = axes.Count == 0 ? Align(body, frame) : ReduceOver(method, body, axes, frame);

        // What is the same for every index is added up by counting.
        var counted = reduce.Over.Except(IndexSet.Of(body.Layout)).Select(index => variables.Extent(index.Axis)).ToList();
        return counted.Count == 0 || method != "Sum" ? result
            : new($"{string.Join(" * ", counted)} * {result.In(Binding.Product)}", result.Layout, Binding.Product);
    }

    /// <summary>With or without the reduced axes, whichever the frame has; over all axes the result is a scalar.</summary>
    private Eager ReduceOver(string method, Eager body, List<int> axes, ImmutableArray<Index?> frame)
    {
        ImmutableArray<Index?> dropped = [.. body.Layout.Where((_, axis) => !axes.Contains(axis))];
        if (dropped.IsEmpty) dropped = [null];
        ImmutableArray<Index?> kept = [.. body.Layout.Select((index, axis) => axes.Contains(axis) ? null : index)];
        var named = axes.Count == 1 ? $"axis: {axes[0]}" : $"axes: [{string.Join(", ", axes)}]";
        var (arguments, layout) =
            dropped.SequenceEqual(frame) ? (named, dropped)
            : kept.SequenceEqual(frame) ? (named + ", keepDims: true", kept)
            : dropped.Indices().Count == 0 ? ("", [])
            : dropped.Aligns(frame) || !kept.Aligns(frame) ? (named, dropped)
            : (named + ", keepDims: true", kept);
        return Align(new($"{body.In(Binding.Primary)}.{method}({arguments})", layout), frame);
    }

    /// <summary>The frame of what is reduced: the layout of an operand that has all indices, else those of the result and then the others.</summary>
    private ImmutableArray<Index?> FrameOf(Expr body, ImmutableArray<Index?> outer)
    {
        var operands = body.Nodes(stop: node => Peek(node) is not null).Select(Peek).OfType<ImmutableArray<Index?>>();
        if (operands.FirstOrDefault(operand => IndexSet.Of(operand) == body.Free) is { IsDefault: false } whole) return whole;
        var common = outer.OfType<Index>().Where(index => index.Atoms.All(body.Free.Contains)).ToList();
        return [.. common, .. Axes(body.Free).Where(index => !common.Contains(index))];
    }
}
