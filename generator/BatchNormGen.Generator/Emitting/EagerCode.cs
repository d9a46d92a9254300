using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Emitting;

/// <summary>
/// Writes an expression as a student writes it: operators and staged operations on whole tensors. An expression is
/// written for a frame, the layout that it is to broadcast to; an operand that does not gets its axes moved.
/// </summary>
/// <param name="graph">The graph of the expressions.</param>
/// <param name="element">The element type.</param>
/// <param name="variables">What has a name.</param>
/// <param name="smallFirst">Whether small factors come first, as in formulas; else they stay in the order of the user.</param>
internal sealed class EagerCode(Graph graph, string element, StageVariables variables, bool smallFirst)
{
    private const int HighestPower = 3;

    /// <summary>The functions that the element type has too, for scalars.</summary>
    private static readonly ImmutableArray<string> OfScalars = ["Exp", "Log", "Sqrt", "Tanh"];

    public Eager Write(Expr node, ImmutableArray<Index?> frame) => variables.Find(node) is { } known ? Align(known, frame) : node switch
    {
        Constant constant => new(Literal(constant.Value), [], constant.Value.Sign < 0 ? Binding.Unary : Binding.Primary),
        Extent extent => new(variables.Extent(extent.Axis), []),
        Add sum => WriteSum(sum, frame),
        Product product => WriteProduct(product.Coefficient, product.Factors, frame),
        Apply when node.IsMask() => Mask(node, new(Literal(Rational.One), []), frame),
        Apply apply => Call(apply, frame),
        Reduce reduce => WriteReduction(reduce.Kind.ToString(), reduce, frame),
        _ => throw new InvalidOperationException($"{node} has no staged form."),
    };

    /// <summary>The rank of a target, where all its indices are there; what lacks some is left to broadcast.</summary>
    public Eager Fit(Eager code, ImmutableArray<Index?> target)
    {
        if (code.IsScalar || code.Layout.SequenceEqual(target)) return code;
        if (target.IsEmpty) return new($"{code.In(Binding.Primary)}[{string.Join(", ", code.Layout.Select(_ => "0"))}]", []);
        if (code.Layout.Length > target.Length) return Move(code, [.. code.Layout.Skip(code.Layout.Length - target.Length)]);
        return code.Layout.Indices().Count == target.Indices().Count ? Move(code, target) : code;
    }

    /// <summary>A tensor of its own that has all elements of the layout.</summary>
    public Eager Fill(Eager code, ImmutableArray<Index?> layout) =>
        new($"Tensor.Broadcast<{element}>({AsTensor(code).Text}, [{string.Join(", ", layout.Select(index => variables.Extent(index?.Axis)))}])", layout);

    private string Literal(Rational value) => Literals.Of(value, element);

    private static Eager AsTensor(Eager code) => code.IsScalar ? new($"Tensor.Create([{code.Text}])", [null]) : code;

    // Arithmetic.

    private Eager WriteSum(Add sum, ImmutableArray<Index?> frame)
    {
        var terms = sum.Terms.Select(term => WriteSigned(term, frame)).ToList();
        if (terms.FindIndex(term => !term.IsNegative) is > 0 and var positive)
        {
            terms.Insert(0, terms[positive]);
            terms.RemoveAt(positive + 1);
        }
        var text = terms[0].IsNegative ? "-" + terms[0].Code.In(Binding.Product) : terms[0].Code.Text;
        foreach (var (isNegative, code) in terms.Skip(1)) text += (isNegative ? " - " : " + ") + code.In(Binding.Product);
        return new(text, terms.Aggregate(ImmutableArray<Index?>.Empty, (layout, term) => Layouts.Broadcast(layout, term.Code.Layout)), Binding.Sum);
    }

    /// <summary>The expression, or its opposite where it is a negative product or number.</summary>
    public (bool IsNegative, Eager Code) WriteSigned(Expr node, ImmutableArray<Index?> frame) => node switch
    {
        _ when variables.Peek(node) is not null => (false, Write(node, frame)),
        Product { Coefficient.Sign: < 0 } product => (true, WriteProduct(-product.Coefficient, product.Factors, frame)),
        Constant { Value.Sign: < 0 } constant => (true, new(Literal(-constant.Value), [])),
        _ => (false, Write(node, frame)),
    };

