using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Reading;

namespace BatchNormGen.Generator.Emitting;

/// <summary>Something that goes into a staged method or comes out of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Element">Its element type for a tensor, its type for a scalar.</param>
/// <param name="Layout">The index of each axis; empty for a scalar.</param>
internal sealed record StageValue(string Name, string Element, ImmutableArray<Index?> Layout)
{
    /// <summary>The element type of a mask.</summary>
    public const string Mask = "bool";

    public bool IsMask => Element == Mask;

    /// <summary>The type by its short name.</summary>
    public string Type => Layout.IsEmpty ? Element : $"Tensor<{Element}>";

    /// <summary>The type by its full name.</summary>
    public string FullType => Layout.IsEmpty ? Element : LayerSource.Tensor(Element);
}

/// <summary>A method over whole tensors: a layer stage by stage, or the stages in reverse.</summary>
internal sealed record StageMethod(string Name, ImmutableArray<StageValue> Parameters, ImmutableArray<StageValue> Results, string Body)
{
    private const int Width = 120;

    /// <summary>Completes a body: of the candidates only those become parameters that it uses, and extents are read from them.</summary>
    /// <param name="name">The method's name.</param>
    /// <param name="candidates">What could be passed.</param>
    /// <param name="conditions">Say what the extents of split axes are.</param>
    /// <param name="variables">Says what is used.</param>
    /// <param name="results">What is returned.</param>
    /// <param name="body">The statements before <c>return</c>.</param>
    public static StageMethod Of(string name, IReadOnlyList<StageValue> candidates, IEnumerable<Condition> conditions, StageVariables variables, ImmutableArray<StageValue> results, CodeWriter body)
    {
        var writer = new CodeWriter();
        var declared = new HashSet<Axis>();
        foreach (var axis in variables.Axes.ToList()) Declare(axis);
        if (variables.Axes.Count > 0) writer.Line();
        writer.Raw(body.ToString());
        writer.Line();
        writer.Line($"return {LayerSource.Tuple(results.Select(result => result.Name))};");
        return new(name, [.. candidates.Where(candidate => variables.IsUsed(candidate.Name))], results, writer.ToString());

        void Declare(Axis axis)
        {
            if (axis.Extent is not null || !declared.Add(axis)) return;
            var holders = candidates.Where(candidate => candidate.Layout.Any(index => index?.Axis == axis)).ToList();
            if ((holders.FirstOrDefault(candidate => variables.IsUsed(candidate.Name)) ?? holders.FirstOrDefault()) is { } holder)
            {
                variables.Use(holder.Name);
                writer.Line($"nint {axis.Name} = {holder.Name}.Lengths[{holder.Layout.Select(index => index?.Axis).ToImmutableArray().IndexOf(axis)}];");
                return;
            }

            // A part of an axis: a parameter says how long it is, or it is what the other parts leave.
            var split = conditions.OfType<AxisSplit>().First(split => split.Parts.Contains(axis) && split.Sizes[split.Parts.ToList().IndexOf(axis)] != axis.Name);
            var size = split.Sizes[split.Parts.ToList().IndexOf(axis)];
            if (size.Length == 0)
            {
                foreach (var other in split.Parts.Where(part => part != axis).Prepend(split.Whole)) Declare(other);
                size = string.Join(" / ", split.Parts.Where(part => part != axis).Prepend(split.Whole).Select(part => part.Name));
            }
            else variables.Use(size);
            writer.Line($"nint {axis.Name} = {size};");
        }
    }

    public void Write(CodeWriter writer)
    {
        var results = LayerSource.Tuple(Results.Length == 1 ? [Results[0].Type] : Results.Select(result => $"{result.Type} {result.Name}"));
        var lines = Wrap($"public static {results} {Name}({string.Join(", ", Parameters.Select(parameter => $"{parameter.Type} {parameter.Name}"))})");
        writer.Line(lines[0]);
        writer.Indented(() =>
        {
            foreach (var line in lines.Skip(1)) writer.Line(line);
        });
        writer.Block("", () => writer.Raw(Body));
    }

    /// <summary>A long header, broken between parameters.</summary>
    private static List<string> Wrap(string header)
    {
        var lines = new List<string>();
        while (header.Length > Width && header.LastIndexOf(", ", Width, System.StringComparison.Ordinal) is > 0 and var comma)
        {
            lines.Add(header.Substring(0, comma + 1));
            header = header.Substring(comma + 2);
        }
        return [.. lines, header];
    }
}
