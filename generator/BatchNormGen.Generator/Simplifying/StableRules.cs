using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Simplifying;

/// <summary>
/// Equations whose right side keeps digits that the left side loses: to cancellation, to overflow, or to rounding near 1.
/// <see cref="StableForms"/> applies them to the stages of a layer before anything is differentiated, so that the backward
/// is that of the stable form. The first that matches is taken.
/// </summary>
internal static class StableRules
{
    public static readonly Rule Variance = new("variance", "Σ f·g − 1/N·Σ f·Σ g = Σ (f − 1/N·Σ f)·(g − 1/N·Σ g)", CenterSquares);
    public static readonly Rule Deviation = new("deviation", "c·x − c·1/N·Σ x = c·(x − 1/N·Σ x), where x is read and not computed", CollectDeviation);
    public static readonly Rule LogOfChosen = new("log of the chosen", "log Σ_i [k = i]·f = Σ_i [k = i]·log f, where k is one of the i", LogarithmOfChosen);
    public static readonly Rule LogOfPowers = new("log of a product", "log(c·a^p·b^q) = log c + p·log a + q·log b, where c, a and b are positive", LogarithmOfProduct);
    public static readonly Rule LogOfExp = new("log of exp", "log(exp(f)) = f", LogarithmOfExp);
    public static readonly Rule LogOfSigmoid = new("log of sigmoid", "log(sigmoid(f)) = −softplus(−f), and log(1 − sigmoid(f)) = −softplus(f)", LogarithmOfSigmoid);
    public static readonly Rule Softplus = new("softplus", "log(1 + exp(f)) = softplus(f)", LogarithmOfOnePlusExp);
    public static readonly Rule LogP1 = new("log near 1", "log(1 + f) = log1p(f)", LogarithmNearOne);
    public static readonly Rule Shift = new("log-sum-exp", "log Σ exp(f) = m + log Σ exp(f − m), where m = max f", ShiftExponents);
    public static readonly Rule Complements = new("near 1", "exp(f) − 1 = expm1(f), 1 ± tanh(f) = 2·sigmoid(±2·f), 1 ± erf(f) = erfc(∓f)", Complement);
    public static readonly Rule Tanh = new("tanh", "(exp(f) − exp(g))/(exp(f) + exp(g)) = tanh((f − g)/2)", QuotientOfDifference);
    public static readonly Rule Sigmoid = new("sigmoid", "exp(f)/(exp(f) + exp(g)) = sigmoid(f − g)", ShareOfTwo);
    public static readonly Rule Root = new("root of a square", "√(f²) = |f|", RootOfSquare);

    /// <summary>
    /// One value for a whole, its logarithm, instead of the sum and the shift of its exponents. Both sides keep their digits
    /// once the exponents are shifted, so that a use of this rule is nothing to report.
    /// </summary>
    public static readonly Rule Share = new("share", "exp(f)/Σ exp(g) = exp(f − log Σ exp(g))", ShareOfAll);

    /// <summary>For formulas of the backward: no stage is stabler by it.</summary>
    public static readonly Rule Whole = new("whole", "Σ_i exp(f − log Σ_i exp(f)) = 1", SumOfShares);

    public static readonly ImmutableArray<Rule> Table =
        [Variance, Deviation, LogOfChosen, LogOfExp, LogOfSigmoid, LogOfPowers, Softplus, LogP1, Shift, Complements, Tanh, Sigmoid, Root, Share];

    /// <summary>Whether a use of the rule keeps digits that were lost, which is worth a word.</summary>
    public static bool IsGain(Rule rule) => rule != Share && Table.Contains(rule);

    private static Expr? CenterSquares(Graph graph, Expr node)
    {
        if (node is not Add sum) return null;
        var products = sum.Terms.Where(HasTwoSums).ToList();
        if (products.Count == 0) return null;
        foreach (var term in sum.Terms)
            foreach (var squares in Sums(term))
            {
                var rest = Monomial.Of(term).Over(Monomial.Of(squares));
                foreach (var other in products)
                {
                    if (other == term || Means(Monomial.Of(other).Over(rest), squares.Over) is not var (f, g)) continue;
                    if (!Monomial.Of(squares.Body).Equals(Monomial.Of(graph.Multiply(f.Body, g.Body)))) continue;
                    var centered = graph.Sum(squares.Over, f == g ? graph.Power(Centered(graph, f), 2) : graph.Multiply(Centered(graph, f), Centered(graph, g)));
                    return graph.Add(sum.Terms.Remove(other).Replace(term, Replace(graph, term, squares, centered)));
                }
            }
        return null;
    }

