using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;

namespace BatchNormGen.Generator.Algebra;

/// <summary>
/// Makes expressions and keeps one node for each distinct one. What it does on the way is notation, not
/// simplification: nested sums and products are flattened, numbers are folded, and the order of terms and factors does
/// not count (the first that was seen is kept, so that formulas read as the user wrote them). As in algebra, 0 times
/// anything is 0, although in floating point an infinity or a NaN would not vanish.
/// Two graphs that were built alike compare equal, which is what the incremental pipeline caches on.
/// </summary>
internal sealed class Graph : IEquatable<Graph>
{
    /// <summary>So many terms or factors are written as they come. Of more, equal ones are put together: what is doubled thirty times has a billion.</summary>
    private const int Many = 64;

    private readonly List<Expr> _nodes;
    private readonly Dictionary<Expr, Expr> _interned;
    private readonly List<Index> _indices;
    private readonly Func<string, bool> _isTaken;
    private readonly Dictionary<Axis, ImmutableArray<Axis>> _splits;

    public Graph() : this(name => false)
    {
    }

    /// <param name="isTaken">Names that indices do not get.</param>
    public Graph(Func<string, bool> isTaken) => (_nodes, _interned, _indices, _isTaken, _splits) = ([], new(Shape.Comparer), [], isTaken, []);

    /// <summary>A copy that grows by itself; the nodes so far are shared.</summary>
    public Graph(Graph source) =>
        (_nodes, _interned, _indices, _isTaken, _splits) = ([.. source._nodes], new(source._interned, Shape.Comparer), [.. source._indices], source._isTaken, new(source._splits));

    /// <summary>The index variables so far, in their order.</summary>
    public IReadOnlyList<Index> Indices => _indices;

    /// <summary>The axes that are made of others, the last one running fastest.</summary>
    public IReadOnlyDictionary<Axis, ImmutableArray<Axis>> Splits => _splits;

    /// <summary>From here on the axis is made of others: it has their indices.</summary>
    public void Split(Axis whole, ImmutableArray<Axis> parts) => _splits[whole] = parts;

    /// <summary>The axes that an axis is made of in the end: itself where it is not split.</summary>
    public IEnumerable<Axis> Leaves(Axis axis) => _splits.TryGetValue(axis, out var parts) ? parts.SelectMany(Leaves) : [axis];

    public Expr Zero => Constant(0);
    public Expr One => Constant(1);

    /// <summary>
    /// The <paramref name="occurrence"/>-th index variable of an axis, named after it in lower case: n, then n2;
    /// i, j, k, … for axes of fixed extent.
    /// </summary>
    public Index Index(Axis axis, int occurrence = 0)
    {
        if (_splits.ContainsKey(axis))
        {
            // Parts of the same extent are one axis that appears several times: 12 = 3·2·2.
            var leaves = Leaves(axis).ToList();
            return Join(axis, [.. leaves.Select((leaf, place) => Index(leaf, occurrence * leaves.Count(other => other == leaf) + leaves.Take(place).Count(other => other == leaf)))]);
        }
        var existing = _indices.Where(index => index.Axis == axis).Skip(occurrence).FirstOrDefault();
        if (existing is not null) return existing;
        if (occurrence > 0) Index(axis, occurrence - 1);
        var stem = axis.Extent is null ? char.ToLowerInvariant(axis.Name[0]) + axis.Name.Substring(1) : "i";
        var name = stem;
        for (var suffix = 2; _isTaken(name) || _indices.Any(index => index.Name == name); suffix++)
            name = stem + suffix.ToString(CultureInfo.InvariantCulture);
        var fresh = new Index(name, axis, _indices.Count);
        _indices.Add(fresh);
        return fresh;
    }

    /// <summary>The first index variable of an axis that is not taken.</summary>
    public Index Unused(Axis axis, Func<Index, bool> isTaken)
    {
        var occurrence = 0;
        while (isTaken(Index(axis, occurrence))) occurrence++;
        return Index(axis, occurrence);
    }

    /// <summary>The index of an axis that is made of the axes of others.</summary>
    public Index Join(Axis axis, ImmutableArray<Index> parts)
    {
        ImmutableArray<Index> atoms = [.. parts.SelectMany(part => part.Atoms)];
        return new(string.Concat(atoms.Select(atom => atom.Name)), axis, atoms[0].Order) { Parts = atoms };
    }

