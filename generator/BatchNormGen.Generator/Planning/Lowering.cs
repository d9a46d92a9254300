using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// Brings simplified expressions into the form that is computed: what is worth computing once becomes a
/// <see cref="Named"/> node under the user's name or one made from what it is, and the powers of one base become whole
/// powers of one root, so that (variance + eps)^(−3/2) is invertedStddev³ and the root is taken once.
/// </summary>
internal sealed class Lowering
{
    private readonly Graph _graph;
    private readonly Names _names;
    private readonly IndexSet _full;
    private readonly IReadOnlyDictionary<Expr, string> _given;
    private readonly ISet<string> _outside;
    private readonly ILookup<Expr, (Rational Exponent, string? Name)> _namedPowers;
    private readonly Dictionary<Expr, (string Name, Rational Exponent)> _roots = [];
    private readonly Dictionary<Expr, Expr> _done = [], _namedRoots = [];
    private readonly Dictionary<string, Expr> _named = [];

    /// <param name="graph">Where the lowered expressions are made.</param>
    /// <param name="values">All that will be lowered.</param>
    /// <param name="given">The user's names.</param>
    /// <param name="outside">The names of results, which belong to the buffers of the caller.</param>
    /// <param name="names">Gives fresh names.</param>
    /// <param name="full">All indices of the layer.</param>
    public Lowering(Graph graph, IEnumerable<Expr> values, IReadOnlyDictionary<Expr, string> given, ISet<string> outside, Names names, IndexSet full)
    {
        (_graph, _given, _outside, _names, _full) = (graph, given, outside, names, full);
        _namedPowers = given
            .Where(pair => pair.Key is Product { Coefficient.IsOne: true, Factors: [_] } && Given(pair.Key) is not null)
            .ToLookup(pair => ((Product)pair.Key).Factors[0].Base, pair => (((Product)pair.Key).Factors[0].Exponent, (string?)pair.Value));
        foreach (var group in Powers(values).Distinct().GroupBy(factor => factor.Base)) FindRoot(group.Key, [.. group.Select(factor => factor.Exponent)]);
    }

    /// <summary>The lowered form of a result: the result itself stays without a name.</summary>
    public Expr Lower(Expr value) => value is Reduce ? Visit(value) : Rebuild(value);

    private Expr Visit(Expr node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_done.TryGetValue(node, out var known)) return known;
        var lowered = Rebuild(node);
        return _done[node] = lowered is not Named && NameFor(node) is { } name ? _graph.Named(Unique(name, lowered), lowered) : lowered;
    }

    /// <summary>The name, if nothing else has it: y[i,j] and y[j,i] are two values where both are computed.</summary>
    private string Unique(string name, Expr lowered)
    {
        if (_named.TryGetValue(name, out var other) && other != lowered) name = _names.Fresh(name);
        _named[name] = lowered;
        return name;
    }

    private string? NameFor(Expr node) => node switch
    {
        Reduce reduce => Given(node) ?? _names.Fresh(Describe(reduce)),
        Add or Apply => Given(node),
        Product when node.Free != _full => Given(node),
        _ => null,
    };

    private string? Given(Expr node) => _given.TryGetValue(node, out var name) && !_outside.Contains(name) ? name : null;

    private Expr Rebuild(Expr node) => node switch
    {
        Product product => _graph.Multiply(product.Factors.Select(LowerFactor).Prepend(_graph.Constant(product.Coefficient))),
        Add sum => _graph.Add(sum.Terms.Select(VisitTerm)),
        _ => _graph.With(node, Visit),
    };

    /// <summary>A term of a sum; of x − mean the second is minus a value that has a name.</summary>
    private Expr VisitTerm(Expr term) =>
        term is Product { Coefficient.Sign: < 0 } && _graph.Negate(term) is var opposite && Given(opposite) is not null
            ? _graph.Negate(Visit(opposite))
            : Visit(term);

    private Expr LowerFactor(Factor factor)
    {
        if (!_roots.TryGetValue(factor.Base, out var root)) return _graph.Power(Visit(factor.Base), factor.Exponent);
        if (!_namedRoots.TryGetValue(factor.Base, out var named))
        {
            var lowered = _graph.Power(Visit(factor.Base), root.Exponent);
            _namedRoots.Add(factor.Base, named = _graph.Named(Unique(root.Name, lowered), lowered));
        }
        return _graph.Power(named, factor.Exponent / root.Exponent);
    }

    /// <summary>Chooses the power of a base of which the others are whole powers: one that the user named, or else the smallest.</summary>
    private void FindRoot(Expr @base, ImmutableArray<Rational> exponents)
    {
        if (exponents.All(exponent => exponent.IsInteger)) return;
        var candidates = _namedPowers[@base].Concat(exponents.OrderBy(exponent => exponent.Abs()).Select(exponent => (Exponent: exponent, Name: (string?)null)));
        foreach (var (exponent, name) in candidates)
        {
            if (exponent.IsInteger || !exponents.All(other => (other / exponent).IsInteger)) continue;
            // A named root serves as it is; without a name one is worth it only where it is used in several powers.
            if (name is null && exponents.Length == 1) return;
            if (name is not null && exponents.Any(other => (other / exponent).Sign < 0)) continue;
            _roots[@base] = (name ?? _names.Fresh("root"), exponent);
            return;
        }
    }

    private static IEnumerable<Factor> Powers(IEnumerable<Expr> values)
    {
        var seen = new HashSet<Expr>();
        var pending = new Stack<Expr>(values);
        while (pending.Count > 0)
        {
            var node = pending.Pop();
            if (!seen.Add(node)) continue;
            if (node is Product product)
                foreach (var factor in product.Factors) yield return factor;
            foreach (var operand in node.Operands) pending.Push(operand);
        }
    }

    /// <summary>A name for a sum from what is summed: <c>sumDoutDevFromMean</c>.</summary>
    private string Describe(Reduce reduce)
    {
        var stem = Contraction.Of(reduce) is null ? reduce.Kind.ToString().ToLowerInvariant() : "product";
        var factors = reduce.Body is Product product ? product.Factors.ToList() : [new Factor(reduce.Body, Rational.One)];
        var words = factors.Select(factor => Word(factor.Base)).ToList();
        if (words.Count > 3 || words.Any(word => word is null)) return _given.TryGetValue(reduce, out var result) ? result + Capitalized(stem) : stem;
        return stem + string.Concat(words.Zip(factors, (word, factor) => factor.Exponent == 2 ? word + "Squared" : factor.Exponent.Sign < 0 ? "Per" + word : word));
    }

    private string? Word(Expr node) =>
        node is Read read ? Capitalized(read.Tensor)
        : _given.TryGetValue(node, out var name) ? Capitalized(name)
        : null;

    private static string Capitalized(string name) => char.ToUpperInvariant(name[0]) + name.Substring(1);
}
