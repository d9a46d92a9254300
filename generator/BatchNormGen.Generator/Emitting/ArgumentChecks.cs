using System;
using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>
/// Writes the checks of arguments, and the locals that come with them: for a tensor x its elements as the flat span
/// xElements, and for an axis N its extent.
/// </summary>
internal sealed class ArgumentChecks(CodeWriter writer, MethodPlan plan)
{
    private const string Checks = "global::BatchNormGen.Kernels.Arguments";

    /// <summary>The parameter that says whether gradients are added up.</summary>
    public const string Accumulate = "accumulate";

    private readonly Signature _signature = plan.Signature;

    private string Element => _signature.Element;

    private IEnumerable<Parameter> Tensors => _signature.Parameters.Where(parameter => parameter.IsTensor);

    /// <summary>What has to hold, each in the cases in which it has to.</summary>
    private IEnumerable<(Condition Condition, string? Where)> Conditions() =>
        plan.Cases.SelectMany(variant => variant.Conditions).Distinct().Select(condition => (condition, plan.Condition(variant => variant.Conditions.Contains(condition))));

    public void NotNull(string name) => writer.Line($"global::System.ArgumentNullException.ThrowIfNull({name});");

    public void NotNullInputs()
    {
        foreach (var parameter in Tensors) NotNull(parameter.Name);
    }

    /// <summary>Refuses what a type parameter must not stand for.</summary>
    private void ElementType()
    {
        if (_signature.TypeParameter is not { Name: var type }) return;
        var others = string.Join(" && ", _signature.Elements.Select(element => $"typeof({type}) != typeof({element})"));
        writer.Line($"if ({others}) throw new global::System.NotSupportedException($\"{_signature.Name} is computed in float or double, not in {{typeof({type})}}.\");");
    }

    /// <summary>Finds the case that the arguments choose.</summary>
    private void Choose()
    {
        if (plan.HasCases) writer.Line($"int {MethodPlan.CaseNumber} = {_signature.Name}Case({string.Join(", ", plan.Choosing.Select(choosing => choosing.Parameter.Name))});");
    }

    /// <summary>Checks ranks and layout, reads the extents where an axis appears first, and compares them where it appears again.</summary>
    /// <param name="toSpan">What makes a span over a tensor of an input, unless it is one.</param>
    public void Inputs(string toSpan = "")
    {
        ElementType();
        Choose();
        var known = new HashSet<string>();
        foreach (var parameter in Tensors)
        {
            var layout = parameter.Layout!.Value;
            Dense(parameter.Name, parameter.Type, layout, toSpan);
            for (var i = 0; i < layout.Count; i++)
                if (layout[i] is { Axis: { Extent: null } axis } && known.Add(axis.Name)) writer.Line($"int {axis.Name} = (int){parameter.Name}.Lengths[{i}];");
            Shape(parameter.Name, layout);
        }
        foreach (var (condition, where) in Conditions())
        {
            if (condition is not AxisSplit split) Check(condition, where);
            else if (where is null) Split(split, known);
            else
            {
                // In the cases that do not split the axis, its parts do not matter.
                foreach (var part in split.Parts.Where(part => part.Extent is null && known.Add(part.Name))) writer.Line($"int {part.Name} = 0;");
                writer.Block($"if ({where})", () => Split(split, known));
            }
        }
    }

