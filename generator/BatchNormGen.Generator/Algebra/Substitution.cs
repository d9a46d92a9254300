using System.Collections.Generic;
using System.Linq;

namespace BatchNormGen.Generator.Algebra;

/// <summary>Renames free index variables, all at once. A bound index that a new name would meet gets a fresh one first.</summary>
internal sealed class Substitution(Graph graph, IReadOnlyDictionary<Index, Index> map)
{
    private readonly Dictionary<Expr, Expr> _done = [];

    public Expr Apply(Expr node)
    {
        if (!node.Free.Any(map.ContainsKey)) return node;
        if (_done.TryGetValue(node, out var known)) return known;
        return _done[node] = node switch
        {
            Read read => graph.Read(read.Tensor, [.. read.Indices.Select(Rename)]),
            Position position => graph.Position(map[position.Index]),
            Reduce reduce => Under(reduce),
            Custom custom => graph.Custom(custom.Method, custom.Result, custom.Arguments, [.. custom.Indices.Select(Rename)]),
            _ => graph.With(node, Apply),
        };
    }

    private Index? Rename(Index? index) => index is not null && map.TryGetValue(index, out var renamed) ? renamed : index;

    private Expr Under(Reduce reduce)
    {
        var inner = map.Where(pair => !reduce.Over.Contains(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value);
        var bound = reduce.Over.ToDictionary(index => index, index => index);
        foreach (var captured in reduce.Over.Where(index => inner.ContainsValue(index)))
        {
            HashSet<Index> taken = [.. inner.Values, .. reduce.Body.Free, .. bound.Values];
            bound[captured] = graph.Unused(captured.Axis, taken.Contains);
        }
        foreach (var pair in bound) inner[pair.Key] = pair.Value;
        return graph.Reduce(reduce.Kind, IndexSet.Of(bound.Values), new Substitution(graph, inner).Apply(reduce.Body));
    }
}
