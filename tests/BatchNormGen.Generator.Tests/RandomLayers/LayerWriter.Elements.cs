namespace BatchNormGen.Generator.Tests.RandomLayers;

// Element by element: functions, arithmetic, masks, loops, choices.
internal sealed partial class LayerWriter
{
    private void DrawFunction()
    {
        var x = Tensor();
        var (template, bound) = Pick(Vocabulary.Functions);
        Add(Form.Tensor, x.Axes, bound(x.Bound), template, x);
    }

    private void DrawScalar()
    {
        if (Some(Form.Scalar) is not { } s)
        {
            var x = Tensor();
            var (template, bound) = Pick(Vocabulary.Totals);
            Add(Form.Scalar, [], bound(x.Bound, Count(x.Axes)), template, x);
        }
        else if (Chance(0.4))
        {
            var (template, bound) = Pick(Vocabulary.ScalarFunctions);
            Add(Form.Scalar, [], bound(s.Bound), template, s);
        }
        else if (Chance(0.3))
        {
            var other = Some(Form.Scalar)!;
            Add(Form.Scalar, [], s.Bound * other.Bound + s.Bound + other.Bound, Pick(Vocabulary.ScalarPairs), s, other);
        }
        else
        {
            var x = Tensor();
            var (template, bound) = Chance(0.2) ? ("({0} * {0} + 0.5#).Pow({1})", (a, b) => Math.Pow(a * a + 0.5, b)) : Pick(Vocabulary.Pairs);
            var (a, b) = template.Contains("Pow", StringComparison.Ordinal) || Chance(0.5) ? (x, s) : (s, x);
            Add(Form.Tensor, x.Axes, bound(a.Bound, b.Bound), template, a, b);
        }
    }

    private void DrawPair()
    {
        var x = Tensor();
        if (ThatBroadcastsWith(x.Axes, value => value != x || Chance(0.2)) is not { } y) return;
        var (template, bound) = Pick(Chance(0.65) ? Vocabulary.Pairs : Vocabulary.TensorPairs);
        var (a, b) = Chance(0.5) ? (x, y) : (y, x);
        Add(Form.Tensor, Broadcast(x.Axes, y.Axes)!, bound(a.Bound, b.Bound), template, a, b);
    }

    private void DrawMask()
    {
        if (Some(Form.Mask) is { } mask && Chance(0.6))
        {
            if (ThatBroadcastsWith(mask.Axes) is not { } a) return;
            var axes = Broadcast(mask.Axes, a.Axes)!;
            if (Chance(0.3)) Add(Form.Tensor, axes, a.Bound + 1, Pick(["{0}.Where({1}, 0.5#)", "{0}.Where(0, {1})"]), mask, a);
            else if (ThatBroadcastsWith(axes) is { } b) Add(Form.Tensor, Broadcast(axes, b.Axes)!, Math.Max(a.Bound, b.Bound), "{0}.Where({1}, {2})", mask, a, b);
            return;
        }
        var x = Tensor();
        var name = Pick(Vocabulary.Comparisons);
        if (Chance(0.4)) Add(Form.Mask, x.Axes, 1, $"{{0}}.{name}(0.125#)", x);
        else if (ThatBroadcastsWith(x.Axes) is { } y) Add(Form.Mask, Broadcast(x.Axes, y.Axes)!, 1, $"{{0}}.{name}({{1}})", x, y);
    }

    private void DrawLoop()
    {
        var x = Tensor();
        if (ThatBroadcastsWith(x.Axes, value => Broadcast(x.Axes, value.Axes)!.SequenceEqual(x.Axes)) is not { } y) return;
        var (template, bound) = Pick(Vocabulary.Loops);
        Add(Form.Tensor, x.Axes, bound(x.Bound, y.Bound), template, x, y);
    }

    private void DrawChoice()
    {
        var x = Tensor();
        if (Some(Form.Flag) is { } flag && Chance(0.6))
        {
            var (template, bound) = Pick(Vocabulary.Branches);
            Add(Form.Tensor, x.Axes, bound(x.Bound), template, x, flag);
        }
        else if (Some(Form.Choice) is { } choice)
        {
            var y = Some(Form.Tensor, value => value.FitsInPlaceOf(x))!;
            var (template, bound) = Pick(Vocabulary.Choices);
            Add(Form.Tensor, x.Axes, bound(x.Bound, y.Bound), template, x, y, choice);
        }
    }
}