    private static bool HasTwoSums(Expr term) =>
        term is Product product && product.Factors.Where(factor => factor.Base is Reduce { Kind: Reduction.Sum } && factor.Exponent.Sign > 0).Sum(factor => factor.Exponent.IsOne ? 1 : 2) >= 2;

    /// <summary>The sums of −1/N·Σ f·Σ g; null for anything else.</summary>
    private static (Reduce F, Reduce G)? Means(Monomial product, IndexSet over)
    {
        if (!IsMinusOneOver(product, over, out var others)) return null;
        return others switch
        {
            [{ Key: Reduce square, Value: var exponent }] when IsSum(square, over) && exponent == 2 => (square, square),
            [{ Key: Reduce f, Value.IsOne: true }, { Key: Reduce g, Value.IsOne: true }] when IsSum(f, over) && IsSum(g, over) => (f, g),
            _ => null,
        };
    }

    /// <summary>An element that was read is exact, and so nearly is its deviation; c·x is rounded, and a deviation from it as far off as c·x.</summary>
    private static Expr? CollectDeviation(Graph graph, Expr node)
    {
        if (node is not Add sum) return null;
        foreach (var mean in sum.Terms)
            foreach (var total in Sums(mean).Where(total => total.Body is Read))
                foreach (var term in sum.Terms)
                {
                    if (term == mean || !term.Free.Overlaps(total.Over)) continue;

                    // −N·f is what the element is, seen from its mean without the sum.
                    var ratio = Monomial.Of(term).Over(Monomial.Of(mean).Over(Monomial.Of(total)));
                    if (!ratio.Equals(Monomial.Of(graph.Multiply(total.Over.Select(index => graph.Extent(index.Axis)).Append(total.Body).Append(graph.Constant(-1)))))) continue;
                    var common = Monomial.Of(term).Over(Monomial.Of(total.Body));
                    if (common.Exponents.Count == 0) continue;
                    return graph.Add(sum.Terms.Remove(mean).Replace(term, graph.Multiply(common.In(graph), Centered(graph, total))));
                }
        return null;
    }

    private static IEnumerable<Reduce> Sums(Expr term) =>
        term is Reduce { Kind: Reduction.Sum } alone ? [alone]
        : term is Product product ? product.Factors.Where(factor => factor.Exponent.IsOne).Select(factor => factor.Base).OfType<Reduce>().Where(sum => sum.Kind == Reduction.Sum)
        : [];

    private static bool IsSum(Reduce reduce, IndexSet over) => reduce.Kind == Reduction.Sum && reduce.Over == over;

    /// <summary>Whether this is −1/N times <paramref name="others"/>, N counting the elements.</summary>
    private static bool IsMinusOneOver(Monomial product, IndexSet over, out List<KeyValuePair<Expr, Rational>> others)
    {
        var extents = over.Where(index => index.Axis.Extent is null).GroupBy(index => index.Axis).ToDictionary(group => group.Key, group => group.Count());
        var known = over.Select(index => index.Axis.Extent ?? 1).Aggregate(Rational.One, (count, extent) => count * extent);
        others = [.. product.Exponents.Where(power => power.Key is not Extent)];
        return product.Coefficient == -known.Pow(-1)
            && product.Exponents.Count == others.Count + extents.Count
            && extents.All(extent => product.Exponents.Any(power => power.Key is Extent found && found.Axis == extent.Key && power.Value == -extent.Value));
    }

    /// <summary>f − 1/N·Σ f.</summary>
    private static Expr Centered(Graph graph, Reduce sum) =>
        graph.Subtract(sum.Body, graph.Mean(sum.Over, sum));

    private static Expr Replace(Graph graph, Expr term, Expr from, Expr to) =>
        term is Product product ? graph.With(term, [.. product.Operands.Select(operand => operand == from ? to : operand)]) : to;

    private static Expr? LogarithmOfExp(Graph graph, Expr node) => IsLog(node, out var argument) ? Exponent(graph, argument) is { } exponent && argument is not Constant ? exponent : null : null;

    private static Expr? LogarithmOfSigmoid(Graph graph, Expr node) =>
        !IsLog(node, out var argument) ? null
        : Is(argument, Functions.Sigmoid, out var f) ? graph.Negate(graph.Apply(SoftplusFunction, graph.Negate(f)))
        : argument is Add { Terms: [var minus, var one] } && IsOneMinusSigmoid(one, minus, out f) ? graph.Negate(graph.Apply(SoftplusFunction, f))
        : null;

