using System.Collections.Generic;
using System.Linq;

namespace BatchNormGen.Generator.Algebra;

/// <summary>A term as a number times powers, each base once: what terms are compared and divided by.</summary>
internal sealed class Monomial
{
    private readonly Dictionary<Expr, Rational> _exponents = [];

    private Monomial(Rational coefficient) => Coefficient = coefficient;

    public Rational Coefficient { get; private set; }

    /// <summary>The bases with their exponents, none of which is 0.</summary>
    public IReadOnlyDictionary<Expr, Rational> Exponents => _exponents;

    public static Monomial Of(Expr term)
    {
        if (term is Constant number) return new(number.Value);
        if (term is not Product product) return new Monomial(Rational.One).Times(term, Rational.One);
        var monomial = new Monomial(product.Coefficient);
        foreach (var factor in product.Factors) monomial.Times(factor.Base, factor.Exponent);
        return monomial;
    }

    /// <summary>
    /// As <see cref="Of"/>, to a whole power, with names taken apart and whole powers of numbers computed. Null where there is a root of anything
    /// but a number: its square would be known where the root is not.
    /// </summary>
    public static Monomial? Expanded(Expr term, int exponent)
    {
        var monomial = new Monomial(Rational.One);
        if (!monomial.TryTimes(term, exponent)) return null;
        foreach (var power in monomial._exponents.Where(power => power.Key is Constant && power.Value.IsInteger).ToList())
        {
            monomial.Coefficient *= ((Constant)power.Key).Value.Pow((int)power.Value.Numerator);
            monomial._exponents.Remove(power.Key);
        }
        return monomial;
    }

    private bool TryTimes(Expr term, Rational exponent)
    {
        switch (term)
        {
            case Named { Value: not Reduce and var value }:
                return TryTimes(value, exponent);
            case Product product when exponent.IsInteger:
                Coefficient *= product.Coefficient.Pow((int)exponent.Numerator);
                return product.Factors.All(factor => TryTimes(factor.Base, factor.Exponent * exponent));
            default:
                Times(term, exponent);
                return term is Constant constant ? constant.Value.Sign > 0 : exponent.IsInteger;
        }
    }

    /// <summary>This divided by another one that is not 0.</summary>
    public Monomial Over(Monomial other)
    {
        var quotient = new Monomial(Coefficient / other.Coefficient);
        foreach (var power in _exponents) quotient.Times(power.Key, power.Value);
        foreach (var power in other._exponents) quotient.Times(power.Key, -power.Value);
        return quotient;
    }

    public Expr In(Graph graph) => graph.Product(Coefficient, _exponents.Select(power => new Factor(power.Key, power.Value)));

    public bool Equals(Monomial other) => Coefficient == other.Coefficient && HasFactorsOf(other);

    public bool IsMinus(Monomial other) => Coefficient == -other.Coefficient && HasFactorsOf(other);

    private bool HasFactorsOf(Monomial other) =>
        _exponents.Count == other._exponents.Count
        && _exponents.All(power => other._exponents.TryGetValue(power.Key, out var exponent) && exponent == power.Value);

    private Monomial Times(Expr @base, Rational exponent)
    {
        var total = (_exponents.TryGetValue(@base, out var known) ? known : Rational.Zero) + exponent;
        if (total.IsZero) _exponents.Remove(@base);
        else _exponents[@base] = total;
        return this;
    }
}
