using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Planning;

/// <summary>From formulas to sweeps.</summary>
internal static class Planner
{
    public static Plan Run(ClosedForm form, CancellationToken token)
    {
        var graph = new Graph(form.Graph);
        var results = form.Outputs.AddRange(form.Gradients);
        var values = results.Select(result => result.Value).ToList();
        var space = Space.Of(Layouts(form), values.Nodes().OfType<Reduce>().Select(reduce => reduce.Over),
            IndexSet.Of(values.Nodes().OfType<Position>().Select(position => position.Index)));
        var full = IndexSet.Of(space.Loops.SelectMany(loop => loop.Indices));

        // A sum that is itself an output keeps that name for the buffer of the caller.
        var outside = results.Select(result => result.Name).Concat(form.Staged.Incoming).ToImmutableHashSet();
        var names = new Names(outside
            .Concat(form.Layer.Signature.Parameters.Select(parameter => parameter.Name))
            .Concat(form.Names.Values)
            .Concat(space.Loops.SelectMany(loop => new[] { loop.Variable, loop.Extent })));
        var lowering = new Lowering(graph, values, form.Names, outside, names, full);
        var outputs = form.Outputs.Select(result => result with { Value = lowering.Lower(result.Value) }).ToImmutableArray();
        var gradients = form.Gradients.Select(result => result with { Value = lowering.Lower(result.Value) }).ToImmutableArray();

        var saved = Saving.Choose(gradients.Select(result => result.Value), form.Staged.Incoming.ToImmutableHashSet(), full);
        token.ThrowIfCancellationRequested();
        var wide = new WideValues(form.Layer.Signature.Element, outputs.Concat(gradients).Select(result => result.Value));
        var forward = KernelPlanner.Plan(graph, space, new Names(names), wide, [], outputs, saved, token);
        var backward = KernelPlanner.Plan(graph, space, new Names(names), wide, saved, gradients, [], token);
        return new(form, space, [.. saved.Select(value => new Stored(value, space.LoopsOf(value.Free), wide.Contains(value)))], forward, backward);
    }

    private static IEnumerable<IReadOnlyList<Index>> Layouts(ClosedForm form)
    {
        var results = form.Outputs.Concat(form.Gradients).ToList();
        var reads = results.Select(result => result.Value).Nodes().OfType<Read>().Select(read => read.Indices);
        return results.Select(result => result.Layout).Concat(reads).Distinct().Select(layout => layout.OfType<Index>().ToList());
    }
}