    private static bool IsOneMinusSigmoid(Expr one, Expr minus, out Expr f)
    {
        f = minus;
        return one is Constant { Value.IsOne: true }
            && minus is Product { Factors: [{ Base: var @base, Exponent.IsOne: true }] } product && product.Coefficient == Rational.MinusOne
            && Is(@base, Functions.Sigmoid, out f);
    }

    private static Expr? LogarithmOfProduct(Graph graph, Expr node)
    {
        if (!IsLog(node, out var argument) || argument is not Product { Coefficient.Sign: > 0 } product) return null;
        if (!product.Factors.All(factor => Rules.IsPositive(factor.Base)) || !product.Factors.Any(factor => IsExponential(graph, factor.Base))) return null;
        var logs = product.Factors.Select(factor => graph.Multiply(graph.Constant(factor.Exponent), graph.Apply(Functions.Log, factor.Base)));
        return graph.Add(product.Coefficient.IsOne ? logs : logs.Prepend(graph.Apply(Functions.Log, graph.Constant(product.Coefficient))));
    }

    /// <summary>What has a logarithm that needs no exponential, or a sum of such.</summary>
    private static bool IsExponential(Graph graph, Expr node) =>
        Is(node, Functions.Exp, out _) || Is(node, Functions.Sigmoid, out _)
        || node is Reduce { Kind: Reduction.Sum } sum && Exponent(graph, sum.Body) is not null
        || node is Add terms && terms.Terms.All(term => Exponent(graph, term) is not null);

    private static Expr? LogarithmOfChosen(Graph graph, Expr node)
    {
        if (!IsLog(node, out var argument) || argument is not Reduce { Kind: Reduction.Sum, Body: Product { Coefficient.Sign: > 0 } body } sum || sum.Over.Count != 1) return null;
        var bracket = body.Factors.FirstOrDefault(factor => Rules.IsChoice(factor, sum.Over));
        if (bracket.Base is null) return null;
        var chosen = graph.Product(body.Coefficient, body.Factors.Remove(bracket));
        return chosen.Nodes().Any(part => IsExponential(graph, part)) ? graph.Sum(sum.Over, graph.Multiply(bracket.Base, graph.Apply(Functions.Log, chosen))) : null;
    }

    private static Expr? LogarithmOfOnePlusExp(Graph graph, Expr node)
    {
        if (node is not Apply { Arguments: [var argument] } apply) return null;
        var f = apply.Function == Functions.Log ? OnePlus(graph, argument) : apply.Function == LogP1Function ? argument : null;
        return f is not null && Exponent(graph, f) is { } exponent ? graph.Apply(SoftplusFunction, exponent) : null;
    }

    private static Expr? LogarithmNearOne(Graph graph, Expr node) =>
        IsLog(node, out var argument) && OnePlus(graph, argument) is { } rest ? graph.Apply(LogP1Function, rest) : null;

    /// <summary>f of 1 + f.</summary>
    private static Expr? OnePlus(Graph graph, Expr node) =>
        node is Add sum && sum.Terms.Contains(graph.One) ? graph.Add(sum.Terms.Remove(graph.One)) : null;

    /// <summary>With an infinite maximum nothing is subtracted: ∞ − ∞ would make NaN of a sum that is 0 or ∞.</summary>
    private static Expr? ShiftExponents(Graph graph, Expr node)
    {
        if (!IsLog(node, out var argument) || argument is not Reduce { Kind: Reduction.Sum } sum) return null;
        if (Exponent(graph, sum.Body) is not { } f || !f.Free.Overlaps(sum.Over) || IsShifted(f, sum.Over)) return null;
        var max = graph.Reduce(Reduction.Max, sum.Over, f);
        var shift = graph.Apply(Functions.Where, graph.Apply(Functions.IsFinite, max), max, graph.Zero);
        return graph.Add(shift, graph.Apply(Functions.Log, graph.Sum(sum.Over, graph.Apply(Functions.Exp, graph.Subtract(f, shift)))));
    }

    private static bool IsShifted(Expr f, IndexSet over) =>
        f is Add sum && sum.Terms.Any(term => !term.Free.Overlaps(over) && term.Nodes().Any(part => part is Reduce { Kind: Reduction.Max } max && max.Over == over));

