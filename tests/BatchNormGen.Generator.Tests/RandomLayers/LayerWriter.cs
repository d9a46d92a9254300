namespace BatchNormGen.Generator.Tests.RandomLayers;

/// <summary>Draws well-typed layers from the <see cref="Vocabulary"/>. Layers are equal where the seeds are.</summary>
internal sealed partial class LayerWriter
{
    private const string Fixed = "3";

    private readonly Random _random;
    private readonly string[] _axes = ["N", "C", "H", "D"];
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
            var layer = new RandomLayer(seed, writer._extents, writer.DrawAttribute(), [.. writer._parameters], [.. writer._statements], writer.DrawOutputs()).Cleaned();
            if (layer.IsLayer) return layer;
            seed += 1 << 20;
        }
    }

    private string DrawAttribute() => Chance(0.1) ? "[Differentiable(Backward = BackwardForm.Staged)]" : $"[Differentiable(Save = Saving.{Pick(Enum.GetValues<Saving>())})]";

    private void DrawParameters()
    {
        if (Chance(0.1)) _axes[_random.Next(_axes.Length)] = Fixed;
        foreach (var axis in _axes) _extents[axis] = Pick([1, 2, 3, 3, 3, 5, 5, 7]);
        if (Chance(0.15)) _extents[Pick(_axes)] = Pick([17, 33]);
        if (Chance(0.02)) _extents[Pick(_axes)] = 0;
        if (_axes.Contains(Fixed)) _extents[Fixed] = 3;
        if (Chance(0.2)) (_extents["E"], _extents["groups"]) = (6, Pick([2, 3]));
        var count = _random.Next(1, 5);
        while (_parameters.Count < count)
        {
            var axes = _axes.Where(_ => Chance(0.55)).ToList();
            if (_extents.ContainsKey("E") && Chance(0.7)) axes.Insert(_random.Next(axes.Count + 1), "E");
            if (Chance(0.15)) axes = [.. axes.OrderBy(_ => _random.Next())];
            if (axes.Count > 1 && Chance(0.15)) axes[_random.Next(axes.Count)] = "1";
            if (axes.Count > 1 && Chance(0.05)) axes[0] = axes[^1];
            if (axes.Count is 0 or > 4 || axes.Aggregate(1, (size, axis) => size * _extents[axis]) > 150) continue;
            _parameters.Add(new(new("xyuvw"[_parameters.Count].ToString(), Form.Tensor, [.. axes], 1.5), _parameters.Count == 0 || Chance(0.85)));
        }
        if (_extents.ContainsKey("groups")) _parameters.Add(new(new("groups", Form.Count, []), false));
        if (Chance(0.3)) _parameters.Add(new(new("s", Form.Scalar, [], 1.5), true));
        if (Chance(0.1)) _parameters.Add(new(new("p", Form.Scalar, [], 1.5), false));
        if (Chance(0.1)) _parameters.Add(new(new("holds", Form.Mask, Pick(_parameters.FindAll(parameter => parameter.Value.Form == Form.Tensor)).Value.Axes), false));
        if (Chance(0.15)) AddChoice("flag", Form.Flag, 2);
        if (Chance(0.1)) AddChoice("choice", Form.Choice, 3);
    }

    private void AddChoice(string name, Form form, int count)
    {
        _parameters.Add(new(new(name, form, []), false));
        _extents[name] = _random.Next(count);
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
    private int Extent(string axis) => Subject.LengthOf(axis, _extents);
    private int Count(IEnumerable<string> axes) => axes.Aggregate(1, (size, axis) => size * Extent(axis));

    /// <summary>A value of the form, rather a late one.</summary>
    private Value? Some(Form form, Func<Value, bool>? fits = null)
    {
        var all = Values.Where(value => value.Form == form && (fits is null || fits(value))).ToList();
        return all.Count == 0 ? null : Chance(0.5) ? all[^1] : Pick(all);
    }

    private Value Tensor() => Some(Form.Tensor)!;

    private Value? ThatBroadcastsWith(string[] axes, Func<Value, bool>? fits = null) => Some(Form.Tensor, value => Broadcast(axes, value.Axes) is not null && (fits is null || fits(value)));

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

    /// <summary>Adds a statement. What could grow too large is brought back.</summary>
    private void Add(Form form, string[] axes, double bound, string template, params Value[] operands)
    {
        var result = new Value($"t{_statements.Count + 1}", form, axes, bound);
        if (form == Form.Mask || bound <= 6)
        {
            _statements.Add(new(result, template, operands));
            return;
        }
        var isStatement = template.Contains("{r}", StringComparison.Ordinal);
        if (isStatement) _statements.Add(new(result, template, operands));
        var scale = Math.Pow(2, -Math.Ceiling(Math.Log2(bound / 3)));
        var whole = isStatement ? "{0}" : $"({template})";
        var small = bound > 1e4 || Chance(0.5) ? form == Form.Scalar ? $"real.Tanh({whole})" : $"{whole}.Tanh()" : FormattableString.Invariant($"{whole} * {scale}#");
        _statements.Add(new(new($"t{_statements.Count + 1}", form, axes, 3), small, isStatement ? [result] : operands));
    }

    private void DrawStatement()
    {
        switch (_random.Next(24))
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
            case 19: DrawLoop(); break;
            case 20: DrawChoice(); break;
            case 21: DrawCall(); break;
            default: DrawScalar(); break;
        }
    }
}
