using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// Arranges one direction of a layer in steps: whatever can be computed goes into sweeps, then the products whose operands
/// are there are multiplied, and so on. Without products there is a single turn.
/// </summary>
internal sealed class Schedule(Graph graph, Space space, Names names, WideValues wide, TensorFlow flow, CancellationToken token)
{
    private readonly List<Step> _steps = [];
    private readonly HashSet<string> _available = [];

    /// <param name="atHand">The small values that are stored already.</param>
    /// <param name="tensors">The tensors that are stored already.</param>
    /// <param name="results">What is to be computed.</param>
    /// <param name="saved">The small values that are to be saved on the way.</param>
    /// <param name="savedTensors">The tensors that are to be saved.</param>
    public Kernel Plan(IReadOnlyList<Named> atHand, IReadOnlyList<Intermediate> tensors, ImmutableArray<Result> results, IReadOnlyList<Named> saved, IReadOnlyList<Intermediate> savedTensors)
    {
        var planner = new KernelPlanner(graph, space, names, wide, atHand, saved, _steps, token);
        _available.UnionWith(tensors.Select(tensor => tensor.Name));
        var roots = results.Select(result => result.Value).Concat(saved).Concat(savedTensors.Select(tensor => tensor.Elements(graph))).ToList();
        var pending = flow.Needed(roots, name => !_available.Contains(name), planner.AtHand).ToList();
        var definitions = pending.SelectMany(TensorFlow.Sources).Concat(roots).ToList();
        var targets = new Dictionary<string, Result>();
        foreach (var result in results)
            if (result.Value is Read read && flow.Find(read.Tensor) is ProductTensor && !savedTensors.Any(tensor => tensor.Name == read.Tensor) && IsReadOnce(read.Tensor, definitions))
                targets.Add(read.Tensor, result);
        var (waiting, required) = (results.Except(targets.Values).ToList(), saved.ToList());

        while (waiting.Count + required.Count + pending.Count > 0)
        {
            token.ThrowIfCancellationRequested();
            var before = waiting.Count + required.Count + pending.Count;

            var operands = pending.OfType<OperandTensor>().Where(operand => IsReady(operand.Value, planner.AtHand)).ToList();
            var ready = Ready(waiting, operands, [.. pending.Except(operands).SelectMany(TensorFlow.Sources), .. required], planner.AtHand);
            var values = required.Where(value => IsReady(value, planner.AtHand)).ToList();
            foreach (var (group, small) in Clusters([.. operands.Select(operand => new Result(operand.Name, [.. operand.Layout], operand.Value)), .. ready], values, planner.AtHand)) planner.Add(group, small);
            _available.UnionWith(operands.Select(operand => operand.Name));
            pending.RemoveAll(operands.Contains);
            waiting.RemoveAll(result => ready.Any(done => done.Name == result.Name));
            required.RemoveAll(values.Contains);

            var products = pending.OfType<ProductTensor>().Where(product => IsReady(product.Left, planner.AtHand) && IsReady(product.Right, planner.AtHand)).ToList();
            foreach (var product in products)
                _steps.Add(targets.TryGetValue(product.Name, out var target)
                    ? new Multiplication(product, target.Name, [.. target.Layout.Atoms()], [])
                    : new Multiplication(product, product.Name, [.. product.Layout], []));
            var calls = pending.OfType<CustomTensor>().Where(call => call.Arguments.All(argument => IsReady(argument, planner.AtHand))).ToList();
            foreach (var call in calls.Where(call => !calls.TakeWhile(other => other != call).Any(other => Intermediates.IsSameCall(other.Call, call.Call))))
                _steps.Add(new CustomCall([.. calls.Where(other => Intermediates.IsSameCall(other.Call, call.Call))], []));
            _available.UnionWith(calls.Select(call => call.Name));
            pending.RemoveAll(calls.Contains);
            _available.UnionWith(products.Select(product => product.Name));
            pending.RemoveAll(products.Contains);
            if (waiting.Count + required.Count + pending.Count == before) throw new InvalidOperationException("The steps depend on each other in a circle.");
        }

        var own = flow.Needed(roots, name => !tensors.Any(tensor => tensor.Name == name), new HashSet<Named>(atHand))
            .Where(tensor => !targets.ContainsKey(tensor.Name) && !savedTensors.Contains(tensor));
        var needs = results.Select(result => (result.Name, Nodes: Reached(result.Value))).ToList();
        return new([.. _steps.Select(step => step with { NeededFor = [.. needs.Where(need => IsNeeded(step, need.Name, need.Nodes)).Select(need => need.Name)] })], [.. planner.Kept], [.. own]);
    }

