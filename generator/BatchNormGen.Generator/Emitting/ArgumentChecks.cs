using System;
using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>
/// Writes the checks of arguments, and the locals that come with them: for a tensor x its elements as the flat span
/// xElements, and for an axis N its extent.
/// </summary>
internal sealed class ArgumentChecks(CodeWriter writer, Signature signature, IReadOnlyList<Condition> conditions)
{
    private const string Checks = "global::BatchNormGen.Kernels.Arguments";

    private string Element => signature.Element;

    private IEnumerable<Parameter> Tensors => signature.Parameters.Where(parameter => parameter.IsTensor);

    public void NotNull(string name) => writer.Line($"global::System.ArgumentNullException.ThrowIfNull({name});");

    public void NotNullInputs()
    {
        foreach (var parameter in Tensors) NotNull(parameter.Name);
    }

    /// <summary>Checks ranks and layout, reads the extents where an axis appears first, and compares them where it appears again.</summary>
    public void Inputs()
    {
        var known = new HashSet<string>();
        foreach (var parameter in Tensors)
        {
            var layout = parameter.Layout!.Value;
            Dense(parameter.Name, parameter.Type, layout);
            for (var i = 0; i < layout.Count; i++)
                if (layout[i] is { Axis: { Extent: null } axis } && known.Add(axis.Name)) writer.Line($"int {axis.Name} = checked((int){parameter.Name}.Lengths[{i}]);");
            Shape(parameter.Name, layout);
        }
        foreach (var condition in conditions) Check(condition);
    }

    /// <summary>The extents of the parts of an axis.</summary>
    private void Split(AxisSplit split)
    {
        var parts = split.Parts.Zip(split.Sizes, (part, size) => (Part: part.Name, Size: size)).ToList();
        foreach (var (part, size) in parts.Where(part => part.Size.Length > 0 && part.Size != part.Part)) writer.Line($"int {part} = {size};");
        var known = parts.Where(part => part.Size.Length > 0).ToList();
        var arguments = $"{split.Whole.Name}, {string.Join(" * ", known.Select(part => part.Part))}, \"{split.Whole.Name}\", \"{string.Join(" * ", known.Select(part => part.Size))}\"";
        var rest = parts.FirstOrDefault(part => part.Size.Length == 0).Part;
        writer.Line(rest is null ? $"{Checks}.IsProduct({arguments});" : $"int {rest} = {Checks}.Quotient({arguments});");
    }

    /// <summary>Checks the conditions on one tensor.</summary>
    public void Conditions(string tensor)
    {
        foreach (var condition in conditions.OfType<LabelsInRange>().Where(condition => condition.Tensor == tensor)) Check(condition);
    }

    private void Check(Condition condition)
    {
        switch (condition)
        {
            case AxisSplit split:
                Split(split);
                break;
            case Divisible quotient:
                writer.Line($"{Checks}.Quotient({quotient.Number}, {quotient.Divisor}, \"{quotient.Number}\", \"{quotient.Divisor}\");");
                break;
            case LabelsInRange labels:
                writer.Line($"{Checks}.Labels<{signature.Parameters.First(parameter => parameter.Name == labels.Tensor).Type}>({labels.Tensor}Elements, {labels.Axis.Name}, nameof({labels.Tensor}), \"{labels.Axis.Name}\");");
                break;
            case NotEmpty { Axis.Name: var axis }:
                writer.Line($"{Checks}.NotEmpty({axis}, \"{axis}\", nameof({Tensors.First(parameter => parameter.Layout!.Value.Any(index => index?.Axis.Name == axis)).Name}));");
                break;
        }
    }

    /// <summary>Checks a tensor whose extents are known.</summary>
    public void Expected(string name, string element, IReadOnlyList<Index?> layout)
    {
        Dense(name, element, layout);
        Shape(name, layout);
    }

    /// <summary>Checks the tensors that results are written to: none may overlap an input or another.</summary>
    public void Outputs(IReadOnlyList<Result> outputs)
    {
        var written = outputs.Where(output => !output.Layout.IsEmpty).ToList();
        foreach (var output in written)
        {
            writer.Line($"global::System.Span<{Element}> {output.Name}Elements = {DenseSpan(output, output.Name)};");
            Shape(output.Name, output.Layout);
        }
        ScalarTargets(outputs);
        foreach (var output in written)
            foreach (var input in Tensors.Where(parameter => parameter.Type == Element)) Disjoint(output.Name, input.Name, "Disjoint");
        Apart(written);
    }

    /// <summary>Checks the tensors that gradients are written to; one that is not wanted gets an empty span.</summary>
    /// <param name="gradients">The gradients.</param>
    /// <param name="overlaps">The tensors that are still read while a gradient is written, and the check for each.</param>
    public void Gradients(IReadOnlyList<Result> gradients, Func<Result, IEnumerable<(string Tensor, string Check)>> overlaps)
    {
        var written = gradients.Where(gradient => !gradient.Layout.IsEmpty).ToList();
        foreach (var gradient in written)
        {
            writer.Line($"global::System.Span<{Element}> {gradient.Name}Elements = default;");
            writer.Block($"if (!{Checks}.IsDefault({gradient.Name}))", () =>
            {
                writer.Line($"{gradient.Name}Elements = {DenseSpan(gradient, gradient.Name)};");
                Shape(gradient.Name, gradient.Layout);
            });
        }
        ScalarTargets(gradients);
        foreach (var gradient in written)
            foreach (var (tensor, check) in overlaps(gradient)) Disjoint(gradient.Name, tensor, check);
        Apart(written);
    }

    /// <summary>The elements of a tensor that is written, as an expression.</summary>
    public string DenseSpan(Result result, string tensor) =>
        $"{Checks}.Dense<{Element}>({tensor}, nameof({result.Name}), \"{LayerSource.AxisList(result.Layout)}\", {result.Layout.Length})";

    private void Dense(string name, string element, IReadOnlyList<Index?> layout) =>
        writer.Line($"global::System.ReadOnlySpan<{element}> {name}Elements = {Checks}.Dense<{element}>((global::System.Numerics.Tensors.ReadOnlyTensorSpan<{element}>){name}, nameof({name}), \"{LayerSource.AxisList(layout)}\", {layout.Count});");

    private void Shape(string name, IReadOnlyList<Index?> layout) =>
        writer.Line($"{Checks}.Shape({name}.Lengths, {LayerSource.Brackets(layout)}, nameof({name}), \"{LayerSource.AxisList(layout)}\");");

    private void ScalarTargets(IEnumerable<Result> results)
    {
        foreach (var result in results.Where(result => result.Layout.IsEmpty))
        {
            writer.Line($"{result.Name} = 0;");
            writer.Line($"{Element} {result.Name}Value = 0;");
            writer.Line($"global::System.Span<{Element}> {result.Name}Elements = new(ref {result.Name}Value);");
        }
    }

    private void Apart(List<Result> written)
    {
        for (var i = 0; i < written.Count; i++)
            for (var j = 0; j < i; j++) Disjoint(written[i].Name, written[j].Name, "Disjoint");
    }

    private void Disjoint(string written, string other, string check) =>
        writer.Line($"{Checks}.{check}<{Element}>({written}Elements, nameof({written}), {other}Elements, nameof({other}));");
}
