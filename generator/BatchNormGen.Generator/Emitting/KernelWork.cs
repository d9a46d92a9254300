using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>The closed form: sweeps over flat spans, and a cache of the few values that the plan saves.</summary>
internal sealed class KernelWork(CodeWriter writer, Plan plan) : Work(writer, plan)
{
    private readonly KernelWriter _forward = new(plan, backward: false);
    private readonly KernelWriter _backward = new(plan, backward: true);
    private readonly InPlace _inPlace = new(plan);

    /// <summary>The parameters whose memory no gradient can share: integers.</summary>
    private readonly HashSet<string> _integers = [.. plan.ClosedForm.Layer.Signature.Parameters.Where(parameter => parameter.Type != plan.ClosedForm.Layer.Signature.Element).Select(parameter => parameter.Name)];

    public override string ForwardPace => Sweeps(Plan.Forward);
    public override string BackwardPace => Sweeps(Plan.Backward);
    public override string ForwardAllocation => "Allocates nothing once the cache has its size.";
    public override string BackwardAllocation => "Allocates nothing.";
    public override string Refers => "the inputs";
    public override string Unfit => "The cache was not filled by the forward that returns it, which alone refers to the inputs.";
    public override string DerivationSummary => $"How the backward of <c>{Signature.Name}</c> was found: the stages, the rules in the order of their use, and the closed form.";
    public override IReadOnlyList<string> Derivation => Emitting.Derivation.OfClosedForm(Plan);

    public override bool Reads(string tensor) => _backward.Tensors.Contains(tensor);

    public override IEnumerable<(string Tensor, string Check)> Overlaps(Result gradient) =>
        _backward.Tensors.Where(tensor => !_integers.Contains(tensor)).Select(tensor => (tensor, _inPlace.IsSafe(gradient, tensor) ? "DisjointOrSame" : "Disjoint"));

    public override void Forward()
    {
        Writer.Line($"var cache = new {Signature.Name}Cache();");
        Allocate(Outputs);
        Writer.Line($"{Signature.Name}Forward({string.Join(", ", Signature.Parameters.Select(parameter => parameter.Name).Concat(Outputs.Select(OutArgument)).Append("cache"))});");
        foreach (var tensor in Tensors.Where(parameter => Reads(parameter.Name))) Writer.Line($"cache.{tensor.Name} = {tensor.Name};");
        Writer.Line($"return ({string.Join(", ", Outputs.Select(output => output.Name).Append("cache"))});");
    }

    public override void ForwardInto()
    {
        Writer.Line($"cache.Prepare({string.Join(", ", KernelWriter.Axes(Plan))});");
        foreach (var scalar in Signature.Parameters.Where(parameter => _backward.Scalars.Contains(parameter.Name))) Writer.Line($"cache.{scalar.Name} = {scalar.Name};");
        Call(_forward, "Forward", Outputs, SavedFromCache());
        ScalarResults(Outputs);
        Writer.Line("cache.isFilled = true;");
    }

    public override void Backward(ArgumentChecks checks)
    {
        var needed = Tensors.Where(parameter => Reads(parameter.Name)).ToList();
        if (needed.Count == 0) ThrowIfEmpty();
        else ThrowIf($"!cache.isFilled || {string.Join(" || ", needed.Select(tensor => $"cache.{tensor.Name} is null"))}",
            $"The cache does not refer to the inputs: it is empty or was filled by the {Signature.Name}Forward over spans. Pass the inputs to the {Signature.Name}Backward over spans.");
        CachedExtents();
        Allocate(Gradients);
        var inputs = Tensors.Select(parameter => Reads(parameter.Name) ? $"cache.{parameter.Name}" : "default");
        Writer.Line($"{Signature.Name}Backward({string.Join(", ", Plan.ClosedForm.Staged.Incoming.Concat(inputs).Append("cache").Concat(Gradients.Select(OutArgument)))});");
        Writer.Line($"return {LayerSource.Tuple(Gradients.Select(gradient => gradient.Name))};");
    }

    public override void BackwardInto()
    {
        Call(_backward, "Backward", Gradients, SavedFromCache(), scalarsFrom: "cache.");
        ScalarResults(Gradients);
    }

