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
        sums = [.. sums.Where(sum => sum.Value is Reduce { Kind: Reduction.Sum })];
        var places = sums.Select((sum, place) => (sum, place)).ToDictionary(pair => pair.sum, pair => pair.place);
        var bodies = sums.ToLookup(sum => Value(((Reduce)sum.Value).Body));
        var found = new Dictionary<Named, Named>();
        foreach (var squares in sums)
        {
            var reduce = (Reduce)squares.Value;
            if (reduce.Body is not Product { Coefficient.IsOne: true, Factors: [{ Base: var deviation, Exponent: var exponent }] } || exponent != 2) continue;
            if (Value(deviation) is not Add { Terms: var terms }) continue;
            var means = from mean in terms
                        where mean is Product { Coefficient.Sign: < 0 }
                        from sum in bodies[Value(graph.Add(terms.Remove(mean)))]
                        where IsMinusMean(graph, reduce, mean, sum)
                        select sum;
            if (means.OrderBy(sum => places[sum]).FirstOrDefault() is { } first) found.Add(squares, first);
        }
        return found;
    }

    private static bool IsMinusMean(Graph graph, Reduce squares, Expr term, Named sum)
    {
        if (((Reduce)sum.Value).Over != squares.Over) return false;
        return Value(graph.Negate(term)) == graph.Mean(squares.Over, sum);
    }

    private static Expr Value(Expr node) => node is Named { Value: not Reduce } named ? named.Value : node;
}
