using System;
using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>The staged form: a method that runs the stages, one that runs them in reverse, and a cache of all that they compute.</summary>
internal sealed class StageWork : Work
{
    private readonly KernelWork _sweeps;
    private readonly ForwardStages _forward;
    private readonly StageMethod? _backward;
    private readonly List<StageValue> _kept;

    /// <param name="writer">Where to write.</param>
    /// <param name="plan">The layer, and the plan of its fused forward.</param>
    /// <param name="sweeps">The fused forward, which both forms have.</param>
    public StageWork(CodeWriter writer, Plan plan, KernelWork sweeps) : base(writer, plan)
    {
        _sweeps = sweeps;
        var names = new Names(Signature.Parameters.Select(parameter => parameter.Name)
            .Concat(KernelWriter.Axes(plan))
            .Concat(plan.ClosedForm.Layer.Graph.Indices.Select(index => index.Axis.Name))
            .Concat(plan.ClosedForm.Staged.Incoming)
            .Concat(Gradients.Select(gradient => gradient.Name))
            .Append("isFilled"));
        _forward = new ForwardStages(plan.ClosedForm.Layer, names);
        if (Gradients.Count > 0) _backward = BackwardStages.Write(plan.ClosedForm, _forward, names);
        _kept = [.. _forward.Kept.Concat(_forward.Outputs.Where(output => _backward?.Parameters.Contains(output) == true)).Distinct()];
    }

    public override string ForwardPace => "stage by stage";
    public override string BackwardPace => "through the stages in reverse";
    public override string ForwardAllocation => Allocation;
    public override string BackwardAllocation => Allocation;
    public override string Refers => "the inputs and the result";
    public override string Unfit => "The cache is empty.";
    public override string DerivationSummary => $"The stages of <c>{Signature.Name}</c>, the backward through them, and what the cache holds.";
    public override IReadOnlyList<string> Derivation => [.. Emitting.Derivation.OfStages(Plan.ClosedForm), "", "The cost", $"  saved: {Kept}"];

    private const string Allocation = "For teaching and cross-checking: copies the spans into tensors and allocates every stage.";

    /// <summary>Ends the names of locals that hold results before they are copied out.</summary>
    private const string Suffix = "Result";

    private string Stages => $"global::{LayerSource.KernelNamespace}.{Signature.Name}Stages";

    /// <summary>What the cache holds, in words.</summary>
    private string Kept => _kept.Count == 0
        ? "the inputs"
        : $"the inputs and {_kept.Count} stage{(_kept.Count == 1 ? "" : "s")}, {Cost.Values(_kept.Select(stage => (stage.Layout.OfType<Index>(), 1)))} values";

    // The cache has its own copies of the inputs, so neither is one read nor can a gradient overwrite one.
    public override bool Reads(string tensor) => Plan.ClosedForm.Staged.Incoming.Contains(tensor);
    public override IEnumerable<(string Tensor, string Check)> Overlaps(Result gradient) => [];

    public override void Forward()
    {
        Writer.Line($"var cache = new {Signature.Name}Cache();");
        Run(Same, suffix: "");
        Writer.Line($"return ({string.Join(", ", _forward.Outputs.Select(output => output.Name).Append("cache"))});");
    }

    public override void ForwardInto()
    {
        Writer.Line("cache.isFilled = false;");
        Run(Copy, Suffix);
        foreach (var (output, stage) in Outputs.Zip(_forward.Outputs, (output, stage) => (output, stage)))
            Writer.Line(output.Layout.IsEmpty ? $"{output.Name} = {stage.Name}{Suffix};" : $"{stage.Name}{Suffix}.FlattenTo({output.Name}Elements);");
    }

    public override void Backward(ArgumentChecks checks)
    {
        ThrowIfEmpty();
        CachedExtents();
        foreach (var incoming in Incoming.Where(incoming => !incoming.Layout.IsEmpty)) checks.Expected(incoming.Name, Element, incoming.Layout);
        Writer.Line($"return {Call(Same)};");
    }

