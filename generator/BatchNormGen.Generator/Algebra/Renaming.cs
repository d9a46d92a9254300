using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;

namespace BatchNormGen.Generator.Algebra;

/// <summary>Recognizes a stage over other indices: y[j,i] is the y[i,j] of the definition with its indices renamed.</summary>
internal static class Renaming
{
    /// <summary>For each index of the definition the one that stands for it in <paramref name="use"/>; null where it is another value.</summary>
    public static ImmutableDictionary<Index, Index>? Find(Graph graph, Named definition, Named use) =>
        definition.Name != use.Name ? null : Between(graph, definition, use);

    /// <summary>For each index of one expression the one that stands for it in another; null where they differ in more.</summary>
    public static ImmutableDictionary<Index, Index>? Between(Graph graph, Expr from, Expr to) =>
        Assignments([.. from.Free], [.. to.Free]).FirstOrDefault(map => new Substitution(graph, map).Apply(from) == to)
        ?? Assignments([.. from.Free], [.. to.Free]).FirstOrDefault(map => Canonical(graph, new Substitution(graph, map).Apply(from), []) == Canonical(graph, to, []));

    /// <summary>The same without names, and with the first index of its axis for each bound one, so that Σ_i f[i] and Σ_j f[j] are equal.</summary>
    private static Expr Canonical(Graph graph, Expr node, Dictionary<Expr, Expr> done)
    {
        if (done.TryGetValue(node, out var known)) return known;
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (node is Named named) return done[node] = Canonical(graph, named.Value, done);
        if (node is not Reduce reduce) return done[node] = graph.With(node, operand => Canonical(graph, operand, done));
        var bound = new Dictionary<Index, Index>();
        foreach (var index in reduce.Over) bound.Add(index, graph.Unused(index.Axis, other => reduce.Free.Contains(other) || bound.ContainsValue(other)));
        return done[node] = graph.Reduce(reduce.Kind, IndexSet.Of(bound.Values), Canonical(graph, new Substitution(graph, bound).Apply(reduce.Body), done));
    }

    /// <summary>All ways to give to each index one of the same axis.</summary>
    private static IEnumerable<ImmutableDictionary<Index, Index>> Assignments(ImmutableArray<Index> indices, ImmutableArray<Index> targets)
    {
        if (indices.Length != targets.Length) return [];
        if (indices.IsEmpty) return [ImmutableDictionary<Index, Index>.Empty];
        return from target in targets
               where target.Axis == indices[0].Axis
               from rest in Assignments(indices.RemoveAt(0), targets.Remove(target))
               select rest.Add(indices[0], target);
    }
}
