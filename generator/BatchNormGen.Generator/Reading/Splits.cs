using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Reading;

/// <summary>
/// The axes that a body splits or joins. An axis that is split is made of its parts from the first line on, so a body that
/// turns out to split one is read again.
/// </summary>
internal sealed class Splits
{
    private readonly List<AxisSplit> _all = [];

    /// <summary>Whether the reading met one that it did not know when it began.</summary>
    public bool AreNew { get; private set; }

    /// <summary>Tells a new reading what is known.</summary>
    public void Begin(Scope scope)
    {
        AreNew = false;
        foreach (var split in _all)
        {
            scope.Graph.Split(split.Whole, [.. split.Parts]);
            scope.Require(split);
        }
    }

    public void Add(AxisSplit split)
    {
        _all.Add(split);
        AreNew = true;
    }

    /// <summary>The axis whose extent a scalar parameter is; null where there is none.</summary>
    public Axis? AxisOf(string scalar) =>
        _all.SelectMany(split => split.Parts.Zip(split.Sizes, (part, size) => (Part: part, Size: size))).FirstOrDefault(pair => pair.Size == scalar && pair.Part.Name != scalar).Part;
}
