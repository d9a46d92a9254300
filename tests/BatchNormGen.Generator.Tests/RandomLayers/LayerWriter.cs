namespace BatchNormGen.Generator.Tests.RandomLayers;

/// <summary>Draws well-typed layers from the whole set of operations. Layers are equal where the seeds are.</summary>
internal sealed class LayerWriter
{
    private static readonly string[] Axes = ["N", "C", "H", "D"];

    /// <summary>Functions of one operand, with an argument in their domain, and a bound of the result for a bound of the operand.</summary>
    private static readonly (string Template, Func<double, double> Bound)[] Functions =
    [
        ("{0}.Tanh().Exp()", _ => 3), ("{0}.Tanh().ExpM1()", _ => 2), ("({0}.Square() + 0.5#).Log()", b => b), ("{0}.Square().LogP1()", b => b), ("({0}.Square() + 0.5#).Log2()", b => b + 1),
        ("{0}.Sin()", _ => 1), ("{0}.Cos()", _ => 1), ("{0}.Tanh()", _ => 1), ("{0}.Sigmoid()", _ => 1), ("{0}.Erf()", _ => 1), ("{0}.Softplus()", b => b + 1), ("{0}.Relu()", b => b), ("{0}.Abs()", b => b), ("{0}.Sign()", _ => 1),
        ("{0}.LeakyRelu(0.125#)", b => b), ("{0}.Elu(0.5#)", b => b), ("{0}.Gelu()", b => b), ("{0}.Gelu(GeluApproximation.Tanh)", b => b), ("{0}.Silu()", b => b), ("{0}.Mish()", b => b), ("{0}.HardTanh()", _ => 1),
        ("{0}.Clamp(-0.5#, 0.75#)", _ => 1), ("{0}.Square()", b => b * b), ("{0}.Pow(3)", b => b * b * b), ("({0}.Square() + 0.25#).Sqrt()", b => b + 0.5), ("({0}.Square() + 0.5#).ReciprocalSqrt()", _ => 1.5), ("({0}.Square() + 0.5#).Reciprocal()", _ => 2),
        ("({0}.Square() + 0.5#).Pow(-1.5#)", _ => 3), ("-{0}", b => b), ("1 / ({0}.Square() + 1)", _ => 1), ("{0} * 0.5#", b => b), ("{0} + 0.25#", b => b + 1), ("0.5# - {0}", b => b + 1), ("{0}.Maximum(0.25#)", b => b), ("{0}.Minimum(-0.25#)", b => b),
        ("Tensor.Sin<real>({0})", _ => 1), ("{0} / {0}.Lengths[0]", b => b), ("{0} * 3 / {0}.FlattenedLength", b => 3 * b), (RandomLayer.Stop, b => b),
    ];

    private static readonly (string Template, Func<double, double> Bound)[] ScalarFunctions =
    [
        ("real.Tanh({0})", _ => 1), ("real.Exp(real.Tanh({0}))", _ => 3), ("real.Sqrt({0} * {0} + 0.5#)", b => b + 1), ("real.Log({0} * {0} + 0.5#)", b => b), ("real.Abs({0})", b => b), ("1 / ({0} * {0} + 1)", _ => 1), ("{0} * 0.5#", b => b), ("1 - {0}", b => b + 1), ("real.Sin({0})", _ => 1), ("-{0}", b => b), ("{0} / 3", b => b),
    ];

    /// <summary>Functions of two operands that broadcast.</summary>
    private static readonly (string Template, Func<double, double, double> Bound)[] Pairs =
    [
        ("{0} + {1}", (a, b) => a + b), ("{0} - {1}", (a, b) => a + b), ("{0} * {1}", (a, b) => a * b), ("{0} * {1}", (a, b) => a * b), ("{0} / ({1} * {1} + 1)", (a, _) => a),
    ];

    private static readonly (string Template, Func<double, double, double> Bound)[] TensorPairs =
    [
        ("{0} / ({1}.Square() + 0.5#)", (a, _) => 2 * a), ("{0}.Maximum({1})", Math.Max), ("{0}.Minimum({1})", Math.Max), ("({0}.Square() + 0.5#).Pow({1}.Tanh())", (a, _) => a * a + 2), ("Gate({0}, {1})", (_, b) => b), ("Tensor.Multiply<real>({0}, {1})", (a, b) => a * b),
    ];

