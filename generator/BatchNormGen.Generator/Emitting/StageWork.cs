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
    private readonly List<Stages> _cases;

    /// <param name="writer">Where to write.</param>
    /// <param name="plan">The method, and the plan of its fused forward.</param>
    /// <param name="sweeps">The fused forward, which both forms have.</param>
    public StageWork(CodeWriter writer, MethodPlan plan, KernelWork sweeps) : base(writer, plan)
    {
        _sweeps = sweeps;

        // A stage of two cases has one field in the cache, unless it is a tensor in one of them and a scalar in the other.
        var types = new Dictionary<string, string>();
        _cases = [];
        foreach (var variant in plan.Cases)
        {
            var names = new Names(Signature.Parameters.Select(parameter => parameter.Name)
                .Concat(variant.Plan.ClosedForm.Layer.Graph.Indices.Select(index => index.Axis.Name))
                .Concat(KernelWriter.Axes(variant.Plan))
                .Concat(plan.Incoming.Select(incoming => incoming.Name))
                .Concat(Gradients.Select(gradient => gradient.Name))
                .Concat(["isFilled", "isInUse", MethodPlan.CaseNumber])
                .Concat(variant.Plan.ClosedForm.Layer.Stages.Where((stage, i) => types.TryGetValue(stage.Name, out var type) && type != TypeOf(variant, i)).Select(stage => stage.Name)));
            var stages = new Stages(variant, names);
            foreach (var value in stages.Kept) types[value.Name] = value.FullType;
            _cases.Add(stages);
        }
    }

    public override string ForwardPace => "stage by stage";
    public override string BackwardPace => "through the stages in reverse";
    public override string ForwardAllocation => Allocation;
    public override string BackwardAllocation => Allocation;
    public override string Refers => "the inputs and the result";
    public override string Unfit => "The cache is empty, or another call uses it.";
    public override string DerivationSummary => $"The stages of <c>{Signature.Name}</c>, the backward through them, and what the cache holds.";
    public override IReadOnlyList<string> Derivation(Variant variant) => [.. DerivationText.OfStages(variant.Plan.ClosedForm, Writer.Token), "", "The cost", $"  saved: {Kept(variant)}"];

    private const string Allocation = "For teaching and cross-checking: copies the spans into tensors and allocates every stage.";

    /// <summary>Ends the names of locals that hold results before they are copied out.</summary>
    private const string Suffix = "Result";

    private static string TypeOf(Variant variant, int stage) =>
        variant.Plan.ClosedForm.Layer.Layouts[stage].Count == 0 ? variant.Element : LayerSource.Tensor(variant.Element);

    private Stages Of(Variant variant) => _cases[variant.Case];

    /// <summary>What the cache holds, in words.</summary>
    private string Kept(Variant variant) => Of(variant).Kept is { Count: > 0 } kept
        ? $"the inputs and {kept.Count} stage{(kept.Count == 1 ? "" : "s")}, {Cost.Values(kept.Select(stage => (stage.Layout.OfType<Index>(), 1)))} values"
        : "the inputs";

    // The cache has its own copies of the inputs, so neither is one read nor can a gradient overwrite one.
    public override bool Reads(Variant variant, string tensor) => Plan.Incoming.Any(incoming => incoming.Name == tensor);
    public override IEnumerable<(string Tensor, string Check)> Overlaps(Result gradient) => [];

    public override void Forward()
    {
        NewCache();
        if (Plan.HasCases)
            foreach (var output in Outputs) Writer.Line($"{TypeOf(output)} {output.Name};");
        Fill(input: Same);
        Plan.Dispatch(Writer, variant => Run(variant, suffix: Plan.HasCases ? Suffix : "", (output, stage) =>
        {
            if (Plan.HasCases) Writer.Line($"{output.Name} = {stage}{Suffix};");
        }), inBraces: true);
        Writer.Line("cache.isFilled = true;");
        Writer.Line($"return ({string.Join(", ", (Plan.HasCases ? Outputs.Select(output => output.Name) : _cases[0].Forward.Outputs.Select(output => output.Name)).Append("cache"))});");
    }

    public override void ForwardInto()
    {
        Writer.Line("cache.isFilled = false;");
        Fill(input: Copy);
        Plan.Dispatch(Writer, variant => Run(variant, Suffix, (output, stage) =>
            Writer.Line(output.Layout.IsEmpty ? $"{output.Name} = {stage}{Suffix};" : $"{stage}{Suffix}.FlattenTo({output.Name}Elements);")), inBraces: true);
        Writer.Line("cache.isFilled = true;");
    }

    public override void Backward(ArgumentChecks checks)
    {
        UseCache();
        ThrowIfEmpty();
        Cached();
        foreach (var (name, layout) in Plan.Incoming.Where(incoming => incoming.Layout.Count > 0)) checks.Expected(name, Element, layout);
        Plan.Dispatch(Writer, variant => Writer.Line($"return {Of(variant).Call(Same)};"), returns: true);
    }

    public override void BackwardInto() => Plan.Dispatch(Writer, variant =>
    {
        var results = Gradients.Select(gradient => gradient.Name + Suffix).ToList();
        Writer.Line(results.Count == 1 ? $"var {results[0]} = {Of(variant).Call(Copy)};" : $"var ({string.Join(", ", results)}) = {Of(variant).Call(Copy)};");
        foreach (var gradient in Gradients)
        {
            if (gradient.Layout.IsEmpty)
            {
                Writer.Line($"{gradient.Name} = {gradient.Name}{Suffix};");
                continue;
            }
            Writer.Line($"if ({ArgumentChecks.Accumulate} && !{gradient.Name}Elements.IsEmpty) global::System.Numerics.Tensors.Tensor.Add<{Element}>({gradient.Name}, {gradient.Name}{Suffix}, {gradient.Name});");
            Writer.Line($"else if (!{gradient.Name}Elements.IsEmpty) {gradient.Name}{Suffix}.FlattenTo({gradient.Name}Elements);");
        }
    }, inBraces: true);

    public override void Cache() => CacheWriter.Write(Writer, Signature, CacheWriter.ByCase(Plan, Kept),
        "Use one cache for each place where the layer is called.", () =>
    {
        if (Plan.PrepareArguments.ToList() is { Count: > 0 } numbers) Writer.Line($"internal int {string.Join(", ", numbers)};");
        foreach (var value in ForwardStages.Parameters(Signature).Concat(_cases.SelectMany(stages => stages.Kept)).GroupBy(value => value.Name).Select(same => same.First()))
            Writer.Line($"internal {value.FullType} {value.Name}{(value.Layout.IsEmpty ? "" : " = null!")};");
    });

    public override void Helpers()
    {
        Writer.Block("namespace " + LayerSource.KernelNamespace, () =>
        {
            Writer.Line("using global::System.Numerics.Tensors;");
            Writer.Line("using global::BatchNormGen;");
            foreach (var stages in _cases)
            {
                Writer.Line();
                stages.Write(Writer, Plan.HasCases ? $", where {stages.Variant.Describe()}," : "");
            }
        });
        Writer.Line();
        _sweeps.Helpers(withBackward: false);
    }

    private string TypeOf(Result result) => result.Layout.IsEmpty ? Element : LayerSource.Tensor(Element);

    /// <summary>Puts the inputs into the cache.</summary>
    private void Fill(Func<StageValue, string> input)
    {
        foreach (var parameter in ForwardStages.Parameters(Signature)) Writer.Line($"cache.{parameter.Name} = {input(parameter)};");
        foreach (var number in Plan.PrepareArguments) Writer.Line($"cache.{number} = {number};");
    }

    /// <summary>Puts all stages into the cache, and the outputs into locals.</summary>
    private void Run(Variant variant, string suffix, Action<Result, string> take)
    {
        var (forward, kept) = (Of(variant).Forward, Of(variant).Kept);
        var results = forward.Kept.Select(stage => "cache." + stage.Name).Concat(forward.Outputs.Select(output => $"{output.FullType} {output.Name}{suffix}"));
        Writer.Line($"{LayerSource.Tuple(results)} = {Of(variant).Class}.Forward({string.Join(", ", forward.Method.Parameters.Select(parameter => "cache." + parameter.Name))});");
        foreach (var output in kept.Intersect(forward.Outputs)) Writer.Line($"cache.{output.Name} = {output.Name}{suffix};");
        foreach (var (output, stage) in Outputs.Zip(forward.Outputs, (output, stage) => (output, stage.Name))) take(output, stage);
    }

    private static string Same(StageValue value) => value.Name;

    private static string Copy(StageValue value) =>
        value.Layout.IsEmpty ? value.Name : $"global::System.Numerics.Tensors.Tensor.Create({value.Name}Elements.ToArray(), {value.Name}.Lengths)";

    /// <summary>One case stage by stage.</summary>
    private sealed class Stages
    {
        private readonly StageMethod? _backward;
        private readonly string _name;

        public Stages(Variant variant, Names names)
        {
            var form = variant.Plan.ClosedForm;
            (Variant, _name) = (variant, variant.Kernels.Replace("Kernels", "Stages"));
            Forward = new ForwardStages(form.Layer, names);
            if (!form.Gradients.IsEmpty) _backward = BackwardStages.Write(form, Forward, names);
            Kept = [.. Forward.Kept.Concat(Forward.Outputs.Where(output => _backward?.Parameters.Contains(output) == true)).Distinct()];
        }

        public Variant Variant { get; }

        public ForwardStages Forward { get; }

        /// <summary>The stages that the cache keeps.</summary>
        public IReadOnlyList<StageValue> Kept { get; }

        public string Class => $"global::{LayerSource.KernelNamespace}.{_name}";

        private IEnumerable<StageValue> Incoming => _backward!.Parameters.Take(Variant.Plan.ClosedForm.Staged.Incoming.Length);

        /// <summary>The call of the backward: what comes in is given, all else is in the cache.</summary>
        public string Call(Func<StageValue, string> incoming) =>
            $"{Class}.Backward({string.Join(", ", Incoming.Select(incoming).Concat(_backward!.Parameters.Skip(Incoming.Count()).Select(value => "cache." + value.Name)))})";

        public void Write(CodeWriter writer, string where)
        {
            writer.Line($"/// <summary><c>{Variant.Plan.ClosedForm.Layer.Signature.Name}</c>{where} stage by stage{(_backward is null ? "" : ", and its backward: the stages in reverse, one local gradient each")}.</summary>");
            writer.Line(LayerSource.GeneratedCode);
            writer.Block($"file static class {_name}", () =>
            {
                writer.Line("/// <summary>The stages in their order. All of them are returned, the result last.</summary>");
                Forward.Method.Write(writer);
                if (_backward is null) return;
                writer.Line();
                writer.Line("/// <summary>The stages in reverse: from the gradient of each, the gradients of what it was made from.</summary>");
                _backward.Write(writer);
            });
        }
    }
}
