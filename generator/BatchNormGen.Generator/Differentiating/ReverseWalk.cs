using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Reading;

namespace BatchNormGen.Generator.Differentiating;

/// <summary>
/// Reverse mode over the stages of a layer. Each stage hands its gradient to the values it was made from; a stage is
/// opaque to the stages that use it, so what comes out is the backward as a student writes it.
/// </summary>
internal sealed class ReverseWalk
{
    private readonly Layer _layer;
    private readonly Graph _graph;
    private readonly HashSet<Expr> _stages;
    private readonly HashSet<string> _withGradient;
    private readonly Dictionary<Expr, bool> _active = [];
    private readonly Dictionary<Expr, List<Expr>> _received = [];

    private ReverseWalk(Layer layer)
    {
        (_layer, _graph, _stages) = (layer, new Graph(layer.Graph), [.. layer.Stages]);
        _withGradient = [.. layer.Signature.Parameters.Where(parameter => parameter.HasGradient).Select(parameter => parameter.Name)];
    }

    public static Gradients Run(Layer layer, CancellationToken token)
    {
        var walk = new ReverseWalk(layer);
        var incoming = walk.Seed();
        var steps = ImmutableArray.CreateBuilder<BackwardStep>();
        foreach (var stage in layer.Stages.Reverse())
        {
            token.ThrowIfCancellationRequested();
            if (walk.GradientOf(stage) is { } gradient && walk.Step(stage, gradient) is { IsEmpty: false } contributions)
                steps.Add(new(stage, gradient, contributions));
        }
        return new(walk._graph, incoming, steps.ToImmutable(), walk.Results());
    }

    /// <summary>The name of the gradient of a value.</summary>
    public static string NameOf(string value) => "d" + value;

    /// <summary>The gradient that comes in for an output: <c>dout</c> for the only one, d and its name for one of several.</summary>
    public static string IncomingName(Layer layer, Output output) => layer.Outputs.Length == 1 ? "dout" : NameOf(output.Name);

    /// <summary>The name of a gradient when all shares are added. For an output that other stages use as well, what comes in has the name itself.</summary>
    public static string NameOfTotal(Layer layer, string gradient) =>
        layer.Outputs.Any(output => IncomingName(layer, output) == gradient) ? gradient + "Total" : gradient;

    private ImmutableArray<string> Seed()
    {
        foreach (var output in _layer.Differentiated)
        {
            var incoming = _graph.Read(IncomingName(_layer, output), [.. output.Layout]);
            Receive(output.Value, incoming, IndexSet.Of(output.Layout));
        }
        return [.. _layer.Differentiated.Select(output => IncomingName(_layer, output))];
    }

    /// <summary>The gradient of a stage once all that use it have been passed; null where none reaches it.</summary>
    private Expr? GradientOf(Named stage)
    {
        if (!_received.TryGetValue(stage, out var shares)) return null;
        var total = _graph.Add(shares);
        return total is Read ? total : _graph.Named(NameOfTotal(_layer, NameOf(stage.Name)), total);
    }

    /// <summary>Takes the gradient of a stage through its expression to the stages and parameters in it.</summary>
    private ImmutableArray<Contribution> Step(Named stage, Expr gradient)
    {
        var shares = new Dictionary<Expr, List<Expr>> { [stage.Value] = [gradient] };
        var pending = new SortedSet<int> { stage.Value.Id };
        var nodes = new Dictionary<int, Expr> { [stage.Value.Id] = stage.Value };
        var contributions = new List<Contribution>();

        // An operand's id is smaller than its user's, so taking the largest first visits users before operands.
        while (pending.Count > 0)
        {
            var node = nodes[pending.Max];
            pending.Remove(node.Id);
            var total = _graph.Add(shares[node]);
            if (LeafName(node) is { } name)
            {
                contributions.Add(new(node, NameOf(name), total));
                Receive(node, total, node.Free);
                continue;
            }
            var domain = node is Reduce reduce ? node.Free.Union(reduce.Over) : node.Free;
            foreach (var (operand, received) in LocalGradients.Of(_graph, node, total))
            {
                if (!IsActive(operand) || received is Constant { Value.IsZero: true }) continue;
                if (!shares.TryGetValue(operand, out var list)) shares.Add(operand, list = []);
                // What a user's own method returns has the indices of its own argument, whatever those of its result are.
                list.Add(_graph.Sum((node is Custom ? received.Free : domain).Except(operand.Free), received));
                pending.Add(operand.Id);
                nodes[operand.Id] = operand;
            }
        }
        contributions.Sort((a, b) => a.Target.Id.CompareTo(b.Target.Id));
        return [.. contributions];
    }

    private static string? LeafName(Expr node) => node switch
    {
        Named named => named.Name,
        Read read => read.Tensor,
        Scalar scalar => scalar.Name,
        _ => null,
    };

    private void Receive(Expr target, Expr value, IndexSet domain)
    {
        if (!IsActive(target)) return;
        value = _graph.Sum(domain.Except(target.Free), value);
        if (target is Named use && !_stages.Contains(use)) (target, value) = Definition(use, value);
        if (!_received.TryGetValue(target, out var shares)) _received.Add(target, shares = []);
        shares.Add(value);
    }

    /// <summary>The stage of which another one with renamed indices is a use, and what it receives over its own indices.</summary>
    private (Expr Stage, Expr Value) Definition(Named use, Expr value)
    {
        foreach (var stage in _layer.Stages)
            if (Renaming.Find(_graph, stage, use) is { } map) return (stage, new Substitution(_graph, map.ToDictionary(pair => pair.Value, pair => pair.Key)).Apply(value));
        throw new System.InvalidOperationException($"{use} is no stage.");
    }

    private bool IsActive(Expr node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_active.TryGetValue(node, out var known)) return known;
        return _active[node] = node switch
        {
            Read read => _withGradient.Contains(read.Tensor),
            Scalar scalar => _withGradient.Contains(scalar.Name),
            Apply { Function: var function } when function == Functions.StopGradient => false,
            _ => node.Operands.Any(IsActive),
        };
    }

    private ImmutableArray<Gradient> Results() =>
        [.. from parameter in _layer.Signature.Parameters
            where parameter.HasGradient
            select new Gradient(parameter, _graph.Named(NameOf(parameter.Name), _graph.Add(Shares(parameter))))];

    /// <summary>What reached each reading of a parameter, brought to the indices of its declaration: x[j,i] gives to x[i,j].</summary>
    private IEnumerable<Expr> Shares(Parameter parameter)
    {
        foreach (var pair in _received.OrderBy(pair => pair.Key.Id))
        {
            if (pair.Key is Scalar scalar && scalar.Name == parameter.Name) yield return _graph.Add(pair.Value);
            if (pair.Key is not Read read || read.Tensor != parameter.Name) continue;
            var map = read.Indices.Zip(parameter.Layout!.Value.Atoms(), (used, declared) => (used, declared))
                .Where(pair => pair.used is not null && pair.used != pair.declared)
                .ToDictionary(pair => pair.used!, pair => pair.declared!);
            yield return new Substitution(_graph, map).Apply(_graph.Add(pair.Value));
        }
    }
}
