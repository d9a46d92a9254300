using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// Writes the share of an element in a sum of exponentials, exp(f − (m + log S)) with S = Σ exp(f − m), as exp(f − m)·(1/S):
/// that exponential has been computed for S, and 1/S is a small value. As m is the largest f of the instance, S is at
/// least 1 and no exponential above it, so nothing overflows that did not before; for any other m it might.
/// </summary>
internal sealed class Shares
{
    private readonly Graph _graph;
    private readonly IndexSet _elements;

    /// <summary>The shares by the arguments of their exponentials.</summary>
    private readonly Dictionary<Expr, Expr> _shares = [];
    private readonly Dictionary<Expr, Expr> _written = [];

    /// <param name="graph">Where expressions are made.</param>
    /// <param name="elements">The indices of an element.</param>
    /// <param name="sums">The reductions of the region over an instance.</param>
    public Shares(Graph graph, IndexSet elements, IEnumerable<Named> sums)
    {
        (_graph, _elements) = (graph, elements);
        foreach (var sum in sums)
            if (sum.Value is Reduce { Kind: Reduction.Sum, Body: var body } reduce && body.Free == elements && ArgumentOf(body.Definition()) is { } argument && IsAtMostZero(argument, reduce.Over))
                _shares[Flat(graph.Subtract(argument, graph.Apply(Functions.Log, sum)))] = graph.Divide(body, sum);
    }

    /// <summary>An expression of elements with its shares written as quotients.</summary>
    public Expr Write(Expr node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_shares.Count == 0 || node.Free != _elements) return node;
        if (_written.TryGetValue(node, out var known)) return known;
        return _written[node] = ArgumentOf(node) is { } argument && _shares.TryGetValue(Flat(argument), out var share) ? share : _graph.With(node, Write);
    }

    private static Expr? ArgumentOf(Expr node) => node is Apply { Arguments: [var argument] } apply && apply.Function == Functions.Exp ? argument : null;

    /// <summary>Whether it is f − m, where m is the largest f.</summary>
    private bool IsAtMostZero(Expr argument, IndexSet over) =>
        Terms(argument).Select(_graph.Negate).Any(m => Largest(m) is { } largest && largest.Over == over && Flat(_graph.Subtract(largest.Body, m)) == Flat(argument));

    /// <summary>The maximum that a value is, perhaps only where that is finite.</summary>
    private static Reduce? Largest(Expr value) => value.Definition() switch
    {
        Reduce { Kind: Reduction.Max } largest => largest,
        Apply { Arguments: [_, var chosen, Constant] } apply when apply.Function == Functions.Where => Largest(chosen),
        _ => null,
    };

    /// <summary>The sum of the terms in an order of their own, so that equal sums are the same node.</summary>
    private Expr Flat(Expr node) => _graph.Add(Terms(node).OrderBy(term => term.Id));

    /// <summary>The terms of a sum, those of the sums among them too, by whatever name.</summary>
    private IEnumerable<Expr> Terms(Expr node) => node switch
    {
        Add sum => sum.Terms.SelectMany(Terms),
        Named { Value: not Reduce } named => Terms(named.Value),
        Product { Coefficient: var coefficient, Factors: [{ Exponent.IsOne: true, Base: var value }] } when coefficient == Rational.MinusOne => Terms(value).Select(_graph.Negate),
        _ => [node],
    };
}
