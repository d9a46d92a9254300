using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Simplifying;

/// <summary>How a value comes from its staged formula to its closed form.</summary>
/// <param name="Value">A stage, or the gradient of a stage or a parameter, with its staged formula.</param>
/// <param name="Result">What becomes of it.</param>
/// <param name="Steps">The rules that lead there and were not used before; all steps are counted through, from 1.</param>
/// <param name="Again">The numbers of those that were.</param>
internal sealed record Explained(Named Value, Expr Result, ImmutableArray<Rewriting> Steps, ImmutableArray<int> Again);

/// <summary>
/// The way to the closed form in the order of a reader. The search tries, drops and comes back; here each value is
/// brought to its closed form by itself, the ones it is made of before it, with the table of rules and the splits that the
/// search kept.
/// </summary>
internal sealed class Explanation
{
    private readonly Graph _graph;
    private readonly Dictionary<Expr, Rewriting> _splits;

    /// <summary>What became of each expression that was looked at.</summary>
    private readonly Dictionary<Expr, Expr> _results = [];

    /// <summary>Expressions to which no rule applies any more.</summary>
    private readonly HashSet<Expr> _normal = [];

    /// <summary>What the value at hand has been through.</summary>
    private readonly HashSet<Expr> _seen = [];

    private readonly List<Rewriting> _steps = [];

    /// <summary>The numbers of the steps, by what stood before them.</summary>
    private readonly Dictionary<Expr, int> _numbers = [];
    private readonly HashSet<int> _used = [];

    /// <summary>Holds the expressions.</summary>
    public Graph Graph => _graph;

    public Explanation(ClosedForm form)
    {
        _graph = new Graph(form.Graph);
        _splits = form.Rewritings.Where(rewriting => rewriting.Rule == Rules.Split).GroupBy(rewriting => rewriting.Before).ToDictionary(group => group.Key, group => group.Last());
        Stages = [.. form.Layer.Stages.Select(Explain)];
        Gradients = [.. form.Staged.Steps.Select(step => step.Gradient).Concat(form.Staged.Results.Select(gradient => gradient.Value)).OfType<Named>().Distinct().Select(Explain)];
    }

    /// <summary>The stages of the forward.</summary>
    public ImmutableArray<Explained> Stages { get; }

    /// <summary>The gradients of the stages, the last stage first, and then those of the parameters.</summary>
    public ImmutableArray<Explained> Gradients { get; }

    /// <summary>What became of an expression that came up on the way.</summary>
    public Expr ResultOf(Expr node) => _results.TryGetValue(node, out var result) ? result : node;

    private Explained Explain(Named value)
    {
        _seen.Clear();
        _used.Clear();
        var before = _steps.Count;
        var result = _results[value] = Visit(value.Value);
        return new(value, result,
            [.. _steps.GetRange(before, _steps.Count - before)],
            [.. _used.Where(number => number <= before).OrderBy(number => number)]);
    }

    private Expr Visit(Expr node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_normal.Contains(node)) return node;
        if (node is Named named) return _results.TryGetValue(named, out var explained) ? explained : Visit(named.Value);
        if (!_seen.Add(node)) return ResultOf(node);
        var result = _graph.With(node, Visit);
        if (_splits.TryGetValue(result, out var split)) result = Use(split);
        else if (Simplifier.FirstMatch(Rules.Table, _graph, result) is var (rule, after)) result = Use(new(rule, result, after));
        _normal.Add(result);
        return _results[node] = result;
    }

    private Expr Use(Rewriting rewriting)
    {
        if (!_numbers.TryGetValue(rewriting.Before, out var number))
        {
            _steps.Add(rewriting);
            _numbers.Add(rewriting.Before, number = _steps.Count);
        }
        _used.Add(number);
        return _results[rewriting.Before] = Visit(rewriting.After);
    }
}
