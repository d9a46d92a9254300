using System;
using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Reading;

namespace BatchNormGen.Generator.Emitting;

/// <summary>Writes the cache: what the forward hands to the backward.</summary>
internal static class CacheWriter
{
    /// <summary>The cache of the closed form: arrays of the values that the plan saves.</summary>
    public static void Write(CodeWriter writer, Plan plan, KernelWriter backward)
    {
        var signature = plan.ClosedForm.Layer.Signature;
        var element = signature.Element;
        var arrays = plan.Saved.SelectMany(saved => Scope.Parts(saved.Name, saved.Wide).Select(part => (Name: part, saved.Loops))).ToList();
        var axes = KernelWriter.Axes(plan).ToList();
        var tensors = signature.Parameters.Where(parameter => backward.Tensors.Contains(parameter.Name)).ToList();
        var scalars = signature.Parameters.Where(parameter => backward.Scalars.Contains(parameter.Name)).ToList();
        const string Reuse = "Use one cache for each place where the layer is called, and the same one from step to step: it takes new memory only when it has to grow.";
        Write(writer, signature, Describe(plan), Reuse, () =>
        {
            writer.Line("internal bool isFilled;");
            if (axes.Count > 0) writer.Line($"internal int {string.Join(", ", axes)};");
            foreach (var (name, _) in arrays) writer.Line($"internal {element}[] {name} = [];");
            foreach (var scalar in scalars) writer.Line($"internal {scalar.Type} {scalar.Name};");
            foreach (var tensor in tensors) writer.Line($"internal {LayerSource.Tensor(tensor.Type)}? {tensor.Name};");
            writer.Line();
            writer.Block($"internal void Prepare({string.Join(", ", axes.Select(axis => "int " + axis))})", () =>
            {
                writer.Line("isFilled = false;");
                foreach (var axis in axes) writer.Line($"this.{axis} = {axis};");
                foreach (var tensor in tensors) writer.Line($"{tensor.Name} = null;");
                foreach (var (name, loops) in arrays)
                {
                    var length = Length(loops);
                    writer.Line($"if ({name}.Length < {length}) {name} = new {element}[{length}];");
                }
            });
        });
    }

    /// <summary>A cache with its documentation.</summary>
    public static void Write(CodeWriter writer, Signature signature, string contents, string use, Action body)
    {
        writer.Line("/// <summary>");
        writer.Line($"/// What <c>{signature.Name}Forward</c> keeps for <c>{signature.Name}Backward</c>: {contents}.");
        writer.Line($"/// {use}");
        writer.Line("/// </summary>");
        writer.Line(LayerSource.GeneratedCode);
        writer.Block($"{signature.Accessibility} sealed class {signature.Name}Cache", body);
    }

    /// <summary>The number of elements by the extents of the axes themselves: joined loops have names in kernels only.</summary>
    public static string Length(IReadOnlyList<Loop> loops) =>
        loops.Count == 0 ? "1" : string.Join(" * ", loops.SelectMany(loop => loop.Indices).Select(index => index.Axis.Name));

    /// <summary>What is saved, in words: <c>mean (in two parts) and invertedStddev, 3·D values</c>.</summary>
    public static string Describe(Plan plan)
    {
        if (plan.Saved.IsEmpty) return "nothing but its shape";
        var names = plan.Saved.Select(saved => saved.Name + (saved.Wide ? " (in two parts)" : "")).ToList();
        var list = names.Count == 1 ? names[0] : string.Join(", ", names.Take(names.Count - 1)) + " and " + names[names.Count - 1];
        return $"{list}, {Count(plan.Saved.Select(saved => (saved.Loops.SelectMany(loop => loop.Indices), saved.Wide ? 2 : 1)))} values";
    }

    /// <summary>A number of values, the larger tensors first: <c>4·N·D + 4·D</c>.</summary>
    /// <param name="values">The indices that each value is stored over, and how many numbers it takes at each.</param>
    public static string Count(IEnumerable<(IEnumerable<Index> Indices, int Count)> values) => string.Join(" + ",
        from value in values
        group value.Count by string.Join("·", value.Indices.Select(index => index.Axis.Name)) into size
        orderby size.Key.Length == 0 ? 0 : size.Key.Split('·').Length descending
        let count = size.Sum()
        select size.Key.Length == 0 ? $"{count}" : count == 1 ? size.Key : $"{count}·{size.Key}");
}
