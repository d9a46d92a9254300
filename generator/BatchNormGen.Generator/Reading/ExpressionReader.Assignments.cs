using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace BatchNormGen.Generator.Reading;

// Assignments. A local stands for its new value from there on; the value that it had stays what it was.
internal sealed partial class ExpressionReader
{
    /// <summary>From here on a local or parameter stands for these parts, each of which is a stage if it is computed.</summary>
    /// <param name="symbol">The local or parameter.</param>
    /// <param name="type">Its type.</param>
    /// <param name="parts">What it stands for.</param>
    /// <param name="at">Where it is assigned to; null where it is declared.</param>
    public void Assign(ISymbol symbol, ITypeSymbol type, ImmutableArray<Value?> parts, Location? at = null)
    {
        at ??= symbol.Locations[0];
        var places = type.ItemType() is { } item ? [.. parts.SelectMany(_ => item.Parts(symbol.Name)).Take(parts.Length)] : type.Parts(symbol.Name);
        scope.Set(symbol, places.Length != parts.Length ? [] : [.. parts.Zip(places, (part, place) => place.Type.IsChoice() ? part : scope.Keep(place.Name, place.Type, part, at))]);
    }

    public override Value? VisitSimpleAssignment(ISimpleAssignmentOperation operation, object? argument) => Single(Assign(operation));

    private ImmutableArray<Value?> Assign(ISimpleAssignmentOperation operation)
    {
        if (operation.IsRef || !IsVariable(operation.Target)) return Changes(operation);
        return Assign(operation.Target, ReadAll(operation.Value));
    }

    private ImmutableArray<Value?> Assign(IDeconstructionAssignmentOperation operation)
    {
        if (!IsVariable(operation.Target)) return Changes(operation);
        if (operation.Value.Type is not { IsTupleType: true } && operation.Value is not (IInvalidOperation or ITupleOperation or IConversionOperation))
        {
            Unsupported(operation, "it is not a tuple that is taken apart", "Take tuples apart");
            return [];
        }
        return Assign(operation.Target, ReadAll(operation.Value));
    }

    public override Value? VisitDeconstructionAssignment(IDeconstructionAssignmentOperation operation, object? argument) => Single(Assign(operation));

    public override Value? VisitCompoundAssignment(ICompoundAssignmentOperation operation, object? argument)
    {
        if (!IsVariable(operation.Target)) return Single(Changes(operation));
        if (operation.Target.Type.IsTensorLike()) return Single(AssignInPlace(operation));
        if (operation.Target.Type.IsInteger() && operation.Value.Type.IsFloating())
            return Rounds(operation, $"{Place.Text(operation.Target.Syntax)} {Place.TokenText(operation.Syntax).TrimEnd('=')} {Place.Text(operation.Value.Syntax)}");
        return Single(Assign(operation.Target, [Operate(operation, operation.OperatorKind, operation.OperatorMethod, operation.Target, operation.Value)]));
    }

    /// <summary>
    /// <c>y += w</c> for tensors changes the elements of y where they are. That is the same as <c>y = y + w</c> if the tensor
    /// was made here, and no other name stands for it.
    /// </summary>
    private ImmutableArray<Value?> AssignInPlace(ICompoundAssignmentOperation operation)
    {
        if (operation.Value is IInvalidOperation || Read(operation.Target) is not { } before) return [];
        if (Arithmetic(operation.OperatorKind) is not { } combine) return [Unsupported(operation, "a layer has no such operator", "Supported are " + Advice.Supported)];
        var isOwn = operation is { Target: ILocalReferenceOperation, Parent: IExpressionStatementOperation }
            && before.Expr is Named { Value: var made } && !(made is Apply apply && apply.Function == Functions.StopGradient)
            && scope.NamesOf(before.Expr) == 1;
        if (!isOwn) return Changes(operation);
        var after = Combine(before, Read(operation.Value), combine, Place.Of(operation.Syntax));
        if (after is not null && after.Shape != before.Shape) return Changes(operation);
        return Assign(operation.Target, [after]);
    }

    public override Value? VisitIncrementOrDecrement(IIncrementOrDecrementOperation operation, object? argument)
    {
        if (!IsVariable(operation.Target) || operation.Target.Type.IsTensorLike()) return Single(Changes(operation));
        if (Read(operation.Target) is not { } before) return null;
        var after = before with { Expr = Graph.Add(before.Expr, Graph.Constant(operation.Kind == OperationKind.Increment ? 1 : -1)) };
        Assign(operation.Target, [after]);
        return operation.IsPostfix ? before : Read(operation.Target);
    }

    /// <summary>Whether it is made of locals and parameters, of which only this body knows.</summary>
    private static bool IsVariable(IOperation target) => target switch
    {
        ILocalReferenceOperation local => local.Local.RefKind == RefKind.None,
        IParameterReferenceOperation parameter => parameter.Parameter.RefKind == RefKind.None,
        IDiscardOperation or IInvalidOperation => true,
        IDeclarationExpressionOperation declaration => IsVariable(declaration.Expression),
        ITupleOperation tuple => tuple.Elements.All(IsVariable),
        IConversionOperation conversion => IsVariable(conversion.Operand),
        _ => false,
    };

    /// <summary>Gives the parts to a target, and gives what it stands for then.</summary>
    private ImmutableArray<Value?> Assign(IOperation target, ImmutableArray<Value?> parts)
    {
        switch (target)
        {
            case ILocalReferenceOperation local:
                Assign(local.Local, local.Local.Type, parts, local.Syntax.GetLocation());
                return scope.Find(local.Local);
            case IParameterReferenceOperation parameter:
                Assign(parameter.Parameter, parameter.Parameter.Type, parts, parameter.Syntax.GetLocation());
                return scope.Find(parameter.Parameter);
            case IDeclarationExpressionOperation declaration:
                return Assign(declaration.Expression, parts);
            case IConversionOperation conversion:
                return Assign(conversion.Operand, parts);
            case ITupleOperation tuple:
                var assigned = ImmutableArray.CreateBuilder<Value?>();
                var start = 0;
                foreach (var element in tuple.Elements)
                {
                    var size = element.Type.PartCount();
                    assigned.AddRange(Assign(element, start + size <= parts.Length ? parts.Slice(start, size) : []));
                    start += size;
                }
                return assigned.ToImmutable();
            default:
                return parts;
        }
    }

    /// <summary>A change of something that others may see.</summary>
    private ImmutableArray<Value?> Changes(IOperation operation)
    {
        var advice = operation is ICompoundAssignmentOperation { Target: ILocalReferenceOperation or IParameterReferenceOperation } compound
            ? $"Assign the new value: {Place.Text(compound.Target.Syntax)} = {Place.Text(compound.Target.Syntax)} {Place.TokenText(operation.Syntax).TrimEnd('=')} {Place.Text(compound.Value.Syntax)}"
            : Advice.Results;
        scope.Report(Descriptors.Mutation, Place.Of(operation.Syntax), Place.Text(operation.Syntax), advice);
        return [];
    }
}