    public Expr Constant(Rational value) => Intern(new Constant(value));

    public Expr Scalar(string name) => Intern(new Scalar(name));

    public Expr Extent(Axis axis) =>
        _splits.TryGetValue(axis, out var parts) ? Multiply(parts.Select(Extent))
        : axis.Extent is { } extent ? Constant(extent)
        : Intern(new Extent(axis));

    public Expr Read(string tensor, ImmutableArray<Index?> indices) => Intern(new Read(tensor, [.. indices.Atoms()]));

    /// <summary>The place along an axis: of c = (g, k) it is g·K + k.</summary>
    public Expr Position(Index index) =>
        index.Parts.IsEmpty ? Intern(new Position(index))
        : index.Parts.Aggregate(Zero, (place, part) => Add(Multiply(place, Extent(part.Axis)), Position(part)));

    /// <summary>An element of what a user's own method returns.</summary>
    public Expr Custom(CustomMethod method, int result, ImmutableArray<CustomArgument> arguments, ImmutableArray<Index?> indices) =>
        Intern(new Custom(method, result, arguments, [.. indices.Atoms()]));

    /// <summary>The constant that is written as this number: 0.1 is 1/10.</summary>
    public Expr Number(double value) => Constant(Rational.FromDouble(value)!.Value);

    public Expr Named(string name, Expr value) => Intern(new Named(name, value));

    public Expr Apply(Function function, params ImmutableArray<Expr> arguments) => Intern(new Apply(function, arguments));

    /// <summary>The reduction over <paramref name="over"/>; over nothing it is the body itself.</summary>
    public Expr Reduce(Reduction kind, IndexSet over, Expr body) => over.IsEmpty ? body : Intern(new Reduce(kind, over, body));

    public Expr Sum(IndexSet over, Expr body) => Reduce(Reduction.Sum, over, body);

    /// <summary>1/N times a sum over N elements.</summary>
    public Expr Mean(IndexSet over, Expr sum) => Multiply(over.Select(index => Power(Extent(index.Axis), -1)).Append(sum));

    public Expr Add(params IEnumerable<Expr> terms)
    {
        var constant = Rational.Zero;
        var rest = new List<Expr>();
        foreach (var term in terms.SelectMany(Terms))
        {
            if (term is Constant number) constant += number.Value;
            else rest.Add(term);
        }
        if (rest.Count > Many) rest = [.. rest.GroupBy(term => term).Select(same => Multiply(Constant(same.Count()), same.Key))];
        if (!constant.IsZero) rest.Add(Constant(constant));
        if (rest.Count == 0) return Zero;
        if (rest.Count == 1) return rest[0];
        return Intern(new Add([.. rest]));

        // −(a + b) inside a sum is −a − b: only the sign is carried in, so that no coefficient rounds differently.
        IEnumerable<Expr> Terms(Expr term) => term switch
        {
            Add sum => sum.Terms,
            Product { Coefficient: var c, Factors: [{ Base: Add sum, Exponent.IsOne: true }] } when c == Rational.MinusOne => sum.Terms.Select(Negate),
            _ => [term],
        };
    }

    public Expr Subtract(Expr a, Expr b) => Add(a, Negate(b));

    public Expr Negate(Expr a) => Multiply(Constant(-1), a);

    public Expr Multiply(params IEnumerable<Expr> operands) => Multiply(Rational.One, operands);

    private Expr Multiply(Rational coefficient, IEnumerable<Expr> operands)
    {
        var factors = ImmutableArray.CreateBuilder<Factor>();
        foreach (var operand in operands)
        {
            if (operand is Constant number) coefficient *= number.Value;
            else if (operand is Product product)
            {
                if (!product.Coefficient.IsOne) coefficient *= product.Coefficient;
                factors.AddRange(product.Factors);
            }
            else factors.Add(new(operand, Rational.One));
        }
        return Product(coefficient, factors.ToImmutable());
    }

    public Expr Divide(Expr a, Expr b) => Multiply(a, Power(b, -1));

