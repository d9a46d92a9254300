using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Planning;

namespace BatchNormGen.Generator.Emitting;

/// <summary>The row of a tensor that a sweep is at: a span whose elements have the same places as those of any other row.</summary>
/// <param name="Tensor">The name of the tensor.</param>
/// <param name="Array">The local that holds all of it.</param>
/// <param name="Type">The type of both spans.</param>
/// <param name="Loops">The loops of its axes, that of the lanes last.</param>
/// <param name="Locals">The locals that hold the row, and further ones where the sweep takes several at a time.</param>
internal sealed record Row(string Tensor, string Array, string Type, ImmutableArray<Loop> Loops, ImmutableArray<string> Locals)
{
    public string Local => Locals[0];

    /// <summary>The place of the first element, as a C# expression.</summary>
    public string Start(Scope scope)
    {
        var outer = Loops.RemoveAt(Loops.Length - 1);
        var text = scope.Offset(outer);
        return $"{(outer.Length > 1 ? $"({text})" : text)} * {scope.Extent(Loops[Loops.Length - 1])}";
    }

    /// <summary>How far the next step of a loop is, as a C# expression.</summary>
    public string Step(Scope scope, Loop loop) => scope.Length([.. Loops.Skip(Loops.IndexOf(loop) + 1)]);
}
