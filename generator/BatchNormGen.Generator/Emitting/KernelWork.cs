using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>The closed form: sweeps over flat spans, and a cache of the few values that the plan saves.</summary>
internal sealed class KernelWork(CodeWriter writer, MethodPlan plan) : Work(writer, plan)
{
    /// <summary>The parameters whose memory no gradient can share: integers.</summary>
    private readonly HashSet<string> _integers = [.. plan.Signature.Parameters.Where(parameter => parameter.Type != plan.Signature.Element).Select(parameter => parameter.Name)];

    public override string ForwardPace => Pace(variant => variant.Plan.Forward);
    public override string BackwardPace => Pace(variant => variant.Plan.Backward);
    public override string ForwardAllocation => "Allocates nothing once the cache has its size.";
    public override string BackwardAllocation => "Allocates nothing.";
    public override string Refers => "the inputs";
    public override string Unfit => "The cache was not filled by the forward that returns it, which alone refers to the inputs, or another call uses it.";
    public override string DerivationSummary => $"How the backward of <c>{Signature.Name}</c> was found: the stages, the rules in the order of their use, and the closed form.";
    public override IReadOnlyList<string> Derivation(Variant variant) => DerivationText.OfClosedForm(variant.Plan, Writer.Token);

    public override bool Reads(Variant variant, string tensor) => variant.Backward.Tensors.Contains(tensor);

    public override IEnumerable<(string Tensor, string Check)> Overlaps(Result gradient)
    {
        var inPlace = Plan.Variants.Select(variant => (Variant: variant, Own: variant.Gradient(gradient))).ToList();
        return from tensor in Plan.Variants.SelectMany(variant => variant.Backward.Tensors).Distinct()
               where !_integers.Contains(tensor)
               select (tensor, inPlace.Where(item => Reads(item.Variant, tensor)).All(item => item.Variant.InPlace.IsSafe(item.Own, tensor)) ? "DisjointOrSame" : "Disjoint");
    }

    public override void Forward()
    {
        NewCache();
        Allocate(Outputs);
        Writer.Line($"{Signature.Name}Forward{LayerSource.Generic(Signature)}({string.Join(", ", Signature.Parameters.Select(parameter => parameter.Name).Concat(Outputs.Select(OutArgument)).Append("cache"))});");
        foreach (var tensor in Tensors.Where(parameter => Reads(parameter.Name))) Writer.Line($"cache.{tensor.Name} = {tensor.Name};");
        Writer.Line($"return ({string.Join(", ", Outputs.Select(output => output.Name).Append("cache"))});");
    }

    public override void ForwardInto()
    {
        Writer.Line($"cache.Prepare({string.Join(", ", Plan.PrepareArguments)});");
        foreach (var scalar in Signature.Parameters.Where(parameter => Plan.Variants.Any(variant => variant.Backward.Scalars.Contains(parameter.Name)))) Writer.Line($"cache.{scalar.Name} = {scalar.Name};");
        Plan.Dispatch(Writer, variant => Call(variant, variant.Forward, "Forward", Outputs, SavedFromCache(variant)));
        ScalarResults(Outputs);
        Writer.Line("cache.isFilled = true;");
    }

    public override void Backward(ArgumentChecks checks)
    {
        var needed = Tensors.Where(parameter => Reads(parameter.Name)).ToList();
        if (needed.Count == 0) ThrowIfEmpty();
        else ThrowIf($"!cache.isFilled || {string.Join(" || ", needed.Select(tensor => $"cache.{tensor.Name} is null"))}",
            $"The cache does not refer to the inputs: it is empty or was filled by the {Signature.Name}Forward over spans. Pass the inputs to the {Signature.Name}Backward over spans.");
        Cached();
        Allocate(Gradients);
        var inputs = Tensors.Select(parameter => Reads(parameter.Name) ? $"cache.{parameter.Name}" : "default");
        Writer.Line($"{Signature.Name}Backward{LayerSource.Generic(Signature)}({string.Join(", ", Plan.Incoming.Select(incoming => incoming.Name).Concat(inputs).Append("cache").Concat(Gradients.Select(OutArgument)))});");
        Writer.Line($"return {LayerSource.Tuple(Gradients.Select(gradient => gradient.Name))};");
    }

    public override void BackwardInto()
    {
        Plan.Dispatch(Writer, variant => Call(variant, variant.Backward, "Backward", Gradients, SavedFromCache(variant), scalarsFrom: "cache."));
        ScalarResults(Gradients);
    }

    /// <summary>The forward that keeps nothing, after its checks.</summary>
    public void Fused(ArgumentChecks checks)
    {
        Allocate(Outputs);
        foreach (var output in Outputs.Where(output => !output.Layout.IsEmpty))
            Writer.Line($"global::System.Span<{Element}> {output.Name}Elements = {checks.DenseSpan(output, output.Name + ".AsTensorSpan()")};");
        foreach (var output in Outputs.Where(output => output.Layout.IsEmpty)) Writer.Line($"global::System.Span<{Element}> {output.Name}Elements = new(ref {output.Name});");
        Plan.Dispatch(Writer, variant =>
        {
            if (variant.Saved.Any()) Writer.Line("using var cache = new global::BatchNormGen.Kernels.Scratch();");
            Call(variant, variant.Forward, "Forward", Outputs, variant.Saved.Select(saved => $"cache.Take<{variant.Element}>({ProductWriter.Length(saved.Indices)})"));
        }, inBraces: true);
        Writer.Line($"return {LayerSource.Tuple(Outputs.Select(output => output.Name))};");
    }

