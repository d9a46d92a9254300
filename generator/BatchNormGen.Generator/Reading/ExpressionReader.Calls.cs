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

    /// <summary>Names of the base class library for what the tables call otherwise.</summary>
    private static readonly ImmutableDictionary<(string Name, int Arity), string> OtherNames = ImmutableDictionary<(string, int), string>.Empty
        .Add(("Max", 2), "Maximum")
        .Add(("Min", 2), "Minimum")
        .Add(("Average", 1), "Mean");

    public override Value? VisitInvocation(IInvocationOperation operation, object? argument)
    {
        if (GradientOf(operation.TargetMethod) is { } gradient) return ReadCustom(operation, gradient);
        if (IsComposed(operation)) return Single(ReadComposed(operation));
        if (IsConversion(operation)) return Read(operation.Arguments[0].Value);
        if (IsDelegateOfLocal(operation)) return null;   // said where its value is declared
        var call = Call.Of(operation);
        if (call.Home == Home.Foreign)
        {
            scope.Report(Descriptors.ForeignMethod, call.Place, call.Name, Advice.Supported);
            return null;
        }
        if (!IsStaged(operation.Type) || !IsStaged(call.Operands[0].Type)) return NotTaken(call);
        if (call.Operands.All(operand => operand.Type.IsTensorLike() || operand.Type.IsNumeric()) && ReadElementWise(call) is { } read) return read();
        return call switch
        {
            { Name: "Gelu", Operands: [var x, var approximation] } => ReadGelu(x, approximation),
            { Home: Home.Scalars, Name: "CreateChecked" or "CreateSaturating" or "CreateTruncating", Operands: [var number] } => Read(number),
            { Home: Home.Scalars } => NotTaken(call),
            { Name: "Add", Operands: [var a, var b] } => ReadBinary(BinaryOperatorKind.Add, a, b),
            { Name: "Subtract", Operands: [var a, var b] } => ReadBinary(BinaryOperatorKind.Subtract, a, b),
            { Name: "Multiply", Operands: [var a, var b] } => ReadBinary(BinaryOperatorKind.Multiply, a, b),
            { Name: "Divide", Operands: [var a, var b] } => ReadBinary(BinaryOperatorKind.Divide, a, b),
            { Name: "Negate", Operands: [var a] } => Map(Read(a), Graph.Negate),
            { Name: "Transpose", Operands: [var matrix] } => ReadTranspose(matrix, call),
            { Name: "Permute" } => ReadPermute(call),
            { Name: "Unsqueeze", Operands: [var x, var axis] } => ReadUnsqueeze(x, axis),
            { Name: "Squeeze", Operands: [var x, var axis] } => ReadSqueeze(x, axis),
            { Name: "Reshape" } => ReadReshape(call),
            { Name: "Gather" } => ReadGather(call),
            { Name: "OneHot", Operands: [var labels, var classes] } => ReadOneHot(labels, classes),
            { Name: "MatMul", Operands: [var a, var b] } => ReadProduct(a, b),
            _ when Compositions.ReductionTable.FirstOrDefault(row => row.Name == NameOf(call)) is { } reduction => ReadReduction(call, reduction),
            { Operands: [var x, var axis] } when Compositions.AlongTable.FirstOrDefault(row => row.Name == call.Name) is { } along => ReadAlong(call, x, axis, along),
            _ => NotTaken(call),
        };
    }

    /// <summary>Whether it is a number or a tensor, of numbers or of masks.</summary>
    private static bool IsStaged(ITypeSymbol? type) => type.IsNumeric() || type.IsTensorLike();

    private static string NameOf(Call call) => call.Home != Home.Staging && OtherNames.TryGetValue((call.Name, call.Operands.Length), out var other) ? other : call.Name;

    /// <summary>How to read a call of a row of the tables of element-wise operations; null where it is another.</summary>
    private Func<Value?>? ReadElementWise(Call call)
    {
        var name = NameOf(call);
        if (call is { Name: "Pow", Operands: [var value, var exponent] }) return () => ReadPower(value, exponent);
        if (call.Operands.Length == 1)
            foreach (var (power, p) in Functions.Powers)
                if (power == name) return () => Map(Read(call.Operands[0]), x => Graph.Power(x, p));
        if (Functions.Table.AddRange(Functions.Masks).FirstOrDefault(row => row.Name == name && row.Arity == call.Operands.Length) is { } function)
            return () => Combine(call.Operands, arguments => Graph.Apply(function, arguments));
        if (Compositions.ElementWiseTable.FirstOrDefault(row => row.Name == name && row.Arity == call.Operands.Length) is { } composition)
            return () => Combine(call.Operands, arguments => composition.Build(Graph, arguments[0], arguments.RemoveAt(0)), operand => Shared(name, operand));
        return null;
    }

    private Value? ReadBinary(BinaryOperatorKind kind, IOperation a, IOperation b) =>
        Combine(Read(a), Read(b), Arithmetic(kind)!, b.Syntax.GetLocation());

    /// <summary>An operation on operands that are brought to one layout.</summary>
    private Value? Combine(ImmutableArray<IOperation> operands, Func<ImmutableArray<Expr>, Expr> function, Func<IOperation, Value?>? read = null)
    {
        var values = operands.Select(read ?? Read).ToImmutableArray();
        if (values.Any(value => value is null)) return null;
        if (values is [{ } single]) return single with { Expr = function([single.Expr]) };
        var frame = values[0]!;
        for (var i = 1; i < values.Length; i++)
            if (Combine(frame, values[i], (a, b) => a, operands[i].Syntax.GetLocation()) is { } wider) frame = wider;
            else return null;
        return new(function([.. values.Select(value => Broadcast.To(Graph, value!, frame.Layout))]), frame.Layout);
    }

    private Value? ReadPower(IOperation value, IOperation exponent)
    {
        var (x, p) = (Read(value), Read(exponent));
        if (x is null || p is null) return null;
        if (p is { Expr: Constant { Value: var number }, Layout.IsEmpty: true })
        {
            if (number.Abs() < LargestExponent + 1) return Map(x, body => Graph.Power(body, number));
            scope.Report(Descriptors.Exponent, exponent.Syntax.GetLocation(), Place.Text(exponent.Syntax), LargestExponent);
            return null;
        }
        return Combine(x, p, (a, b) => Graph.Apply(Functions.Pow, a, b), exponent.Syntax.GetLocation());
    }

    private Value? ReadGelu(IOperation operand, IOperation approximation)
    {
        if (approximation.ConstantValue is not { HasValue: true, Value: int kind }) return NotConstant(approximation, "GeluApproximation.None or GeluApproximation.Tanh");
        var composition = Compositions.ElementWiseTable.First(row => row.Name == (kind == 0 ? "Gelu" : "GeluTanh"));
        return Map(Shared("Gelu", operand), x => composition.Build(Graph, x, []));
    }

    /// <summary>Σ and its kin. Over all axes the result is a scalar; a tensor that no axis is left of keeps one of extent 1.</summary>
    private Value? ReadReduction(Call call, Compositions.Reducing reduction)
    {
        if (call.Named.Any(named => named.Name is not ("axis" or "axes" or "keepDims" or "correction"))) return NotTaken(call);
        if (Read(call.Operands[0]) is not { } x) return null;
        if (reduction.HasSteps) x = Operand(reduction.Name, call.Operands[0], x);
        var keepDims = false;
        var correction = Graph.Zero;
        var axes = Enumerable.Range(0, x.Layout.Length).ToImmutableArray();
        foreach (var (name, value) in call.Named)
        {
            if (name == "keepDims")
            {
                if (value.ConstantValue is not { HasValue: true, Value: bool keep }) return NotConstant(value, "keepDims: true or keepDims: false");
                keepDims = keep;
            }
            else if (name == "correction")
            {
                if (Read(value) is not { } number) return null;
                correction = number.Expr;
            }
            else if (ReadAxes(value, x) is { } named) axes = named;
            else return null;
        }
        var over = IndexSet.Of(axes.Select(axis => x.Layout[axis]));
        if (reduction.NeedsElements)
            foreach (var index in over.Where(index => index.Axis.Extent is null)) scope.Require(new NotEmpty(index.Axis));
        var layout = keepDims
            ? x.Layout.Select((index, axis) => axes.Contains(axis) ? null : index).ToImmutableArray()
            : x.Layout.Where((_, axis) => !axes.Contains(axis)).ToImmutableArray();
        if (layout.IsEmpty && call.IsTensor) layout = [null];
        return new(reduction.Build(Steps(x, call), over, x.Expr, correction), layout);
    }

    private Value? ReadAlong(Call call, IOperation operand, IOperation axis, Compositions.Along along) =>
        Read(operand) is { } read && ReadAxis(axis, read) is { } at && Operand(along.Name, operand, read) is var x
            ? x with { Expr = along.Build(Steps(x, call), IndexSet.Of([x.Layout[at]]), x.Expr) }
            : null;

    /// <summary>What an operation of several steps is applied to: a stage, since each of the steps asks for it.</summary>
    private Value Operand(string operation, IOperation operand, Value x) =>
        scope.Keep(char.ToLowerInvariant(operation[0]) + operation.Substring(1) + "Input", operand.Type, x, operand.Syntax.GetLocation())!;

    /// <summary>What the formula of an operation says more than once: a stage where it is long, since it could double with each operation on it.</summary>
    private Value? Shared(string operation, IOperation operand) =>
        Read(operand) is not { } value ? null : value.Expr.IsLong() ? Operand(operation, operand, value) : value;

    private SubStages Steps(Value operand, Call call) => new(Graph, operand, (step, value) => scope.Stage(step, value, call.Place));

    private Value? NotTaken(Call call)
    {
        scope.Report(Descriptors.OperationNotTaken, call.Place, call.Name, Advice.Supported);
        return null;
    }
}
