using System.Runtime.CompilerServices;
using BatchNormGen.Generator.Algebra;
using Index = BatchNormGen.Generator.Algebra.Index;

namespace BatchNormGen.Generator.Tests.Simplifying;

/// <summary>
/// The meaning of expressions, in double: tensors are functions of their indices, and a sum is a loop. Every element
/// that is read for the first time is drawn at random, labels as whole numbers, and <see cref="Nudge"/> moves some of them.
/// An axis of which no extent is given has one of 1 to 3 elements.
/// </summary>
internal sealed class Interpreter(int seed, params (string Axis, int Extent)[] extents)
{
    /// <summary>Whether elements are few whole numbers and halves, so that zeros come up, and several that are equal.</summary>
    public bool IsCoarse { get; init; }

    private readonly Random _random = new(seed);

    /// <summary>Tensors whose elements are places along an axis.</summary>
    public IReadOnlyDictionary<string, Axis> Labels { get; init; } = new Dictionary<string, Axis>();

    private readonly Dictionary<string, double> _elements = [];
    private readonly Dictionary<string, double> _nudges = [];
    private readonly Dictionary<(Expr, string), (double Value, double Largest)> _known = [];

    /// <summary>The largest magnitude that came up since it was set to 0.</summary>
    private double _largest;

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
        ["Holds"] = x => x[0] > 0 ? 1 : 0,
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

    public int Extent(Axis axis) => axis.Extent ?? (extents.FirstOrDefault(extent => extent.Axis == axis.Name) is { Axis: not null } given ? given.Extent : 1 + (axis.Name.Sum(letter => letter) + seed) % 3);

    /// <summary>The value of each element, in the order of the free indices.</summary>
    public double[] Elements(Expr node, IndexSet over) => [.. Places([.. over], []).Select(place => Evaluate(node, place))];

    /// <summary>
    /// The value of each element, and the largest magnitude that came up on the way: what is small next to that may be rounding. It is
    /// infinite where any number was not finite.
    /// </summary>
    public (double Value, double Largest)[] Measure(Expr node, IndexSet over) => [.. Places([.. over], []).Select(place =>
    {
        _largest = 0;
        return (Evaluate(node, place), _largest);
    })];

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
        var around = _largest;
        if (_known.TryGetValue(key, out var known))
        {
            _largest = Math.Max(around, known.Largest);
            return known.Value;
        }
        RuntimeHelpers.EnsureSufficientExecutionStack();
        _largest = 0;
        var value = node switch
        {
            Constant constant => constant.Value.ToDouble(),
            Scalar scalar => Draw(scalar.Name),
            Extent extent => Extent(extent.Axis),
            Read read => Draw(Element(read.Tensor, read.Indices.Select(index => index is null ? 0 : at[index]))),
            Add sum => sum.Terms.Sum(term => Evaluate(term, at)),
            Position position => at[position.Index],
            Product product => Multiply(product.Coefficient.ToDouble(), [.. product.Factors.Select(factor => (factor.Base.IsMask(), Math.Pow(Evaluate(factor.Base, at), factor.Exponent.ToDouble())))]),
            Apply apply => Functions[apply.Function.Name]([.. apply.Arguments.Select(argument => Evaluate(argument, at))]),
            Reduce { Kind: Reduction.Max } maximum => Places([.. maximum.Over], at.ToDictionary()).Select(place => Evaluate(maximum.Body, place)).Aggregate(Math.Max),
            Reduce { Kind: Reduction.Min } minimum => Places([.. minimum.Over], at.ToDictionary()).Select(place => Evaluate(minimum.Body, place)).Aggregate(Math.Min),
            Reduce sum => Places([.. sum.Over], at.ToDictionary()).Sum(place => Evaluate(sum.Body, place)),
            Named named => Evaluate(named.Value, at),
            Custom custom => Math.Sin(custom.Result + custom.Indices.Sum(index => index is null ? 0 : 0.7 * at[index]) + custom.Arguments.Select((argument, i) => (i + 1) * Mixed(argument, at)).Sum()),
            _ => throw new NotSupportedException(node.ToString()),
        };
        var largest = double.IsFinite(value) ? Math.Max(_largest, Math.Abs(value)) : double.PositiveInfinity;
        _known[key] = (value, largest);
        _largest = Math.Max(around, largest);
        return value;
    }

    /// <summary>What a mask does not let through is 0, whatever it is multiplied with.</summary>
    private static double Multiply(double coefficient, (bool IsMask, double Value)[] factors) =>
        factors.Any(factor => factor is { IsMask: true, Value: 0 }) ? 0 : factors.Aggregate(coefficient, (value, factor) => value * factor.Value);

    /// <summary>A number that depends on all elements of an argument. What a user's own method returns may be any function of them.</summary>
    private double Mixed(CustomArgument argument, IReadOnlyDictionary<Index, int> at) =>
        Places([.. argument.Layout.Atoms().OfType<Index>()], at.ToDictionary()).Select((place, i) => Evaluate(argument.Value, place) / (i + 1)).Sum();

    private double Draw(string element)
    {
        if (!_elements.TryGetValue(element, out var value))
            _elements.Add(element, value = Labels.TryGetValue(element.Split('[')[0], out var axis) ? _random.Next(Extent(axis))
                : IsCoarse ? _random.Next(-3, 4) / 2.0
                : 2 * _random.NextDouble() + (_random.Next(2) == 0 ? 0.1 : -2.1));
        return value + _nudges.GetValueOrDefault(element);
    }

    /// <summary>The elements that were read so far and belong to one of the tensors or scalars.</summary>
    public IEnumerable<string> Drawn(Func<string, bool> belongs) => _elements.Keys.Where(element => belongs(element.Split('[')[0])).Order(StringComparer.Ordinal).ToList();
}