    public override void BackwardInto()
    {
        var results = Gradients.Select(gradient => gradient.Name + Suffix).ToList();
        Writer.Line(results.Count == 1 ? $"var {results[0]} = {Call(Copy)};" : $"var ({string.Join(", ", results)}) = {Call(Copy)};");
        foreach (var gradient in Gradients)
            Writer.Line(gradient.Layout.IsEmpty ? $"{gradient.Name} = {gradient.Name}{Suffix};" : $"if (!{gradient.Name}Elements.IsEmpty) {gradient.Name}{Suffix}.FlattenTo({gradient.Name}Elements);");
    }

    public override void Cache() => CacheWriter.Write(Writer, Signature, Kept,
        "Use one cache for each place where the layer is called.", () =>
    {
        Writer.Line("internal bool isFilled;");
        if (KernelWriter.Axes(Plan).ToList() is { Count: > 0 } axes) Writer.Line($"internal int {string.Join(", ", axes)};");
        foreach (var value in ForwardStages.Parameters(Signature).Concat(_kept))
            Writer.Line($"internal {value.FullType} {value.Name}{(value.Layout.IsEmpty ? "" : " = null!")};");
    });

    public override void Helpers()
    {
        Writer.Block("namespace " + LayerSource.KernelNamespace, () =>
        {
            Writer.Line("using global::System.Numerics.Tensors;");
            Writer.Line("using global::BatchNormGen;");
            Writer.Line();
            Writer.Line($"/// <summary><c>{Signature.Name}</c> stage by stage{(_backward is null ? "" : ", and its backward: the stages in reverse, one local gradient each")}.</summary>");
            Writer.Line(LayerSource.GeneratedCode);
            Writer.Block($"file static class {Signature.Name}Stages", () =>
            {
                Writer.Line("/// <summary>The stages in their order. All of them are returned, the result last.</summary>");
                _forward.Method.Write(Writer);
                if (_backward is null) return;
                Writer.Line();
                Writer.Line("/// <summary>The stages in reverse: from the gradient of each, the gradients of what it was made from.</summary>");
                _backward.Write(Writer);
            });
        });
        Writer.Line();
        _sweeps.Helpers(withBackward: false);
    }

    private IEnumerable<StageValue> Incoming => _backward!.Parameters.Take(Plan.ClosedForm.Staged.Incoming.Length);

    /// <summary>Puts the inputs and all stages into the cache, and the outputs into locals.</summary>
    private void Run(Func<StageValue, string> input, string suffix)
    {
        foreach (var parameter in ForwardStages.Parameters(Signature)) Writer.Line($"cache.{parameter.Name} = {input(parameter)};");
        foreach (var axis in KernelWriter.Axes(Plan)) Writer.Line($"cache.{axis} = {axis};");
        var results = _forward.Kept.Select(stage => "cache." + stage.Name).Concat(_forward.Outputs.Select(output => $"{output.FullType} {output.Name}{suffix}"));
        Writer.Line($"{LayerSource.Tuple(results)} = {Stages}.Forward({string.Join(", ", _forward.Method.Parameters.Select(parameter => "cache." + parameter.Name))});");
        foreach (var output in _kept.Intersect(_forward.Outputs)) Writer.Line($"cache.{output.Name} = {output.Name}{suffix};");
        Writer.Line("cache.isFilled = true;");
    }

    /// <summary>The call of the backward: what comes in is given, all else is in the cache.</summary>
    private string Call(Func<StageValue, string> incoming) =>
        $"{Stages}.Backward({string.Join(", ", Incoming.Select(incoming).Concat(_backward!.Parameters.Skip(Incoming.Count()).Select(value => "cache." + value.Name)))})";

    private static string Same(StageValue value) => value.Name;

    private static string Copy(StageValue value) =>
        value.Layout.IsEmpty ? value.Name : $"global::System.Numerics.Tensors.Tensor.Create({value.Name}Elements.ToArray(), {value.Name}.Lengths)";
}
