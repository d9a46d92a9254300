using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Differentiating;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>
/// The names by which the formulas of a layer are written: those of its stages, and of what the gradients repeat so often
/// that a line of its own pays.
/// </summary>
internal sealed class Notation
{
    /// <summary>The number of leaves up to which a formula is written out.</summary>
    private const int Readable = 60;

    /// <summary>The number of leaves up to which repetitions are looked for.</summary>
    private const int Searchable = 400;

    /// <summary>The characters that a name must save; a sum is what a reader looks for, and is hidden only if it is long.</summary>
    private const int Worth = 40, WorthOfSum = 100;

    /// <summary>How many names are given.</summary>
    private const int Most = 6;

    private readonly ClosedForm _form;
    private readonly Graph _graph;
    private readonly Names _fresh;
    private readonly Dictionary<Expr, string> _forward;
    private readonly Dictionary<Expr, string> _short = [];
    private readonly List<Product> _parts = [];
    private readonly Dictionary<string, ImmutableArray<Index>> _layouts = [];

    public Notation(ClosedForm form)
    {
        (_form, _graph) = (form, new Graph(form.Graph));
        var stages = new HashSet<string>(form.Layer.Stages.Select(stage => stage.Name));
        _forward = form.Names.Where(pair => stages.Contains(pair.Value)).ToDictionary(pair => pair.Key, pair => pair.Value);
        _fresh = new(form.Names.Values
            .Concat(stages)
            .Concat(form.Layer.Signature.Parameters.Select(parameter => parameter.Name))
            .Concat(form.Layer.Graph.Indices.SelectMany(index => new[] { index.Name, index.Axis.Name }))
            .Concat(form.Staged.Incoming)
            .Concat(form.Gradients.Select(gradient => gradient.Name)));
        LayOut();
        Staged = new(new Dictionary<Expr, string>(), _layouts);

        var factoring = new Factoring(_graph, _forward.ContainsKey);
        Results = [.. form.Gradients.Select(result => result with { Value = factoring.Apply(result.Value) })];
        Printer = With(null);
        while (_short.Count < Most && Repeated() is var (value, name))
        {
            _short.Add(value, name);
            if (value is Product { Coefficient.IsOne: true, Factors.Length: > 1 } part) _parts.Add(part);
            Printer = With(null);
        }
        var written = Results.Select(result => result.Value).ToList();
        Definitions = [.. from pair in _short
                          where !written.Contains(pair.Key)
                          orderby Leaves(pair.Key, int.MaxValue)
                          select (pair.Value, pair.Key)];
    }

    /// <summary>Writes the stages and the backward through them, each stage by its name.</summary>
    public Printer Staged { get; }

    /// <summary>Writes closed forms: stages and abbreviations by their names.</summary>
    public Printer Printer { get; private set; }

    /// <summary>The abbreviations, each after those in it.</summary>
    public ImmutableArray<(string Name, Expr Value)> Definitions { get; }

    /// <summary>The gradients, with what their terms share taken out.</summary>
    public ImmutableArray<Result> Results { get; }

    /// <summary>Whether a formula is short enough to be written by the names of the forward and the abbreviations alone.</summary>
    public bool IsReadable(Expr value) => Printer.IsWithin(value, Readable);

    /// <summary>Writes closed forms by further names, too; more may come while it is in use.</summary>
    public Printer With(IReadOnlyDictionary<Expr, string>? further) =>
        new(_forward.Concat(_short).ToDictionary(pair => pair.Key, pair => pair.Value), _layouts, _parts, further);

    /// <summary>Writes by the names of the stages before one.</summary>
    public Printer Before(Named stage)
    {
        var known = new HashSet<string>(_form.Layer.Stages.TakeWhile(other => other != stage).Select(other => other.Name));
        return new(_forward.Where(pair => known.Contains(pair.Value)).ToDictionary(pair => pair.Key, pair => pair.Value), _layouts);
    }

    private void LayOut()
    {
        for (var i = 0; i < _form.Layer.Stages.Length; i++) Lay(_form.Layer.Stages[i].Name, _form.Layer.Layouts[i]);
        foreach (var output in _form.Layer.Outputs) Lay(output.Name, output.Layout);
        foreach (var gradient in _form.Gradients) _layouts[gradient.Name] = Order(gradient.Layout);

        void Lay(string name, IEnumerable<Index?> layout)
        {
            var gradient = ReverseWalk.NameOf(name);
            _layouts[name] = _layouts[gradient] = _layouts[ReverseWalk.NameOfTotal(_form.Layer, gradient)] = Order(layout);
        }

        static ImmutableArray<Index> Order(IEnumerable<Index?> layout) => [.. layout.Atoms().OfType<Index>()];
    }

