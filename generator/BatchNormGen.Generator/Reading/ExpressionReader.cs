using System;
using System.Runtime.CompilerServices;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace BatchNormGen.Generator.Reading;

/// <summary>
/// Reads the expressions of a layer. A null value is one that cannot be read, which has been said: here, or by the
/// compiler where the code is not valid C# or not finished.
/// </summary>
internal sealed partial class ExpressionReader(Scope scope) : OperationVisitor<object?, Value?>
{
    private Graph Graph => scope.Graph;

    public Value? Read(IOperation? operation)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return operation is null ? null
            : operation is IInvalidOperation || operation.Type.IsUnknown() ? Unknown(operation)
            : operation.ConstantValue.HasValue ? ReadConstant(operation)
            : ReadOfList(operation) is { } read ? read()
            : NumberOfType(operation) is { } number ? Value.Scalar(Graph.Constant(number))
            : operation.Accept(this, null);
    }

    // Values.

    private Value? ReadConstant(IOperation operation)
    {
        var value = operation.ConstantValue.Value;
        var number = value switch
        {
            float single => Rational.FromSingle(single),
            double @double => Rational.FromDouble(@double),
            sbyte or byte or short or ushort or int or uint or long or ulong => Integers.Of(value),
            bool truth => truth ? Rational.One : Rational.Zero,
            _ => null,
        };
        if (number is { } known) return Value.Scalar(Graph.Constant(known));
        if (!operation.Type.IsFloating()) return Unsupported(operation, "it is not a number", "Use constants of type float, double or int");
        var what = value is float.NaN or double.NaN ? "not a number" : "infinite";
        scope.Report(Descriptors.NotFinite, operation.Syntax.GetLocation(), Place.Text(operation.Syntax), what);
        return null;
    }

    public override Value? VisitParameterReference(IParameterReferenceOperation operation, object? argument) => Single(scope.Find(operation.Parameter));

    public override Value? VisitLocalReference(ILocalReferenceOperation operation, object? argument) => Single(scope.Find(operation.Local));

    public override Value? VisitConversion(IConversionOperation operation, object? argument)
    {
        var (from, to) = (operation.Operand.Type, operation.Type);
        if (operation.Operand is IInvalidOperation || from.IsUnknown()) return Unknown(operation);
        var keepsValue = operation.Conversion.IsIdentity || (from.IsInteger() || from.IsChoice()) && (to.IsInteger() || to.IsChoice())
            || (operation.OperatorMethod is null ? from.IsNumeric() && to.IsNumeric() : from.IsTensorLike() && to.IsTensorLike());
        if (!keepsValue) return from is null ? Read(operation.Operand) : Unsupported(operation, $"it converts to '{to?.ToDisplayString()}'", "Convert between float, double and integers only");
        if (from.IsFloating() && to.IsInteger()) return Rounds(operation, Place.Text(operation.Operand.Syntax));
        return Read(operation.Operand);
    }

    // Arithmetic.

    public override Value? VisitUnaryOperator(IUnaryOperation operation, object? argument)
    {
        if (operation is { OperatorKind: UnaryOperatorKind.Not, Type.SpecialType: SpecialType.System_Boolean })
            return Read(operation.Operand) is not { } condition ? null : condition.Expr is Constant known ? Truth(known.Value.IsZero) : condition;
        if (!operation.Type.IsNumeric() || operation.OperatorKind is not (UnaryOperatorKind.Plus or UnaryOperatorKind.Minus))
            return Unsupported(operation, "a layer has no such operator", "Supported are " + Advice.Supported);
        var value = Read(operation.Operand);
        return operation.OperatorKind == UnaryOperatorKind.Plus ? value : Map(value, Graph.Negate);
    }

    public override Value? VisitBinaryOperator(IBinaryOperation operation, object? argument) =>
        operation.Type?.SpecialType == SpecialType.System_Boolean
            ? ReadCondition(operation)
            : Operate(operation, operation.OperatorKind, operation.OperatorMethod, operation.LeftOperand, operation.RightOperand);

    private Value? Operate(IOperation operation, BinaryOperatorKind kind, IMethodSymbol? method, IOperation left, IOperation right)
    {
        var isWhole = operation.Type.IsInteger() && IsWhole(kind);
        if (!operation.Type.IsNumeric() || method?.IsArithmetic() == false || !isWhole && Arithmetic(kind) is null)
            return Unsupported(operation, "a layer has no such operator", "Supported are " + Advice.Supported);
        var (a, b) = (Read(left), Read(right));
        if (!isWhole) return InRange(operation, Combine(a, b, Arithmetic(kind)!, Place.Of(operation.Syntax)));
        if (a is null || b is null) return null;
        if (a.Expr is Constant x && b.Expr is Constant y && Whole(kind, x.Value.Numerator, y.Value.Numerator) is { } number) return InRange(operation, Value.Scalar(Graph.Constant(new Rational(number, 1))));
        return kind == BinaryOperatorKind.Divide
            ? Quotient(a.Expr, b.Expr) ?? Rounds(operation, $"(float){Place.Text(left.Syntax)} / {Place.Text(right.Syntax)}")
            : Unsupported(operation, "a layer has no such operator", "Supported are " + Advice.Supported);
    }

    private Func<Expr, Expr, Expr>? Arithmetic(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Add => (a, b) => Graph.Add(a, b),
        BinaryOperatorKind.Subtract => Graph.Subtract,
        BinaryOperatorKind.Multiply => (a, b) => Graph.Multiply(a, b),
        BinaryOperatorKind.Divide => Graph.Divide,
        _ => null,
    };

    private static Value? Map(Value? value, Func<Expr, Expr> function) => value is null ? null : value with { Expr = function(value.Expr) };

    private Value? Combine(Value? a, Value? b, Func<Expr, Expr, Expr> function, Location place)
    {
        if (a is null || b is null) return null;
        if (Broadcast.Align(Graph, a, b, out var conflict) is { } aligned) return new(function(aligned.A, aligned.B), aligned.Layout);
        scope.Report(Descriptors.AxesDoNotAlign, place, a.Shape, b.Shape, conflict.A.Axis.Name, conflict.B.Axis.Name);
        return null;
    }
}
