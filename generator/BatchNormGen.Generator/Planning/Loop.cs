using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// One loop of the generated code: an index variable, or several neighbours that every tensor has next to each other
/// and no reduction parts, run through as one.
/// </summary>
internal sealed record Loop(ImmutableArray<Index> Indices)
{
    /// <summary>The loop variable, such as <c>n</c> or, for h and w together, <c>hw</c>.</summary>
    public string Variable => string.Concat(Indices.Select(index => index.Name));

    /// <summary>The number of steps, as a C# expression: <c>N</c>, <c>HW</c>, <c>Axes2H</c>, or a number.</summary>
    public string Extent => Indices.Length == 1
        ? Indices[0].Axis.Name
        : Indices.All(index => index.Axis.Extent is not null)
            ? Indices.Aggregate(1L, (product, index) => product * index.Axis.Extent!.Value).ToString(System.Globalization.CultureInfo.InvariantCulture)
            : (Indices[0].Axis.Extent is null ? "" : "Axes") + string.Concat(Indices.Select(index => index.Axis.Name));

    /// <summary>Whether <see cref="Extent"/> is a name that has to be computed from those of the axes.</summary>
    public bool IsJoined => Indices.Length > 1 && Indices.Any(index => index.Axis.Extent is null);

    public bool Contains(Index index) => Indices.Contains(index);

    public bool Equals(Loop? other) => other is not null && Indices.SequenceEqual(other.Indices);
    public override int GetHashCode() => Indices[0].Order;
    public override string ToString() => Variable;
}

/// <summary>The order of memory: which loops there are, the outermost first.</summary>
internal sealed class Space
{
    private Space(ImmutableArray<Loop> loops) => Loops = loops;

    public ImmutableArray<Loop> Loops { get; }

    /// <summary>Finds the loops for tensors of the given layouts and reductions over the given sets.</summary>
    /// <param name="layouts">The indices of the tensors.</param>
    /// <param name="reductions">What is reduced over.</param>
    /// <param name="alone">Indices whose value itself is asked for, and so need a loop of their own.</param>
    public static Space Of(IEnumerable<IReadOnlyList<Index>> layouts, IEnumerable<IndexSet> reductions, IndexSet alone)
    {
        var distinct = layouts.Where(layout => layout.Count > 0).Concat(alone.Select(index => new[] { index })).ToList();
        var sets = reductions.Distinct().ToList();
        var loops = new List<List<Index>>();
        foreach (var index in Order(distinct))
        {
            var previous = loops.LastOrDefault();
            if (previous is not null && CanJoin(previous[previous.Count - 1], index)) previous.Add(index);
            else loops.Add([index]);
        }
        return new([.. loops.Select(indices => new Loop([.. indices]))]);

        bool CanJoin(Index a, Index b) =>
            !alone.Contains(a) && !alone.Contains(b)
            && distinct.All(layout => At(layout, a) is var i && At(layout, b) is var j && (i < 0 ? j < 0 : j == i + 1))
            && sets.All(set => set.Contains(a) == set.Contains(b));
    }

    /// <summary>The loops that run over some indices.</summary>
    public ImmutableArray<Loop> LoopsOf(IEnumerable<Index> indices)
    {
        var set = new HashSet<Index>(indices);
        return [.. Loops.Where(loop => loop.Indices.Any(set.Contains))];
    }

    /// <summary>All indices, each after those that stand before it in any tensor; where tensors contradict, in order of introduction.</summary>
    private static IEnumerable<Index> Order(List<IReadOnlyList<Index>> layouts)
    {
        var remaining = layouts.SelectMany(layout => layout).Distinct().OrderBy(index => index.Order).ToList();
        while (remaining.Count > 0)
        {
            var next = remaining.FirstOrDefault(candidate => layouts.All(layout => layout.TakeWhile(index => index != candidate).All(before => !remaining.Contains(before)) || !layout.Contains(candidate)))
                ?? remaining[0];
            remaining.Remove(next);
            yield return next;
        }
    }

    private static int At(IReadOnlyList<Index> layout, Index index)
    {
        for (var i = 0; i < layout.Count; i++)
            if (layout[i] == index) return i;
        return -1;
    }
}
