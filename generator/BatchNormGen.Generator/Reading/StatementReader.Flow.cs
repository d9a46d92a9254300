using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace BatchNormGen.Generator.Reading;

// Control flow, which is followed where it is known: branches are chosen, loops are written out.
internal sealed partial class StatementReader
{
    public override Flow VisitConditional(IConditionalOperation operation, object? argument) =>
        _expressions.Decide(operation.Condition, operation, "if") is not { } holds ? Skip(operation)
        : holds ? Read(operation.WhenTrue)
        : operation.WhenFalse is { } otherwise ? Read(otherwise)
        : Flow.Next;

    public override Flow VisitSwitch(ISwitchOperation operation, object? argument)
    {
        if (_expressions.ReadAll(operation.Value) is not { IsEmpty: false } value) return Skip(operation);
        foreach (var @case in operation.Cases)
            foreach (var clause in @case.Clauses)
            {
                if (clause is IDefaultCaseClauseOperation) continue;
                if (Matches(clause, value, operation) is not { } matches) return Skip(operation);
                if (matches) return Run(@case);
            }
        return operation.Cases.FirstOrDefault(@case => @case.Clauses.OfType<IDefaultCaseClauseOperation>().Any()) is { } otherwise ? Run(otherwise) : Flow.Next;

        Flow Run(ISwitchCaseOperation @case) => Until(operation.ExitLabel, Read(@case.Body));
    }

    private bool? Matches(ICaseClauseOperation clause, ImmutableArray<Value?> value, ISwitchOperation @switch) => clause switch
    {
        ISingleValueCaseClauseOperation single => _expressions.Equal(value, single.Value, @switch, "switch"),
        IPatternCaseClauseOperation pattern => _expressions.Matches(value, pattern.Pattern, @switch, "switch") is not { } matches ? null
            : matches && pattern.Guard is { } guard ? _expressions.Decide(guard, @switch, "switch")
            : matches,
        _ => null,
    };

    public override Flow VisitBranch(IBranchOperation operation, object? argument)
    {
        if (operation.BranchKind is not (BranchKind.Break or BranchKind.Continue)) return ControlFlow(operation, Advice.Loop);
        _label = operation.Target;
        return Flow.Jump;
    }

    public override Flow VisitLabeled(ILabeledOperation operation, object? argument) => Read(operation.Operation);

    /// <summary>A jump to the end of a statement ends that statement, and no other.</summary>
    private Flow Until(ILabelSymbol end, Flow flow) =>
        flow == Flow.Jump && SymbolEqualityComparer.Default.Equals(_label, end) ? Flow.Next : flow;

    // Loops.

    public override Flow VisitForLoop(IForLoopOperation operation, object? argument)
    {
        if (Read(operation.Before) is not Flow.Next and var before) return before;
        return Repeat(operation, "for", operation.Condition, conditionFirst: true, () => Read(operation.AtLoopBottom));
    }

    public override Flow VisitWhileLoop(IWhileLoopOperation operation, object? argument)
    {
        if (operation.ConditionIsUntil || operation.Condition is null) return Flow.Next;
        return Repeat(operation, operation.ConditionIsTop ? "while" : "do", operation.Condition, operation.ConditionIsTop, () => Flow.Next);
    }

    public override Flow VisitForEachLoop(IForEachLoopOperation operation, object? argument)
    {
        var collection = operation.Collection;
        while (collection is IConversionOperation conversion && !conversion.Type.HasParts()) collection = conversion.Operand;
        if (operation.LoopControlVariable is not IVariableDeclaratorOperation { Symbol: var variable } || collection.Type.ItemType() is null)
            return ControlFlow(operation, Advice.Loop);
        var errors = scope.ErrorCount;
        var items = _expressions.ReadAll(collection);
        var size = variable.Type.PartCount();
        for (var at = 0; at + size <= items.Length && scope.ErrorCount == errors; at += size)
        {
            if (!scope.Repeat(Place.Of(operation.Syntax))) return Skip(operation);
            _expressions.Assign(variable, variable.Type, items.Slice(at, size));
            var flow = Until(operation.ContinueLabel, Read(operation.Body));
            if (flow != Flow.Next) return Until(operation.ExitLabel, flow);
        }
        return scope.ErrorCount == errors ? Flow.Next : Skip(operation);
    }

    /// <summary>Reads a loop round by round. One that has an error is not read again.</summary>
    private Flow Repeat(ILoopOperation loop, string keyword, IOperation? condition, bool conditionFirst, System.Func<Flow> bottom)
    {
        if (condition?.DescendantsAndSelf().OfType<IBinaryOperation>().Any(IsRounded) == true) return ControlFlow(loop, Advice.Counter);
        var errors = scope.ErrorCount;
        for (var check = conditionFirst; ; check = true)
        {
            if (check && condition is not null)
            {
                if (_expressions.Decide(condition, loop, keyword) is not { } holds) return Skip(loop);
                if (!holds) return Flow.Next;
            }
            if (!scope.Repeat(Place.Of(loop.Syntax))) return Skip(loop);
            var flow = Until(loop.ContinueLabel, Read(loop.Body));
            if (flow != Flow.Next) return Until(loop.ExitLabel, flow);
            bottom();
            if (scope.ErrorCount > errors) return Skip(loop);
        }
    }

    /// <summary>Whether floating-point numbers are compared, of which only the run knows how they are rounded.</summary>
    private static bool IsRounded(IBinaryOperation operation) =>
        !operation.ConstantValue.HasValue && operation.Type?.SpecialType == SpecialType.System_Boolean && operation.LeftOperand.Type.IsFloating();
}