    /// <summary>Numbers and extents in front, then the factors, then the divisors: <c>1f / N * a * b / c</c>.</summary>
    private Eager WriteProduct(Rational coefficient, ImmutableArray<Factor> factors, ImmutableArray<Index?> frame)
    {
        if (factors.FirstOrDefault(factor => factor.Exponent.IsOne && factor.Base.IsMask()) is { Base: { } mask } masked)
            return Mask(mask, WriteProduct(coefficient, factors.Remove(masked), frame), frame);

        var above = new List<(Eager Code, int Size)>();
        if (factors.FirstOrDefault(factor => factor is { Base: Reduce, Exponent.IsOne: true }) is { Base: Reduce sum } summed && IsMean(sum, ref coefficient, ref factors))
        {
            above.Add((WriteReduction("Mean", sum, frame), sum.Free.Count));
            factors = factors.Remove(summed);
        }
        var extents = factors.Where(factor => factor is { Base: Extent, Exponent.Sign: < 0 }).ToList();
        var below = new List<Eager>();
        foreach (var factor in factors.Where(factor => !extents.Contains(factor)))
        {
            if (WritePower(factor, frame) is { } power) above.Add((power, factor.Base.Free.Count));
            else below.Add(WritePower(factor with { Exponent = -factor.Exponent }, frame)!);
        }

        if (coefficient.IsOne && extents.Count + above.Count == 0 && factors is [{ Base: var single, Exponent: var exponent }] && exponent == -Rational.Half && !below[0].IsScalar && variables.Peek(graph.Power(single, Rational.Half)) is null)
            return Call("ReciprocalSqrt", Write(single, frame));

        var operands = (smallFirst ? above.OrderBy(operand => operand.Size) : above.AsEnumerable()).Select(operand => operand.Code).ToList();
        var divisors = extents.Select(factor => WritePower(factor with { Exponent = -factor.Exponent }, frame)!).ToList();
        if (operands.Count == 0) (divisors, below) = ([.. divisors, .. below], []);
        var parts = operands.Select(operand => operand.In(Binding.Product)).ToList();
        if (divisors.Count > 0) parts.Insert(0, $"{Literal(coefficient)} / {Divisor(divisors)}");
        else if (parts.Count == 0 || !coefficient.Abs().IsOne) parts.Insert(0, Literal(coefficient));
        else if (coefficient.Sign < 0) parts[0] = "-" + parts[0];
        var text = string.Join(" * ", parts) + (below.Count > 0 ? " / " + Divisor(below) : "");
        var layout = operands.Concat(divisors).Concat(below).Aggregate(ImmutableArray<Index?>.Empty, (layout, operand) => Layouts.Broadcast(layout, operand.Layout));
        var isSingle = parts.Count + below.Count == 1 && divisors.Count == 0;
        return new(text, layout, !isSingle ? Binding.Product : coefficient.Sign < 0 ? Binding.Unary : operands.Count > 0 ? operands[0].Binding : Binding.Primary);
    }

    private static string Divisor(List<Eager> operands) =>
        operands.Count == 1 ? operands[0].In(Binding.Unary) : $"({string.Join(" * ", operands.Select(operand => operand.In(Binding.Product)))})";

    /// <summary>Whether a sum is divided by its number of terms; takes the extents out of the factors if so.</summary>
    private static bool IsMean(Reduce sum, ref Rational coefficient, ref ImmutableArray<Factor> factors)
    {
        var (number, rest) = (coefficient, factors);
        foreach (var axis in sum.Over.Select(index => index.Axis))
        {
            if (axis.Extent is { } extent) number *= extent;
            else if (rest.FirstOrDefault(factor => factor.Base is Extent known && known.Axis == axis && factor.Exponent == Rational.MinusOne) is { Base: not null } divisor) rest = rest.Remove(divisor);
            else return false;
        }
        var fixedCount = number / coefficient;
        if (number.Denominator * fixedCount.Numerator != coefficient.Denominator) return false;
        (coefficient, factors) = (number, rest);
        return true;
    }

    /// <summary>A factor that stands above the line; null for one that is to be divided by.</summary>
    private Eager? WritePower(Factor factor, ImmutableArray<Index?> frame)
    {
        // A power that is a stage, or a root's power that is one of a stage, goes by its name: the derivative of a root by the root.
        for (var power = 1; power <= (factor.Exponent.IsInteger ? 1 : HighestPower); power++)
            if (variables.Find(graph.Power(factor.Base, factor.Exponent / power)) is { } known) return Raise(Align(known, frame), power);
        return factor.Exponent.Sign < 0 ? null : Raise(Write(factor.Base, frame), factor.Exponent);
    }

