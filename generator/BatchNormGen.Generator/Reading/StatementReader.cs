using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace BatchNormGen.Generator.Reading;

/// <summary>
/// Reads the body of a layer: local declarations, each of which is a stage, then <c>return</c>. Every other statement has
/// its override below, which says what to write instead.
/// </summary>
/// <param name="scope">Holds the parameters; takes the locals.</param>
/// <param name="results">The names of what is returned.</param>
internal sealed class StatementReader(Scope scope, ImmutableArray<string> results) : OperationVisitor
{
    private readonly ExpressionReader _expressions = new(scope);
    private readonly List<Named> _stages = [];
    private readonly List<EquatableArray<Index?>> _layouts = [];
    private readonly HashSet<string> _names = new(scope.ParameterNames, StringComparer.Ordinal);

    public ImmutableArray<Named> Stages => [.. _stages];

    /// <summary>The layout of each stage.</summary>
    public ImmutableArray<EquatableArray<Index?>> Layouts => [.. _layouts];

    /// <summary>What is returned; null where it could not be read.</summary>
    public ImmutableArray<Output>? Outputs { get; private set; }

    /// <summary>Whether a <c>return</c> was met: what follows is never run, but may be called.</summary>
    private bool _returned;

    public override void VisitBlock(IBlockOperation operation)
    {
        foreach (var statement in operation.Operations)
        {
            if (_returned && statement is not ILocalFunctionOperation) continue;
            scope.Token.ThrowIfCancellationRequested();
            Visit(statement);
        }
    }

    public override void VisitEmpty(IEmptyOperation operation) { }

    public override void VisitVariableDeclarationGroup(IVariableDeclarationGroupOperation operation)
    {
        foreach (var declarator in operation.Declarations.SelectMany(declaration => declaration.Declarators)) Declare(declarator);
    }

    public override void VisitReturn(IReturnOperation operation)
    {
        _returned = true;
        if (results.IsEmpty) return;
        var returned = operation.ReturnedValue;
        while (returned is IConversionOperation { Operand.Type.IsTupleType: true } conversion) returned = conversion.Operand;
        var elements = returned is ITupleOperation tuple ? tuple.Elements : returned is null ? [] : [returned];
        var values = elements.Select(_expressions.Read).ToImmutableArray();
        if (values.Length != results.Length || values.Any(value => value is null)) return;
        Outputs = [.. values.Select((value, i) => new Output(results[i], value!.Layout, value.Expr is Named ? value.Expr : Stage(results[i], value)))];
    }

    /// <summary>A local that is computed is a stage. One that only renames a parameter, or counts elements, is not.</summary>
    private void Declare(IVariableDeclaratorOperation declarator)
    {
        var local = declarator.Symbol;
        if (local.IsConst) return;
        if (local.IsRef)
        {
            Report(declarator, "it declares a reference", "Declare the local without 'ref'");
            return;
        }
        if ((declarator.Initializer ?? (declarator.Parent as IVariableDeclarationOperation)?.Initializer) is not { } initializer)
        {
            if (!declarator.Syntax.ContainsDiagnostics) Report(declarator, "it declares a local without a value", $"Declare '{local.Name}' where its value is computed");
            return;
        }
        var value = _expressions.Read(initializer.Value);
        scope.Declare(local, value is null || !IsComputed(value.Expr) ? value : value with { Expr = Stage(local.Name, value) });
    }

    private static bool IsComputed(Expr expr) => expr is not (Read or Scalar or Named) && !IsCount(expr);

    private static bool IsCount(Expr expr) => expr is Constant or Extent or Add or Product or Apply && expr.Operands.All(IsCount);

    private Named Stage(string name, Value value)
    {
        var unique = name;
        for (var suffix = 2; !_names.Add(unique); suffix++) unique = name + suffix.ToString(CultureInfo.InvariantCulture);
        var stage = (Named)scope.Graph.Named(unique, value.Expr);
        _stages.Add(stage);
        _layouts.Add(value.Layout);
        return stage;
    }

    // What a layer cannot do.

    public override void VisitExpressionStatement(IExpressionStatementOperation operation)
    {
        switch (operation.Operation)
        {
            case IInvalidOperation: break;
            case IAssignmentOperation or IIncrementOrDecrementOperation or IThrowOperation: _expressions.Read(operation.Operation); break;
            default: Report(operation, "its value is lost", "Declare a local for the value, or remove the statement"); break;
        }
    }

    public override void VisitConditional(IConditionalOperation operation) => ControlFlow(operation, Advice.Selection);
    public override void VisitSwitch(ISwitchOperation operation) => ControlFlow(operation, Advice.Selection);
    public override void VisitForLoop(IForLoopOperation operation) => ControlFlow(operation, Advice.Loop);
    public override void VisitForEachLoop(IForEachLoopOperation operation) => ControlFlow(operation, Advice.Loop);
    public override void VisitWhileLoop(IWhileLoopOperation operation) => ControlFlow(operation, Advice.Loop);
    public override void VisitTry(ITryOperation operation) => ControlFlow(operation, Advice.Caller);
    public override void VisitUsing(IUsingOperation operation) => ControlFlow(operation, Advice.Caller);
    public override void VisitUsingDeclaration(IUsingDeclarationOperation operation) => ControlFlow(operation, Advice.Caller);
    public override void VisitLock(ILockOperation operation) => ControlFlow(operation, Advice.Caller);
    public override void VisitBranch(IBranchOperation operation) => ControlFlow(operation, Advice.Loop);
    public override void VisitLabeled(ILabeledOperation operation) => ControlFlow(operation, Advice.Loop);
    public override void VisitThrow(IThrowOperation operation) => ControlFlow(operation, Advice.Caller);

    public override void VisitLocalFunction(ILocalFunctionOperation operation) =>
        scope.Report(Descriptors.Closure, Place.Of(operation.Syntax), $"The local function '{operation.Symbol.Name}'");

    public override void VisitInvalid(IInvalidOperation operation) { }

    public override void DefaultVisit(IOperation operation) =>
        Report(operation, "it is neither a local declaration nor 'return'", "Write the layer as local declarations that end with 'return'");

    private void ControlFlow(IOperation operation, string advice) =>
        scope.Report(Descriptors.ControlFlow, Place.Of(operation.Syntax), operation.Syntax.GetFirstToken().Text, advice);

    private void Report(IOperation operation, string why, string instead) =>
        scope.Report(Descriptors.Statement, Place.Of(operation.Syntax), Place.Text(operation.Syntax), why, instead);
}
