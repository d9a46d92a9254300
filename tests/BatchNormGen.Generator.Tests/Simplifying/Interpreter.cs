using BatchNormGen.Generator.Algebra;
using Index = BatchNormGen.Generator.Algebra.Index;

namespace BatchNormGen.Generator.Tests.Simplifying;

/// <summary>
/// The meaning of expressions, in double: tensors are functions of their indices, and a sum is a loop. Every element
/// that is read for the first time is drawn at random, and <see cref="Nudge"/> moves some of them.
/// </summary>
internal sealed class Interpreter(int seed, params (string Axis, int Extent)[] extents)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, double> _elements = [];
    private readonly Dictionary<string, double> _nudges = [];
    private readonly Dictionary<(Expr, string), double> _known = [];

    /// <summary>The functions by their names in formulas.</summary>
    public static readonly IReadOnlyDictionary<string, Func<double, double>> Functions = new Dictionary<string, Func<double, double>>
    {
        ["exp"] = Math.Exp,
        ["log"] = Math.Log,
        ["tanh"] = Math.Tanh,
        ["sigmoid"] = x => 1 / (1 + Math.Exp(-x)),
        ["relu"] = x => Math.Max(x, 0),
        ["step"] = x => x > 0 ? 1 : 0,
    };

    public int Extent(Axis axis) => axis.Extent ?? extents.First(extent => extent.Axis == axis.Name).Extent;

    /// <summary>The value of each element, in the order of the free indices.</summary>
    public double[] Elements(Expr node, IndexSet over) => [.. Places([.. over], []).Select(place => Evaluate(node, place))];

    /// <summary>All places of a tensor over some indices.</summary>
    private IEnumerable<Dictionary<Index, int>> Places(Index[] over, Dictionary<Index, int> around)
    {
        if (over.Length == 0) return [around];
        return Enumerable.Range(0, Extent(over[0].Axis)).SelectMany(i => Places(over[1..], new(around) { [over[0]] = i }));
    }

    /// <summary>Adds to the elements that belong to a tensor, each times a direction of its own that <paramref name="directions"/> remembers.</summary>
    public void Nudge(double step, Dictionary<string, double> directions)
    {
        _known.Clear();
        foreach (var (element, direction) in directions) _nudges[element] = step * direction;
    }

    /// <summary>The name of an element: what <see cref="Nudge"/> takes.</summary>
    public static string Element(string tensor, IEnumerable<int> places) => $"{tensor}[{string.Join(",", places)}]";

    public double Evaluate(Expr node, IReadOnlyDictionary<Index, int> at)
    {
        var key = (node, string.Join(",", node.Free.Select(index => at[index])));
        if (_known.TryGetValue(key, out var known)) return known;
        return _known[key] = node switch
        {
            Constant constant => constant.Value.ToDouble(),
            Scalar scalar => Draw(scalar.Name),
            Extent extent => Extent(extent.Axis),
            Read read => Draw(Element(read.Tensor, read.Indices.Select(index => index is null ? 0 : at[index]))),
            Add sum => sum.Terms.Sum(term => Evaluate(term, at)),
            Product product => product.Factors.Aggregate(product.Coefficient.ToDouble(), (value, factor) => value * Math.Pow(Evaluate(factor.Base, at), factor.Exponent.ToDouble())),
            Apply { Arguments: [var argument] } apply => Functions[apply.Function.Notation](Evaluate(argument, at)),
            Reduce { Kind: Reduction.Sum } sum => Places([.. sum.Over], at.ToDictionary()).Sum(place => Evaluate(sum.Body, place)),
            Named named => Evaluate(named.Value, at),
            _ => throw new NotSupportedException(node.ToString()),
        };
    }

    private double Draw(string element)
    {
        if (!_elements.TryGetValue(element, out var value)) _elements.Add(element, value = 2 * _random.NextDouble() + (_random.Next(2) == 0 ? 0.1 : -2.1));
        return value + _nudges.GetValueOrDefault(element);
    }

    /// <summary>The elements that were read so far and belong to one of the tensors or scalars.</summary>
    public IEnumerable<string> Drawn(Func<string, bool> belongs) => _elements.Keys.Where(element => belongs(element.Split('[')[0])).Order(StringComparer.Ordinal).ToList();
}