    private Eager Raise(Eager code, Rational exponent) =>
        exponent.IsOne ? code
        : exponent == Rational.Half ? Call("Sqrt", code)
        : !code.IsScalar ? exponent == 2 ? Call("Square", code) : new($"{code.In(Binding.Primary)}.Pow({Literal(exponent)})", code.Layout)
        : exponent == 2 && code.Text.All(char.IsLetterOrDigit) ? new($"{code.Text} * {code.Text}", [], Binding.Product)
        : new($"{element}.Pow({code.Text}, {Literal(exponent)})", []);

    // Functions.

    private Eager Call(string function, Eager argument) =>
        argument.IsScalar && OfScalars.Contains(function) ? new($"{element}.{function}({argument.Text})", [])
        : AsTensor(argument) is var tensor ? new($"{tensor.In(Binding.Primary)}.{function}()", tensor.Layout) : argument;

    private Eager Call(Apply apply, ImmutableArray<Index?> frame)
    {
        if (apply.Function == Functions.Where) return Select(apply.Arguments[0], Write(apply.Arguments[1], frame), Write(apply.Arguments[2], frame), frame);
        var operands = apply.Arguments.Select(argument => Write(argument, frame)).ToImmutableArray();
        if (apply.Function == Functions.Erfc) return Call("Erf", operands[0]) is var erf ? new($"{Literal(Rational.One)} - {erf.Text}", erf.Layout, Binding.Sum) : erf;
        if (apply.Function == Functions.Clamp && !(operands[1].IsScalar && operands[2].IsScalar)) return Member("Minimum", Member("Maximum", operands[0], operands[1]), operands[2]);
        return operands.Length == 1 ? Call(apply.Function.Name, operands[0]) : Member(apply.Function.Name, [.. operands]);
    }

    /// <summary>A staged operation on the first operand, with the others as its arguments.</summary>
    private static Eager Member(string operation, params Eager[] operands)
    {
        var receiver = AsTensor(operands[0]);
        return new(
            $"{receiver.In(Binding.Primary)}.{operation}({string.Join(", ", operands.Skip(1).Select(operand => operand.Text))})",
            operands.Skip(1).Aggregate(receiver.Layout, (layout, operand) => Layouts.Broadcast(layout, operand.Layout)));
    }

    /// <summary>[p] · y is y where p holds and 0 elsewhere, also where y is infinite.</summary>
    private Eager Mask(Expr mask, Eager kept, ImmutableArray<Index?> frame) => Select(mask, kept, new("0", []), frame);

    /// <summary>The first where the mask holds, the second elsewhere.</summary>
    private Eager Select(Expr mask, Eager a, Eager b, ImmutableArray<Index?> frame)
    {
        if (mask is Apply { Function: var function } opposite && function == Functions.Not) return Select(opposite.Arguments[0], b, a, frame);
        return Member("Where", Condition(mask, frame), a, b);
    }

    /// <summary>A mask as a tensor of bool. One that is a stage is kept as 1 or 0.</summary>
    private Eager Condition(Expr mask, ImmutableArray<Index?> frame) => (variables.Find(mask), mask) switch
    {
        ({ } known, _) => Member("NotEqualTo", Align(known, frame), new("0", [])),
        (_, Apply { Arguments: [Read labels, Position { Index: var index }] }) => Member("EqualTo", OneHot(labels, index, frame), new(Literal(Rational.One), [])),
        (_, Apply { Function: var function, Arguments: [var x] }) when function == Functions.IsFinite && Write(x, frame) is var value =>
            Member("EqualTo", new($"{value.In(Binding.Sum)} - {value.In(Binding.Product)}", value.Layout, Binding.Sum), new("0", [])),
        (_, Apply { Arguments: [var a, var b] } relation) => Member(relation.Function.Name, Write(a, frame), Write(b, frame)),
        _ => throw new InvalidOperationException($"{mask} has no staged form."),
    };

    /// <summary>1 at the place that a label names, along an axis of its own.</summary>
    private Eager OneHot(Read labels, Index index, ImmutableArray<Index?> frame) =>
        Align(new($"{variables.Find(labels)!.Text}.OneHot<{element}>({variables.Extent(index.Axis)})", labels.Indices.Add(index)), frame);

    // Reductions.

