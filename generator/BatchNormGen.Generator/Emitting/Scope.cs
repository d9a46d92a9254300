using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;

namespace BatchNormGen.Generator.Emitting;

/// <summary>How the code of one region refers to what it uses.</summary>
/// <param name="Space">The loops of the layer.</param>
/// <param name="Element">The element type.</param>
/// <param name="Fields">The variables of the kernel.</param>
/// <param name="Stored">The arrays of small values that are at hand.</param>
internal sealed record Scope(Space Space, string Element, Fields Fields, ImmutableArray<Stored> Stored)
{
    private readonly ILookup<Named, Stored> _stored = Stored.ToLookup(stored => stored.Value);

    /// <summary>The stored array of a value, or null.</summary>
    public Stored? Find(Named value) => _stored[value].FirstOrDefault();

    /// <summary>The names of the arrays that hold a value: one, or its high and low parts.</summary>
    public static IEnumerable<string> Parts(string name, bool wide) => wide ? [name + "High", name + "Low"] : [name];

    /// <summary>The position of an element, its extents taken from the fields.</summary>
    public string Offset(IReadOnlyList<Loop> loops)
    {
        foreach (var loop in loops.Skip(1)) Extent(loop);
        return Access.Offset(loops);
    }

    /// <summary>The number of steps of a loop.</summary>
    public string Extent(Loop loop) => char.IsDigit(loop.Extent[0]) ? loop.Extent : Fields.Use(loop.Extent).Substring("this.".Length);

    public string Length(IReadOnlyList<Loop> loops) => loops.Count == 0 ? "1" : string.Join(" * ", loops.Select(Extent));
}
