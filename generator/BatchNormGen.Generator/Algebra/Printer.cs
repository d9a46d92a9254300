using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;

namespace BatchNormGen.Generator.Algebra;

/// <summary>
/// Writes expressions in mathematical notation, with the names that the user gave to intermediate values:
/// <c>gamma[d]·invertedStddev[d]·(dout[n,d] − 1/N·Σ_n dout[n,d])</c>.
/// </summary>
internal sealed class Printer
{
    /// <summary>Knows no names but those of <see cref="Named"/> nodes.</summary>
    public static readonly Printer Plain = new(new Dictionary<Expr, string>());

    /// <summary>The number of leaves beyond which nobody would read a formula.</summary>
    private const int Endless = 1000;

    /// <summary>The digits that are written of a number that has many more.</summary>
    private const int Digits = 6;

    /// <summary>The terms up to which a sum is looked for among those of a longer one.</summary>
    private const int Short = 4;

    private enum Precedence { Sum, Product, Power }

    private readonly IReadOnlyDictionary<Expr, string> _names;

    /// <summary>Further names, which may come while the printer is in use.</summary>
    private readonly IReadOnlyDictionary<Expr, string> _further;

    /// <summary>The powers that have a name, by their base.</summary>
    private readonly ILookup<Expr, (Rational Exponent, Expr Node)> _powers;

    /// <summary>The products that have a name, by their outermost factors and their number.</summary>
    private readonly ILookup<(Expr, Expr, int), (Product Product, string Name)> _products;

    /// <summary>The short sums that have a name, by their first terms.</summary>
    private readonly ILookup<(Expr, Expr, int), Add> _sums;

    /// <summary>Products that are written by their names also where they are part of a longer one, the longest first.</summary>
    private readonly ImmutableArray<Product> _parts;

    /// <summary>The order of the indices of what has a name, where it is not theirs.</summary>
    private readonly IReadOnlyDictionary<string, ImmutableArray<Index>> _layouts;

    /// <param name="names">The values that have a name.</param>
    /// <param name="layouts">The indices of named values in the order of their axes.</param>
    /// <param name="parts">Products among <paramref name="names"/> that are also written by their names within longer ones: a·b in a·b·c.</param>
    /// <param name="further">Values that have a name as well, though no power or opposite of them is written by it; more may come later.</param>
    public Printer(
        IReadOnlyDictionary<Expr, string> names,
        IReadOnlyDictionary<string, ImmutableArray<Index>>? layouts = null,
        IEnumerable<Product>? parts = null,
        IReadOnlyDictionary<Expr, string>? further = null)
    {
        _names = names;
        _further = further ?? new Dictionary<Expr, string>();
        _layouts = layouts ?? new Dictionary<string, ImmutableArray<Index>>();
        _parts = [.. (parts ?? []).OrderByDescending(part => part.Factors.Length)];
        _sums = names.Keys.OfType<Add>().Where(sum => sum.Terms.Length <= Short).ToLookup(sum => Outermost(sum.Terms[0]));
        _powers = names.Keys.OfType<Product>().Where(node => node is { Coefficient.IsOne: true, Factors: [_] }).OrderBy(node => node.Id)
            .ToLookup(node => node.Factors[0].Base, node => (node.Factors[0].Exponent, (Expr)node));
        _products = names.Where(pair => pair.Key is Product).ToLookup(pair => Outermost((Product)pair.Key), pair => ((Product)pair.Key, pair.Value));
    }

    private static (Expr, Expr, int) Outermost(Expr term) =>
        term is Product product ? (product.Factors[0].Base, product.Factors[product.Factors.Length - 1].Base, product.Factors.Length) : (term, term, 1);

    /// <summary>name[indices] = value, where the value is written out even if it has that name.</summary>
    public string PrintDefinition(string name, Expr value) => PrintName(name, value.Free) + " = " + PrintValue(value);

    /// <summary>A name with its indices, in the order of its axes.</summary>
    public string PrintName(string name, IndexSet free) =>
        _layouts.TryGetValue(name, out var layout) && layout.Length == free.Count && layout.All(free.Contains) ? Indexed(name, layout) : Indexed(name, free);

