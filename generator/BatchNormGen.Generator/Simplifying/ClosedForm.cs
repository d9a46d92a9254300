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
    /// <param name="layer">The layer.</param>
    /// <param name="token">Ends the work.</param>
    /// <param name="budget">How much work it may be.</param>
    /// <param name="observe">Sees every use of a rule, also in what was tried and dropped.</param>
    public static ClosedForm Of(Layer layer, CancellationToken token, Budget? budget = null, Action<Rewriting>? observe = null)
    {
        budget ??= Budget.Default;
        var staged = ReverseWalk.Run(layer, token);
        var graph = new Graph(staged.Graph);
        var simplifier = new Simplifier(graph, token, budget, observe);
        var values = simplifier.Run([.. layer.Outputs.Select(output => output.Value), .. staged.Results.Select(gradient => gradient.Value)]);
        var outputs = layer.Outputs.Select((output, i) => new Result(output.Name, [.. output.Layout], values[i]));
        var gradients = staged.Results.Select((gradient, i) => new Result(
            ReverseWalk.NameOf(gradient.Parameter.Name),
            gradient.Parameter.Layout is { } layout ? [.. layout] : [],
            values[layer.Outputs.Length + i]));
        return new(layer, staged, graph, [.. outputs], [.. gradients], simplifier.Names(), simplifier.Record.Steps, [.. Notes()]);

        IEnumerable<Note> Notes()
        {
            if (simplifier.IsCut) yield return new(null, Descriptors.BudgetSpent.Id, ImmutableArray.Create(layer.Signature.Name, budget.Splits.ToString("N0", CultureInfo.InvariantCulture)));
        }
    }
}
