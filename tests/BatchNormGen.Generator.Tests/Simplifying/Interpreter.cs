using BatchNormGen.Generator.Algebra;
using Index = BatchNormGen.Generator.Algebra.Index;

namespace BatchNormGen.Generator.Tests.Simplifying;

/// <summary>
/// The meaning of expressions, in double: tensors are functions of their indices, and a sum is a loop. Every element
/// that is read for the first time is drawn at random, labels as whole numbers, and <see cref="Nudge"/> moves some of them.
/// </summary>
internal sealed class Interpreter(int seed, params (string Axis, int Extent)[] extents)
{
    private readonly Random _random = new(seed);

    /// <summary>Tensors whose elements are places along an axis.</summary>
    public IReadOnlyDictionary<string, Axis> Labels { get; init; } = new Dictionary<string, Axis>();

    private readonly Dictionary<string, double> _elements = [];
    private readonly Dictionary<string, double> _nudges = [];
    private readonly Dictionary<(Expr, string), double> _known = [];

    /// <summary>The functions by their names in C#. A mask is 1 where it holds.</summary>
    public static readonly IReadOnlyDictionary<string, Func<double[], double>> Functions = new Dictionary<string, Func<double[], double>>
    {
        ["Exp"] = x => Math.Exp(x[0]),
        ["ExpM1"] = x => Math.Exp(x[0]) - 1,
        ["Log"] = x => Math.Log(x[0]),
        ["LogP1"] = x => Math.Log(1 + x[0]),
        ["Log2"] = x => Math.Log2(x[0]),
        ["Sin"] = x => Math.Sin(x[0]),
        ["Cos"] = x => Math.Cos(x[0]),
        ["Tanh"] = x => Math.Tanh(x[0]),
        ["Sigmoid"] = x => 1 / (1 + Math.Exp(-x[0])),
        ["Erf"] = x => Erf(x[0]),
        ["Erfc"] = x => 1 - Erf(x[0]),
        ["Softplus"] = x => Math.Log(1 + Math.Exp(x[0])),
        ["Relu"] = x => Math.Max(x[0], 0),
        ["Abs"] = x => Math.Abs(x[0]),
        ["Sign"] = x => double.IsNaN(x[0]) ? x[0] : Math.Sign(x[0]),
        ["StopGradient"] = x => x[0],
        ["Maximum"] = x => Math.Max(x[0], x[1]),
        ["Minimum"] = x => Math.Min(x[0], x[1]),
        ["Pow"] = x => Math.Pow(x[0], x[1]),
        ["Clamp"] = x => Math.Min(Math.Max(x[0], x[1]), x[2]),
        ["Where"] = x => x[0] == 1 ? x[1] : x[2],
        ["GreaterThan"] = x => x[0] > x[1] ? 1 : 0,
        ["GreaterThanOrEqual"] = x => x[0] >= x[1] ? 1 : 0,
        ["LessThan"] = x => x[0] < x[1] ? 1 : 0,
        ["LessThanOrEqual"] = x => x[0] <= x[1] ? 1 : 0,
        ["EqualTo"] = x => x[0] == x[1] ? 1 : 0,
        ["NotEqualTo"] = x => x[0] != x[1] ? 1 : 0,
        ["Not"] = x => 1 - x[0],
        ["IsFinite"] = x => double.IsFinite(x[0]) ? 1 : 0,
    };

    /// <summary>2/√π ∫₀ˣ e^−t² dt by its power series, which is exact enough for the elements that are drawn.</summary>
    private static double Erf(double x)
    {
        var (sum, term) = (x, x);
        for (var n = 1; n < 200; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }

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
            Position position => at[position.Index],
            // What a mask does not let through is 0, whatever it is multiplied with.
            Product product when product.Factors.Any(factor => factor.Base.IsMask() && Evaluate(factor.Base, at) == 0) => 0,
            Product product => product.Factors.Aggregate(product.Coefficient.ToDouble(), (value, factor) => value * Math.Pow(Evaluate(factor.Base, at), factor.Exponent.ToDouble())),
            Apply apply => Functions[apply.Function.Name]([.. apply.Arguments.Select(argument => Evaluate(argument, at))]),
            Reduce { Kind: Reduction.Max } maximum => Places([.. maximum.Over], at.ToDictionary()).Select(place => Evaluate(maximum.Body, place)).Aggregate(Math.Max),
            Reduce { Kind: Reduction.Min } minimum => Places([.. minimum.Over], at.ToDictionary()).Select(place => Evaluate(minimum.Body, place)).Aggregate(Math.Min),
            Reduce sum => Places([.. sum.Over], at.ToDictionary()).Sum(place => Evaluate(sum.Body, place)),
            Named named => Evaluate(named.Value, at),
            _ => throw new NotSupportedException(node.ToString()),
        };
    }

    private double Draw(string element)
    {
        if (!_elements.TryGetValue(element, out var value))
            _elements.Add(element, value = Labels.TryGetValue(element.Split('[')[0], out var axis) ? _random.Next(Extent(axis)) : 2 * _random.NextDouble() + (_random.Next(2) == 0 ? 0.1 : -2.1));
        return value + _nudges.GetValueOrDefault(element);
    }

    /// <summary>The elements that were read so far and belong to one of the tensors or scalars.</summary>
    public IEnumerable<string> Drawn(Func<string, bool> belongs) => _elements.Keys.Where(element => belongs(element.Split('[')[0])).Order(StringComparer.Ordinal).ToList();
}