    private Eager WriteReduction(string method, Reduce reduce, ImmutableArray<Index?> frame)
    {
        var body = Write(reduce.Body, FrameOf(reduce.Body, frame));
        var axes = Enumerable.Range(0, body.Layout.Length).Where(axis => body.Layout[axis] is { } index && reduce.Over.Contains(index)).ToList();
        var result = axes.Count == 0 ? body : ReduceOver(method, body, axes, frame);

        // What is the same for every index is added up by counting.
        var counted = reduce.Over.Except(IndexSet.Of(body.Layout)).Select(index => variables.Extent(index.Axis)).ToList();
        return counted.Count == 0 || method != "Sum" ? result
            : new($"{string.Join(" * ", counted)} * {result.In(Binding.Product)}", result.Layout, Binding.Product);
    }

    /// <summary>With or without the reduced axes, whichever the frame has; over all axes the result is a scalar.</summary>
    private Eager ReduceOver(string method, Eager body, List<int> axes, ImmutableArray<Index?> frame)
    {
        ImmutableArray<Index?> dropped = [.. body.Layout.Where((_, axis) => !axes.Contains(axis))];
        if (dropped.IsEmpty) dropped = [null];
        ImmutableArray<Index?> kept = [.. body.Layout.Select((index, axis) => axes.Contains(axis) ? null : index)];
        var named = axes.Count == 1 ? $"axis: {axes[0]}" : $"axes: [{string.Join(", ", axes)}]";
        var (arguments, layout) =
            dropped.SequenceEqual(frame) ? (named, dropped)
            : kept.SequenceEqual(frame) ? (named + ", keepDims: true", kept)
            : dropped.Indices().Count == 0 ? ("", [])
            : dropped.Aligns(frame) || !kept.Aligns(frame) ? (named, dropped)
            : (named + ", keepDims: true", kept);
        return Align(new($"{body.In(Binding.Primary)}.{method}({arguments})", layout), frame);
    }

    /// <summary>The frame of what is reduced: the layout of an operand that has all indices, else those of the result and then the others.</summary>
    private ImmutableArray<Index?> FrameOf(Expr body, ImmutableArray<Index?> outer)
    {
        var operands = body.Nodes(stop: node => variables.Peek(node) is not null).Select(variables.Peek).OfType<Eager>();
        if (operands.FirstOrDefault(operand => IndexSet.Of(operand.Layout) == body.Free) is { } whole) return whole.Layout;
        var common = outer.Indices().Where(body.Free.Contains).ToList();
        return [.. common, .. body.Free.Where(index => !common.Contains(index))];
    }

    // Axes.

    private Eager Align(Eager code, ImmutableArray<Index?> frame)
    {
        if (code.Layout.Aligns(frame)) return code;
        var first = Enumerable.Range(0, frame.Length).First(axis => frame[axis] is { } index && code.Layout.Contains(index));
        return Move(code, [.. frame.Skip(first).Select(index => index is not null && code.Layout.Contains(index) ? index : null)]);
    }

    /// <summary>The same elements with their axes in the order of <paramref name="target"/>, axes of extent 1 added or removed.</summary>
    private Eager Move(Eager code, ImmutableArray<Index?> target)
    {
        var order = code.Layout.Select((index, axis) => (index, axis)).OrderBy(pair => pair.index is null ? -1 : target.IndexOf(pair.index)).Select(pair => pair.axis).ToList();
        var receiver = code.In(Binding.Primary);
        if (!code.Layout.Indices().SequenceEqual(target.Indices()))
        {
            var last = order.Count - 1;
            var isTransposed = order[last] == last - 1 && order[last - 1] == last && order.Take(last - 1).SequenceEqual(Enumerable.Range(0, last - 1));
            return Move(new($"{receiver}.{(isTransposed ? "Transpose()" : $"Permute({string.Join(", ", order)})")}", [.. order.Select(axis => code.Layout[axis])]), target);
        }
        if (code.Layout.SequenceEqual(target)) return code;
        for (var axis = 0; axis < target.Length; axis++)
            if (target[axis] is null && target.RemoveAt(axis).SequenceEqual(code.Layout)) return new($"{receiver}.Unsqueeze(axis: {axis})", target);
        for (var axis = 0; axis < code.Layout.Length; axis++)
            if (code.Layout[axis] is null && code.Layout.RemoveAt(axis).SequenceEqual(target)) return new($"{receiver}.Squeeze(axis: {axis})", target);
        return new($"{receiver}.Reshape({string.Join(", ", target.Select(index => variables.Extent(index?.Axis)))})", target);
    }
}