    /// <summary>The expression; a part that has a name is written by its name.</summary>
    public string Print(Expr node) => Print(node, Precedence.Sum);

    /// <summary>The expression itself written out, its parts by their names; an ellipsis where that has no end for a reader.</summary>
    public string PrintValue(Expr node) => !IsWithin(node, Endless) ? "…" : Write(node is Named named ? named.Value : node, Precedence.Sum, top: true);

    /// <summary>
    /// Whether <see cref="PrintValue"/> would write no more than so many leaves. What is used twice counts twice, so there may
    /// be many where the graph is small.
    /// </summary>
    public bool IsWithin(Expr node, int leaves)
    {
        var pending = new Stack<Expr>([node is Named named ? named.Value : node]);
        var isTop = true;
        while (pending.Count > 0)
        {
            var part = pending.Pop();
            if (!isTop && (part is Named || NameOf(part) is not null) || part.Operands.IsEmpty) leaves--;
            else
                foreach (var operand in part.Operands) pending.Push(operand);
            isTop = false;
            if (leaves < 0) return false;
        }
        return true;
    }

    /// <summary>A name with indices in the given order; an axis of extent 1, which has none, is left out.</summary>
    public static string Indexed(string name, IEnumerable<Index?> indices)
    {
        var list = string.Join(",", indices.Atoms().OfType<Index>().Select(index => index.Name));
        return list.Length == 0 ? name : $"{name}[{list}]";
    }

    private string? NameOf(Expr node) => _names.TryGetValue(node, out var name) || _further.TryGetValue(node, out name) ? name : null;

    private string Print(Expr node, Precedence outer) =>
        node is Named named ? PrintName(named.Name, named.Free)
        : NameOf(node) is { } name ? PrintName(name, node.Free)
        : Write(node, outer, top: false);

    private string Write(Expr node, Precedence outer, bool top) => node switch
    {
        Constant constant => Number(constant.Value),
        Scalar scalar => scalar.Name,
        Extent extent => extent.Axis.Name,
        Read read => read.Indices.IsEmpty ? read.Tensor : $"{read.Tensor}[{string.Join(",", read.Indices.Select(index => index?.Name ?? "0"))}]",
        Position position => position.Index.Name,
        Add sum => Parenthesize(outer > Precedence.Sum, WriteSum(sum)),
        Product product => WriteProduct(product, outer, top),
        Apply { Function.IsMask: true } mask => WriteMask(mask),
        Apply apply => $"{apply.Function.Notation}({string.Join(", ", apply.Arguments.Select(Print))})",
        Custom custom => $"{custom.Method.Name}({string.Join(", ", custom.Arguments.Select(argument => Print(argument.Value)))})[{string.Join(",", custom.Indices.Select(index => index?.Name ?? "0"))}]{(custom.Method.Results > 1 ? $"#{custom.Result + 1}" : "")}",
        Reduce reduce => Parenthesize(outer > Precedence.Product, $"{Symbol(reduce.Kind)}_{Subscript(reduce.Over)} {Print(reduce.Body, Precedence.Product)}"),
        _ => Print(node, outer),
    };

    /// <summary>[a &gt; b]; of a comparison that does not hold, [a ≤ b].</summary>
    private string WriteMask(Apply mask)
    {
        if (mask.Function == Functions.Not && Named(mask.Arguments[0]) is Apply { Function: var function, Arguments: [var a, var b] } && Opposite(function) is { } sign)
            return $"[{Print(a)} {sign} {Print(b)}]";
        return mask.Arguments is [var left, var right] ? $"[{Print(left)} {mask.Function.Notation} {Print(right)}]" : $"[{mask.Function.Notation} {Print(mask.Arguments[0])}]".Replace("[ ", "[");

        Expr? Named(Expr node) => node is Named || NameOf(node) is not null ? null : node;
    }

    /// <summary>The sign of the relation that holds where the given one does not.</summary>
    private static string? Opposite(Function relation) =>
        relation == Functions.GreaterThan ? "≤"
        : relation == Functions.GreaterThanOrEqual ? "<"
        : relation == Functions.LessThan ? "≥"
        : relation == Functions.LessThanOrEqual ? ">"
        : relation == Functions.EqualTo ? "≠"
        : relation == Functions.NotEqualTo ? "="
        : null;

