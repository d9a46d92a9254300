using System;
using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Reading;

namespace BatchNormGen.Generator.Emitting;

/// <summary>Writes the cache: what the forward hands to the backward.</summary>
internal static class CacheWriter
{
    /// <summary>The cache of the closed form: arrays of the values that the plans save, each for all cases in which it is there.</summary>
    public static void Write(CodeWriter writer, MethodPlan plan)
    {
        var signature = plan.Signature;
        var element = signature.Element;
        var arrays = plan.Variants.SelectMany(variant => variant.Saved).Select(saved => saved.Name).Distinct().ToList();
        var tensors = signature.Parameters.Where(parameter => plan.Variants.Any(variant => variant.Backward.Tensors.Contains(parameter.Name))).ToList();
        var scalars = signature.Parameters.Where(parameter => plan.Variants.Any(variant => variant.Backward.Scalars.Contains(parameter.Name))).ToList();
        const string Reuse = "Use one cache for each place where the layer is called, and the same one from step to step: it takes new memory only when it has to grow.";
        Write(writer, signature, ByCase(plan, variant => Cost.Saved(variant.Plan)), Reuse, () =>
        {
            if (plan.PrepareArguments.ToList() is { Count: > 0 } numbers) writer.Line($"internal int {string.Join(", ", numbers)};");
            foreach (var name in arrays) writer.Line($"internal {element}[] {name} = [];");
            foreach (var scalar in scalars) writer.Line($"internal {scalar.Type} {scalar.Name};");
            foreach (var tensor in tensors) writer.Line($"internal {LayerSource.Tensor(tensor.Type)}? {tensor.Name};");
            writer.Line();
            writer.Block($"internal void Prepare({string.Join(", ", plan.PrepareArguments.Select(name => "int " + name))})", () =>
            {
                writer.Line("isFilled = false;");
                foreach (var name in plan.PrepareArguments) writer.Line($"this.{name} = {name};");
                foreach (var tensor in tensors) writer.Line($"{tensor.Name} = null;");
                if (plan.Variants.Select(Sizes).Distinct().Count() == 1) Grow(plan.Variants[0]);
                else plan.Dispatch(writer, Grow);
            });
        });

        static string Sizes(Variant variant) => string.Join(", ", variant.Saved.Select(saved => $"{saved.Name}: {ProductWriter.Length(saved.Indices)}"));

        void Grow(Variant variant)
        {
            foreach (var (name, indices) in variant.Saved)
            {
                var length = ProductWriter.Length(indices);
                writer.Line($"if ({name}.Length < {length}) {name} = new {element}[{length}];");
            }
        }
    }

    /// <summary>Something that may differ from case to case, in words.</summary>
    public static string ByCase(MethodPlan plan, Func<Variant, string> text) =>
        plan.Cases.Select(text).Distinct().Count() == 1
            ? text(plan.Cases[0])
            : string.Join("; ", plan.Cases.GroupBy(text).Select(group => $"{group.Key}, where {string.Join(", or ", group.Select(variant => variant.Describe()))}"));

    /// <summary>A cache with its documentation.</summary>
    public static void Write(CodeWriter writer, Signature signature, string contents, string use, Action body)
    {
        writer.Line("/// <summary>");
        writer.Line($"/// What <c>{signature.Name}Forward</c> keeps for <c>{signature.Name}Backward</c>: {contents}.");
        writer.Line($"/// {use}");
        writer.Line("/// </summary>");
        writer.Line(LayerSource.GeneratedCode);
        writer.Block($"{signature.Accessibility} sealed class {signature.Name}Cache{LayerSource.Generic(signature)}{LayerSource.Where(signature)}", () =>
        {
            writer.Line("internal bool isFilled, isInUse;");
            body();
        });
    }
}
