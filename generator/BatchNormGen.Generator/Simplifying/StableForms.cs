using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Reading;

namespace BatchNormGen.Generator.Simplifying;

/// <summary>A stage that was brought to a stable form.</summary>
/// <param name="Before">The stage as the user wrote it.</param>
/// <param name="After">The stage that takes its place.</param>
/// <param name="Rewritings">The rules of <see cref="StableRules"/> that were used.</param>
internal sealed record Stabilized(Named Before, Named After, ImmutableArray<Rewriting> Rewritings);

/// <summary>A layer in stable form.</summary>
/// <param name="Layer">Computes the same by other stages.</param>
/// <param name="Changes">The stages that were changed.</param>
/// <param name="Names">The names of all stages, also of those that nothing needs any more, by their values with all others put in.</param>
internal sealed record StableLayer(Layer Layer, ImmutableArray<Stabilized> Changes, IReadOnlyDictionary<Expr, string> Names)
{
    public static StableLayer AsWritten(Layer layer) => new(layer, [], new Dictionary<Expr, string>());
}

/// <summary>
/// Brings the stages of a layer to stable forms before it is differentiated: the backward of log(1 + exp(x)) overflows as
/// the forward does, the backward of softplus(x) does not. A stage is seen with those before it put in, since
/// what belongs together is often written in several: E[x²] − E[x]² in three of them.
/// </summary>
internal sealed class StableForms
{
    private static readonly ImmutableArray<Rule> Table = [.. StableRules.Table, .. Rules.Table.Remove(Rules.Stop)];

    private static readonly ImmutableArray<Rule> WithoutDeviation = Table.Remove(StableRules.Deviation);

    private readonly Graph _graph;
    private readonly CancellationToken _token;

    /// <summary>The stages as they were, and what took their place.</summary>
    private readonly Dictionary<Named, Named> _stages = [];
    private readonly Dictionary<Expr, Expr> _updated = [];
    private readonly Dictionary<Expr, Expr> _normal = [];

    /// <summary>The stages so far by their values with all others put in.</summary>
    private readonly Dictionary<Expr, Named> _values = [];
    private readonly HashSet<Expr> _deviations = [];
    private readonly List<Rewriting> _used = [];
    private readonly Action<Rewriting>? _observe;

    private StableForms(Graph graph, CancellationToken token, Action<Rewriting>? observe) => (_graph, _token, _observe) = (graph, token, observe);

    /// <param name="layer">The layer.</param>
    /// <param name="token">Ends the work.</param>
    /// <param name="observe">Sees every use of a rule.</param>
    public static StableLayer Of(Layer layer, CancellationToken token, Action<Rewriting>? observe = null)
    {
        var forms = new StableForms(new Graph(layer.Graph), token, observe);
        ImmutableArray<Stabilized> changes = [.. layer.Stages.Select(forms.Take).OfType<Stabilized>()];
        return changes.IsEmpty ? StableLayer.AsWritten(layer) : new(
            layer with
            {
                Graph = forms._graph,
                Stages = [.. layer.Stages.Select(stage => forms._stages[stage])],
                Outputs = [.. layer.Outputs.Select(output => output with { Value = forms.Update(output.Value) })],
            },
            changes,
            forms._values.ToDictionary(pair => pair.Key, pair => pair.Value.Name));
    }

    private Stabilized? Take(Named stage)
    {
        _used.Clear();
        var value = Update(stage.Value);
        var normal = Normal(value);
        ImmutableArray<Rewriting> used = [.. _used];
        var isChanged = !used.IsEmpty;
        var updated = (Named)_graph.Named(stage.Name, isChanged ? Restore(normal, []) : value);
        _stages.Add(stage, updated);
        _normal[updated] = normal;
        if (normal is Add or Product or Apply or Reduce && !_values.ContainsKey(normal)) _values.Add(normal, updated);
        return isChanged ? new(stage, updated, used) : null;
    }

    /// <summary>The expression over the stages as they are now.</summary>
    private Expr Update(Expr node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_updated.TryGetValue(node, out var known)) return known;
        return _updated[node] = node is Named named ? Use(named) : _graph.With(node, Update);
    }

    /// <summary>A stage, or one over other indices.</summary>
    private Expr Use(Named use)
    {
        if (_stages.TryGetValue(use, out var stage)) return stage;
        foreach (var pair in _stages)
            if (Renaming.Find(_graph, pair.Key, use) is { } map) return new Substitution(_graph, map).Apply(pair.Value);
        return _graph.With(use, Update);
    }

    /// <summary>The expression with all stages put in, and the tables applied until nothing matches.</summary>
    private Expr Normal(Expr node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        _token.ThrowIfCancellationRequested();
        if (_normal.TryGetValue(node, out var known)) return known;
        if (node is Named named) return _normal[node] = Normal(named.Value);
        var result = _graph.With(node, Normal);
        if (node is Add sum && IsDeviation(sum)) _deviations.Add(result);
        if (Simplifier.FirstMatch(_deviations.Contains(result) ? WithoutDeviation : Table, _graph, result) is var (rule, after))
        {
            var rewriting = new Rewriting(rule, result, after);
            _observe?.Invoke(rewriting);
            if (StableRules.Table.Contains(rule)) _used.Add(rewriting);
            result = Normal(after);
        }
        return _normal[node] = _normal[result] = result;
    }

    /// <summary>Whether this is f − 1/N·Σ f as it is written, and not by way of what a factor of f was pulled out of.</summary>
    private bool IsDeviation(Add sum) =>
        sum.Terms is [var f, var minus] && _graph.Negate(minus).Definition() is Product mean
        && mean.Factors.Select(factor => factor.Base).OfType<Reduce>().FirstOrDefault(reduce => reduce.Kind == Reduction.Sum && reduce.Body.Definition() == f.Definition()) is { } total
        && mean == _graph.Mean(total.Over, total);

    /// <summary>A normal form over the stages again, as far as their values are parts of it.</summary>
    private Expr Restore(Expr node, Dictionary<Expr, Expr> done)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_values.TryGetValue(node, out var stage)) return stage;
        if (done.TryGetValue(node, out var known)) return known;
        var found = node is Product product
            ? _values.FirstOrDefault(pair => pair.Key is Product part && part.Coefficient.Sign > 0 && Contains(product, part))
            : default;
        return done[node] = found.Key is Product value
            ? _graph.Multiply(found.Value, Restore(_graph.Product(((Product)node).Coefficient / value.Coefficient, ((Product)node).Factors.RemoveRange(value.Factors)), done))
            : _graph.With(node, operand => Restore(operand, done));
    }

    private static bool Contains(Product product, Product part) =>
        product.Factors.Length >= part.Factors.Length && product.Factors.RemoveRange(part.Factors).Length == product.Factors.Length - part.Factors.Length;
}