    public override void Cache() => CacheWriter.Write(Writer, Plan);

    public override void Helpers() => Helpers(withBackward: Gradients.Count > 0);

    /// <summary>The kernels; without a backward, those of the fused forward alone.</summary>
    public void Helpers(bool withBackward) => Writer.Block("namespace " + LayerSource.KernelNamespace, () =>
    {
        Writer.Line("using global::System;");
        Writer.Line("using global::System.Runtime.CompilerServices;");
        Writer.Line("using global::BatchNormGen.Kernels;");
        foreach (var variant in Plan.Variants)
        {
            Writer.Line();
            var what = $"{(Plan.HasCases ? $", where {variant.Describe()}" : "")}{(Signature.TypeParameter is null ? "" : $", in {variant.Element}")}";
            Writer.Line($"/// <summary>The sweeps of <c>{Signature.Name}</c>{what}, over flat row-major spans whose lengths the entry points have checked.</summary>");
            Writer.Line(LayerSource.GeneratedCode);
            Writer.Block($"file static class {variant.Kernels}", () =>
            {
                variant.Forward.Write(Writer);
                if (!withBackward) return;
                Writer.Line();
                variant.Backward.Write(Writer);
            });
        }
    });

    private void Allocate(IEnumerable<Result> results)
    {
        foreach (var result in results)
            Writer.Line(result.Layout.IsEmpty
                ? $"{Element} {result.Name} = {Zero};"
                : $"{LayerSource.Tensor(Element)} {result.Name} = global::System.Numerics.Tensors.Tensor.CreateFromShapeUninitialized<{Element}>({LayerSource.Brackets(result.Layout)});");
    }

    private static string OutArgument(Result result) => result.Layout.IsEmpty ? $"out {result.Name}" : result.Name;

    private IEnumerable<string> SavedFromCache(Variant variant) =>
        variant.Saved.Select(saved => Cast(variant, $"new global::System.Span<{Element}>(cache.{saved.Name}, 0, {ProductWriter.Length(saved.Indices)})"));

    private void Call(Variant variant, KernelWriter kernel, string method, IEnumerable<Result> results, IEnumerable<string> saved, string scalarsFrom = "")
    {
        var arguments = kernel.Tensors.Select(tensor => IsOfElements(tensor) ? Cast(variant, tensor + "Elements") : tensor + "Elements")
            .Concat(kernel.Scalars.Select(scalar => ScalarArgument(variant, scalar, scalarsFrom)))
            .Concat(KernelWriter.Axes(variant.Plan))
            .Concat(results.Select(result => Cast(variant, result.Name + "Elements")))
            .Concat(saved)
            .Concat(kernel == variant.Backward ? [ArgumentChecks.Accumulate] : []);
        Writer.Line($"global::{LayerSource.KernelNamespace}.{variant.Kernels}.{method}({string.Join(", ", arguments)});");
    }

    private string ScalarArgument(Variant variant, string scalar, string from)
    {
        var text = (Signature.Parameters.Any(parameter => parameter.Name == scalar) ? from : "") + scalar;
        return Signature.TypeParameter is not null && IsOfElements(scalar) ? $"{variant.Element}.CreateTruncating({text})" : text;
    }

    /// <summary>Whether a parameter, or what comes in, is of the element type.</summary>
    private bool IsOfElements(string name) => Signature.Parameters.All(parameter => parameter.Name != name || parameter.Type == Element);

    /// <summary>A span over what the type parameter stands for.</summary>
    private string Cast(Variant variant, string span) =>
        Signature.TypeParameter is null ? span : $"global::System.Runtime.InteropServices.MemoryMarshal.Cast<{Element}, {variant.Element}>({span})";

    /// <summary>How often the data are run over, in words: <c>in one sweep over the data (2 passes for each n)</c>.</summary>
    private string Pace(System.Func<Variant, Kernel> kernel)
    {
        var counts = Plan.Variants.Select(variant => Cost.Sweeps(kernel(variant), variant.Plan.Space)).ToList();
        var passes = Plan.Variants.Select(variant => Cost.Passes(kernel(variant), variant.Plan.Space)).Distinct().ToList();
        var upTo = counts.Min() == counts.Max() ? "" : "up to ";
        return counts.Max() switch
        {
            0 => "in a few operations",
            1 => $"in {upTo}one sweep over the data",
            2 => $"in {upTo}two sweeps over the data",
            3 => $"in {upTo}three sweeps over the data",
            var count => $"in {upTo}{count} sweeps over the data",
        } + (passes is [{ Length: > 0 } same] ? $" ({same})" : "");
    }
}
