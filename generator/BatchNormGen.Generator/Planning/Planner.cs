using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Planning;

/// <summary>From formulas to sweeps and products of matrices.</summary>
internal static class Planner
{
    public static Plan Run(ClosedForm form, CancellationToken token)
    {
        var graph = new Graph(form.Graph);
        ImmutableArray<Result> results = [.. form.Outputs, .. form.Gradients];
        var shares = Shares.WithoutLogarithms(graph, [.. results.Select(result => result.Value)]);
        results = [.. results.Select(result => result with { Value = shares.Write(result.Value) })];
        var given = form.Names.Concat(form.Names.Select(pair => new KeyValuePair<Expr, string>(shares.Write(pair.Key), pair.Value)))
            .GroupBy(pair => pair.Key, pair => pair.Value).ToDictionary(same => same.Key, same => same.First());
        var values = results.Select(result => result.Value).ToList();
        var order = SpaceOf(results, []).Loops.SelectMany(loop => loop.Indices).ToList();

        // A sum that is itself an output keeps that name for the buffer of the caller.
        var outside = results.Select(result => result.Name).Concat(form.Staged.Incoming).ToImmutableHashSet();
        var names = new Names(outside
            .Concat(form.Layer.Signature.Parameters.Select(parameter => parameter.Name))
            .Concat(form.Names.Values)
            .Concat(SpaceOf(results, []).Loops.SelectMany(loop => new[] { loop.Variable, loop.Extent })));
        var lowering = new Lowering(graph, values, given, outside, names, IndexSet.Of(order));
        var intermediates = new Intermediates(graph, names, order);
        var outputs = results.Take(form.Outputs.Length).Select(result => result with { Value = lowering.Lower(result.Value) }).ToImmutableArray();
        var gradients = results.Skip(form.Outputs.Length).Select(result => result with { Value = lowering.Lower(result.Value) }).ToImmutableArray();
        intermediates.KeepCompared(gradients.Select(result => result.Value));
        outputs = [.. outputs.Select(result => result with { Value = intermediates.Cut(result.Value) })];
        gradients = [.. gradients.Select(result => result with { Value = intermediates.Cut(result.Value) })];
        var formulas = new Formulas(outputs, gradients, intermediates.All);
        token.ThrowIfCancellationRequested();

        var joint = new SavedValues(graph, formulas, new(formulas.Tensors, form.Staged.Incoming), form.Layer.Signature.Element);
        var asked = form.Layer.Signature.Save;
        var plan = PlanFor(joint.Choose(asked));
        var alternatives = ImmutableArray.CreateBuilder<Alternative>();
        foreach (var saving in new[] { Saving.Least, Saving.Balanced, Saving.Most })
        {
            var other = saving == asked ? plan : PlanFor(joint.Choose(saving));
            alternatives.Add(new(saving, other.Space, other.Saved, other.SavedTensors, other.Backward));
        }
        return plan with { Alternatives = alternatives.ToImmutable() };

        Plan PlanFor(SavedValues.Choice choice)
        {
            var own = new Names(names);
            var keeping = Keeping.Of(graph, own, order, choice, formulas);
            var kept = keeping.Formulas;
            var saved = keeping.Saved.Select(item => item.Value).ToList();
            var space = SpaceOf([.. kept.Results], kept.Tensors);
            var tensors = new TensorFlow(kept.Tensors, form.Staged.Incoming);
            var savedTensors = tensors.Saved(kept.Gradients, saved, choice.IsLeast);
            var wide = new WideValues(form.Layer.Signature.Element, kept.Values);
            foreach (var (value, isWide) in keeping.Saved)
                if (isWide) wide.Add(value);
            var forward = new Schedule(graph, space, new Names(own), wide, tensors, token).Plan([], [], kept.Outputs, saved, savedTensors);
            var backward = new Schedule(graph, space, new Names(own), wide, tensors, token).Plan(saved, savedTensors, kept.Gradients, [], []);
            return new(form, space, [.. saved.Select(value => new Stored(value, space.LoopsOf(value.Free), wide.Contains(value)))], savedTensors, forward, backward);
        }
    }

    private static Space SpaceOf(ImmutableArray<Result> results, IReadOnlyList<Intermediate> intermediates)
    {
        var values = results.Select(result => result.Value).Concat(intermediates.OfType<OperandTensor>().Select(operand => operand.Value)).ToList();
        var reads = values.Nodes().OfType<Read>().Concat(intermediates.OfType<ProductTensor>().SelectMany(product => new[] { product.Left, product.Right })).Select(read => read.Indices);
        var layouts = results.Select(result => result.Layout).Concat(reads).Distinct().Select(layout => (IReadOnlyList<Index>)[.. layout.Atoms().OfType<Index>()]);
        return Space.Of(
            layouts.Concat(intermediates.Select(intermediate => (IReadOnlyList<Index>)intermediate.Layout)),
            values.Nodes().OfType<Reduce>().Select(reduce => reduce.Over),
            IndexSet.Of(values.Nodes().OfType<Position>().Select(position => position.Index)));
    }
}
