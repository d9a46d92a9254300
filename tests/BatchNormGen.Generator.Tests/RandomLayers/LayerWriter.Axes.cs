namespace BatchNormGen.Generator.Tests.RandomLayers;

// What changes the axes: reductions, products, shapes, labels, and calls that ask for certain ones.
internal sealed partial class LayerWriter
{
    private void DrawReduction()
    {
        var x = Tensor();
        var axes = Enumerable.Range(0, x.Axes.Length).Where(_ => Chance(0.5)).ToList();
        var all = axes.Count == 0 || Chance(0.15);
        var keepDims = !all && Chance(0.5);
        var count = Count(all ? x.Axes : axes.Select(axis => x.Axes[axis]));
        var name = Pick(Vocabulary.Reductions);
        if (name == "StandardDeviation" && count < 3) return;
        var operand = name == "Norm" ? "({0} + 3)" : "{0}";
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
        Add(Form.Tensor, x.Axes, x.Bound * 2 + 2, Pick(Vocabulary.Along).Replace("#A", $"{_random.Next(x.Axes.Length)}"), x);
    }

    /// <summary>Other differentiable methods.</summary>
    private void DrawCall()
    {
        if (Chance(0.5) && Some(Form.Tensor, value => value.Axes is [not "1"]) is { } x) Add(Form.Tensor, x.Axes, 1, "Squash({0})", x);
        else if (Some(Form.Tensor, value => value.Axes is [not "1", not "1"]) is { } v && Some(Form.Tensor, value => value.Axes is [var axis] && axis == v.Axes[1]) is { } w)
        {
            if (Chance(0.5)) Add(Form.Tensor, w.Axes, v.Bound * w.Bound, "var (_, {r}) = Affine({0}, {1});", v, w);
            else Add(Form.Tensor, v.Axes, v.Bound * w.Bound + 1, "var ({r}Scaled, {r}Sums) = Affine({0}, {1}); var {r} = {r}Scaled - {r}Sums;", v, w);
        }
    }

    private void DrawProduct()
    {
        var x = Tensor();
        var inner = x.Axes[^1];
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
            var parts = x.Axes.Select((axis, i) => i == split ? $"{{1}}, {{0}}.Lengths[{i}] / {{1}}" : $"{{0}}.Lengths[{i}]");
            Add(Form.Tensor, [.. x.Axes[..split], "groups", "E/groups", .. x.Axes[(split + 1)..]], x.Bound, $"{{0}}.Reshape({string.Join(", ", parts)})", x, _parameters.First(parameter => parameter.Value.Form == Form.Count).Value);
            return;
        }
        if (Chance(0.3) && Some(Form.Tensor, value => value != x && Joined(value.Axes) == Joined(x.Axes)) is { } other) Add(Form.Tensor, other.Axes, x.Bound, "{0}.Reshape({1}.Lengths)", x, other);
        else if (x.Axes.Length == 1 || isParted || x.Axes.Distinct().Count() < x.Axes.Length) return;
        else if (Chance(0.3)) Add(Form.Tensor, [Joined(x.Axes)], x.Bound, "{0}.Reshape(-1)", x);
        else Add(Form.Tensor, [x.Axes[0], Joined(x.Axes[1..])], x.Bound, "{0}.Reshape({0}.Lengths[0], -1)", x);
    }

    private static string Joined(string[] axes) => string.Join("*", axes.Where(axis => axis != "1")) is { Length: > 0 } joined ? joined : "1";

    private void DrawLabels()
    {
        var x = Tensor();
        var axis = _random.Next(x.Axes.Length);
        string[] rest = [.. x.Axes.Where((_, i) => i != axis)];
        if (rest.Length == 0) rest = ["1"];
        if (rest.Any(name => !_axes.Contains(name) && name is not ("1" or "E")) || _parameters.Count > 6) return;
        var labels = _parameters.Find(parameter => parameter.Value.Form == Form.Labels && parameter.Value.Axes.SequenceEqual(rest) && parameter.Classes == x.Axes[axis]);
        if (labels is null) _parameters.Add(labels = new(new($"labels{_parameters.Count}", Form.Labels, rest), false, x.Axes[axis]));
        if (Chance(0.7)) Add(Form.Tensor, rest, x.Bound, $"{{0}}.Gather({{1}}, axis: {axis})", x, labels.Value);
        else if (_axes.Contains(x.Axes[axis])) Add(Form.Tensor, [.. rest, x.Axes[axis]], 1, $"{{1}}.OneHot<real>({{0}}.Lengths[{axis}])", x, labels.Value);
        else if (Extent(labels.Classes) <= 40) Add(Form.Tensor, [.. rest, "40"], 1, "{0}.OneHot<real>(40)", labels.Value);
    }
}
