using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace BatchNormGen.Generator.Reading;

// Assignments. A local stands for its new value from there on; the value that it had stays what it was.
internal sealed partial class ExpressionReader
{
    /// <summary>From here on a local or parameter stands for these parts, each of which is a stage if it is computed.</summary>
    public void Assign(ISymbol symbol, ITypeSymbol type, ImmutableArray<Value?> parts)
    {
        var names = type.IsTupleType ? type.PartNames(symbol.Name) : [.. parts.Select(_ => symbol.Name)];
        scope.Set(symbol, names.Length == parts.Length ? [.. parts.Select((part, i) => IsCondition(type) ? part : scope.Keep(names[i], type, part))] : []);
    }

    private static bool IsCondition(ITypeSymbol type) => type.SpecialType == SpecialType.System_Boolean;

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
        if (operation.Target.Type.IsInteger() && operation.Value.Type.IsFloating())
            return Rounds(operation, $"{Place.Text(operation.Target.Syntax)} {Place.TokenText(operation.Syntax).TrimEnd('=')} {Place.Text(operation.Value.Syntax)}");
        return Single(Assign(operation.Target, [Operate(operation, operation.OperatorKind, operation.OperatorMethod, operation.Target, operation.Value)]));
    }

    public override Value? VisitIncrementOrDecrement(IIncrementOrDecrementOperation operation, object? argument)
    {
        if (!IsVariable(operation.Target)) return Single(Changes(operation));
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
                Assign(local.Local, local.Local.Type, parts);
                return scope.Find(local.Local);
            case IParameterReferenceOperation parameter:
                Assign(parameter.Parameter, parameter.Parameter.Type, parts);
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
        scope.Report(Descriptors.Mutation, Place.Of(operation.Syntax), Place.Text(operation.Syntax));
        return [];
    }
}