    private static readonly string[] Comparisons = ["GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual", "NotEqualTo", "EqualTo"];

    private readonly Random _random;
    private readonly Dictionary<string, int> _extents = new(StringComparer.Ordinal) { ["1"] = 1 };
    private readonly List<Parameter> _parameters = [];
    private readonly List<Statement> _statements = [];

    private LayerWriter(int seed) => _random = new(seed);

    public static RandomLayer Draw(int seed)
    {
        while (true)
        {
            var writer = new LayerWriter(seed);
            writer.DrawParameters();
            var count = writer._random.Next(2, 11);
            while (writer._statements.Count < count) writer.DrawStatement();
            var layer = new RandomLayer(seed, writer._extents, [.. writer._parameters], [.. writer._statements], writer.DrawOutputs()).Cleaned();
            if (layer.IsLayer) return layer;
            seed += 1 << 20;
        }
    }

    private void DrawParameters()
    {
        foreach (var axis in Axes) _extents[axis] = Pick([1, 2, 3, 3, 3, 5, 5, 7]);
        if (Chance(0.15)) _extents[Pick(Axes)] = Pick([17, 33]);
        if (Chance(0.2)) (_extents["E"], _extents["groups"]) = (6, Pick([2, 3]));
        var count = _random.Next(1, 5);
        while (_parameters.Count < count)
        {
            var axes = Axes.Where(_ => Chance(0.55)).ToList();
            if (_extents.ContainsKey("E") && Chance(0.7)) axes.Insert(_random.Next(axes.Count + 1), "E");
            if (Chance(0.15)) axes = [.. axes.OrderBy(_ => _random.Next())];
            if (axes.Count > 1 && Chance(0.15)) axes[_random.Next(axes.Count)] = "1";
            if (axes.Count is 0 or > 4 || axes.Aggregate(1, (size, axis) => size * _extents[axis]) > 150) continue;
            _parameters.Add(new(new("xyuvw"[_parameters.Count].ToString(), Form.Tensor, [.. axes], 1.5), _parameters.Count == 0 || Chance(0.85)));
        }
        if (_extents.ContainsKey("groups")) _parameters.Add(new(new("groups", Form.Count, []), false));
        if (Chance(0.3)) _parameters.Add(new(new("s", Form.Scalar, [], 1.5), true));
        if (Chance(0.1)) _parameters.Add(new(new("p", Form.Scalar, [], 1.5), false));
    }

    private Value[] DrawOutputs()
    {
        var last = _statements.FindLast(statement => statement.Result.Form != Form.Mask);
        if (last is null) return [_statements[^1].Result];
        var outputs = new List<Value> { last.Result };
        var used = _statements.SelectMany(statement => statement.Operands).ToHashSet();
        outputs.AddRange(_statements.Select(statement => statement.Result).Where(value => value != last.Result && value.Form != Form.Mask && Chance(used.Contains(value) ? 0.06 : 0.25)).Take(3));
        return [.. outputs];
    }

    private IEnumerable<Value> Values => _parameters.Select(parameter => parameter.Value).Concat(_statements.Select(statement => statement.Result));
    private bool Chance(double probability) => _random.NextDouble() < probability;
    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    /// <summary>A value of the form, rather a late one.</summary>
    private Value? Some(Form form, Func<Value, bool>? fits = null)
    {
        var all = Values.Where(value => value.Form == form && (fits is null || fits(value))).ToList();
        return all.Count == 0 ? null : Chance(0.5) ? all[^1] : Pick(all);
    }

    private Value Tensor() => Some(Form.Tensor)!;

