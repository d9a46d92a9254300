using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// Splits an expression into what has to be computed for every element and what has not: the largest parts that do not
/// mention an inner loop become small values, computed once in double and only read inside the sweep. This is what
/// leaves two fused multiply-adds for an element of a gradient that depends on two sums.
/// </summary>
/// <param name="graph">Where the parts are made.</param>
/// <param name="kept">The indices that a small value may mention.</param>
/// <param name="isAtHand">Whether a named value is stored already.</param>
/// <param name="wide">Receives the values that deviations are taken from.</param>
/// <param name="names">Gives names to parts that have none.</param>
internal sealed class Hoisting(Graph graph, IndexSet kept, System.Func<Named, bool> isAtHand, WideValues wide, Names names)
{
    private readonly List<Named> _values = [];
    private readonly HashSet<Named> _kept = [];
    private readonly Dictionary<Expr, Named> _made = [];
    private readonly Dictionary<Expr, Expr> _hoisted = [];
    private readonly HashSet<Expr> _required = [];

    /// <summary>The small values so far, each after those it needs.</summary>
    public IReadOnlyList<Named> Values => _values;

    /// <summary>The expression as a sweep computes it: small values as <see cref="Named"/> leaves.</summary>
    public Expr Hoist(Expr node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (IsLeaf(node)) return node;
        if (IsSmall(node)) return Keep(node, "value");
        if (_hoisted.TryGetValue(node, out var known)) return known;
        return _hoisted[node] = node switch
        {
            Named named => graph.Named(named.Name, Hoist(named.Value)),
            Product product => HoistProduct(product),
            Add sum => HoistSum(sum),
            _ => graph.With(node, Hoist),
        };
    }

    /// <summary>Makes sure that a value is computed, and what it is made from before it.</summary>
    public void Keep(Named value)
    {
        if (isAtHand(value) || _kept.Contains(value)) return;
        if (value.Value is not Reduce) Require(value.Value);
        if (_kept.Add(value)) _values.Add(value);
    }

    /// <summary>Makes sure that all is computed that an expression names. Sums are the sweeps' business.</summary>
    public void Require(Expr node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (node is Named { Value: Reduce } || !_required.Add(node)) return;
        if (node is Named named) Keep(named);
        else
            foreach (var operand in node.Operands) Require(operand);
    }

    private bool IsLeaf(Expr node) => node is Constant or Read or Scalar or Extent || node is Named named && isAtHand(named);

    private bool IsSmall(Expr node) => node.Free.IsSubsetOf(kept);

    private Named Keep(Expr node, string stem)
    {
        if (node is not Named named && !_made.TryGetValue(node, out named!))
            _made.Add(node, named = (Named)graph.Named(names.Fresh(stem), node));
        Keep(named);
        return named;
    }

    private Expr HoistProduct(Product product)
    {
        // A mask selects, and must not be multiplied with the rest as a number: 0 times an infinite element is no zero.
        var masks = product.Factors.Where(factor => IsSmall(factor.Base) && factor.IsBracket()).ToList();
        var small = graph.Product(product.Coefficient, product.Factors.Where(factor => IsSmall(factor.Base) && !masks.Contains(factor)));
        var rest = product.Factors.Where(factor => !IsSmall(factor.Base)).ToList();
        var scale = IsLeaf(small) ? small : Keep(small, ScaleOf(rest));
        return graph.Multiply([scale, .. rest.Select(factor => graph.Power(Hoist(factor.Base), factor.Exponent)), .. masks.Select(mask => Keep(mask.Base, "mask"))]);
    }

    private static string ScaleOf(List<Factor> rest) => rest switch
    {
        [{ Base: Read read }, ..] => read.Tensor + "Scale",
        [{ Base: Named named }, ..] => named.Name + "Scale",
        _ => "scale",
    };

    private Expr HoistSum(Add sum)
    {
        var small = sum.Terms.Where(IsSmall).ToList();
        var rest = sum.Terms.Where(term => !IsSmall(term)).Select(Hoist).ToList();
        if (small.Count == 0) return graph.Add(rest);
        if (sum.Terms.Any(IsExact) || small.Any(WideValues.IsExtremum)) return graph.Add(rest.Concat(small.Select(HoistDeviation)));
        rest = [.. rest.Select(term => TakeLow(term, small))];
        var shift = graph.Add(small);
        return graph.Add(rest.Append(IsLeaf(shift) ? shift : Keep(shift, "shift")));
    }

    /// <summary>
    /// c·(x − mean) + s = c·(x − high) + (s − c·low), where mean = high + low: in the sum the low part is a small value like others, and one less is
    /// subtracted from each element. What that rounds is smaller than the last digit of high by as much as low is.
    /// </summary>
    /// <param name="term">A term of a sum in which small values stand beside it.</param>
    /// <param name="small">The small values, to which it is added.</param>
    /// <returns>What is left of the term.</returns>
    private Expr TakeLow(Expr term, List<Expr> small)
    {
        var factors = term is Product product ? product.Factors : [new Factor(term, Rational.One)];
        if (factors.Where(factor => !IsSmall(factor.Base)).ToList() is not [{ Exponent.IsOne: true, Base: var deviation }]) return term;
        if ((deviation is Named named ? named.Value : deviation) is not Add { Terms: var terms } || !terms.Any(IsSplit)) return term;
        var scale = graph.Product(term is Product scaled ? scaled.Coefficient : Rational.One, factors.Where(factor => factor.Base != deviation));
        small.AddRange(terms.Where(IsSplit).Select(part => graph.Multiply(scale, Part(part, Functions.Low))));
        return graph.Multiply(scale, graph.Add(terms.Select(part => IsSplit(part) ? Part(part, Functions.High) : part)));

        bool IsSplit(Expr part) => IsSmall(part) && Magnitude(part) is Named value && wide.Contains(value) && !WideValues.HoldsExtremum(value.Value);

        Expr Part(Expr part, Function function) => WithSignOf(part, graph.Apply(function, Magnitude(part)));
    }

    /// <summary>A term without its minus.</summary>
    private Expr Magnitude(Expr term) => term is Product { Coefficient.Sign: < 0 } ? graph.Negate(term) : term;

    /// <summary>What takes the place of the magnitude of a term.</summary>
    private Expr WithSignOf(Expr term, Expr magnitude) => Magnitude(term) == term ? magnitude : graph.Negate(magnitude);

    /// <summary>
    /// Whether a term is an element of a tensor itself. Its difference from a mean may be much smaller than both, so the
    /// mean is then needed beyond the precision of the element.
    /// </summary>
    private bool IsExact(Expr term) => !IsSmall(term) && term is Read or Product { Factors: [{ Base: Read, Exponent.IsOne: true }], Coefficient: { IsInteger: true, Numerator.IsOne: true } };

    private Expr HoistDeviation(Expr term)
    {
        var magnitude = Magnitude(term);
        if (IsLeaf(magnitude)) return term;
        var value = Keep(magnitude, "offset");
        wide.Add(value);
        return WithSignOf(term, value);
    }
}
