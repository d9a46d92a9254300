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
internal sealed partial class EagerCode(Graph graph, string element, StageVariables variables, bool smallFirst)
{
    private const int HighestPower = 3;

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

    private string Literal(Rational value) => Literals.Of(value, element);

    private Eager AsTensor(Eager code) => code.IsScalar ? new($"Tensor.Create<{element}>([{code.Text}])", [null]) : code;

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
}