    private void Add(Form form, string[] axes, double bound, string template, params Value[] operands)
    {
        if (form != Form.Mask && bound > 6)
        {
            var name = form == Form.Scalar ? "real.Tanh({0})" : "({0}).Tanh()";
            var scale = Math.Pow(2, -Math.Ceiling(Math.Log2(bound / 3)));
            template = bound > 1e4 || Chance(0.5) ? name.Replace("{0}", template) : FormattableString.Invariant($"({template}) * {scale}#");
            bound = 3;
        }
        _statements.Add(new(new($"t{_statements.Count + 1}", form, axes, bound), template, operands));
    }

    private void DrawStatement()
    {
        switch (_random.Next(20))
        {
            case < 4: DrawFunction(); break;
            case < 8: DrawPair(); break;
            case < 12: DrawReduction(); break;
            case 12: DrawAlong(); break;
            case 13: DrawMask(); break;
            case 14 or 15: DrawProduct(); break;
            case 16: DrawShape(); break;
            case 17: DrawReshape(); break;
            case 18: DrawLabels(); break;
            default: DrawScalar(); break;
        }
    }

    private void DrawFunction()
    {
        var x = Tensor();
        var (template, bound) = Pick(Functions);
        Add(Form.Tensor, x.Axes, bound(x.Bound), template, x);
    }

    private void DrawScalar()
    {
        if (Some(Form.Scalar) is not { } s)
        {
            var x = Tensor();
            Add(Form.Scalar, [], x.Bound + 1, "Size({0})", x);
        }
        else if (Chance(0.4))
        {
            var (template, bound) = Pick(ScalarFunctions);
            Add(Form.Scalar, [], bound(s.Bound), template, s);
        }
        else if (Chance(0.3))
        {
            var other = Some(Form.Scalar)!;
            Add(Form.Scalar, [], s.Bound * other.Bound + 1, Pick(["{0} * {1}", "{0} - {1}", "real.Max({0}, {1})", "real.Min({0}, {1})"]), s, other);
        }
        else
        {
            var x = Tensor();
            var (template, bound) = Pick(Pairs);
            var (a, b) = Chance(0.5) ? (x, s) : (s, x);
            Add(Form.Tensor, x.Axes, bound(a.Bound, b.Bound), template, a, b);
        }
    }

    private static string[]? Broadcast(string[] a, string[] b)
    {
        var rank = Math.Max(a.Length, b.Length);
        var axes = new string[rank];
        for (var i = 1; i <= rank; i++)
        {
            var (left, right) = (i <= a.Length ? a[^i] : "1", i <= b.Length ? b[^i] : "1");
            if (left != right && left != "1" && right != "1") return null;
            axes[^i] = left == "1" ? right : left;
        }
        return axes;
    }

    private void DrawPair()
    {
        var x = Tensor();
        if (Some(Form.Tensor, value => Broadcast(x.Axes, value.Axes) is not null && (value != x || Chance(0.2))) is not { } y) return;
        var (template, bound) = Pick(Chance(0.65) ? Pairs : TensorPairs);
        var (a, b) = Chance(0.5) ? (x, y) : (y, x);
        Add(Form.Tensor, Broadcast(x.Axes, y.Axes)!, bound(a.Bound, b.Bound), template, a, b);
    }

    private void DrawMask()
    {
        if (Some(Form.Mask) is { } mask && Chance(0.6))
        {
            if (Some(Form.Tensor, value => Broadcast(mask.Axes, value.Axes) is not null) is not { } a) return;
            var axes = Broadcast(mask.Axes, a.Axes)!;
            if (Chance(0.3)) Add(Form.Tensor, axes, a.Bound + 1, Pick(["{0}.Where({1}, 0.5#)", "{0}.Where(0, {1})"]), mask, a);
            else if (Some(Form.Tensor, value => Broadcast(axes, value.Axes) is not null) is { } b) Add(Form.Tensor, Broadcast(axes, b.Axes)!, Math.Max(a.Bound, b.Bound), "{0}.Where({1}, {2})", mask, a, b);
            return;
        }
        var x = Tensor();
        var name = Pick(Comparisons);
        if (Chance(0.4)) Add(Form.Mask, x.Axes, 1, $"{{0}}.{name}(0.125#)", x);
        else if (Some(Form.Tensor, value => Broadcast(x.Axes, value.Axes) is not null) is { } y) Add(Form.Mask, Broadcast(x.Axes, y.Axes)!, 1, $"{{0}}.{name}({{1}})", x, y);
    }