    private static Expr? Complement(Graph graph, Expr node)
    {
        if (node is not Add sum || sum.Terms.OfType<Constant>().FirstOrDefault() is not { } constant) return null;
        foreach (var term in sum.Terms)
        {
            var (coefficient, value) = term is Product { Factors: [{ Exponent.IsOne: true } only] } product ? (product.Coefficient, only.Base) : (Rational.One, term);
            if (value is not Apply { Arguments: [var f] } apply || constant.Value != coefficient && constant.Value != -coefficient) continue;

            // Of k + c·g(f) with c = ±k, what g(f) ± 1 is.
            var sign = constant.Value == coefficient ? Rational.One : Rational.MinusOne;
            var whole = graph.Constant(constant.Value);
            Expr? together =
                apply.Function == Functions.Exp && sign == Rational.MinusOne ? graph.Multiply(graph.Constant(coefficient), graph.Apply(Functions.Named("ExpM1"), f))
                : apply.Function == TanhFunction ? graph.Multiply(graph.Constant(2), whole, graph.Apply(Functions.Sigmoid, graph.Multiply(graph.Constant(2 * sign), f)))
                : apply.Function == Functions.Named("Erf") ? graph.Multiply(whole, graph.Apply(Functions.Erfc, graph.Multiply(graph.Constant(-sign), f)))
                : null;
            if (together is not null) return graph.Add(sum.Terms.Remove(constant).Replace(term, together));
        }
        return null;
    }

    private static Expr? QuotientOfDifference(Graph graph, Expr node)
    {
        if (node is not Product product) return null;
        foreach (var whole in product.Factors)
        {
            if (whole.Exponent.Sign >= 0 || !whole.Exponent.IsInteger || TwoExponents(graph, whole.Base) is not var (f, g)) continue;
            foreach (var difference in product.Factors)
            {
                if (difference.Exponent.Sign <= 0 || !difference.Exponent.IsInteger || Difference(graph, difference.Base) is not var (a, b)) continue;
                var sign = a == f && b == g ? 1 : a == g && b == f ? -1 : 0;
                if (sign == 0) continue;
                var rest = product.Factors.Replace(whole, whole with { Exponent = whole.Exponent + 1 }).Replace(difference, difference with { Exponent = difference.Exponent - 1 });
                var half = graph.Multiply(graph.Constant(new Rational(sign, 2)), graph.Subtract(f, g));
                return graph.Multiply(graph.Product(product.Coefficient, rest), graph.Apply(TanhFunction, half));
            }
        }
        return null;
    }

    /// <summary>f and g of exp(f) − exp(g); expm1(f) is exp(f) − exp(0).</summary>
    private static (Expr F, Expr G)? Difference(Graph graph, Expr node)
    {
        if (Is(node, Functions.Named("ExpM1"), out var f)) return (f, graph.Zero);
        if (node is not Add { Terms: [var a, var b] }) return null;
        return Exponent(graph, a) is { } first && Exponent(graph, graph.Negate(b)) is { } second ? (first, second)
            : Exponent(graph, b) is { } other && Exponent(graph, graph.Negate(a)) is { } minus ? (other, minus)
            : null;
    }

    private static Expr? ShareOfTwo(Graph graph, Expr node)
    {
        if (node is not Product product) return null;
        foreach (var whole in product.Factors)
        {
            if (whole.Exponent.Sign >= 0 || !whole.Exponent.IsInteger || TwoExponents(graph, whole.Base) is not var (f, g)) continue;
            var rest = product.Factors.Replace(whole, whole with { Exponent = whole.Exponent + 1 });
            foreach (var (part, other) in new[] { (f, g), (g, f) })
            {
                var at = rest.IndexOf(rest.FirstOrDefault(factor => factor.Exponent.Sign > 0 && Is(factor.Base, Functions.Exp, out var exponent) && exponent == part));
                if (at < 0) continue;
                return With(rest.SetItem(at, rest[at] with { Exponent = rest[at].Exponent - 1 }), graph.Subtract(part, other));
            }
            if (f == graph.Zero || g == graph.Zero) return With(rest, graph.Negate(f == graph.Zero ? g : f));
        }
        return null;

        Expr With(ImmutableArray<Factor> rest, Expr argument) => graph.Multiply(graph.Product(product.Coefficient, rest), graph.Apply(Functions.Sigmoid, argument));
    }

    /// <summary>f and g of exp(f) + exp(g).</summary>
    private static (Expr F, Expr G)? TwoExponents(Graph graph, Expr node) =>
        node is Add { Terms: [var a, var b] } && Exponent(graph, a) is { } f && Exponent(graph, b) is { } g ? (f, g) : null;