    /// <summary>
    /// The results that can be computed now. One that needs no more than an operand that is just being computed is computed
    /// with it, in the same sweep, unless it would reduce what others reduce when the operand is there, or compare the operand.
    /// </summary>
    private List<Result> Ready(List<Result> waiting, List<OperandTensor> operands, List<Expr> others, ISet<Named> atHand)
    {
        var inlining = new Inlining(graph, [.. operands.Where(operand => !operand.IsCompared)]);
        var inlined = waiting.Select(result => (Result: result, Now: result with { Value = inlining.Apply(result.Value) })).Where(item => IsReady(item.Now.Value, atHand)).ToList();
        if (operands.Count == 0) return [.. inlined.Select(item => item.Now)];
        while (true)
        {
            var reduced = new HashSet<Expr>(Reductions(others.Concat(waiting.Where(result => inlined.All(item => item.Result != result)).Select(result => result.Value))));
            if (inlined.RemoveAll(item => item.Now.Value != item.Result.Value && Reductions([item.Result.Value]).Any(sum => inlining.Apply(sum) != sum && reduced.Contains(sum))) == 0) return [.. inlined.Select(item => item.Now)];
        }

        IEnumerable<Expr> Reductions(IEnumerable<Expr> values) => values.Nodes(stop: node => node is Named named && atHand.Contains(named)).Where(node => node is Named { Value: Reduce });
    }


    private static bool IsReadOnce(string tensor, IEnumerable<Expr> definitions) =>
        definitions.Sum(definition => definition.Nodes().OfType<Read>().Count(read => read.Tensor == tensor)) == 1;

    private bool IsReady(Expr value, ISet<Named> atHand) =>
        value.Nodes(stop: node => node is Named named && atHand.Contains(named)).OfType<Read>().All(read => flow.Find(read.Tensor) is null || _available.Contains(read.Tensor));

    /// <summary>Results that run over the same indices, and small values with those that they are made from.</summary>
    private static IEnumerable<(List<Result> Results, List<Named> Values)> Clusters(List<Result> results, List<Named> values, ISet<Named> atHand)
    {
        var clusters = new List<(IndexSet Domain, List<Result> Results, List<Named> Values)>();
        var sized = results.Select(result => (Domain: DomainOf(result.Value).Union(IndexSet.Of(result.Layout)), Result: (Result?)result, Value: (Named?)null))
            .Concat(values.Select(value => (Domain: DomainOf(value), Result: (Result?)null, Value: (Named?)value)));
        foreach (var (domain, result, value) in sized.OrderByDescending(item => item.Domain.Count))
        {
            var place = clusters.FindIndex(cluster => domain.IsSubsetOf(cluster.Domain));
            if (place < 0)
            {
                place = clusters.Count;
                clusters.Add((domain, [], []));
            }
            if (result is not null) clusters[place].Results.Add(result);
            else clusters[place].Values.Add(value!);
        }
        foreach (var cluster in clusters) yield return ([.. cluster.Results.OrderBy(results.IndexOf)], [.. cluster.Values.OrderBy(values.IndexOf)]);

        IndexSet DomainOf(Expr node) => node.Nodes(stop: part => part is Named named && atHand.Contains(named)).Aggregate(IndexSet.Empty, (domain, part) => domain.Union(part.Free));
    }

    /// <summary>All that a value is made from, through the tensors between the steps too.</summary>
    private HashSet<Expr> Reached(Expr value)
    {
        var tensors = flow.Needed([value], name => true);
        return [.. tensors.SelectMany(TensorFlow.Sources).Append(value).Nodes(), .. tensors.Select(tensor => tensor.Elements(graph))];
    }

    private bool IsNeeded(Step step, string result, HashSet<Expr> nodes) => step switch
    {
        CustomCall call => call.Results.Any(tensor => nodes.Contains(tensor.Elements(graph))),
        Multiplication product => product.Target == result || nodes.Contains(product.Value.Elements(graph)),
        Region region => Written(region).Any(name => name == result || flow.Find(name) is { } tensor && nodes.Contains(tensor.Elements(graph)))
            || region.Sweeps.SelectMany(sweep => sweep.Accumulators).SelectMany(accumulator => accumulator.Values).Any(nodes.Contains)
            || region.Finishes.SelectMany(finish => finish.Values).Any(value => nodes.Contains(value.Value)),
        _ => true,
    };

    private static IEnumerable<string> Written(Region region) =>
        region.Sweeps.SelectMany(sweep => sweep.Writes).Concat(region.Finishes.SelectMany(finish => finish.Writes)).Concat(region.Totals).Select(result => result.Name);
}