    private void DrawReduction()
    {
        var x = Tensor();
        var axes = Enumerable.Range(0, x.Axes.Length).Where(_ => Chance(0.5)).ToList();
        var all = axes.Count == 0 || Chance(0.15);
        var keepDims = !all && Chance(0.5);
        var count = (all ? x.Axes : axes.Select(axis => x.Axes[axis])).Aggregate(1, (size, axis) => size * Extent(axis));
        var name = Pick(["Sum", "Sum", "Mean", "Mean", "Mean", "Max", "Min", "Variance", "LogSumExp", "StandardDeviation", "Norm"]);
        var operand = name switch { "Norm" => "({0} + 3)", "StandardDeviation" when count < 3 => "", _ => "{0}" };
        if (operand.Length == 0 || all && x.Axes.Length == 0) return;
        var bound = name switch { "Sum" => x.Bound * count, "Variance" => x.Bound * x.Bound, "Norm" => (x.Bound + 3) * Math.Sqrt(count), _ => x.Bound + 1 };
        var argument = axes.Count == 1 && Chance(0.8) ? $"axis: {(Chance(0.3) ? axes[0] - x.Axes.Length : axes[0])}" : $"axes: [{string.Join(", ", axes)}]";
        var correction = name is "Variance" or "StandardDeviation" && count > 2 && Chance(0.3) ? "correction: 1" : "";
        var arguments = string.Join(", ", new[] { all ? "" : argument, keepDims ? "keepDims: true" : "", correction }.Where(part => part.Length > 0));
        string[] kept = all ? [] : [.. x.Axes.Select((axis, i) => axes.Contains(i) ? "1" : axis).Where((_, i) => keepDims || !axes.Contains(i))];
        // Over all axes by their numbers the result is a tensor of one element.
        if (!all && kept.Length == 0) kept = ["1"];
        Add(all ? Form.Scalar : Form.Tensor, kept, bound, $"{operand}.{name}({arguments})", x);
    }