    private static Expr? ShareOfAll(Graph graph, Expr node)
    {
        if (node is not Product product) return null;
        foreach (var part in product.Factors)
        {
            if (part.Exponent.Sign <= 0 || !part.Exponent.IsInteger || !Is(part.Base, Functions.Exp, out var f)) continue;
            foreach (var divided in product.Factors)
            {
                if (!divided.Exponent.IsInteger || WholeOf(graph, divided) is not { } sum) continue;
                var rest = graph.Product(product.Coefficient, product.Factors.Remove(divided).Replace(part, part with { Exponent = part.Exponent - 1 }));
                return graph.Multiply(rest, Times(divided, sum), graph.Apply(Functions.Exp, graph.Subtract(f, graph.Apply(Functions.Log, sum))));
            }
        }
        return null;

        // The factor times the sum, in each term where it is a sum of terms.
        Expr Times(Factor divided, Reduce sum) =>
            divided.Base is Add terms ? graph.Add(terms.Terms.Select(term => graph.Product(((Product)term).Coefficient, Raised(((Product)term).Factors, FactorOf(term, sum)))))
            : graph.Power(divided.Base, divided.Exponent + 1);
    }

    private static ImmutableArray<Factor> Raised(ImmutableArray<Factor> factors, Factor factor) => factors.Replace(factor, factor with { Exponent = factor.Exponent + 1 });

    /// <summary>A sum of exponentials that a factor divides by: as it stands, or in every term of a sum.</summary>
    private static Reduce? WholeOf(Graph graph, Factor factor) => factor switch
    {
        { Base: Reduce { Kind: Reduction.Sum } sum, Exponent.Sign: < 0 } => Exponent(graph, sum.Body) is null ? null : sum,
        { Base: Add { Terms: var terms }, Exponent.IsOne: true } when terms[0] is Product first =>
            first.Factors.Where(inner => inner.Exponent.IsInteger).Select(inner => WholeOf(graph, inner))
                .FirstOrDefault(sum => sum is not null && terms.All(term => term is Product && FactorOf(term, sum).Exponent is { Sign: < 0, IsInteger: true })),
        _ => null,
    };

    private static Factor FactorOf(Expr term, Expr @base) => ((Product)term).Factors.FirstOrDefault(factor => factor.Base == @base);

    private static Expr? SumOfShares(Graph graph, Expr node)
    {
        if (node is not Reduce { Kind: Reduction.Sum } sum || !Is(sum.Body, Functions.Exp, out var exponent) || exponent is not Add terms) return null;
        foreach (var term in terms.Terms)
            if (IsLog(graph.Negate(term), out var whole) && whole == graph.Sum(sum.Over, graph.Apply(Functions.Exp, graph.Add(terms.Terms.Remove(term))))) return graph.One;
        return null;
    }

    private static Expr? RootOfSquare(Graph graph, Expr node)
    {
        if (node is not Product product) return null;
        var at = product.Factors.ToList().FindIndex(factor => !factor.Exponent.IsInteger && factor.Base is Product { Coefficient.Sign: > 0 } square && square.Factors.All(inner => inner.Exponent.IsEven));
        if (at < 0) return null;
        var (root, square) = (product.Factors[at].Exponent, (Product)product.Factors[at].Base);
        var roots = square.Factors.Select(factor => graph.Power(graph.Apply(Functions.Named("Abs"), factor.Base), factor.Exponent * root));
        var scale = square.Coefficient.IsOne ? graph.One : graph.Power(graph.Constant(square.Coefficient), root);
        return graph.Multiply([graph.Product(product.Coefficient, product.Factors.RemoveAt(at)), scale, .. roots]);
    }

    /// <summary>f of exp(f): 0 of 1, and p·f of a power.</summary>
    private static Expr? Exponent(Graph graph, Expr node) => node switch
    {
        Constant { Value.IsOne: true } => graph.Zero,
        Apply { Arguments: [var f] } apply when apply.Function == Functions.Exp => f,
        Product { Coefficient.IsOne: true, Factors: [var factor] } when Is(factor.Base, Functions.Exp, out var f) => graph.Multiply(graph.Constant(factor.Exponent), f),
        _ => null,
    };

    private static bool IsLog(Expr node, out Expr argument) => Is(node, Functions.Log, out argument);

    private static bool Is(Expr node, Function function, out Expr argument)
    {
        argument = node is Apply { Arguments: [var only] } ? only : node;
        return node is Apply apply && apply.Function == function;
    }

    private static Function SoftplusFunction => Functions.Named("Softplus");
    private static Function LogP1Function => Functions.Named("LogP1");
    private static Function TanhFunction => Functions.Named("Tanh");
}