    /// <summary>The extents of the parts of an axis.</summary>
    private void Split(AxisSplit split, HashSet<string> known)
    {
        string Local(string name) => known.Add(name) ? "int " + name : name;

        var parts = split.Parts.Zip(split.Sizes, (part, size) => (Part: part.Name, Size: size)).ToList();
        foreach (var (part, size) in parts.Where(part => part.Size.Length > 0 && part.Size != part.Part).Distinct()) writer.Line($"{Local(part)} = {size};");
        var given = parts.Where(part => part.Size.Length > 0).ToList();
        var whole = split.Whole.Name;
        if (parts.FirstOrDefault(part => part.Size.Length == 0).Part is { } rest)
        {
            // One after the other, so that the one that does not divide is named.
            var quotient = given.Aggregate((Code: whole, Name: whole), (number, part) => ($"{Checks}.Quotient({number.Code}, {part.Part}, \"{number.Name}\", \"{part.Size}\")", $"{number.Name} / {part.Size}")).Code;
            writer.Line($"{Local(rest)} = {quotient};");
            return;
        }
        var divisors = given.Where(part => part.Size != part.Part).ToList();
        if (divisors.Count > 1)
            foreach (var (part, size) in divisors) writer.Line($"{Checks}.Quotient({whole}, {part}, \"{whole}\", \"{size}\");");
        writer.Line($"{Checks}.IsProduct({whole}, {string.Join(" * ", given.Select(part => part.Part))}, \"{whole}\", \"{string.Join(" * ", given.Select(part => part.Size))}\");");
    }

    /// <summary>Checks the conditions on one tensor.</summary>
    public void Conditions(string tensor)
    {
        foreach (var (condition, where) in Conditions())
            if (condition is LabelsInRange labels && labels.Tensor == tensor) Check(condition, where);
    }

    private void Check(Condition condition, string? where)
    {
        var prefix = where is null ? "" : $"if ({where}) ";
        switch (condition)
        {
            case Divisible quotient:
                writer.Line($"{prefix}{Checks}.Quotient({quotient.Number}, {quotient.Divisor}, \"{quotient.Number}\", \"{quotient.Divisor}\");");
                break;
            case LabelsInRange labels:
                writer.Line($"{prefix}{Checks}.Labels<{_signature.Parameters.First(parameter => parameter.Name == labels.Tensor).Type}>({labels.Tensor}Elements, {labels.Axis.Name}, nameof({labels.Tensor}), \"{labels.Axis.Name}\");");
                break;
            case NotEmpty { Axis.Name: var axis }:
                writer.Line($"{prefix}{Checks}.NotEmpty({axis}, \"{axis}\", nameof({Tensors.First(parameter => parameter.Layout!.Value.Concat(Indices.Atoms(parameter.Layout!.Value)).Any(index => index?.Axis.Name == axis)).Name}));");
                break;
        }
    }

    /// <summary>Checks a tensor whose extents are known; in some cases only, where <paramref name="where"/> says so.</summary>
    public void Expected(string name, string element, IReadOnlyList<Index?> layout, string? where = null)
    {
        if (where is null)
        {
            Dense(name, element, layout);
            Shape(name, layout);
            return;
        }
        writer.Line($"global::System.ReadOnlySpan<{element}> {name}Elements = default;");
        writer.Block($"if ({where})", () =>
        {
            writer.Line($"{name}Elements = {DenseSpan(name, element, layout)};");
            Shape(name, layout);
        });
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

    private void Dense(string name, string element, IReadOnlyList<Index?> layout, string toSpan = "") =>
        writer.Line($"global::System.ReadOnlySpan<{element}> {name}Elements = {DenseSpan(name, element, layout, toSpan)};");

    // A span is passed where it stands, by reference: with its shape and strides it has 120 bytes, and a call has several.
    private static string DenseSpan(string name, string element, IReadOnlyList<Index?> layout, string toSpan = "") =>
        $"{Checks}.Dense<{element}>({name}{toSpan}, nameof({name}), \"{LayerSource.AxisList(layout)}\", {layout.Count})";

    private void Shape(string name, IReadOnlyList<Index?> layout) =>
        writer.Line($"{Checks}.Shape({name}.Lengths, {LayerSource.Brackets(layout)}, nameof({name}), \"{LayerSource.AxisList(layout)}\");");

    private void ScalarTargets(IEnumerable<Result> results)
    {
        foreach (var result in results.Where(result => result.Layout.IsEmpty))
        {
            writer.Line($"{Element} {result.Name}Value = {LayerSource.Zero(_signature)};");
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