    private void DrawAlong()
    {
        var x = Tensor();
        var axis = _random.Next(x.Axes.Length);
        Add(Form.Tensor, x.Axes, x.Bound + 2, $"{Pick(["{0}.Softmax(axis: #A)", "{0}.LogSoftmax(axis: #A)", "Center({0}, #A)", "Normalize({0}, #A)"]).Replace("#A", $"{axis}")}", x);
    }

    private void DrawProduct()
    {
        var x = Tensor();
        var inner = x.Axes[^1];
        if (inner == "1") return;
        var fits = Values.Where(value => value.Form == Form.Tensor && (value.Axes.Length == 1 ? value.Axes[0] == inner : Batches(x, value) is not null && (value.Axes[^1] == inner || value.Axes[^2] == inner))).ToList();
        if (fits.Count == 0 || fits.All(value => value == x) && Chance(0.5)) return;
        var y = Pick(fits);
        var bound = x.Bound * y.Bound * Extent(inner);
        if (y.Axes.Length == 1)
        {
            string[] kept = x.Axes.Length == 1 ? ["1"] : x.Axes[..^1];
            Add(Form.Tensor, kept, bound, "{0}.MatMul({1})", x, y);
            return;
        }
        var transposed = y.Axes[^2] != inner;
        string[] rows = x.Axes.Length == 1 ? [] : [x.Axes[^2]];
        Add(Form.Tensor, [.. Batches(x, y)!, .. rows, transposed ? y.Axes[^2] : y.Axes[^1]], bound, transposed ? "{0}.MatMul({1}.Transpose())" : "{0}.MatMul({1})", x, y);
    }

    private static string[]? Batches(Value x, Value y) => Broadcast(x.Axes.Length < 2 ? [] : x.Axes[..^2], y.Axes.Length < 2 ? [] : y.Axes[..^2]);

    private void DrawShape()
    {
        var x = Tensor();
        var ones = Enumerable.Range(0, x.Axes.Length).Where(axis => x.Axes[axis] == "1").ToList();
        var rank = x.Axes.Length;
        switch (_random.Next(4))
        {
            case 0 when rank > 1: Add(Form.Tensor, [.. x.Axes[..^2], x.Axes[^1], x.Axes[^2]], x.Bound, "{0}.Transpose()", x); break;
            case 1 when rank > 1:
                int[] order = [.. Enumerable.Range(0, rank).OrderBy(_ => _random.Next())];
                Add(Form.Tensor, [.. order.Select(axis => x.Axes[axis])], x.Bound, $"{{0}}.Permute({string.Join(", ", order)})", x);
                break;
            case 2 when ones.Count > 0 && rank > 1:
                var dropped = Pick(ones);
                Add(Form.Tensor, [.. x.Axes.Where((_, axis) => axis != dropped)], x.Bound, $"{{0}}.Squeeze({dropped})", x);
                break;
            default:
                if (rank > 4) return;
                var at = _random.Next(rank + 1);
                Add(Form.Tensor, [.. x.Axes[..at], "1", .. x.Axes[at..]], x.Bound, $"{{0}}.Unsqueeze({at})", x);
                break;
        }
    }

    private void DrawReshape()
    {
        var x = Tensor();
        var split = Array.IndexOf(x.Axes, "E");
        var isParted = x.Axes.Any(axis => axis.Contains('*') || axis.Contains('/') || axis == "groups");
        if (split >= 0 && !isParted && x.Axes.Count(axis => axis == "E") == 1 && x.Axes.Count(axis => axis == "1") == 0 && Chance(0.7))
        {
            var parts = x.Axes.Select((axis, i) => i == split ? $"groups, {{0}}.Lengths[{i}] / groups" : $"{{0}}.Lengths[{i}]");
            Add(Form.Tensor, [.. x.Axes[..split], "groups", "E/groups", .. x.Axes[(split + 1)..]], x.Bound, $"{{0}}.Reshape({string.Join(", ", parts)})", x, _parameters.First(parameter => parameter.Value.Form == Form.Count).Value);
            return;
        }
        if (Chance(0.3) && Some(Form.Tensor, value => value != x && Joined(value.Axes) == Joined(x.Axes)) is { } other) Add(Form.Tensor, other.Axes, x.Bound, "{0}.Reshape({1}.Lengths)", x, other);
        else if (x.Axes.Length == 1 || isParted || x.Axes.Distinct().Count() < x.Axes.Length) return;
        else if (Chance(0.3)) Add(Form.Tensor, [Joined(x.Axes)], x.Bound, "{0}.Reshape(-1)", x);
        else Add(Form.Tensor, [x.Axes[0], Joined(x.Axes[1..])], x.Bound, "{0}.Reshape({0}.Lengths[0], -1)", x);
    }

    private static string Joined(string[] axes) => string.Join("*", axes.Where(axis => axis != "1")) is { Length: > 0 } joined ? joined : "1";

    private int Extent(string axis) => axis == "E/groups" ? _extents["E"] / _extents["groups"] : axis.Split('*').Aggregate(1, (size, part) => size * (part == "E/groups" ? _extents["E"] / _extents["groups"] : _extents[part]));

    private void DrawLabels()
    {
        var x = Tensor();
        var axis = _random.Next(x.Axes.Length);
        string[] rest = [.. x.Axes.Where((_, i) => i != axis)];
        if (rest.Length == 0) rest = ["1"];
        if (rest.Any(name => !Axes.Contains(name) && name is not ("1" or "E")) || _parameters.Count > 6) return;
        var labels = _parameters.Find(parameter => parameter.Value.Form == Form.Labels && parameter.Value.Axes.SequenceEqual(rest) && parameter.Classes == Extent(x.Axes[axis]));
        if (labels is null) _parameters.Add(labels = new(new($"labels{_parameters.Count}", Form.Labels, rest), false, Extent(x.Axes[axis])));
        Add(Form.Tensor, rest, x.Bound, $"{{0}}.Gather({{1}}, axis: {axis})", x, labels.Value);
    }
}