    /// <summary>coefficient · Π base^exponent; equal bases stay apart, unless there are many.</summary>
    public Expr Product(Rational coefficient, IEnumerable<Factor> factors)
    {
        if (coefficient.IsZero) return Zero;
        var kept = factors.ToImmutableArray();
        if (kept.Any(factor => factor.Exponent.IsZero)) kept = kept.RemoveAll(factor => factor.Exponent.IsZero);
        if (kept.Length > Many) kept = Together(kept);
        if (kept.Length == 0) return Constant(coefficient);
        if (coefficient.IsOne && kept is [{ Exponent.IsOne: true } only]) return only.Base;
        return Intern(new Product(coefficient, kept));
    }

    /// <summary>Each base to whole powers once; roots stay, as √x·√x is not x where that is negative.</summary>
    private static ImmutableArray<Factor> Together(ImmutableArray<Factor> factors) =>
    [
        .. factors.Where(factor => factor.Exponent.IsInteger).GroupBy(factor => (factor.Base, factor.Exponent.Sign))
            .Select(same => new Factor(same.Key.Base, same.Aggregate(Rational.Zero, (sum, factor) => sum + factor.Exponent))),
        .. factors.Where(factor => !factor.Exponent.IsInteger),
    ];

    /// <summary>
    /// <paramref name="value"/> to a constant exponent. A whole exponent goes to each factor of a product; any other
    /// would need their signs, and leaves the product as the base.
    /// </summary>
    public Expr Power(Expr value, Rational exponent) => value switch
    {
        _ when exponent.IsZero => One,
        _ when exponent.IsOne => value,
        Constant { Value.IsZero: true } when exponent.Sign > 0 => Zero,
        Constant number when exponent.IsInteger && !number.Value.IsZero => Constant(number.Value.Pow((int)exponent.Numerator)),
        Product product when exponent.IsInteger => Product(
            product.Coefficient.Pow((int)exponent.Numerator),
            product.Factors.Select(factor => factor with { Exponent = factor.Exponent * exponent })),
        _ => Product(Rational.One, [new Factor(value, exponent)]),
    };

    /// <summary>The same kind of node over what becomes of its operands; the node itself where they stay as they are.</summary>
    public Expr With(Expr node, Func<Expr, Expr> map)
    {
        Expr[]? changed = null;
        for (var i = 0; i < node.Operands.Length; i++)
        {
            var operand = map(node.Operands[i]);
            if (operand == (changed?[i] ?? node.Operands[i])) continue;
            changed ??= [.. node.Operands];
            changed[i] = operand;
        }
        return changed is null ? node : With(node, changed);
    }

    /// <summary>The same kind of node over other operands, in the order of <see cref="Expr.Operands"/>.</summary>
    public Expr With(Expr node, IReadOnlyList<Expr> operands) => node switch
    {
        _ when node.Operands.SequenceEqual(operands) => node,
        Algebra.Add => Add(operands),
        Product product => Multiply(product.Coefficient, operands.Select((operand, i) => Power(operand, product.Factors[i].Exponent))),
        Apply apply => Apply(apply.Function, [.. operands]),
        Reduce reduce => Reduce(reduce.Kind, reduce.Over, operands[0]),
        Named named => Named(named.Name, operands[0]),
        Custom custom => Custom(custom.Method, custom.Result, [.. custom.Arguments.Select((argument, i) => argument with { Value = operands[i] })], custom.Indices),
        _ => node,
    };

    internal static IndexSet FreeOf(ImmutableArray<Expr> operands)
    {
        var free = IndexSet.Empty;
        foreach (var operand in operands) free = free.Union(operand.Free);
        return free;
    }

    internal static IndexSet FreeOf(ImmutableArray<Factor> factors)
    {
        var free = IndexSet.Empty;
        foreach (var factor in factors) free = free.Union(factor.Base.Free);
        return free;
    }

    private Expr Intern(Expr node)
    {
        if (_interned.TryGetValue(node, out var known)) return known;
        node.Id = _nodes.Count;
        _nodes.Add(node);
        _interned.Add(node, node);
        return node;
    }

    public bool Equals(Graph? other) => other is not null && _nodes.SequenceEqual(other._nodes, Shape.Comparer) && _indices.SequenceEqual(other._indices);
    public override bool Equals(object? obj) => Equals(obj as Graph);
    public override int GetHashCode() => _nodes.Count == 0 ? 0 : _nodes.Count * 397 ^ Shape.Comparer.GetHashCode(_nodes[_nodes.Count - 1]);
}
