using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// The small values that are kept as two numbers, high and low: those that are subtracted from elements of a tensor, as
/// in x − mean. Where x is far from 0 the difference keeps its digits only if the mean has more of them than x. In double
/// there are digits enough, but for what is subtracted together with an extremum: x − max is exact, and x − (max + log s)
/// is so only if nothing of log s is lost.
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
        IsDeviation(sum.Terms, sum.Free) ? sum.Terms.Where(term => term.Free != sum.Free) : [];

    /// <summary>Whether small terms are subtracted from what is exact, or is once the extremum among them is subtracted.</summary>
    public static bool IsDeviation(IEnumerable<Expr> terms, IndexSet free) => terms.Any(term => term is Read && term.Free == free || term.Free != free && IsExtremum(term));

    public void Add(Named value)
    {
        if (!IsExact(value) && (_areNeeded || HoldsExtremum(value.Value))) _values.Add(value);
    }

    /// <summary>Whether a value has no more digits than an element: the largest element of a tensor is one, and a mask is 1 or 0.</summary>
    public static bool IsExact(Expr value) => value.Definition() is Reduce { Kind: not Reduction.Sum } || value.IsMask();

    /// <summary>Whether a value is the sum of an extremum and something else.</summary>
    public static bool HoldsExtremum(Expr value) => value is Add sum && sum.Terms.Any(IsExtremum);

    /// <summary>The largest or smallest element of a tensor, or minus it: as it stands, by a name, where it is finite, or with something added.</summary>
    public static bool IsExtremum(Expr value) => value switch
    {
        Reduce { Kind: not Reduction.Sum } => true,
        Named named => IsExtremum(named.Value),
        Add sum => sum.Terms.Any(IsExtremum),
        Apply { Arguments: [_, var chosen, Constant] } apply => apply.Function == Functions.Where && IsExtremum(chosen),
        Product { Factors: [{ Exponent.IsOne: true } only] } product => product.Coefficient.Abs().IsOne && IsExtremum(only.Base),
        _ => false,
    };

    public bool Contains(Named value) => _values.Contains(value);
}
