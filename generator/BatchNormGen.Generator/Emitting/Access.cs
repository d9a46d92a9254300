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
    public static string Offset(IReadOnlyList<Loop> loops)
    {
        if (loops.Count == 0) return "0";
        var text = loops[0].Variable;
        for (var i = 1; i < loops.Count; i++)
            text = $"{(i > 1 ? $"({text})" : text)} * {loops[i].Extent} + {loops[i].Variable}";
        return text;
    }

    /// <summary>The type of the elements of a span type: <c>float</c> of <c>ReadOnlySpan&lt;float&gt;</c>.</summary>
    public static string ElementOf(string type) => type.Substring(type.IndexOf('<') + 1).TrimEnd('>');

    /// <summary>The number of elements as a C# expression.</summary>
    public static string Length(IReadOnlyList<Loop> loops) => loops.Count == 0 ? "1" : string.Join(" * ", loops.Select(loop => loop.Extent));
}
