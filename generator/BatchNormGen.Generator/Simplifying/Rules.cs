using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Simplifying;

/// <summary>
/// The rules that always help: each one makes an expression smaller or moves work out of a sum, so they are applied
/// wherever they match until none does.
/// </summary>
internal static class Rules
{
    public static readonly Rule Powers = new("powers", "b^p · b^q = b^(p+q) where no division by 0 is lost, and (b^p)^q = b^(p·q) where the root stays real", CombinePowers);
    public static readonly Rule Collect = new("like terms", "a·t + b·t = (a+b)·t", CollectTerms);
    public static readonly Rule Expand = new("expand", "c·(a + b) + d = c·a + c·b + d, where fewer terms are left", ExpandTerms);
    public static readonly Rule Nest = new("nested sums", "Σ_i Σ_j f = Σ_(i,j) f", NestSums);
    public static readonly Rule Count = new("constant sum", "Σ_n c = N·c, where c does not mention n", CountConstant);
    public static readonly Rule Pull = new("pull out", "Σ_n c·f = c·Σ_n f, where c does not mention n", PullOut);

    public static readonly Rule Stop = new("stop", "stop(x) = x, now that no gradient goes through it", PassStop);
    public static readonly Rule Brackets = new("brackets", "[p]^k = [p], a bracket being 1 or 0", RaiseBracket);
    public static readonly Rule Choose = new("one of all", "Σ_i [k = i]·f = f, where k is one of the i and f does not mention i", ChooseOne);
    public static readonly Rule Same = new("largest of one", "max_n c = c, where c does not mention n", ReduceSame);

    public static readonly ImmutableArray<Rule> Table = [Stop, Powers, Brackets, Collect, Expand, Nest, Count, Choose, StableRules.Share, StableRules.Whole, Pull, Same];

    /// <summary>The rules that keep sums and products short, which would grow without end where stages use each other.</summary>
    public static readonly ImmutableArray<Rule> Short = [Powers, Collect];

    /// <summary>
    /// Not in the table, since it does not always help: <see cref="Simplifier"/> tries it and keeps it where something
    /// cancels or is shared.
    /// </summary>
    public static readonly Rule Split = new("split", "Σ (a + b) = Σ a + Σ b", SplitSum);

    private static Expr? CombinePowers(Graph graph, Expr node)
    {
        if (node is not Product product || !product.Factors.Any(IsPower) && AreDistinct(product.Operands)) return null;
        var factors = new List<Factor>();
        var changed = false;
        foreach (var group in product.Factors.Select(Unnest).GroupBy(factor => factor.Base))
        {
            var total = group.Aggregate(Rational.Zero, (sum, factor) => sum + factor.Exponent);
            if (group.Count() > 1 && CanMerge(group.Key, [.. group.Select(factor => factor.Exponent)], total))
            {
                factors.Add(new(group.Key, total));
                changed = true;
            }
            else factors.AddRange(group);
        }
        return changed ? graph.Product(product.Coefficient, factors) : null;

        Factor Unnest(Factor factor)
        {
            // (b^p)^q = b^(p·q), but √(b²) is |b|: an even p under a root has lost the sign of b.
            if (factor is not { Base: Product { Coefficient.IsOne: true, Factors: [var inner] } }) return factor;
            if (inner.Exponent.IsEven && !factor.Exponent.IsInteger) return factor;
            changed = true;
            return new(inner.Base, inner.Exponent * factor.Exponent);
        }
    }

    /// <summary>Whether a factor is a power of a power.</summary>
    private static bool IsPower(Factor factor) => factor is { Base: Product { Coefficient.IsOne: true, Factors: [_] } };

    private static bool AreDistinct(ImmutableArray<Expr> nodes)
    {
        var seen = new HashSet<Expr>();
        foreach (var node in nodes)
            if (!seen.Add(node)) return false;
        return true;
    }

    /// <summary>
    /// Whether b^p · b^q may become b^(p+q). Powers of one sign always may. Of both signs they are undefined at b = 0,
    /// and stay so only while the result still divides by b; where b cannot be 0 nothing is lost.
    /// </summary>
    private static bool CanMerge(Expr @base, ImmutableArray<Rational> exponents, Rational total) =>
        exponents.All(exponent => exponent.Sign > 0) || total.Sign < 0 || IsNonZero(@base);

