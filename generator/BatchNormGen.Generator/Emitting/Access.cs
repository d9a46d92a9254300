using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;

namespace BatchNormGen.Generator.Emitting;

/// <summary>Where an element lies in a dense row-major array.</summary>
internal static class Access
{
    /// <summary>The loops of a tensor's axes, in their order; axes of extent 1 have none.</summary>
    public static ImmutableArray<Loop> LoopsOf(Space space, IEnumerable<Index?> layout)
    {
        var loops = new List<Loop>();
        foreach (var index in layout.Atoms().OfType<Index>())
        {
            var loop = space.Loops.First(candidate => candidate.Contains(index));
            if (loop.Indices[0] == index) loops.Add(loop);
        }
        return [.. loops];
    }

    /// <summary>The position as a C# expression over the loop variables, by Horner's scheme: <c>(n * C + c) * HW + hw</c>.</summary>
    /// <param name="loops">The loops of its axes.</param>
    /// <param name="variable">What stands for the variable of a loop; <c>0</c> for its start.</param>
    public static string Offset(IReadOnlyList<Loop> loops, Func<Loop, string>? variable = null)
    {
        var text = "0";
        foreach (var loop in loops)
        {
            var step = variable is null ? loop.Variable : variable(loop);
            var before = text == "0" ? "" : $"{(text.IndexOf(' ') >= 0 ? $"({text})" : text)} * {loop.Extent}";
            text = before.Length == 0 ? step : step == "0" ? before : $"{before} + {step}";
        }
        return text;
    }

    /// <summary>The type of the elements of a span type: <c>float</c> of <c>ReadOnlySpan&lt;float&gt;</c>.</summary>
    public static string ElementOf(string type) => type.Substring(type.IndexOf('<') + 1).TrimEnd('>');

    /// <summary>The number of elements as a C# expression.</summary>
    public static string Length(IReadOnlyList<Loop> loops) => loops.Count == 0 ? "1" : string.Join(" * ", loops.Select(loop => loop.Extent));
}
