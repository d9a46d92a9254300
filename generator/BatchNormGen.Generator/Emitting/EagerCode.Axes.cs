using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Emitting;

// Brings axes to where an expression has them: moved, of extent 1 added or removed, split or joined.
internal sealed partial class EagerCode
{
    /// <summary>The rank of a target, where all its indices are there; what lacks some is left to broadcast.</summary>
    public Eager Fit(Eager code, ImmutableArray<Index?> target)
    {
        if (code.IsScalar || code.Layout.SequenceEqual(target)) return code;
        if (target.IsEmpty) return new($"{code.In(Binding.Primary)}[{string.Join(", ", code.Layout.Select(_ => "0"))}]", []);
        var (there, wanted) = (IndexSet.Of(code.Layout), IndexSet.Of(target));
        if (there == wanted) return Move(code, target);

        // An axis of which some parts are missing has to be filled before it is whole.
        if (target.OfType<Index>().Any(index => index.Atoms.Any(there.Contains) && !index.Atoms.All(there.Contains)))
            return Move(Fill(Fit(code, [.. target.Atoms()]), [.. target.Atoms()]), target);
        if (code.Layout.Length > target.Length || code.Layout.Any(index => index is not null && !target.Contains(index)))
            return Move(code, [.. target.Select(index => index is not null && index.Atoms.All(there.Contains) ? index : null)]);
        return code;
    }

    /// <summary>A tensor of its own that has all elements of the layout.</summary>
    public Eager Fill(Eager code, ImmutableArray<Index?> layout) =>
        new($"Tensor.Broadcast<{element}>({AsTensor(code).Text}, [{Extents(layout)}])", layout);

    private Eager Align(Eager code, ImmutableArray<Index?> frame)
    {
        if (code.Layout.Aligns(frame)) return code;
        var first = Enumerable.Range(0, frame.Length).First(axis => frame[axis] is { } index && code.Layout.Contains(index));
        return Move(code, [.. frame.Skip(first).Select(index => index is not null && code.Layout.Contains(index) ? index : null)]);
    }

    /// <summary>The same elements with their axes in the order of <paramref name="target"/>, axes of extent 1 added or removed, others split or joined.</summary>
    private Eager Move(Eager code, ImmutableArray<Index?> target)
    {
        if (code.Layout.SequenceEqual(target)) return code;
        var wanted = target.Atoms().OfType<Index>().ToImmutableArray();
        if (!code.Layout.Atoms().OfType<Index>().SequenceEqual(wanted))
        {
            var order = code.Layout.Select((index, axis) => (index, axis)).OrderBy(pair => pair.index is null ? -1 : wanted.IndexOf(pair.index.Atoms.First())).Select(pair => pair.axis).ToList();
            if (order.SequenceEqual(Enumerable.Range(0, order.Count))) return Move(Split(code, wanted), target);
            var last = order.Count - 1;
            var isTransposed = order[last] == last - 1 && order[last - 1] == last && order.Take(last - 1).SequenceEqual(Enumerable.Range(0, last - 1));
            return Move(new($"{code.In(Binding.Primary)}.{(isTransposed ? "Transpose()" : $"Permute([{string.Join(", ", order)}])")}", [.. order.Select(axis => code.Layout[axis])]), target);
        }
        for (var axis = 0; axis < target.Length; axis++)
            if (target[axis] is null && target.RemoveAt(axis).SequenceEqual(code.Layout)) return new($"{code.In(Binding.Primary)}.Unsqueeze(axis: {axis})", target);
        for (var axis = 0; axis < code.Layout.Length; axis++)
            if (code.Layout[axis] is null && code.Layout.RemoveAt(axis).SequenceEqual(target)) return new($"{code.In(Binding.Primary)}.Squeeze(axis: {axis})", target);
        return new(Reshaped(code, target), target);
    }

    /// <summary>An axis for each index that joined ones are made of, which then can be moved by themselves.</summary>
    private Eager Split(Eager code, ImmutableArray<Index> wanted)
    {
        ImmutableArray<Index?> apart = [.. code.Layout.Atoms()];
        if (apart.SequenceEqual(code.Layout) || !new HashSet<Index>(apart.OfType<Index>()).SetEquals(wanted))
            throw new InvalidOperationException($"The axes [{string.Join(", ", apart.Select(index => index?.Name ?? "1"))}] cannot be moved to [{string.Join(", ", wanted.Select(index => index.Name))}].");
        return new(Reshaped(code, apart), apart);
    }

    // Axes that are made of others.

    /// <summary>The joined indices that nothing in an expression takes apart.</summary>
    private ImmutableArray<Index> Whole(Expr node, ImmutableArray<Index?> layout)
    {
        var nodes = node.Nodes(stop: inner => variables.Peek(inner) is not null || OneHotOf(inner) is not null).ToList();
        List<Index> all = [
            .. layout.OfType<Index>(),
            .. nodes.SelectMany(inner => variables.Peek(inner)?.Layout.OfType<Index>() ?? (OneHotOf(inner) is var (_, index) ? [index] : [])),
        ];
        var sums = nodes.OfType<Reduce>().Where(reduce => variables.Peek(reduce) is null).Select(reduce => reduce.Over).ToList();
        return [.. all.Distinct().Where(index =>
            !index.Parts.IsEmpty
            && all.All(other => other.Equals(index) || !other.Atoms.Intersect(index.Parts).Any())
            && sums.All(over => index.Parts.All(over.Contains) || !index.Parts.Any(over.Contains)))];
    }

    /// <summary>The layout as the present expression sees it.</summary>
    private ImmutableArray<Index?> Expand(ImmutableArray<Index?> layout) =>
        [.. layout.SelectMany(index => index is null || _whole.Contains(index) ? [index] : (IEnumerable<Index?>)index.Atoms)];

    /// <summary>The same for a set of indices.</summary>
    private IEnumerable<Index> Axes(IndexSet indices) =>
        indices.Select(index => _whole.FirstOrDefault(whole => whole.Parts.Contains(index)) ?? index).Distinct();

    private string Reshaped(Eager code, ImmutableArray<Index?> layout) =>
        $"{code.In(Binding.Primary)}.Reshape([{Extents(layout)}])";

    private string Extents(ImmutableArray<Index?> layout) => string.Join(", ", layout.Select(index => variables.Extent(index?.Axis)));
}
