using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// The small values that are kept as two numbers, high and low: those that are subtracted from elements of a tensor, as
/// in x − mean. Where x is far from 0 the difference keeps its digits only if the mean has more of them than x. In double
/// there are digits enough, and no value is wide.
/// </summary>
internal sealed class WideValues
{
    private readonly HashSet<Named> _values = [];
    private readonly bool _areNeeded;

    /// <param name="element">The element type.</param>
    /// <param name="formulas">Where to look for deviations.</param>
    public WideValues(string element, IEnumerable<Expr> formulas)
    {
        _areNeeded = element == "float";
        foreach (var sum in formulas.Nodes().OfType<Add>())
            foreach (var small in Subtracted(sum).Nodes(stop: node => node is Named).OfType<Named>())
                Add(small);
    }

    /// <summary>The small terms of a deviation: what stands in a sum beside an element of a tensor.</summary>
    public static IEnumerable<Expr> Subtracted(Add sum) =>
        sum.Terms.Any(term => term is Read && term.Free == sum.Free) ? sum.Terms.Where(term => term.Free != sum.Free) : [];

    public void Add(Named value)
    {
        // The largest element of a tensor is an element, and has no more digits than one.
        if (_areNeeded && value.Value is not Reduce { Kind: not Reduction.Sum }) _values.Add(value);
    }

    public bool Contains(Named value) => _values.Contains(value);
}
