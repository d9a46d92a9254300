using System;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace BatchNormGen.Generator.Reading;

/// <summary>Where a statement leaves off.</summary>
internal enum Flow
{
    /// <summary>The next statement follows.</summary>
    Next,

    /// <summary><c>break</c> or <c>continue</c>: what follows is at the label.</summary>
    Jump,

    Return,
}

/// <summary>
/// Reads the body of a layer, or of a method that it calls, in the order in which it runs. Control flow that is known is
/// followed; for every other statement there is an override that says what to write instead.
/// </summary>
/// <param name="scope">Holds the parameters; takes the locals and the stages.</param>
/// <param name="returns">Whether what is returned is read: not where it has no place to go.</param>
internal sealed partial class StatementReader(Scope scope, bool returns = true) : OperationVisitor<object?, Flow>
{
    private readonly ExpressionReader _expressions = new(scope);

    /// <summary>Where to go after <see cref="Flow.Jump"/>.</summary>
    private ILabelSymbol? _label;

    /// <summary>The parts of what is returned; empty where they could not be read.</summary>
    public ImmutableArray<Value?> Returned { get; private set; } = [];

    /// <summary>Where each of them stands: an element of a tuple, or the whole expression.</summary>
    public ImmutableArray<Location> ReturnedFrom { get; private set; } = [];

    public Flow Read(IOperation? statement) => Visit(statement, null);

    public override Flow VisitBlock(IBlockOperation operation, object? argument) => Read(operation.Operations);

    private Flow Read(ImmutableArray<IOperation> statements)
    {
        foreach (var statement in statements)
        {
            scope.Token.ThrowIfCancellationRequested();
            if (Read(statement) is not Flow.Next and var flow) return flow;
        }
        return Flow.Next;
    }

    public override Flow VisitEmpty(IEmptyOperation operation, object? argument) => Flow.Next;

    /// <summary>It is read where it is called.</summary>
    public override Flow VisitLocalFunction(ILocalFunctionOperation operation, object? argument) => Flow.Next;

    public override Flow VisitVariableDeclarationGroup(IVariableDeclarationGroupOperation operation, object? argument)
    {
        foreach (var declarator in operation.Declarations.SelectMany(declaration => declaration.Declarators)) Declare(declarator);
        return Flow.Next;
    }

    private void Declare(IVariableDeclaratorOperation declarator)
    {
        var local = declarator.Symbol;
        if (local.IsConst) return;
        if (local.IsRef)
        {
            Report(declarator, "it declares a reference", "Declare the local without 'ref'");
            return;
        }
        if ((declarator.Initializer ?? (declarator.Parent as IVariableDeclarationOperation)?.Initializer) is { } initializer)
            _expressions.Assign(local, local.Type, _expressions.ReadAll(initializer.Value));
    }

    public override Flow VisitReturn(IReturnOperation operation, object? argument)
    {
        if (!returns || operation.ReturnedValue is not { } value) return Flow.Return;
        Returned = _expressions.ReadAll(value);
        while (value is IConversionOperation conversion) value = conversion.Operand;
        var elements = value is ITupleOperation tuple && tuple.Elements.Length == Returned.Length ? tuple.Elements : [.. Returned.Select(_ => value)];
        ReturnedFrom = [.. elements.Select(element => element.Syntax.GetLocation())];
        return Flow.Return;
    }

    public override Flow VisitExpressionStatement(IExpressionStatementOperation operation, object? argument)
    {
        switch (operation.Operation)
        {
            case IInvalidOperation: _expressions.Read(operation.Operation); break;
            case IInvocationOperation { TargetMethod: { ReturnsVoid: true, DeclaringSyntaxReferences.IsEmpty: false } }: _expressions.Read(operation.Operation); break;
            case IAssignmentOperation or IIncrementOrDecrementOperation or IThrowOperation: _expressions.ReadAll(operation.Operation); break;
            default: Report(operation, "its value is lost", "Declare a local for the value, or remove the statement"); break;
        }
        return Flow.Next;
    }

    // What a layer cannot do.

    public override Flow VisitTry(ITryOperation operation, object? argument) => ControlFlow(operation);
    public override Flow VisitUsing(IUsingOperation operation, object? argument) => ControlFlow(operation);
    public override Flow VisitUsingDeclaration(IUsingDeclarationOperation operation, object? argument) => ControlFlow(operation);
    public override Flow VisitLock(ILockOperation operation, object? argument) => ControlFlow(operation);
    public override Flow VisitThrow(IThrowOperation operation, object? argument) => ControlFlow(operation);

    public override Flow VisitInvalid(IInvalidOperation operation, object? argument) => Flow.Next;

    public override Flow DefaultVisit(IOperation operation, object? argument)
    {
        Report(operation, "it is neither a declaration, nor an assignment, nor 'return'", "Write the layer as declarations and assignments of locals that end with 'return'");
        return Flow.Next;
    }

    private Flow ControlFlow(IOperation operation, string advice = Advice.Caller)
    {
        scope.Report(Descriptors.ControlFlow, Place.Of(operation.Syntax), operation.Syntax.GetFirstToken().Text, advice);
        return Skip(operation);
    }

    /// <summary>Goes on after a statement that could not be followed: what it assigns is not known from here on.</summary>
    private Flow Skip(IOperation operation)
    {
        foreach (var part in operation.Descendants())
            switch (part)
            {
                case IAssignmentOperation { Target: var target }: Forget(target); break;
                case IIncrementOrDecrementOperation { Target: var target }: Forget(target); break;
            }
        return Flow.Next;
    }

    private void Forget(IOperation target)
    {
        foreach (var part in target.DescendantsAndSelf())
            switch (part)
            {
                case ILocalReferenceOperation local: scope.Set(local.Local, []); break;
                case IParameterReferenceOperation parameter: scope.Set(parameter.Parameter, []); break;
            }
    }

    private void Report(IOperation operation, string why, string instead) =>
        scope.Report(Descriptors.Statement, Place.Of(operation.Syntax), Place.Text(operation.Syntax), why, instead);
}
