using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace BatchNormGen.Generator.Reading;

// What a layer cannot contain: one override a construct, each with what works instead.
internal sealed partial class ExpressionReader
{
    public override Value? VisitCoalesce(ICoalesceOperation operation, object? argument) => ControlFlow(operation, "??", Advice.Null);
    public override Value? VisitConditionalAccess(IConditionalAccessOperation operation, object? argument) => ControlFlow(operation, "?.", Advice.Null);
    public override Value? VisitThrow(IThrowOperation operation, object? argument) => ControlFlow(operation, "throw", Advice.Caller);
    public override Value? VisitAwait(IAwaitOperation operation, object? argument) => ControlFlow(operation, "await", Advice.Caller);

    public override Value? VisitCoalesceAssignment(ICoalesceAssignmentOperation operation, object? argument) => ControlFlow(operation, "??=", Advice.Null);

    public override Value? VisitAnonymousFunction(IAnonymousFunctionOperation operation, object? argument) => Closure(operation);
    public override Value? VisitDelegateCreation(IDelegateCreationOperation operation, object? argument) => Closure(operation);
    public override Value? VisitMethodReference(IMethodReferenceOperation operation, object? argument) => Closure(operation);

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
