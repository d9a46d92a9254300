using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// What an earlier sweep over an instance has computed, a later one does not compute again: an elementary function of an
/// element that several of them need is kept by the first and taken by the others. To store and load it costs little
/// against its dozens of operations, as long as what is kept of an instance is in cache like the instance itself.
/// </summary>
internal sealed class KeptElements
{
    private readonly Graph _graph;

    /// <summary>The names of the functions that are kept, in the order in which they are taken.</summary>
    private readonly Dictionary<Expr, string> _names = [];
    private readonly Dictionary<Expr, Expr> _named = [];

    private KeptElements(Graph graph) => _graph = graph;

    /// <summary>The sweeps of a region, each with what it keeps and takes.</summary>
    /// <param name="graph">Where expressions are made.</param>
    /// <param name="names">Gives names to functions that have none.</param>
    /// <param name="sweeps">The sweeps in their order.</param>
    /// <param name="elements">The indices of an element.</param>
    public static ImmutableArray<Sweep> Of(Graph graph, Names names, ImmutableArray<Sweep> sweeps, IndexSet elements)
    {
        // Below a function that is taken nothing is computed, so what it is made from is not taken for its sake.
        var computed = new Dictionary<Expr, int>();
        var taken = new List<List<Expr>>();
        for (var number = 0; number < sweeps.Length; number++)
        {
            var functions = sweeps[number].Bodies.Nodes(stop: node => node.Free != elements || computed.ContainsKey(node))
                .Where(node => node.Free == elements && node is Apply apply && apply.IsElementary()).ToList();
            taken.Add([.. functions.Where(computed.ContainsKey)]);
            foreach (var function in functions.Except(taken[number])) computed.Add(function, number);
        }
        var kept = taken.SelectMany(functions => functions).Distinct().ToList();
        if (kept.Count == 0) return sweeps;

        var own = sweeps.SelectMany(sweep => sweep.Bodies).Nodes().OfType<Named>().ToLookup(named => named.Value, named => named.Name);
        var elementsKept = new KeptElements(graph);
        foreach (var function in kept)
            elementsKept._names.Add(function, own[function].FirstOrDefault(name => !elementsKept._names.ContainsValue(name)) ?? names.Fresh(((Apply)function).Function.Local));
        return [.. sweeps.Select((sweep, number) => elementsKept.Name(sweep) with
        {
            Keeps = [.. kept.Where(function => computed[function] == number).Select(elementsKept.NameOf)],
            Takes = [.. taken[number].Select(elementsKept.NameOf)],
        })];
    }

    private Sweep Name(Sweep sweep) => new(
        [.. sweep.Accumulators.Select(accumulator => accumulator with { Body = Name(accumulator.Body) })],
        [.. sweep.Writes.Select(write => write with { Value = Name(write.Value) })]);

    private Named NameOf(Expr function) => (Named)Name(function);

    /// <summary>An expression in which the functions that are kept have their names.</summary>
    private Expr Name(Expr node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (node is Named { Value: Reduce }) return node;
        if (_named.TryGetValue(node, out var known)) return known;
        return _named[node] = node is Named named && _names.ContainsKey(named.Value) ? Name(named.Value)
            : _names.TryGetValue(node, out var name) ? _graph.Named(name, _graph.With(node, Name))
            : _graph.With(node, Name);
    }
}
