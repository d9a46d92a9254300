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

    /// <summary>The shares by the arguments of their exponentials.</summary>
    private readonly Dictionary<Expr, Expr> _shares = [];
    private readonly Dictionary<Expr, Expr> _written = [];

    /// <param name="graph">Where expressions are made.</param>
    /// <param name="sums">Sums, by name or not; those of exponentials have shares.</param>
    public Shares(Graph graph, IEnumerable<Expr> sums)
    {
        _graph = graph;
        foreach (var sum in sums)
            if (sum.Definition() is Reduce { Kind: Reduction.Sum, Body: var body } reduce && ArgumentOf(body.Definition()) is { } argument && IsAtMostZero(argument, reduce.Over))
                _shares[Flat(graph.Subtract(argument, graph.Apply(Functions.Log, sum)))] = graph.Divide(body, sum);
    }

    /// <summary>
    /// The shares in those sums whose logarithm nothing else asks for: of a softmax m and S are kept for the backward, and no logarithm is
    /// computed. Where it is, as for the loss of a cross-entropy, m + log S is one value to keep.
    /// </summary>
    /// <param name="graph">Where expressions are made.</param>
    /// <param name="values">The outputs and gradients.</param>
    public static Shares WithoutLogarithms(Graph graph, IReadOnlyList<Expr> values)
    {
        List<Reduce> sums = [.. values.Nodes().OfType<Reduce>()];
        var all = new Shares(graph, sums);
        var needed = new HashSet<Expr>(values.Select(all.Write).ToList().Nodes());
        return new(graph, sums.Where(sum => !needed.Contains(graph.Apply(Functions.Log, sum))));
    }

    /// <summary>An expression with its shares written as quotients.</summary>
    public Expr Write(Expr node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_shares.Count == 0 || node is Named { Value: Reduce }) return node;
        if (_written.TryGetValue(node, out var known)) return known;
        if (ArgumentOf(node) is { } argument && _shares.TryGetValue(Flat(argument), out var share)) return _written[node] = share;
        return _written[node] = _graph.With(node, Write);
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
