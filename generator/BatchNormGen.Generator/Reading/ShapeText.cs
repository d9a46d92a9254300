using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using Microsoft.CodeAnalysis.CSharp;

namespace BatchNormGen.Generator.Reading;

/// <summary>The text of <c>[Shape("N, C, 28, 28")]</c>.</summary>
internal static class ShapeText
{
    /// <summary>The axes; null, and what is wrong, where the text names none.</summary>
    public static ImmutableArray<Axis>? Parse(string text, out string error)
    {
        error = "";
        var axes = ImmutableArray.CreateBuilder<Axis>();
        foreach (var part in text.Split(',').Select(part => part.Trim()))
        {
            if (ParseAxis(part) is { } axis) axes.Add(axis);
            else
            {
                error = part.Length == 0 ? "an axis is empty" : $"'{part}' is neither a name nor a positive extent";
                return null;
            }
        }
        return axes.ToImmutable();
    }

    /// <summary>The index of each axis: an axis that appears again gets its next one, an axis of extent 1 none.</summary>
    public static ImmutableArray<Index?> Layout(Graph graph, ImmutableArray<Axis> axes) =>
        [.. axes.Select((axis, i) => axis.Extent == 1 ? null : graph.Index(axis, axes.Take(i).Count(other => other == axis)))];

    private static Axis? ParseAxis(string text) =>
        SyntaxFacts.IsValidIdentifier(text) ? new Axis(text)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var extent) && extent > 0 ? new Axis(extent.ToString(CultureInfo.InvariantCulture))
        : null;
}
