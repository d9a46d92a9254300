using System.Collections.Immutable;
using System.Linq;
using System.Numerics;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace BatchNormGen.Generator.Reading;

// What holds and what does not. A condition that is known is the number 1 or 0; of one that is not known, the value is
// one of those it depends on.
internal sealed partial class ExpressionReader
{
    /// <summary>Whether a condition holds; null, which is said at the construct that asks, where only the run knows.</summary>
    public bool? Decide(IOperation condition, IOperation construct, string keyword) => Decide(Read(condition), construct, keyword);

    private bool? Decide(Value? condition, IOperation construct, string keyword)
    {
        if (condition is null) return null;
        if (condition.Expr is Constant known) return !known.Value.IsZero;
        ControlFlow(construct, keyword, DependsOnElements(condition) ? Advice.Where : Advice.Choice);
        return null;
    }

    private static bool DependsOnElements(Value value) => value.Expr.Nodes().Any(node => node is Read);

    private Value Truth(bool holds) => Value.Scalar(holds ? Graph.One : Graph.Zero);

    // Operators.

    private Value? ReadCondition(IBinaryOperation operation)
    {
        var (left, right, kind) = (operation.LeftOperand, operation.RightOperand, operation.OperatorKind);
        if (kind is BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr)
        {
            var first = Read(left);
            return first is { Expr: Constant known } && known.Value.IsZero != (kind == BinaryOperatorKind.ConditionalAnd) ? Read(right) : first;
        }
        if (!left.Type.IsKnowable() || !right.Type.IsKnowable() || operation.OperatorMethod is { } method && !method.IsArithmetic())
            return Unsupported(operation, "a layer has no such operator", "Supported are " + Advice.Supported);
        var (a, b) = (Read(left), Read(right));
        if (a is null || b is null) return null;
        if (a.Expr is Constant x && b.Expr is Constant y && Holds(kind, x.Value, y.Value) is { } holds) return Truth(holds);
        return a.Expr is Constant || DependsOnElements(b) ? b : a;
    }

    private static bool? Holds(BinaryOperatorKind kind, Rational a, Rational b) => kind switch
    {
        BinaryOperatorKind.Equals => a == b,
        BinaryOperatorKind.NotEquals or BinaryOperatorKind.ExclusiveOr => a != b,
        BinaryOperatorKind.LessThan => a < b,
        BinaryOperatorKind.LessThanOrEqual => !(a > b),
        BinaryOperatorKind.GreaterThan => a > b,
        BinaryOperatorKind.GreaterThanOrEqual => !(a < b),
        BinaryOperatorKind.And => !a.IsZero && !b.IsZero,
        BinaryOperatorKind.Or => !a.IsZero || !b.IsZero,
        _ => null,
    };

    public override Value? VisitIsPattern(IIsPatternOperation operation, object? argument)
    {
        var parts = ReadAll(operation.Value);
        if (parts.Any(part => part is null)) return null;
        if (parts.FirstOrDefault(part => part!.Expr is not Constant) is { } unknown) return unknown;
        return Matches(parts, operation.Pattern, operation, "is") is { } holds ? Truth(holds) : null;
    }

    // Choices.

    public override Value? VisitConditional(IConditionalOperation operation, object? argument) => Chosen(operation) is { } chosen ? Read(chosen) : null;

    public override Value? VisitSwitchExpression(ISwitchExpressionOperation operation, object? argument) => Chosen(operation) is { } chosen ? Read(chosen) : null;

    private IOperation? Chosen(IConditionalOperation operation) =>
        Decide(operation.Condition, operation, "?:") is { } holds ? holds ? operation.WhenTrue : operation.WhenFalse : null;

    private IOperation? Chosen(ISwitchExpressionOperation operation)
    {
        var parts = ReadAll(operation.Value);
        if (parts.IsEmpty) return null;
        foreach (var arm in operation.Arms)
        {
            if (Matches(parts, arm.Pattern, operation, "switch") is not { } matches) return null;
            if (!matches) continue;
            if (arm.Guard is null) return arm.Value;
            if (Decide(arm.Guard, operation, "switch") is not { } holds) return null;
            if (holds) return arm.Value;
        }
        ControlFlow(operation, "switch", Advice.Arm);
        return null;
    }

