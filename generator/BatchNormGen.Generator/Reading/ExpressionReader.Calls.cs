using System;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace BatchNormGen.Generator.Reading;

// The staged operations, the functions of the base class library, and the reductions.
internal sealed partial class ExpressionReader
{
    /// <summary>So that no constant grows without bounds.</summary>
    private const int LargestExponent = 1000;

    public override Value? VisitInvocation(IInvocationOperation operation, object? argument)
    {
        if (operation.TargetMethod.MethodKind == MethodKind.LocalFunction) return null;   // said where it is declared
        var call = Call.Of(operation);
        if (call.Home == Home.Foreign)
        {
            scope.Report(Descriptors.ForeignMethod, call.Place, call.Name, Advice.Supported);
            return null;
        }
        if (!operation.Type.IsNumeric() || !call.Operands[0].Type.IsNumeric()) return NotTaken(call);
        if (call.Operands is [var x])
        {
            if (Functions.Table.FirstOrDefault(function => function.Name == call.Name) is { } function) return Map(Read(x), value => Graph.Apply(function, value));
            foreach (var (name, exponent) in Functions.Powers)
                if (name == call.Name) return Map(Read(x), value => Graph.Power(value, exponent));
        }
        return call switch
        {
            { Name: "Pow", Operands: [var value, var exponent] } => ReadPower(value, exponent),
            { Home: Home.Scalars } => NotTaken(call),
            { Name: "Add", Operands: [var a, var b] } => ReadBinary(BinaryOperatorKind.Add, a, b),
            { Name: "Subtract", Operands: [var a, var b] } => ReadBinary(BinaryOperatorKind.Subtract, a, b),
            { Name: "Multiply", Operands: [var a, var b] } => ReadBinary(BinaryOperatorKind.Multiply, a, b),
            { Name: "Divide", Operands: [var a, var b] } => ReadBinary(BinaryOperatorKind.Divide, a, b),
            { Name: "Negate", Operands: [var a] } => Map(Read(a), Graph.Negate),
            { Name: "Sum" } => ReadReduction(call, (over, body) => Graph.Sum(over, body)),
            { Name: "Mean" or "Average" } => ReadReduction(call, (over, body) => Graph.Multiply(Graph.Power(Count(over), -1), Graph.Sum(over, body))),
            { Name: "Transpose", Operands: [var matrix] } => ReadTranspose(matrix, call),
            _ => NotTaken(call),
        };
    }

    private Value? ReadBinary(BinaryOperatorKind kind, IOperation a, IOperation b) =>
        Combine(Read(a), Read(b), Arithmetic(kind)!, b.Syntax.GetLocation());

    private Value? ReadPower(IOperation value, IOperation exponent)
    {
        var (x, p) = (Read(value), Read(exponent));
        if (x is null || p is null) return null;
        if (p is { Expr: Constant { Value: var number }, Layout.IsEmpty: true } && number.Abs() < LargestExponent + 1) return Map(x, body => Graph.Power(body, number));
        scope.Report(Descriptors.Exponent, exponent.Syntax.GetLocation(), Place.Text(exponent.Syntax), LargestExponent);
        return null;
    }

    /// <summary>Σ and its kin. Over all axes the result is a scalar; a tensor that no axis is left of keeps one of extent 1.</summary>
    private Value? ReadReduction(Call call, Func<IndexSet, Expr, Expr> reduce)
    {
        if (call.Named.Any(named => named.Name is not ("axis" or "axes" or "keepDims"))) return NotTaken(call);
        if (Read(call.Operands[0]) is not { } x) return null;
        var keepDims = false;
        var axes = Enumerable.Range(0, x.Layout.Length).ToImmutableArray();
        foreach (var (name, value) in call.Named)
        {
            if (name == "keepDims")
            {
                if (value.ConstantValue is not { HasValue: true, Value: bool keep }) return NotConstant(value, "keepDims: true or keepDims: false");
                keepDims = keep;
            }
            else if (ReadAxes(value, x) is { } named) axes = named;
            else return null;
        }
        var over = IndexSet.Of(axes.Select(axis => x.Layout[axis]));
        var layout = keepDims
            ? x.Layout.Select((index, axis) => axes.Contains(axis) ? null : index).ToImmutableArray()
            : x.Layout.Where((_, axis) => !axes.Contains(axis)).ToImmutableArray();
        if (layout.IsEmpty && call.IsTensor) layout = [null];
        return new(reduce(over, x.Expr), layout);
    }

    private Value? ReadTranspose(IOperation matrix, Call call)
    {
        if (Read(matrix) is not { } x) return null;
        if (x.Layout is [.., var row, var column]) return x with { Layout = [.. x.Layout.Take(x.Layout.Length - 2), column, row] };
        scope.Report(Descriptors.AxisOutOfRange, call.Place, "-2", "does not exist", x.Shape, x.Layout.Length - 1);
        return null;
    }

    private Value? NotTaken(Call call)
    {
        scope.Report(Descriptors.OperationNotTaken, call.Place, call.Name, Advice.Supported);
        return null;
    }
}
