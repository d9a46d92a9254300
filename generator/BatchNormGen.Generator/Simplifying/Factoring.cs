using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Simplifying;

/// <summary>
/// Takes out of a sum what all its terms share: a·b + a·c = a·(b + c), also where the sum is a factor itself. For
/// readers: the emitted code multiplies each term by a value that was computed beforehand, which is one operation less.
/// </summary>
/// <param name="graph">Where the formulas are made.</param>
/// <param name="isName">Whether a reader knows a value by its name, and so does not look into it.</param>
internal sealed class Factoring(Graph graph, System.Func<Expr, bool>? isName = null)
{
    private readonly Dictionary<Expr, Expr> _done = [];

    public Expr Apply(Expr node) => Factor(node switch
    {
        Add => graph.With(node, Inner),
        Product product => graph.Multiply(product.Factors
            .Select(factor => factor.Exponent.IsOne ? Inner(factor.Base) : graph.Product(Rational.One, [factor]))
            .Prepend(graph.Constant(product.Coefficient))),
        _ => node,
    });

    private Expr Inner(Expr node)
    {
        if (node is not (Add or Product) || isName?.Invoke(node) == true) return node;
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_done.TryGetValue(node, out var known)) return known;
        return _done[node] = Apply(node);
    }

    private Expr Factor(Expr node)
    {
        if (node is not Add sum) return node;
        var terms = sum.Terms.Select(term => Monomial.Of(term).Exponents).ToList();
        var shared = new List<Factor>();
        foreach (var @base in terms[0].Keys)
        {
            if (!terms.All(term => term.TryGetValue(@base, out var exponent) && exponent.Sign == terms[0][@base].Sign)) continue;
            var smallest = terms.Select(term => term[@base]).OrderBy(exponent => exponent.Abs()).First();
            shared.Add(new(@base, smallest));
        }
        var number = Coefficient(sum.Terms[0]).Abs();
        if (sum.Terms.Any(term => Coefficient(term).Abs() != number)) number = Rational.One;
        if (shared.Count == 0 && number.IsOne) return node;
        var rest = sum.Terms.Select(term => graph.Product(
            Coefficient(term) / number,
            Monomial.Of(term).Exponents.Select(factor => new Factor(factor.Key, factor.Value - shared.Where(common => common.Base == factor.Key).Aggregate(Rational.Zero, (total, common) => total + common.Exponent)))));
        return graph.Multiply(graph.Product(number, shared), graph.Add(rest));
    }

    private static Rational Coefficient(Expr term) => term switch
    {
        Product product => product.Coefficient,
        Constant constant => constant.Value,
        _ => Rational.One,
    };
}