    /// <summary>What it pays most to give a name, and the name; null where nothing is repeated much.</summary>
    private (Expr Value, string Name)? Repeated()
    {
        var formulas = Results.Select(result => result.Value).Concat(_short.Keys).ToList();
        var left = Searchable;
        foreach (var formula in formulas)
            if ((left -= Leaves(formula, left)) < 0) return null;

        var occurrences = new Dictionary<Expr, int>();
        var powers = new Dictionary<Expr, List<Rational>>();
        foreach (var formula in formulas) Count(formula, top: true);

        var candidates = new Dictionary<Expr, int>(occurrences);
        var products = new Dictionary<Product, int>();
        foreach (var product in occurrences.Keys.Concat(formulas).OfType<Product>())
            products[product] = (occurrences.TryGetValue(product, out var times) ? times : 0) + (formulas.Contains(product) ? 1 : 0);
        foreach (var a in products.Keys)
            foreach (var b in products.Keys)
                if (a.Id < b.Id && Shared(a, b) is { } shared) candidates[shared] = products.Where(pair => shared.Factors.All(pair.Key.Factors.Contains)).Sum(pair => pair.Value);
        var best = (
            from candidate in candidates
            let saved = candidate.Value < 2 || IsNamed(candidate.Key) || RootOf(candidate.Key) is not null ? 0 : (candidate.Value - 1) * (Printer.PrintValue(candidate.Key).Length - 8)
            where saved >= (candidate.Key.Nodes(stop: IsNamed).Any(node => node is Reduce) ? WorthOfSum : Worth)
            orderby saved descending, candidate.Key.Id
            select candidate.Key).FirstOrDefault();
        if (best is not null) return (best, NameFor(best));

        return powers.Keys.OrderBy(@base => @base.Id).Select(RootOf).FirstOrDefault(root => root is not null) is { } found ? (found, _fresh.Fresh("root")) : null;

        // The power of a base of which all its powers that are written are whole powers: of 1/b and b^(−3/2) it is 1/√b.
        Expr? RootOf(Expr @base)
        {
            if (!powers.TryGetValue(@base, out var exponents) || exponents.Count < 2) return null;
            var smallest = exponents.OrderBy(exponent => exponent.Abs()).First();
            return !smallest.IsInteger && exponents.All(exponent => (exponent / smallest).IsInteger) ? _graph.Power(@base, smallest) : null;
        }

        void Count(Expr node, bool top)
        {
            if (!top && IsNamed(node) || node.Operands.IsEmpty) return;
            if (!top) occurrences[node] = occurrences.TryGetValue(node, out var times) ? times + 1 : 1;
            if (node is not Product product)
            {
                foreach (var operand in node.Operands) Count(operand, top: false);
                return;
            }
            foreach (var factor in Printer.Factors(product, top))
            {
                if (!IsNamed(factor.Base) && !factor.Base.Operands.IsEmpty && (!top || product.Factors.Length > 1))
                {
                    if (!powers.TryGetValue(factor.Base, out var exponents)) powers.Add(factor.Base, exponents = []);
                    exponents.Add(factor.Exponent);
                }
                Count(factor.Base, top: false);
            }
        }
    }

    /// <summary>Whether a value is a stage or has an abbreviation.</summary>
    public bool IsNamed(Expr node) => _forward.ContainsKey(node) || _short.ContainsKey(node);

    /// <summary>The factors that two products share, as a product; a number or an extent is none.</summary>
    private Product? Shared(Product a, Product b)
    {
        var shared = a.Factors.Where(factor => factor.Base is not Extent && b.Factors.Contains(factor)).Distinct().ToList();
        return shared.Count < 2 ? null : _graph.Product(Rational.One, shared) as Product;
    }

    private string NameFor(Expr value)
    {
        if (Results.FirstOrDefault(result => result.Value == value) is { } result) return result.Name;
        if (_form.Names.TryGetValue(value, out var name)) return name;
        return _fresh.Fresh(
            value.IsMask() ? "mask"
            : value is Product product && product.Factors.Any(factor => factor.Base is Read read && _form.Staged.Incoming.Contains(read.Tensor)) ? "g"
            : value is Apply apply ? char.ToLowerInvariant(apply.Function.Name[0]).ToString()
            : "part");
    }

    /// <summary>The leaves of a formula, names counting as leaves; no more than <paramref name="most"/> and one are counted.</summary>
    private int Leaves(Expr formula, int most)
    {
        var leaves = 0;
        var pending = new Stack<Expr>(formula.Operands);
        while (pending.Count > 0 && leaves <= most)
        {
            var node = pending.Pop();
            if (IsNamed(node) || node.Operands.IsEmpty) leaves++;
            else
                foreach (var operand in node.Operands) pending.Push(operand);
        }
        return leaves;
    }
}
