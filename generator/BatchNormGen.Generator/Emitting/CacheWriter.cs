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
        var arrays = plan.Saved.SelectMany(saved => Scope.Parts(saved.Name, saved.Wide).Select(part => (Name: part, Indices: (IReadOnlyList<Index>)[.. saved.Loops.SelectMany(loop => loop.Indices)]))).ToList();
        arrays.AddRange(plan.SavedTensors.Select(tensor => (tensor.Name, (IReadOnlyList<Index>)tensor.Layout)));
        var axes = KernelWriter.Axes(plan).ToList();
        var tensors = signature.Parameters.Where(parameter => backward.Tensors.Contains(parameter.Name)).ToList();
        var scalars = signature.Parameters.Where(parameter => backward.Scalars.Contains(parameter.Name)).ToList();
        const string Reuse = "Use one cache for each place where the layer is called, and the same one from step to step: it takes new memory only when it has to grow.";
        Write(writer, signature, Cost.Saved(plan), Reuse, () =>
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
                foreach (var (name, indices) in arrays)
                {
                    var length = ProductWriter.Length(indices);
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

}
