using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Threading;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using BatchNormGen.Generator.Differentiating;
using BatchNormGen.Generator.Reading;

namespace BatchNormGen.Generator.Simplifying;

/// <summary>A value that a kernel gives out.</summary>
/// <param name="Name">The name of the output or of the gradient.</param>
/// <param name="Layout">The index variable of each axis, null for an axis of extent 1; empty for a scalar.</param>
/// <param name="Value">The simplified value.</param>
internal sealed record Result(string Name, ImmutableArray<Index?> Layout, Expr Value);

/// <summary>The layer and its gradients with all stages put into each other and simplified.</summary>
/// <param name="Layer">The layer as the user wrote it.</param>
/// <param name="Staged">The backward as it stood before.</param>
/// <param name="Graph">Holds the expressions.</param>
/// <param name="Outputs">The outputs of the layer.</param>
/// <param name="Gradients">The gradients of its parameters.</param>
/// <param name="Names">The names that the user's stages give to what became of them.</param>
/// <param name="Rewritings">The rules that were used, in their order.</param>
/// <param name="Notes">What the user has to be told of it, by the names of the stages.</param>
internal sealed record ClosedForm(
    Layer Layer,
    Gradients Staged,
    Graph Graph,
    ImmutableArray<Result> Outputs,
    ImmutableArray<Result> Gradients,
    IReadOnlyDictionary<Expr, string> Names,
    IReadOnlyList<Rewriting> Rewritings,
    ImmutableArray<Note> Notes)
{
    /// <summary>Whether the budget was spent before all was simplified.</summary>
    public bool IsCut { get; init; }

    /// <summary>The stages that were brought to a stable form first.</summary>
    public ImmutableArray<Stabilized> Stabilized { get; init; } = [];

    /// <param name="layer">The layer.</param>
    /// <param name="token">Ends the work.</param>
    /// <param name="budget">How much work it may be.</param>
    /// <param name="observe">Sees every use of a rule, also in what was tried and dropped.</param>
    public static ClosedForm Of(Layer layer, CancellationToken token, Budget? budget = null, Action<Rewriting>? observe = null)
    {
        budget ??= Budget.Default;

        // The staged form is there to be compared with: its stages stay as they are written.
        var stable = layer.Signature.Backward == BackwardForm.Staged ? StableLayer.AsWritten(layer) : StableForms.Of(layer, token, observe);
        layer = stable.Layer;
        var staged = ReverseWalk.Run(layer, token);
        var graph = new Graph(staged.Graph);
        var simplifier = new Simplifier(graph, token, budget, observe);
        var values = simplifier.Run([.. layer.Outputs.Select(output => output.Value), .. staged.Results.Select(gradient => gradient.Value)]);
        var outputs = layer.Outputs.Select((output, i) => new Result(output.Name, [.. output.Layout], values[i]));
        var gradients = staged.Results.Select((gradient, i) => new Result(
            ReverseWalk.NameOf(gradient.Parameter.Name),
            gradient.Parameter.Layout is { } layout ? [.. layout] : [],
            values[layer.Outputs.Length + i]));
        return new(layer, staged, graph, [.. outputs], [.. gradients], NamesOf(simplifier, stable), simplifier.Record.Steps, [.. Notes()]) { Stabilized = stable.Changes, IsCut = simplifier.IsCut };

        IEnumerable<Note> Notes()
        {
            foreach (var change in stable.Changes)
                foreach (var rule in change.Rewritings.Select(rewriting => rewriting.Rule).Where(StableRules.IsGain).Distinct())
                    yield return new(change.Before.Name, Descriptors.StableForm.Id, ImmutableArray.Create(change.Before.Name, rule.Law));
            if (simplifier.IsCut) yield return new(null, Descriptors.BudgetSpent.Id, ImmutableArray.Create(layer.Signature.Name, budget.Splits.ToString("N0", CultureInfo.InvariantCulture)));
        }
    }

    private static IReadOnlyDictionary<Expr, string> NamesOf(Simplifier simplifier, StableLayer stable)
    {
        var names = simplifier.Names().ToDictionary(pair => pair.Key, pair => pair.Value);
        foreach (var stage in stable.Names)
            if (!names.ContainsKey(stage.Key)) names.Add(stage.Key, stage.Value);
        return names;
    }
}
