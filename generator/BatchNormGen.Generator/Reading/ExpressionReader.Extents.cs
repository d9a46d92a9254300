using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace BatchNormGen.Generator.Reading;

// Extents, which are numbers, and axes, which are positions in a shape.
internal sealed partial class ExpressionReader
{
    public override Value? VisitPropertyReference(IPropertyReferenceOperation operation, object? argument)
    {
        if (operation.Instance is IPropertyReferenceOperation lengths && IsLengths(lengths) && operation.Arguments is [var index])
            return ReadExtent(lengths.Instance!, index.Value);
        if (operation.Instance is ILocalReferenceOperation { Type: var type } && !type.IsTensorLike()) return null;   // declared by what is no value
        if (operation is { Instance: null, Type: ITypeParameterSymbol } && operation.Property.IsArithmetic() && NumberNamed(operation.Property.Name) is { } number)
            return Value.Scalar(Graph.Constant(number));
        if (operation.Instance?.Type.IsTensorLike() != true)
            return Unsupported(operation, "a layer depends on its parameters alone", "Pass it as a parameter, or make it a constant");
        return operation.Property.Name switch
        {
            "Rank" => Read(operation.Instance) is { } tensor ? Value.Scalar(Graph.Constant(tensor.Layout.Length)) : null,
            "FlattenedLength" => Read(operation.Instance) is { } tensor ? Value.Scalar(Count(tensor.Layout)) : null,
            "Lengths" => Unsupported(operation, "a shape is no value", $"Read one extent: {Place.Text(operation.Syntax)}[0]"),
            _ => Unsupported(operation, "only whole tensors are staged", "Supported are " + Advice.Supported),
        };
    }

    /// <summary>The numbers that every floating-point type has a name for.</summary>
    private static Rational? NumberNamed(string name) => name switch
    {
        "One" or "MultiplicativeIdentity" => Rational.One,
        "NegativeOne" => Rational.MinusOne,
        "Zero" or "AdditiveIdentity" => Rational.Zero,
        "E" => Rational.FromDouble(Math.E),
        "Pi" => Rational.FromDouble(Math.PI),
        "Tau" => Rational.FromDouble(2 * Math.PI),
        _ => null,
    };

    public override Value? VisitImplicitIndexerReference(IImplicitIndexerReferenceOperation operation, object? argument) =>
        operation.Instance is IPropertyReferenceOperation lengths && IsLengths(lengths)
            ? ReadExtent(lengths.Instance!, operation.Argument)
            : DefaultVisit(operation, argument);

    private static bool IsLengths(IPropertyReferenceOperation property) => property.Property.Name == "Lengths" && property.Instance?.Type.IsTensorLike() == true;

    private Value? ReadExtent(IOperation tensor, IOperation position)
    {
        var fromEnd = position is IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat };
        var index = position is IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } hat ? hat.Operand : position;
        if (Read(tensor) is not { } value || ReadWhole(index, "a number, such as 0 or ^1") is not { } number) return null;
        var axis = fromEnd ? value.Layout.Length - number : number;
        if (axis < 0 || axis > value.Layout.Length - 1) return NoSuchAxis<Value>(position, Place.Text(position.Syntax), "does not exist", value);
        return Value.Scalar(Count([value.Layout[(int)axis.Numerator]]));
    }

    /// <summary>How many elements there are along these indices.</summary>
    private Expr Count(IEnumerable<Index?> indices) => Graph.Multiply(indices.OfType<Index>().Select(index => Graph.Extent(index.Axis)));

    /// <summary>The positions, counted from 0, that <c>axis:</c> or <c>axes:</c> names.</summary>
    private ImmutableArray<int>? ReadAxes(IOperation argument, Value value)
    {
        var rank = value.Layout.Length;
        var axes = ImmutableArray.CreateBuilder<int>();
        foreach (var element in Elements(argument))
        {
            if (ReadWhole(element, "numbers, such as axis: 0 or axes: [0, 2, 3]") is not { } number) return null;
            var axis = number.Sign < 0 ? number + rank : number;
            if (axis < 0 || axis > rank - 1) return NoSuchAxis<ImmutableArray<int>?>(element, number.ToString(), "does not exist", value);
            if (axes.Contains((int)axis.Numerator)) return NoSuchAxis<ImmutableArray<int>?>(element, number.ToString(), "is named twice", value);
            axes.Add((int)axis.Numerator);
        }
        return axes.ToImmutable();
    }

    /// <summary>The position of a single axis.</summary>
    private int? ReadAxis(IOperation argument, Value value) => ReadAxes(argument, value) is [var axis] ? axis : null;

    private static ImmutableArray<IOperation> Elements(IOperation argument)
    {
        while (argument is IConversionOperation conversion && !conversion.Type.IsInteger()) argument = conversion.Operand;
        return argument switch
        {
            ICollectionExpressionOperation collection => collection.Elements,
            IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues,
            _ => [argument],
        };
    }

    private Rational? ReadWhole(IOperation operation, string example)
    {
        if (Read(operation) is not { } value) return null;
        if (value.Expr is Constant { Value: { IsInteger: true } number }) return number;
        NotConstant(operation, example);
        return null;
    }

    private T? NoSuchAxis<T>(IOperation operation, string axis, string what, Value value)
    {
        scope.Report(Descriptors.AxisOutOfRange, operation.Syntax.GetLocation(), axis, what, value.Shape, value.Layout.Length - 1);
        return default;
    }
}
