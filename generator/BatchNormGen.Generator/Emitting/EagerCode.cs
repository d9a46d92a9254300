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

    /// <summary>The operations that the element type has too, for scalars, and what it calls them.</summary>
    private static readonly ImmutableDictionary<string, string> OfScalars = ImmutableDictionary.CreateRange(
        from name in (string[])["Abs", "Cos", "Exp", "Log", "Log2", "Maximum Max", "Minimum Min", "Pow", "Sin", "Sqrt", "Tanh"]
        let names = name.Split(' ')
        select new KeyValuePair<string, string>(names[0], names[names.Length - 1]));

    /// <summary>The operations of two operands with the one that says the same of them in exchange.</summary>
    private static readonly ImmutableDictionary<string, string> Mirrored = ImmutableDictionary.CreateRange(
        from pair in (string[])["EqualTo EqualTo", "GreaterThan LessThan", "GreaterThanOrEqual LessThanOrEqual", "LessThan GreaterThan", "LessThanOrEqual GreaterThanOrEqual", "Maximum Maximum", "Minimum Minimum", "NotEqualTo NotEqualTo"]
        let names = pair.Split(' ')
        select new KeyValuePair<string, string>(names[0], names[1]));

    /// <summary>The joined indices that the present expression takes as they are. It works on the parts of any other.</summary>
    private ImmutableArray<Index> _whole = [];

    /// <summary>The expression as far as it has the indices of the layout; axes that it lacks are left to broadcast.</summary>
    public Eager Express(Expr node, ImmutableArray<Index?> layout)
    {
        _whole = Whole(node, layout);
        return Fit(Write(node, Expand(layout)), layout);
    }

    /// <summary>As <see cref="Express"/>; a mask stays one where it can.</summary>
    public Eager ExpressAny(Expr node, ImmutableArray<Index?> layout)
    {
        if (!node.IsMask() || IsOneHot(node)) return Express(node, layout);
        _whole = Whole(node, layout);
        var mask = Condition(node, Expand(layout));
        return mask.Layout.SequenceEqual(layout) ? mask : Express(node, layout);
    }

    /// <summary>As <see cref="Express"/>, or its opposite where it is a negative product or number.</summary>
    public (bool IsNegative, Eager Code) ExpressSigned(Expr node, ImmutableArray<Index?> layout)
    {
        _whole = Whole(node, layout);
        return WriteSigned(node, Expand(layout));
    }

    /// <summary>A mask with all its indices; null where it cannot be one in C# too.</summary>
    public Eager? ExpressMask(Expr mask)
    {
        _whole = Whole(mask, []);
        return Condition(mask, FrameOf(mask, [])) is { IsScalar: false } code && IndexSet.Of(code.Layout) == mask.Free ? code : null;
    }

    private Eager Write(Expr node, ImmutableArray<Index?> frame) => Find(node) is { } known ? Number(known, frame) : node switch
    {
        Constant constant => new(Literal(constant.Value), [], constant.Value.Sign < 0 ? Binding.Unary : Binding.Primary),
        Extent extent => new(variables.Extent(extent.Axis), []),
        Add sum => WriteSum(sum, frame),
        Product product => WriteProduct(product.Coefficient, product.Factors, frame),
        Apply mask when OneHotOf(mask) is var (labels, index) => OneHot(labels, index, frame),
        Apply when node.IsMask() => Number(Condition(node, frame), frame),
        Apply apply => Call(apply, frame),
        Custom custom => Call(custom, frame),
        Reduce reduce => Gathered(reduce, frame) ?? MatrixProduct(reduce, frame) ?? WriteReduction(reduce.Kind.ToString(), reduce, frame),
        _ => throw new InvalidOperationException($"{node} has no staged form."),
    };

    /// <summary>What has a name, with its axes in parts where the expression works on the parts.</summary>
    private Eager? Find(Expr node)
    {
        if (variables.Find(node) is not { } known) return null;
        var parts = Expand(known.Layout);
        return parts.SequenceEqual(known.Layout) ? known : new(Reshaped(known, parts), parts);
    }

    /// <summary>The layout of what has a name; null where nothing has.</summary>
    private ImmutableArray<Index?>? Peek(Expr node) => variables.Peek(node) is { } known ? Expand(known.Layout) : null;

    /// <summary>A mask as 1 or 0; anything else as it is.</summary>
    private Eager Number(Eager code, ImmutableArray<Index?> frame) =>
        code.IsMask ? Align(Select(code, new(Literal(Rational.One), []), new(Literal(Rational.Zero), [])), frame) : Align(code, frame);

    /// <summary>The rank of a target, where all its indices are there; what lacks some is left to broadcast.</summary>
    public Eager Fit(Eager code, ImmutableArray<Index?> target)
    {
        if (code.IsScalar || code.Layout.SequenceEqual(target)) return code;
        if (target.IsEmpty) return new($"{code.In(Binding.Primary)}[{string.Join(", ", code.Layout.Select(_ => "0"))}]", []);
        var (there, wanted) = (IndexSet.Of(code.Layout), IndexSet.Of(target));
        if (there == wanted) return Move(code, target);

        // An axis of which some parts are missing has to be filled before it is whole.
        if (target.OfType<Index>().Any(index => index.Atoms.Any(there.Contains) && !index.Atoms.All(there.Contains)))
            return Move(Fill(Fit(code, [.. target.Atoms()]), [.. target.Atoms()]), target);
        if (code.Layout.Length > target.Length || code.Layout.Any(index => index is not null && !target.Contains(index)))
            return Move(code, [.. target.Select(index => index is not null && index.Atoms.All(there.Contains) ? index : null)]);
        return code;
    }

    /// <summary>A tensor of its own that has all elements of the layout.</summary>
    public Eager Fill(Eager code, ImmutableArray<Index?> layout) =>
        new($"Tensor.Broadcast<{element}>({AsTensor(code).Text}, [{Extents(layout)}])", layout);

    private string Literal(Rational value) => Literals.Of(value, element);

    private Eager AsTensor(Eager code) => code.IsScalar ? new($"Tensor.Create<{element}>([{code.Text}])", [null]) : code;

    // Axes that are made of others.

    /// <summary>The joined indices that nothing in an expression takes apart.</summary>
    private ImmutableArray<Index> Whole(Expr node, ImmutableArray<Index?> layout)
    {
        var nodes = node.Nodes(stop: inner => variables.Peek(inner) is not null || OneHotOf(inner) is not null).ToList();
        List<Index> all = [
            .. layout.OfType<Index>(),
            .. nodes.SelectMany(inner => variables.Peek(inner)?.Layout.OfType<Index>() ?? (OneHotOf(inner) is var (_, index) ? [index] : [])),
        ];
        var sums = nodes.OfType<Reduce>().Where(reduce => variables.Peek(reduce) is null).Select(reduce => reduce.Over).ToList();
        return [.. all.Distinct().Where(index =>
            !index.Parts.IsEmpty
            && all.All(other => other.Equals(index) || !other.Atoms.Intersect(index.Parts).Any())
            && sums.All(over => index.Parts.All(over.Contains) || !index.Parts.Any(over.Contains)))];
    }

    /// <summary>The layout as the present expression sees it.</summary>
    private ImmutableArray<Index?> Expand(ImmutableArray<Index?> layout) =>
        [.. layout.SelectMany(index => index is null || _whole.Contains(index) ? [index] : (IEnumerable<Index?>)index.Atoms)];

    /// <summary>The same for a set of indices.</summary>
    private IEnumerable<Index> Axes(IndexSet indices) =>
        indices.Select(index => _whole.FirstOrDefault(whole => whole.Parts.Contains(index)) ?? index).Distinct();

    private string Reshaped(Eager code, ImmutableArray<Index?> layout) =>
        $"{code.In(Binding.Primary)}.Reshape([{Extents(layout)}])";

    private string Extents(ImmutableArray<Index?> layout) => string.Join(", ", layout.Select(index => variables.Extent(index?.Axis)));

    // Arithmetic.

    private Eager WriteSum(Add sum, ImmutableArray<Index?> frame)
    {
        var terms = sum.Terms.Select(term => WriteSigned(term, frame)).ToList();
        if (terms.FindIndex(term => !term.IsNegative) is > 0 and var positive)
        {
            terms.Insert(0, terms[positive]);
            terms.RemoveAt(positive + 1);
        }
        var text = terms[0].IsNegative ? "-" + terms[0].Code.In(Binding.Product) : terms[0].Code.In(Binding.Sum);
        foreach (var (isNegative, code) in terms.Skip(1)) text += (isNegative ? " - " : " + ") + code.In(Binding.Product);
        return new(text, terms.Aggregate(ImmutableArray<Index?>.Empty, (layout, term) => Layouts.Broadcast(layout, term.Code.Layout)), Binding.Sum);
    }

    /// <summary>The expression, or its opposite where it is a negative product or number.</summary>
    private (bool IsNegative, Eager Code) WriteSigned(Expr node, ImmutableArray<Index?> frame) => node switch
    {
        _ when variables.Peek(node) is not null => (false, Write(node, frame)),
        Product { Coefficient.Sign: < 0 } product => (true, WriteProduct(-product.Coefficient, product.Factors, frame)),
        Constant { Value.Sign: < 0 } constant => (true, new(Literal(-constant.Value), [])),
        _ => (false, Write(node, frame)),
    };

    /// <summary>Numbers and extents in front, then the factors, then the divisors: <c>1f / N * a * b / c</c>.</summary>
    private Eager WriteProduct(Rational coefficient, ImmutableArray<Factor> factors, ImmutableArray<Index?> frame)
    {
        // [p]·y is y where p holds and 0 elsewhere, also where y is infinite.
        if (factors.FirstOrDefault(factor => factor.Exponent.IsOne && factor.Base.IsMask() && !IsOneHot(factor.Base)) is { Base: { } mask } masked)
            return Select(mask, WriteProduct(coefficient, factors.Remove(masked), frame), new("0", []), frame);

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
            return Member("ReciprocalSqrt", Write(single, frame));

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
            if (Find(graph.Power(factor.Base, factor.Exponent / power)) is { IsMask: false } known) return Raise(Align(known, frame), power);
        return factor.Exponent.Sign < 0 ? null : Raise(Write(factor.Base, frame), factor.Exponent);
    }

    private Eager Raise(Eager code, Rational exponent) =>
        exponent.IsOne ? code
        : exponent == Rational.Half ? Member("Sqrt", code)
        : !code.IsScalar ? exponent == 2 ? Member("Square", code) : new($"{code.In(Binding.Primary)}.Pow({Literal(exponent)})", code.Layout)
        : exponent == 2 && code.Text.All(char.IsLetterOrDigit) ? new($"{code.Text} * {code.Text}", [], Binding.Product)
        : new($"{element}.Pow({code.Text}, {Literal(exponent)})", []);

    // Functions.

    private Eager Call(Apply apply, ImmutableArray<Index?> frame)
    {
        if (apply.Function == Functions.Where) return Select(apply.Arguments[0], Write(apply.Arguments[1], frame), Write(apply.Arguments[2], frame), frame);
        var operands = apply.Arguments.Select(argument => Write(argument, frame)).ToArray();
        if (apply.Function == Functions.StopGradient) return operands[0];
        if (apply.Function == Functions.Erfc && Member("Erf", operands[0]) is var erf) return new($"{Literal(Rational.One)} - {erf.In(Binding.Product)}", erf.Layout, Binding.Sum);
        if (apply.Function == Functions.Clamp && operands.Skip(operands[0].IsScalar ? 0 : 1).Any(operand => operand.IsScalar == operands[0].IsScalar))
            return Member("Minimum", Member("Maximum", operands[0], operands[1]), operands[2]);
        return Member(apply.Function.Name, operands);
    }

    /// <summary>A user's own method, which gets whole tensors.</summary>
    private Eager Call(Custom custom, ImmutableArray<Index?> frame)
    {
        var result = new Eager($"{custom.Method.Method}({string.Join(", ", custom.Arguments.Select(Argument))}){(custom.Method.Results > 1 ? $".Item{custom.Result + 1}" : "")}", custom.Indices);

        // Where an axis is split, what the method gives has it in one piece.
        return Align(custom.Indices.Any(index => index is not null && graph.Splits.Values.Any(parts => parts.Contains(index.Axis))) ? new(Reshaped(result, result.Layout), result.Layout) : result, frame);
    }

    private string Argument(CustomArgument argument)
    {
        if (argument.Value is Scalar scalar)
        {
            variables.Use(scalar.Name);
            return scalar.Name;
        }
        var code = Write(argument.Value, Expand(argument.Layout));
        if (argument.Layout.IsEmpty) return argument.Gradient < 0 && argument.Value is Constant ? code.Text : AsTensor(code).Text;
        code = Fit(code, argument.Layout);
        return (code.Layout.SequenceEqual(argument.Layout) ? code : Fill(code, argument.Layout)).Text;
    }

    /// <summary>A staged operation on the first operand, with the others as its arguments.</summary>
    private Eager Member(string operation, params Eager[] operands)
    {
        if (operands.All(operand => operand.IsScalar))
            return OfScalars.TryGetValue(operation, out var name)
                ? new($"{element}.{name}({string.Join(", ", operands.Select(operand => operand.Text))})", [])
                : new($"{AsTensor(operands[0]).Text}.{operation}({string.Join(", ", operands.Skip(1).Select(operand => operand.Text))})[0]", []);
        if (operands[0].IsScalar && Mirrored.TryGetValue(operation, out var mirrored)) return Member(mirrored, operands[1], operands[0]);
        var receiver = AsTensor(operands[0]);
        return new(
            $"{receiver.In(Binding.Primary)}.{operation}({string.Join(", ", operands.Skip(1).Select(operand => operand.Text))})",
            operands.Skip(1).Aggregate(receiver.Layout, (layout, operand) => Layouts.Broadcast(layout, operand.Layout)));
    }

    // Masks.

    /// <summary>The first where the mask holds, the second elsewhere.</summary>
    private Eager Select(Expr mask, Eager a, Eager b, ImmutableArray<Index?> frame) =>
        mask is Apply { Function: var function } opposite && function == Functions.Not
            ? Select(opposite.Arguments[0], b, a, frame)
            : Select(Condition(mask, frame), a, b);

    private Eager Select(Eager mask, Eager a, Eager b) =>
        !mask.IsScalar ? Member("Where", mask, a, b)
        : a.IsScalar && b.IsScalar ? new($"{mask.In(Binding.Sum)} ? {a.In(Binding.Sum)} : {b.In(Binding.Sum)}", [], Binding.Choice)
        : Member("Where", new($"Tensor.Create([{mask.Text}])", [null]), a, b);

    /// <summary>A mask as a tensor of bool, or as a condition where it is the same for all elements.</summary>
    private Eager Condition(Expr mask, ImmutableArray<Index?> frame)
    {
        if (Find(mask) is { } known)
            return known.IsMask && known.Layout.Aligns(frame) ? known : Relate("NotEqualTo", Number(known, frame), new(Literal(Rational.Zero), []));
        return mask switch
        {
            Apply { Function: var not, Arguments: [var opposite] } when not == Functions.Not => Relate("EqualTo", Write(opposite, frame), new(Literal(Rational.Zero), [])),
            Apply { Function: var isFinite, Arguments: [var x] } when isFinite == Functions.IsFinite => Relate("LessThan", Member("Abs", Write(x, frame)), new($"{element}.PositiveInfinity", [])),
            Apply { Function: { IsMask: true } relation, Arguments: [var a, var b] } when !IsOneHot(mask) => Relate(relation.Name, Write(a, frame), Write(b, frame)),
            _ => Relate("NotEqualTo", Write(mask, frame), new(Literal(Rational.Zero), [])),
        };
    }

    private Eager Relate(string relation, Eager a, Eager b) => a.IsScalar && b.IsScalar
        ? new($"{a.In(Binding.Sum)} {Operator(relation)} {b.In(Binding.Sum)}", [], Binding.Choice) { IsMask = true }
        : Member(relation, a, b) with { IsMask = true };

    private static string Operator(string relation) => relation switch
    {
        "GreaterThan" => ">",
        "GreaterThanOrEqual" => ">=",
        "LessThan" => "<",
        "LessThanOrEqual" => "<=",
        "EqualTo" => "==",
        _ => "!=",
    };

    // Labels.

    private bool IsOneHot(Expr node) => OneHotOf(node is Named named ? named.Value : node) is not null;

    /// <summary>The labels and the index that they are compared with in [labels = c]; null where it is another expression.</summary>
    private (Read Labels, Index Index)? OneHotOf(Expr node)
    {
        if (node is not Apply { Function: var relation, Arguments: [Read labels, var place] } || relation != Functions.EqualTo) return null;
        if (place is Position { Index: var single }) return (labels, single);
        if (place is not Add) return null;
        var joined =
            from axis in graph.Splits.Keys
            from occurrence in Enumerable.Range(0, place.Free.Count)
            let index = graph.Index(axis, occurrence)
            where graph.Position(index) == place
            select index;
        return joined.FirstOrDefault() is { } found ? (labels, found) : null;
    }

    /// <summary>1 at the place that a label names, along an axis of its own.</summary>
    private Eager OneHot(Read labels, Index index, ImmutableArray<Index?> frame)
    {
        var known = variables.Find(labels)!;
        var code = new Eager($"{known.Text}.OneHot<{element}>({variables.Extent(index.Axis)})", known.Layout.Add(index));
        var parts = Expand(code.Layout);
        return Align(code.Layout.SequenceEqual(parts) ? code : new(Reshaped(code, parts), parts), frame);
    }

    /// <summary>Σ_c [labels = c]·x picks the element at the label; null where it is another sum.</summary>
    private Eager? Gathered(Reduce reduce, ImmutableArray<Index?> frame)
    {
        if (reduce is not { Kind: Reduction.Sum, Body: Product { Coefficient.IsOne: true, Factors: { Length: >= 2 } factors } }) return null;
        foreach (var factor in factors.Where(factor => factor.Exponent.IsOne))
        {
            if (OneHotOf(factor.Base) is not var (labels, index) || IndexSet.Of([index]) != reduce.Over) continue;
            var rest = graph.Product(Rational.One, factors.Remove(factor));
            if (!reduce.Over.IsSubsetOf(rest.Free)) continue;
            var picked = Peek(labels)!.Value;
            var x = Write(rest, FrameOf(rest, frame));
            var axis = x.Layout.IndexOf(index);
            if (axis < 0) continue;
            ImmutableArray<Index?> others = x.Layout.Length == 1 ? [null] : x.Layout.RemoveAt(axis);
            if (others.SequenceEqual(picked)) return Align(new($"{x.In(Binding.Primary)}.Gather({variables.Find(labels)!.Text}, axis: {axis})", picked), frame);
        }
        return null;
    }

    // Products of matrices.

    /// <summary>
    /// Σ_k a[…,i,k]·b[…,k,j]. Of several indices that are summed over one is that of the product, and what it gives is
    /// added over the others.
    /// </summary>
    private Eager? MatrixProduct(Reduce reduce, ImmutableArray<Index?> frame)
    {
        if (Contraction.Of(reduce) is not { } product) return null;
        var coefficient = ((Product)reduce.Body).Coefficient;
        var result = Axes(reduce.Free).OrderBy(index => frame.IndexOf(index)).ToList();
        var (left, right, rows, columns) = (product.Left, product.Right, Axes(product.Rows).ToList(), Axes(product.Columns).ToList());
        if (rows.Contains(result.Last(index => rows.Contains(index) || columns.Contains(index)))) (left, right, rows, columns) = (right, left, columns, rows);
        var (row, column) = (result.Last(rows.Contains), result.Last(columns.Contains));
        var first = graph.Product(coefficient, left);
        var summed = Axes(product.Inner).ToList();
        var inner = FrameOf(first, frame).OfType<Index>().Last(summed.Contains);
        ImmutableArray<Index?> batch = [.. summed.Where(index => index != inner), .. result.Where(index => index != row && index != column)];

        var a = Write(first, [.. batch, row, inner]);
        var b = Write(graph.Product(Rational.One, right), [.. batch, inner, column]);
        if (a.Layout is not [.., var lastRow, var lastInner] || b.Layout is not [.., var firstInner, var lastColumn]) return null;
        if (lastRow != row || lastInner != inner || firstInner != inner || lastColumn != column) return null;
        var layout = Layouts.Broadcast(Outer(a.Layout), Outer(b.Layout)).Add(row).Add(column);
        var code = new Eager($"{a.In(Binding.Primary)}.MatMul({b.Text})", layout);
        var axes = Enumerable.Range(0, layout.Length).Where(axis => layout[axis] is { } index && summed.Contains(index)).ToList();
        return axes.Count == 0 ? Align(code, frame) : ReduceOver("Sum", code, axes, frame);

        static ImmutableArray<Index?> Outer(ImmutableArray<Index?> layout) => layout.RemoveRange(layout.Length - 2, 2);
    }

    // Reductions.

    private Eager WriteReduction(string method, Reduce reduce, ImmutableArray<Index?> frame)
    {
        var body = Write(reduce.Body, FrameOf(reduce.Body, frame));
        var axes = Enumerable.Range(0, body.Layout.Length).Where(axis => body.Layout[axis] is { } index && index.Atoms.All(reduce.Over.Contains)).ToList();
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
        var operands = body.Nodes(stop: node => Peek(node) is not null).Select(Peek).OfType<ImmutableArray<Index?>>();
        if (operands.FirstOrDefault(operand => IndexSet.Of(operand) == body.Free) is { IsDefault: false } whole) return whole;
        var common = outer.OfType<Index>().Where(index => index.Atoms.All(body.Free.Contains)).ToList();
        return [.. common, .. Axes(body.Free).Where(index => !common.Contains(index))];
    }

    // Axes.

    private Eager Align(Eager code, ImmutableArray<Index?> frame)
    {
        if (code.Layout.Aligns(frame)) return code;
        var first = Enumerable.Range(0, frame.Length).First(axis => frame[axis] is { } index && code.Layout.Contains(index));
        return Move(code, [.. frame.Skip(first).Select(index => index is not null && code.Layout.Contains(index) ? index : null)]);
    }

    /// <summary>The same elements with their axes in the order of <paramref name="target"/>, axes of extent 1 added or removed, others split or joined.</summary>
    private Eager Move(Eager code, ImmutableArray<Index?> target)
    {
        if (code.Layout.SequenceEqual(target)) return code;
        var wanted = target.Atoms().OfType<Index>().ToImmutableArray();
        if (!code.Layout.Atoms().OfType<Index>().SequenceEqual(wanted))
        {
            var order = code.Layout.Select((index, axis) => (index, axis)).OrderBy(pair => pair.index is null ? -1 : wanted.IndexOf(pair.index.Atoms.First())).Select(pair => pair.axis).ToList();
            var last = order.Count - 1;
            var isTransposed = order[last] == last - 1 && order[last - 1] == last && order.Take(last - 1).SequenceEqual(Enumerable.Range(0, last - 1));
            return Move(new($"{code.In(Binding.Primary)}.{(isTransposed ? "Transpose()" : $"Permute([{string.Join(", ", order)}])")}", [.. order.Select(axis => code.Layout[axis])]), target);
        }
        for (var axis = 0; axis < target.Length; axis++)
            if (target[axis] is null && target.RemoveAt(axis).SequenceEqual(code.Layout)) return new($"{code.In(Binding.Primary)}.Unsqueeze(axis: {axis})", target);
        for (var axis = 0; axis < code.Layout.Length; axis++)
            if (code.Layout[axis] is null && code.Layout.RemoveAt(axis).SequenceEqual(target)) return new($"{code.In(Binding.Primary)}.Squeeze(axis: {axis})", target);
        return new(Reshaped(code, target), target);
    }
}
