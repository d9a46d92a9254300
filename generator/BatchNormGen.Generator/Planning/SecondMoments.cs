using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// Finds sums of squared deviations from a mean, Σ (f − 1/N·Σ f)². They seem to need the mean first, and so a sweep of
/// their own, but parts of both sums can be joined exactly, so one sweep finds them together.
/// </summary>
internal static class SecondMoments
{
    /// <summary>For each such sum among <paramref name="sums"/>, the sum of f itself.</summary>
    public static Dictionary<Named, Named> Find(Graph graph, IReadOnlyList<Named> sums)
    {
        var found = new Dictionary<Named, Named>();
        foreach (var squares in sums)
            if (sums.FirstOrDefault(sum => IsOfDeviations(graph, (Reduce)squares.Value, sum)) is { } mean) found.Add(squares, mean);
        return found;
    }

    private static bool IsOfDeviations(Graph graph, Reduce squares, Named sum)
    {
        var reduce = (Reduce)sum.Value;
        if (squares.Kind != Reduction.Sum || reduce.Kind != Reduction.Sum) return false;
        if (reduce.Over != squares.Over || squares.Body is not Product { Coefficient.IsOne: true, Factors: [{ Base: var deviation, Exponent: var exponent }] } || exponent != 2) return false;
        var mean = graph.Multiply(reduce.Over.Select(index => graph.Power(graph.Extent(index.Axis), -1)).Append(sum));
        return Value(deviation) is Add { Terms: [var a, var b] } && (Value(a) == Value(reduce.Body) && IsMinus(b) || Value(b) == Value(reduce.Body) && IsMinus(a));

        bool IsMinus(Expr term) => term is Product { Coefficient.Sign: < 0 } && Value(graph.Negate(term)) == mean;
    }

    private static Expr Value(Expr node) => node is Named { Value: not Reduce } named ? named.Value : node;
}