    private static bool IsNonZero(Expr node) => node is Constant constant ? !constant.Value.IsZero : IsPositive(node);

    public static bool IsPositive(Expr node) => node switch
    {
        Constant constant => constant.Value.Sign > 0,
        Extent => true,
        Apply apply => apply.Function.IsPositive,
        Add sum => sum.Terms.All(IsPositive),
        Product product => product.Coefficient.Sign > 0 && product.Factors.All(factor => IsPositive(factor.Base)),
        Reduce { Kind: Reduction.Sum } sum => IsPositive(sum.Body),
        _ => false,
    };

    private static Expr? CollectTerms(Graph graph, Expr node)
    {
        if (node is not Add sum) return null;
        var groups = sum.Terms.Select(term => Monomial(graph, term)).GroupBy(term => term.Monomial).ToList();
        if (groups.Count == sum.Terms.Length) return null;
        return graph.Add(groups.Select(group => graph.Multiply(
            graph.Constant(group.Aggregate(Rational.Zero, (total, term) => total + term.Coefficient)), group.Key)));
    }

    /// <summary>The terms up to which meetings are looked for: in a long chain of stages sums grow with each.</summary>
    private const int Expandable = 32;

    /// <summary>Multiplies out the terms that have something in common with others then, and only if fewer terms are left.</summary>
    private static Expr? ExpandTerms(Graph graph, Expr node)
    {
        if (node is not Add { Terms.Length: <= Expandable } sum) return null;
        var parts = sum.Terms.Select(term => Distribute(graph, term).Select(part => CombinePowers(graph, part) ?? part).ToList()).ToList();
        var open = Enumerable.Range(0, parts.Count).Where(i => parts[i].Count > 1).ToList();
        while (open.Count > 0)
        {
            var current = sum.Terms.SelectMany((term, i) => open.Contains(i) ? parts[i].Select(part => (From: i, Part: part)) : [(From: i, Part: term)]);
            var groups = current.Select(part => (part.From, Term: Monomial(graph, part.Part))).GroupBy(part => part.Term.Monomial).ToList();
            var meeting = new HashSet<int>(groups.Where(group => group.Select(part => part.From).Distinct().Count() > 1).SelectMany(group => group).Select(part => part.From));
            if (open.RemoveAll(i => !meeting.Contains(i)) > 0) continue;
            var total = graph.Add(groups.Select(group => graph.Multiply(
                graph.Constant(group.Aggregate(Rational.Zero, (total, part) => total + part.Term.Coefficient)), group.Key)));
            return (total is Add left ? left.Terms.Length : total is Constant { Value.IsZero: true } ? 0 : 1) < sum.Terms.Length ? total : null;
        }
        return null;
    }

    /// <summary>A term as a number times the rest.</summary>
    private static (Rational Coefficient, Expr Monomial) Monomial(Graph graph, Expr term) =>
        term is Product product ? (product.Coefficient, graph.Product(Rational.One, product.Factors)) : (Rational.One, term);

    private static Expr? PassStop(Graph graph, Expr node) =>
        node is Apply { Function: var function, Arguments: [var value] } && function == Functions.StopGradient ? value : null;

    private static Expr? RaiseBracket(Graph graph, Expr node) =>
        node is Product product && product.Factors.Any(IsRaisedBracket)
            ? graph.Product(product.Coefficient, product.Factors.Select(factor => IsRaisedBracket(factor) ? factor with { Exponent = Rational.One } : factor))
            : null;

    private static bool IsRaisedBracket(Factor factor) => factor.Base.IsMask() && factor.Exponent.Sign > 0 && !factor.Exponent.IsOne;

    private static Expr? ChooseOne(Graph graph, Expr node)
    {
        if (node is not Reduce { Kind: Reduction.Sum } sum) return null;
        ImmutableArray<Factor> factors = sum.Body is Product product ? product.Factors : [new(sum.Body, Rational.One)];
        foreach (var factor in factors)
        {
            if (!IsChoice(factor, sum.Over)) continue;
            var index = ((Position)factor.Base.Operands[1]).Index;
            var rest = factors.Remove(factor);
            if (rest.Any(other => other.Base.Free.Contains(index))) continue;
            return graph.Sum(sum.Over.Except(IndexSet.Of([index])), graph.Product((sum.Body as Product)?.Coefficient ?? Rational.One, rest));
        }
        return null;
    }

