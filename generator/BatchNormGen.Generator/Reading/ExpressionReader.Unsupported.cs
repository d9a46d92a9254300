using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace BatchNormGen.Generator.Reading;

// What a layer cannot contain: one override a construct, each with what works instead.
internal sealed partial class ExpressionReader
{
    public override Value? VisitConditional(IConditionalOperation operation, object? argument) => ControlFlow(operation, "?:", Advice.Selection);
    public override Value? VisitSwitchExpression(ISwitchExpressionOperation operation, object? argument) => ControlFlow(operation, "switch", Advice.Selection);
    public override Value? VisitCoalesce(ICoalesceOperation operation, object? argument) => ControlFlow(operation, "??", Advice.Selection);
    public override Value? VisitConditionalAccess(IConditionalAccessOperation operation, object? argument) => ControlFlow(operation, "?.", Advice.Selection);
    public override Value? VisitThrow(IThrowOperation operation, object? argument) => ControlFlow(operation, "throw", Advice.Caller);
    public override Value? VisitAwait(IAwaitOperation operation, object? argument) => ControlFlow(operation, "await", Advice.Caller);

    public override Value? VisitSimpleAssignment(ISimpleAssignmentOperation operation, object? argument) =>
        Changes(operation, operation.Target, Place.Text(operation.Value.Syntax));

    public override Value? VisitCompoundAssignment(ICompoundAssignmentOperation operation, object? argument) =>
        Changes(operation, operation.Target, $"{Place.Text(operation.Target.Syntax)} {Place.TokenText(operation.Syntax).TrimEnd('=')} {Place.Text(operation.Value.Syntax)}");

    public override Value? VisitIncrementOrDecrement(IIncrementOrDecrementOperation operation, object? argument) =>
        Changes(operation, operation.Target, $"{Place.Text(operation.Target.Syntax)} {Place.TokenText(operation.Syntax)[0]} 1");

    public override Value? VisitCoalesceAssignment(ICoalesceAssignmentOperation operation, object? argument) => ControlFlow(operation, "??=", Advice.Selection);

    public override Value? VisitDeconstructionAssignment(IDeconstructionAssignmentOperation operation, object? argument) =>
        Unsupported(operation, "every stage has its own declaration", "Declare each local with 'var'");

    public override Value? VisitAnonymousFunction(IAnonymousFunctionOperation operation, object? argument) => Closure(operation);
    public override Value? VisitDelegateCreation(IDelegateCreationOperation operation, object? argument) => Closure(operation);
    public override Value? VisitMethodReference(IMethodReferenceOperation operation, object? argument) => Closure(operation);

    public override Value? VisitFieldReference(IFieldReferenceOperation operation, object? argument) =>
        Unsupported(operation, "a layer depends on its parameters alone", "Pass it as a parameter, or make it a constant");

    public override Value? VisitTuple(ITupleOperation operation, object? argument) =>
        Unsupported(operation, "a tuple is no stage", "Declare its elements as locals; a tuple may be returned");

    public override Value? VisitObjectCreation(IObjectCreationOperation operation, object? argument) =>
        Unsupported(operation, "a layer computes tensors from its parameters", "Pass it as a parameter");

    public override Value? VisitArrayCreation(IArrayCreationOperation operation, object? argument) =>
        Unsupported(operation, "a layer computes tensors from its parameters", "Pass it as a tensor parameter; axes are written in the call, such as axes: [0, 2]");

    public override Value? VisitCollectionExpression(ICollectionExpressionOperation operation, object? argument) =>
        Unsupported(operation, "a layer computes tensors from its parameters", "Pass it as a tensor parameter; axes are written in the call, such as axes: [0, 2]");

    public override Value? VisitInvalid(IInvalidOperation operation, object? argument) => null;

    public override Value? DefaultVisit(IOperation operation, object? argument) =>
        Unsupported(operation, "the generator does not know this construct", "Supported are " + Advice.Supported);

    private Value? Unsupported(IOperation operation, string why, string instead)
    {
        scope.Report(Descriptors.Expression, Place.Of(operation.Syntax), Place.Text(operation.Syntax), why, instead);
        return null;
    }

    private Value? ControlFlow(IOperation operation, string construct, string advice)
    {
        scope.Report(Descriptors.ControlFlow, Place.Of(operation.Syntax), construct, advice);
        return null;
    }

    /// <summary>An assignment; a stage of its own does what it is for.</summary>
    private Value? Changes(IOperation operation, IOperation target, string value)
    {
        var advice = target is ILocalReferenceOperation or IParameterReferenceOperation
            ? $"Declare a new local for it: var {Place.Text(target.Syntax)}2 = {value}"
            : "Declare a local for the value, and return what the caller is to have";
        scope.Report(Descriptors.Mutation, Place.Of(operation.Syntax), Place.Text(operation.Syntax), advice);
        return null;
    }

    private Value? Closure(IOperation operation)
    {
        scope.Report(Descriptors.Closure, Place.Of(operation.Syntax), $"'{Place.Text(operation.Syntax)}'");
        return null;
    }

    private Value? Rounds(IOperation operation, string instead)
    {
        scope.Report(Descriptors.IntegerArithmetic, Place.Of(operation.Syntax), Place.Text(operation.Syntax), instead);
        return null;
    }

    private Value? NotConstant(IOperation operation, string example)
    {
        scope.Report(Descriptors.NotConstant, operation.Syntax.GetLocation(), Place.Text(operation.Syntax), example);
        return null;
    }
}
