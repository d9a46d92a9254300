using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Simplifying;

/// <summary>
/// Takes out of a sum what all its terms share: a·b + a·c = a·(b + c). For readers: the emitted code multiplies each
/// term by a value that was computed beforehand, which is one operation less.
/// </summary>
internal sealed class Factoring(Graph graph)
{
    public Expr Apply(Expr node)
    {
        if (node is not Add sum) return node;
        var terms = sum.Terms.Select(Factors).ToList();
        var shared = new List<Factor>();
        foreach (var @base in terms[0].Keys)
        {
            if (!terms.All(term => term.TryGetValue(@base, out var exponent) && exponent.Sign == terms[0][@base].Sign)) continue;
            var smallest = terms.Select(term => term[@base]).OrderBy(exponent => exponent.Abs()).First();
            shared.Add(new(@base, smallest));
        }
        if (shared.Count == 0) return node;
        var rest = sum.Terms.Select(term => graph.Product(
            (term as Product)?.Coefficient ?? Rational.One,
            Factors(term).Select(factor => new Factor(factor.Key, factor.Value - shared.Where(common => common.Base == factor.Key).Aggregate(Rational.Zero, (total, common) => total + common.Exponent)))));
        return graph.Multiply(graph.Product(Rational.One, shared), graph.Add(rest));
    }

    private static Dictionary<Expr, Rational> Factors(Expr term)
    {
        var factors = new Dictionary<Expr, Rational>();
        if (term is Product product)
            foreach (var factor in product.Factors)
                factors[factor.Base] = (factors.TryGetValue(factor.Base, out var exponent) ? exponent : Rational.Zero) + factor.Exponent;
        else factors[term] = Rational.One;
        return factors;
    }
}