    /// <summary>[k = i], where k is one of the i that are summed over.</summary>
    public static bool IsChoice(Factor factor, IndexSet over) =>
        factor is { Base: Apply { Function: var function, Arguments: [Read chosen, Position { Index: var index }] }, Exponent.IsOne: true }
        && function == Functions.EqualTo && over.Contains(index) && !chosen.Free.Contains(index);

    private static Expr? ReduceSame(Graph graph, Expr node) =>
        node is Reduce { Kind: not Reduction.Sum } extremum && extremum.Over.Except(extremum.Body.Free) is { IsEmpty: false } absent
            ? graph.Reduce(extremum.Kind, extremum.Over.Except(absent), extremum.Body)
            : null;

    private static Expr? NestSums(Graph graph, Expr node) =>
        node is Reduce { Kind: Reduction.Sum, Body: Reduce { Kind: Reduction.Sum } inner } outer && !outer.Over.Overlaps(inner.Over) && Contraction.Of(inner) is null
            ? graph.Sum(outer.Over.Union(inner.Over), inner.Body)
            : null;

    private static Expr? CountConstant(Graph graph, Expr node)
    {
        if (node is not Reduce { Kind: Reduction.Sum } sum) return null;
        var absent = sum.Over.Except(sum.Body.Free);
        if (absent.IsEmpty) return null;
        return graph.Multiply(absent.Select(index => graph.Extent(index.Axis)).Append(graph.Sum(sum.Over.Except(absent), sum.Body)));
    }

    private static Expr? PullOut(Graph graph, Expr node)
    {
        if (node is not Reduce { Kind: Reduction.Sum, Body: Product body } sum) return null;
        var outside = body.Factors.Where(factor => !factor.Base.Free.Overlaps(sum.Over)).ToList();
        if (outside.Count == 0 && body.Coefficient.IsOne) return null;
        var inside = graph.Sum(sum.Over, graph.Product(Rational.One, body.Factors.Where(factor => !outside.Contains(factor))));

        // Where an operand of a product of matrices is computed anyway, the factor is part of it, and one tensor serves several products.
        if (Contraction.Of(node) is not null && Contraction.Of(inside) is not { IsPlain: true }) return null;
        return graph.Multiply(graph.Product(body.Coefficient, outside), inside);
    }

    private static Expr? SplitSum(Graph graph, Expr node)
    {
        if (node is not Reduce { Kind: Reduction.Sum } sum) return null;
        var terms = Distribute(graph, sum.Body).ToList();
        KeepTogether(graph, sum, terms);
        return terms.Count < 2 ? null : graph.Add(terms.Select(term => graph.Sum(sum.Over, term)));
    }

    /// <summary>Terms whose sum is in the body already stay together: of x + r − mean(x + r) the first two.</summary>
    private static void KeepTogether(Graph graph, Reduce sum, List<Expr> terms)
    {
        if (terms.Count < 3) return;
        foreach (var known in sum.Body.Nodes().OfType<Reduce>().Where(known => known.Kind == Reduction.Sum && known.Over == sum.Over))
        {
            if (known.Body is not Add { Terms: var together } || together.Length >= terms.Count || !together.All(terms.Contains)) continue;
            terms.RemoveAll(together.Contains);
            terms.Insert(0, known.Body);
            return;
        }
    }

    /// <summary>The terms of a sum, or of a product with a sum among its factors: f·(a + b) = f·a + f·b.</summary>
    private static IEnumerable<Expr> Distribute(Graph graph, Expr body)
    {
        if (body is Add sum) return sum.Terms;
        if (body is not Product product) return [body];
        var at = product.Factors.ToList().FindIndex(factor => factor is { Base: Add, Exponent.IsOne: true });
        if (at < 0) return [body];
        var rest = graph.Product(product.Coefficient, product.Factors.RemoveAt(at));
        return ((Add)product.Factors[at].Base).Terms.Select(term => graph.Multiply(rest, term));
    }
}