    private static string Symbol(Reduction kind) => kind switch
    {
        Reduction.Sum => "Σ",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static string Subscript(IndexSet over) => over.Count == 1 ? over.ToString() : $"({over})";

    /// <summary>The terms with their signs, several together where their sum has a name. A 1 leads, and a positive term where the first one is negative: 1 − y².</summary>
    private string WriteSum(Add sum)
    {
        var (terms, written) = (sum.Terms, new List<string>());
        foreach (var known in sum.Terms.SelectMany(term => _sums[Outermost(term)]).Distinct().OrderByDescending(known => known.Terms.Length).ThenBy(known => known.Id))
        {
            if (known.Terms.Length >= terms.Length) continue;
            var (same, opposite) = (Find(known, (a, b) => a == b), Find(known, (a, b) => Monomial.Of(a).IsMinus(Monomial.Of(b))));
            if ((same ?? opposite) is not { } found) continue;
            terms = terms.RemoveRange(found);
            written.Add((same is null ? "−" : "") + PrintName(_names[known], known.Free));
        }
        written = [.. terms.Select(term => NameOfOpposite(term) is { } name ? "−" + PrintName(name, term.Free) : Print(term)), .. written];
        var leading = terms.ToList().FindIndex(term => term is Constant { Value.IsOne: true });
        if (leading < 0 && IsNegative(written[0])) leading = written.FindIndex(term => !IsNegative(term));
        if (leading > 0)
        {
            written.Insert(0, written[leading]);
            written.RemoveAt(leading + 1);
        }
        return written[0] + string.Concat(written.Skip(1).Select(term => IsNegative(term) ? " − " + term.Substring(1) : " + " + term));

        // The terms here that correspond to all those of a sum; null where one has none.
        List<Expr>? Find(Add known, System.Func<Expr, Expr, bool> corresponds)
        {
            var found = known.Terms.Select(part => terms.FirstOrDefault(term => corresponds(term, part))).OfType<Expr>().Distinct().ToList();
            return found.Count == known.Terms.Length ? found : null;
        }
    }

    private static bool IsNegative(string term) => term.StartsWith("−", System.StringComparison.Ordinal);

    /// <summary>The name of the value of which a term is minus: the mean in x − mean.</summary>
    private string? NameOfOpposite(Expr term) =>
        term is not Product { Coefficient.Sign: < 0 } product ? null
        : _products[Outermost(product)].FirstOrDefault(known => known.Product.Coefficient == -product.Coefficient && known.Product.Factors.SequenceEqual(product.Factors)).Name;

    private string WriteProduct(Product product, Precedence outer, bool top)
    {
        var negative = product.Coefficient.Sign < 0;
        var coefficient = product.Coefficient.Abs();
        var factors = (from factor in Factors(product, top)
                       orderby factor.Base is Reduce ? 1 : 0, factor.Base.Free.Count
                       select factor).ToList();
        var above = factors.Where(factor => factor.Exponent.Sign > 0).ToList();
        var below = factors.Where(factor => factor.Exponent.Sign < 0).ToList();

        // Numbers and extents make a fraction in front; any other divisor follows the product.
        var front = below.Where(factor => factor.Base is Extent).ToList();
        var behind = below.Except(front).ToList();
        if (above.Count == 0) (front, behind) = (below, []);

        var number = Number(coefficient);
        var decimals = !coefficient.IsInteger && !number.Contains("/");
        List<string> numerators = [];
        if (decimals || !coefficient.Numerator.IsOne) numerators.Add(decimals ? number : coefficient.Numerator.ToString(CultureInfo.InvariantCulture));
        List<string> denominators = [];
        if (!decimals && !coefficient.IsInteger) denominators.Add(coefficient.Denominator.ToString(CultureInfo.InvariantCulture));
        denominators.AddRange(front.Select(WritePower));

        var parts = new List<string>();
        if (denominators.Count > 0)
            parts.Add((numerators.Count == 0 ? "1" : string.Join("·", numerators)) + "/" + (denominators.Count == 1 ? denominators[0] : $"({string.Join("·", denominators)})"));
        else parts.AddRange(numerators);
        parts.AddRange(above.Select((factor, i) =>
            factor.Base is Reduce && factor.Exponent.IsOne && i == above.Count - 1 && behind.Count == 0 && outer < Precedence.Power
                ? Print(factor.Base, Precedence.Product)
                : WritePower(factor)));
        var text = string.Join("·", parts);
        if (behind.Count > 0) text += "/" + (behind.Count == 1 ? WritePower(behind[0]) : $"({string.Join("·", behind.Select(WritePower))})");
        return Parenthesize(outer == Precedence.Power || negative && outer == Precedence.Product, (negative ? "−" : "") + text);
    }

    /// <summary>The factors as they are written: by the names of products and of powers where there are some.</summary>
    /// <param name="product">The product.</param>
    /// <param name="top">Whether its own name, if it has one, is not to be used.</param>
    public IEnumerable<Factor> Factors(Product product, bool top) => WithParts(product, top).Select(factor => Rename(factor, self: top ? product : null));

    /// <summary>The factors, with named products in place of those that make them up.</summary>
    private IEnumerable<Factor> WithParts(Product product, bool top)
    {
        if (_parts.IsEmpty) return product.Factors;
        var factors = product.Factors.ToList();
        foreach (var part in _parts)
        {
            if (top && part == product || part.Factors.Length > factors.Count || !part.Factors.All(factors.Contains)) continue;
            foreach (var factor in part.Factors) factors.Remove(factor);
            factors.Insert(0, new(part, Rational.One));
        }
        return factors;
    }

    /// <summary>
    /// A power of b that is a whole power of a named value is written with that name: (var + eps)^(−3/2) as inv³, or as
    /// 1/stddev³ where only that has a name.
    /// </summary>
    private Factor Rename(Factor factor, Expr? self)
    {
        Factor? divided = null;
        foreach (var (exponent, node) in _powers[factor.Base].Where(power => power.Node != self))
        {
            var ratio = factor.Exponent / exponent;
            if (!ratio.IsInteger) continue;
            if (ratio.Sign > 0) return new(node, ratio);
            if (factor.Exponent.Sign < 0 || !factor.Exponent.IsInteger) divided ??= new(node, ratio);
        }
        return divided ?? factor;
    }

    private string WritePower(Factor factor)
    {
        var exponent = factor.Exponent.Abs();
        if (exponent == Rational.Half) return "√" + Radicand(factor.Base);
        var text = Print(factor.Base, Precedence.Power);
        return exponent.IsOne ? text
            : exponent == 2 ? text + "²"
            : exponent == 3 ? text + "³"
            : exponent.IsInteger ? $"{text}^{exponent}"
            : $"{text}^({exponent})";
    }

    private string Radicand(Expr node)
    {
        var text = Print(node, Precedence.Power);
        return node is Constant { Value: { IsInteger: true, Sign: > 0 } } || text.StartsWith("(", System.StringComparison.Ordinal) ? text : $"({text})";
    }

    private static string Parenthesize(bool needed, string text) => needed ? $"({text})" : text;

    /// <summary>A number; of a long decimal or fraction the first digits and an ellipsis, which says that there are more: 0.79788….</summary>
    private static string Number(Rational value)
    {
        if (value.Sign < 0) return "−" + Number(value.Abs());
        var exact = value.ToString();
        if (value.IsInteger || exact.Length <= (exact.Contains("/") ? 16 : Digits + 3)) return exact;
        var scientific = value.ToDouble().ToString("E16", CultureInfo.InvariantCulture);
        var digits = scientific.Replace(".", "").Substring(0, Digits);
        var exponent = int.Parse(scientific.Substring(scientific.IndexOf('E') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return exponent is < -4 or >= Digits ? $"{digits[0]}.{digits.Substring(1)}…E{exponent.ToString(CultureInfo.InvariantCulture)}"
            : exponent < 0 ? "0." + new string('0', -exponent - 1) + digits + "…"
            : exponent == Digits - 1 ? digits + "…"
            : digits.Insert(exponent + 1, ".") + "…";
    }
}
