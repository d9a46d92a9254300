using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace BatchNormGen.Generator.Algebra;

/// <summary>
/// Compares nodes by what they are made of, their operands by identifier. The order of terms and factors does not count.
/// So within a graph two nodes are equal if they mean the same by construction, and two graphs are if their nodes are.
/// </summary>
internal sealed class Shape : IEqualityComparer<Expr>
{
    public static readonly Shape Comparer = new();

    public bool Equals(Expr? a, Expr? b) => (a, b) switch
    {
        (Constant x, Constant y) => x.Value == y.Value,
        (Scalar x, Scalar y) => x.Name == y.Name,
        (Extent x, Extent y) => x.Axis == y.Axis,
        (Read x, Read y) => x.Tensor == y.Tensor && x.Indices.SequenceEqual(y.Indices),
        (Position x, Position y) => x.Index == y.Index,
        (Add x, Add y) => x.Terms.Length == y.Terms.Length && SameTerms(x.Terms, y.Terms),
        (Product x, Product y) => x.Factors.Length == y.Factors.Length && x.Coefficient == y.Coefficient && SameFactors(x, y),
        (Apply x, Apply y) => x.Function == y.Function && x.Arguments.Length == y.Arguments.Length && InSameOrder(x.Arguments, y.Arguments),
        (Reduce x, Reduce y) => x.Kind == y.Kind && x.Body.Id == y.Body.Id && x.Over == y.Over,
        (Named x, Named y) => x.Name == y.Name && x.Value.Id == y.Value.Id,
        (Custom x, Custom y) => x.Method == y.Method && x.Result == y.Result && x.Indices.SequenceEqual(y.Indices) && x.Arguments.Select(argument => argument.Key).SequenceEqual(y.Arguments.Select(argument => argument.Key)),
        _ => false,
    };

    public int GetHashCode(Expr node)
    {
        switch (node)
        {
            case Constant constant: return constant.Value.GetHashCode();
            case Scalar scalar: return Text(scalar.Name);
            case Extent extent: return Text(extent.Axis.Name) + 1;
            case Position position: return position.Index.Order * 7919 + 5;
            case Reduce reduce: return Mix(reduce.Body.Id) + reduce.Over.GetHashCode() + (int)reduce.Kind;
            case Named named: return Text(named.Name) * 31 + named.Value.Id;
            case Custom custom:
                var made = Text(custom.Method.Method) + custom.Result;
                foreach (var argument in custom.Arguments) made = made * 31 + argument.Value.Id;
                return made;
            case Read read:
                var place = Text(read.Tensor);
                foreach (var index in read.Indices) place = place * 31 + (index?.Order ?? -1);
                return place;
            case Add sum:
                var terms = 2;
                foreach (var term in sum.Terms) terms += Mix(term.Id);
                return terms;
            case Product product:
                var factors = product.Coefficient.GetHashCode() + 3;
                foreach (var factor in product.Factors) factors += Mix(factor.Base.Id * 31 + factor.Exponent.GetHashCode());
                return factors;
            case Apply apply:
                var call = Text(apply.Function.Name);
                foreach (var argument in apply.Arguments) call = call * 31 + argument.Id;
                return call;
            default: return 0;
        }
    }

    private static bool InSameOrder(ImmutableArray<Expr> a, ImmutableArray<Expr> b)
    {
        for (var i = 0; i < a.Length; i++)
            if (a[i].Id != b[i].Id) return false;
        return true;
    }

    // Nearly always the order is the same, too; only else is it worth sorting.
    private static bool SameTerms(ImmutableArray<Expr> a, ImmutableArray<Expr> b) => InSameOrder(a, b) || Ids(a).SequenceEqual(Ids(b));

    private static bool SameFactors(Product a, Product b)
    {
        for (var i = 0; i < a.Factors.Length; i++)
            if (a.Factors[i].Base.Id != b.Factors[i].Base.Id || a.Factors[i].Exponent != b.Factors[i].Exponent) return Powers(a).SequenceEqual(Powers(b));
        return true;
    }

    private static IEnumerable<int> Ids(ImmutableArray<Expr> nodes) => nodes.Select(node => node.Id).OrderBy(id => id);

    private static IEnumerable<(int, Rational)> Powers(Product product) =>
        product.Factors.OrderBy(factor => factor.Base.Id).ThenBy(factor => factor.Exponent).Select(factor => (factor.Base.Id, factor.Exponent));

    private static int Text(string text) => StringComparer.Ordinal.GetHashCode(text);

    /// <summary>Spreads numbers that are close to each other, so that their sums seldom agree.</summary>
    private static int Mix(int value) => unchecked((value ^ value >> 15) * -2048144789 ^ value * 40503);
}
