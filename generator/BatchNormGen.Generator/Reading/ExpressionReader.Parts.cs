using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace BatchNormGen.Generator.Reading;

// Tuples and lists, which are no values but have values for parts.
internal sealed partial class ExpressionReader
{
    /// <summary>The parts of an expression: one value, or those of a tuple or a list in their order; nothing where they cannot be read.</summary>
    public ImmutableArray<Value?> ReadAll(IOperation? operation)
    {
        if (operation is null or IInvalidOperation || operation.Type.IsUnknown()) return [Read(operation)];
        if (!operation.Type.HasParts() && operation is not ITupleOperation) return [Read(operation)];
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        return operation switch
        {
            ILocalReferenceOperation local => scope.Find(local.Local),
            IParameterReferenceOperation parameter => scope.Find(parameter.Parameter),
            ITupleOperation tuple => ReadElements(tuple.Elements),
            ICollectionExpressionOperation collection => ReadElements(collection.Elements),
            ISpreadOperation spread => ReadAll(spread.Operand),
            IArrayCreationOperation { Initializer: { } initializer } => ReadElements(initializer.ElementValues),
            IConversionOperation conversion when conversion.Operand.Type is null || conversion.Operand.Type.HasParts() => ReadAll(conversion.Operand),
            IFieldReferenceOperation field when field.Field.ContainingType.IsTupleType => ReadField(field),
            IImplicitIndexerReferenceOperation { Instance: { } list, Argument: var index } when IsNamedList(list) => ReadItem(list, index),
            IArrayElementReferenceOperation { Indices: [var index] } element => ReadItem(element.ArrayReference, index),
            ISimpleAssignmentOperation assignment => Assign(assignment),
            IDeconstructionAssignmentOperation deconstruction => Assign(deconstruction),
            IConditionalOperation choice => Chosen(choice) is { } chosen ? ReadAll(chosen) : [],
            ISwitchExpressionOperation choice => Chosen(choice) is { } chosen ? ReadAll(chosen) : [],
            IInvocationOperation call when IsComposed(call) => ReadComposed(call),
            _ => Unread(operation),
        };
    }

    private ImmutableArray<Value?> Unread(IOperation operation)
    {
        operation.Accept(this, null);
        return [];
    }

    private ImmutableArray<Value?> ReadElements(ImmutableArray<IOperation> elements)
    {
        var parts = ImmutableArray.CreateBuilder<Value?>();
        foreach (var element in elements)
        {
            var read = ReadAll(element);
            if (element is ISpreadOperation || read.Length == element.Type.PartCount()) parts.AddRange(read);
            else parts.AddRange(Enumerable.Repeat<Value?>(null, element.Type.PartCount()));
        }
        return parts.ToImmutable();
    }

    // Access to parts.

    public override Value? VisitFieldReference(IFieldReferenceOperation operation, object? argument) =>
        operation.Field.ContainingType.IsTupleType ? Single(ReadField(operation))
        : operation.Instance is ILocalReferenceOperation or IParameterReferenceOperation ? null   // declared by what is no value
        : Unsupported(operation, "a layer depends on its parameters alone", "Pass it as a parameter, or make it a constant");

    private ImmutableArray<Value?> ReadField(IFieldReferenceOperation operation)
    {
        if (operation.Instance?.Type is not INamedTypeSymbol { IsTupleType: true } tuple) return [];
        var parts = ReadAll(operation.Instance);
        var start = 0;
        foreach (var element in tuple.TupleElements)
        {
            var size = element.Type.PartCount();
            if (element.Name == operation.Field.Name || element.CorrespondingTupleField?.Name == operation.Field.Name)
                return start + size <= parts.Length ? parts.Slice(start, size) : [];
            start += size;
        }
        return [];
    }

    public override Value? VisitArrayElementReference(IArrayElementReferenceOperation operation, object? argument) =>
        operation.Indices is [var index] ? Single(ReadItem(operation.ArrayReference, index)) : DefaultVisit(operation, argument);

    private ImmutableArray<Value?> ReadItem(IOperation list, IOperation index)
    {
        var size = list.Type.ItemType().PartCount();
        var parts = ReadAll(list);
        if (parts.IsEmpty) return [];
        var fromEnd = index is IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat };
        var position = index is IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } hat ? hat.Operand : index;
        if (ReadWhole(position, "a number, such as 0 or ^1") is not { } number) return [];
        var count = parts.Length / size;
        var at = fromEnd ? count - number : number;
        if (at.Sign >= 0 && at < count) return parts.Slice((int)at.Numerator * size, size);
        Unsupported(index, $"'{Place.Text(list.Syntax)}' has {count} elements", "They count from 0");
        return [];
    }

    /// <summary>An item of a list, or how many there are; null where the operation is about something else.</summary>
    private Func<Value?>? ReadOfList(IOperation operation) => operation switch
    {
        IPropertyReferenceOperation { Arguments: [var index], Instance: { } list } when IsNamedList(list) => () => Single(ReadItem(list, index.Value)),
        IPropertyReferenceOperation { Property.Name: "Length", Instance: { } list } when IsNamedList(list) =>
            () => Value.Scalar(Graph.Constant(ReadAll(list).Length / list.Type.ItemType().PartCount())),
        IImplicitIndexerReferenceOperation { Instance: { } list, Argument: var index } when IsNamedList(list) => () => Single(ReadItem(list, index)),
        _ => null,
    };

    private static bool IsNamedList(IOperation operation) => operation is ILocalReferenceOperation or IParameterReferenceOperation && operation.Type.ItemType() is not null;

    private static Value? Single(ImmutableArray<Value?> parts) => parts is [var value] ? value : null;

    public override Value? VisitTuple(ITupleOperation operation, object? argument)
    {
        ReadElements(operation.Elements);
        return null;
    }
}