    // Patterns.

    /// <summary>Whether the single part is the constant; null, which is said, where only the run knows.</summary>
    public bool? Equal(ImmutableArray<Value?> parts, IOperation constant, IOperation construct, string keyword) =>
        Compare(BinaryOperatorKind.Equals, parts, constant, construct, keyword);

    private bool? Compare(BinaryOperatorKind kind, ImmutableArray<Value?> parts, IOperation constant, IOperation construct, string keyword)
    {
        if (Single(parts) is not { } value || Read(constant) is not { Expr: Constant known }) return null;
        return value.Expr is Constant number ? Holds(kind, number.Value, known.Value) : Decide(value, construct, keyword);
    }

    /// <summary>Whether a pattern fits; null, which is said at the construct that asks, where only the run knows.</summary>
    public bool? Matches(ImmutableArray<Value?> parts, IPatternOperation pattern, IOperation construct, string keyword)
    {
        switch (pattern)
        {
            case IDiscardPatternOperation:
                return true;
            case IDeclarationPatternOperation { MatchesNull: true, DeclaredSymbol: var declared }:
                if (declared is ILocalSymbol local) Assign(local, local.Type, parts);
                return true;
            case IConstantPatternOperation constant:
                return Equal(parts, constant.Value, construct, keyword);
            case IRelationalPatternOperation relation:
                return Compare(relation.OperatorKind, parts, relation.Value, construct, keyword);
            case INegatedPatternOperation negated:
                return !Matches(parts, negated.Pattern, construct, keyword);
            case IBinaryPatternOperation both:
                var isAnd = both.OperatorKind == BinaryOperatorKind.And;
                return Matches(parts, both.LeftPattern, construct, keyword) is not { } left ? null
                    : left == isAnd ? Matches(parts, both.RightPattern, construct, keyword)
                    : left;
            case IRecursivePatternOperation { DeclaredSymbol: null, PropertySubpatterns.IsEmpty: true, DeconstructionSubpatterns: { IsEmpty: false } elements } when elements.Length == parts.Length:
                for (var i = 0; i < elements.Length; i++)
                    if (Matches([parts[i]], elements[i], construct, keyword) is not true and var matches) return matches;
                return true;
            default:
                if (parts.All(part => part is not null)) Unsupported(pattern, "only constants are compared", "Compare with constants, by ==, <, and, or, not");
                return null;
        }
    }

    // Whole numbers, where they are known.

    /// <summary>An operator that rounds, or that counts bits: only known numbers have it.</summary>
    private static BigInteger? Whole(BinaryOperatorKind kind, BigInteger a, BigInteger b) => kind switch
    {
        BinaryOperatorKind.Divide when !b.IsZero => BigInteger.Divide(a, b),
        BinaryOperatorKind.Remainder when !b.IsZero => BigInteger.Remainder(a, b),
        BinaryOperatorKind.LeftShift when b.Sign >= 0 && b < 31 => a << (int)b,
        BinaryOperatorKind.RightShift when b.Sign >= 0 && b < 31 => a >> (int)b,
        _ => null,
    };

    private static bool IsWhole(BinaryOperatorKind kind) =>
        kind is BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder or BinaryOperatorKind.LeftShift or BinaryOperatorKind.RightShift;

    /// <summary>A known number that its type can hold; beyond that C# would begin again from the other end.</summary>
    private Value? InRange(IOperation operation, Value? value)
    {
        if (value?.Expr is not Constant { Value: var number } || operation.Type?.SpecialType != SpecialType.System_Int32) return value;
        return number < (Rational)int.MinValue || number > (Rational)int.MaxValue ? Unsupported(operation, $"{number} is no int", "Count with smaller numbers") : value;
    }
}