    /// <summary>The forward that keeps nothing, after its checks.</summary>
    public void Fused(ArgumentChecks checks)
    {
        Allocate(Outputs);
        foreach (var output in Outputs.Where(output => !output.Layout.IsEmpty))
            Writer.Line($"global::System.Span<{Element}> {output.Name}Elements = {checks.DenseSpan(output, output.Name + ".AsTensorSpan()")};");
        foreach (var output in Outputs.Where(output => output.Layout.IsEmpty)) Writer.Line($"global::System.Span<{Element}> {output.Name}Elements = new(ref {output.Name});");
        var saved = SavedArrays().ToList();
        foreach (var (name, length) in saved) Writer.Line($"using var {name} = new global::BatchNormGen.Kernels.Scratch<{Element}>({length});");
        Call(_forward, "Forward", Outputs, saved.Select(part => part.Name + ".Span"));
        Writer.Line($"return {LayerSource.Tuple(Outputs.Select(output => output.Name))};");
    }

    public override void Cache() => CacheWriter.Write(Writer, Plan, _backward);

    public override void Helpers() => Helpers(withBackward: Gradients.Count > 0);

    /// <summary>The kernels; without a backward, those of the fused forward alone.</summary>
    public void Helpers(bool withBackward) => Writer.Block("namespace " + LayerSource.KernelNamespace, () =>
    {
        Writer.Line("using global::System;");
        Writer.Line("using global::System.Runtime.CompilerServices;");
        Writer.Line("using global::BatchNormGen.Kernels;");
        Writer.Line();
        Writer.Line($"/// <summary>The sweeps of <c>{Signature.Name}</c>, over flat row-major spans whose lengths the entry points have checked.</summary>");
        Writer.Line(LayerSource.GeneratedCode);
        Writer.Block($"file static class {Signature.Name}Kernels", () =>
        {
            _forward.Write(Writer);
            if (!withBackward) return;
            Writer.Line();
            _backward.Write(Writer);
        });
    });

    private void Allocate(IEnumerable<Result> results)
    {
        foreach (var result in results)
            Writer.Line(result.Layout.IsEmpty
                ? $"{Element} {result.Name} = 0;"
                : $"{LayerSource.Tensor(Element)} {result.Name} = global::System.Numerics.Tensors.Tensor.CreateFromShapeUninitialized<{Element}>({LayerSource.Brackets(result.Layout)});");
    }

    private static string OutArgument(Result result) => result.Layout.IsEmpty ? $"out {result.Name}" : result.Name;

    private IEnumerable<string> SavedFromCache() =>
        SavedArrays().Select(array => $"new global::System.Span<{Element}>(cache.{array.Name}, 0, {array.Length})");

    /// <summary>What the forward keeps, with the number of elements by the extents of the axes: joined loops have names in kernels only.</summary>
    private IEnumerable<(string Name, string Length)> SavedArrays() =>
        (from saved in Plan.Saved
         from part in Scope.Parts(saved.Name, saved.Wide)
         select (part, ProductWriter.Length(saved.Loops.SelectMany(loop => loop.Indices))))
        .Concat(Plan.SavedTensors.Select(tensor => (tensor.Name, ProductWriter.Length(tensor.Layout))));

    private void Call(KernelWriter kernel, string method, IEnumerable<Result> results, IEnumerable<string> saved, string scalarsFrom = "")
    {
        var arguments = kernel.Tensors.Select(tensor => tensor + "Elements")
            .Concat(kernel.Scalars.Select(scalar => (Signature.Parameters.Any(parameter => parameter.Name == scalar) ? scalarsFrom : "") + scalar))
            .Concat(KernelWriter.Axes(Plan))
            .Concat(results.Select(result => result.Name + "Elements"))
            .Concat(saved);
        Writer.Line($"{LayerSource.KernelsOf(Signature)}.{method}({string.Join(", ", arguments)});");
    }

    private static string Sweeps(Kernel kernel) => kernel.Sweeps.Count() switch
    {
        0 => "in a few operations",
        1 => "in one sweep over the data",
        2 => "in two sweeps over the data",
        3 => "in three sweeps over the data",
        var count => $"in {count} sweeps over the data",
    };
}
