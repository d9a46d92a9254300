using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Emitting;

// Functions and masks. An operation of the staging library is called by its name, so that a new one needs no line here.
internal sealed partial class EagerCode
{
    /// <summary>The operations that the element type has too, for scalars, and what it calls them.</summary>
    private static readonly ImmutableDictionary<string, string> OfScalars = ImmutableDictionary.CreateRange(
        from name in (string[])["Abs", "Cos", "Exp", "Log", "Log2", "Maximum Max", "Minimum Min", "Pow", "Sin", "Sqrt", "Tanh"]
        let names = name.Split(' ')
        select new KeyValuePair<string, string>(names[0], names[names.Length - 1]));

    /// <summary>The operations of two operands with the one that says the same of them in exchange.</summary>
    private static readonly ImmutableDictionary<string, string> Mirrored = ImmutableDictionary.CreateRange(
        from pair in (string[])["EqualTo EqualTo", "GreaterThan LessThan", "GreaterThanOrEqual LessThanOrEqual", "LessThan GreaterThan", "LessThanOrEqual GreaterThanOrEqual", "Maximum Maximum", "Minimum Minimum", "NotEqualTo NotEqualTo"]
        let names = pair.Split(' ')
        select new KeyValuePair<string, string>(names[0], names[1]));

    private Eager Call(Apply apply, ImmutableArray<Index?> frame)
    {
        if (apply.Function == Functions.Where) return Select(apply.Arguments[0], Write(apply.Arguments[1], frame), Write(apply.Arguments[2], frame), frame);
        var operands = apply.Arguments.Select(argument => Write(argument, frame)).ToArray();
        if (apply.Function == Functions.StopGradient) return operands[0];
        if (apply.Function == Functions.Erfc && Member("Erf", operands[0]) is var erf) return new($"{Literal(Rational.One)} - {erf.In(Binding.Product)}", erf.Layout, Binding.Sum);
        if (apply.Function == Functions.Clamp && operands.Skip(operands[0].IsScalar ? 0 : 1).Any(operand => operand.IsScalar == operands[0].IsScalar))
            return Member("Minimum", Member("Maximum", operands[0], operands[1]), operands[2]);
        return Member(apply.Function.Name, operands);
    }

    /// <summary>A user's own method, which gets whole tensors.</summary>
    private Eager Call(Custom custom, ImmutableArray<Index?> frame)
    {
        var result = new Eager($"{custom.Method.Method}({string.Join(", ", custom.Arguments.Select(Argument))}){(custom.Method.Results > 1 ? $".Item{custom.Result + 1}" : "")}", custom.Indices);

        // Where an axis is split, what the method gives has it in one piece.
        return Align(custom.Indices.Any(index => index is not null && graph.Splits.Values.Any(parts => parts.Contains(index.Axis))) ? new(Reshaped(result, result.Layout), result.Layout) : result, frame);
    }

    private string Argument(CustomArgument argument)
    {
        if (argument.Value is Scalar scalar)
        {
            variables.Use(scalar.Name);
            return scalar.Name;
        }
        var code = Write(argument.Value, Expand(argument.Layout));
        if (argument.Layout.IsEmpty) return argument.Gradient < 0 && argument.Value is Constant ? code.Text : AsTensor(code).Text;
        code = Fit(code, argument.Layout);
        return (code.Layout.SequenceEqual(argument.Layout) ? code : Fill(code, argument.Layout)).Text;
    }

    /// <summary>A staged operation on the first operand, with the others as its arguments.</summary>
    private Eager Member(string operation, params Eager[] operands)
    {
        if (operands.All(operand => operand.IsScalar))
            return OfScalars.TryGetValue(operation, out var name)
                ? new($"{element}.{name}({string.Join(", ", operands.Select(operand => operand.Text))})", [])
                : new($"{AsTensor(operands[0]).Text}.{operation}({string.Join(", ", operands.Skip(1).Select(operand => operand.Text))})[0]", []);
        if (operands[0].IsScalar && Mirrored.TryGetValue(operation, out var mirrored)) return Member(mirrored, operands[1], operands[0]);
        var receiver = AsTensor(operands[0]);
        return new(
            $"{receiver.In(Binding.Primary)}.{operation}({string.Join(", ", operands.Skip(1).Select(operand => operand.Text))})",
            operands.Skip(1).Aggregate(receiver.Layout, (layout, operand) => Layouts.Broadcast(layout, operand.Layout)));
    }

    // Masks.

    /// <summary>The first where the mask holds, the second elsewhere.</summary>
    private Eager Select(Expr mask, Eager a, Eager b, ImmutableArray<Index?> frame) =>
        mask is Apply { Function: var function } opposite && function == Functions.Not
            ? Select(opposite.Arguments[0], b, a, frame)
            : Select(Condition(mask, frame), a, b);

    private Eager Select(Eager mask, Eager a, Eager b) =>
        !mask.IsScalar ? Member("Where", mask, a, b)
        : a.IsScalar && b.IsScalar ? new($"{mask.In(Binding.Sum)} ? {a.In(Binding.Sum)} : {b.In(Binding.Sum)}", [], Binding.Choice)
        : Member("Where", new($"Tensor.Create([{mask.Text}])", [null]), a, b);

    /// <summary>A mask as a tensor of bool, or as a condition where it is the same for all elements.</summary>
    private Eager Condition(Expr mask, ImmutableArray<Index?> frame)
    {
        if (Find(mask) is { } known)
            return known.IsMask && known.Layout.Aligns(frame) ? known : Relate("NotEqualTo", Number(known, frame), new(Literal(Rational.Zero), []));
        return mask switch
        {
            Apply { Function: var not, Arguments: [var opposite] } when not == Functions.Not => Relate("EqualTo", Write(opposite, frame), new(Literal(Rational.Zero), [])),
            Apply { Function: var holds, Arguments: [var truth] } when holds == Functions.Holds => Write(truth, frame) with { IsMask = true },
            Apply { Function: var isFinite, Arguments: [var x] } when isFinite == Functions.IsFinite => Relate("LessThan", Member("Abs", Write(x, frame)), new($"{element}.PositiveInfinity", [])),
            Apply { Function: { IsMask: true } relation, Arguments: [var a, var b] } when !IsOneHot(mask) => Relate(relation.Name, Write(a, frame), Write(b, frame)),
            _ => Relate("NotEqualTo", Write(mask, frame), new(Literal(Rational.Zero), [])),
        };
    }

    private Eager Relate(string relation, Eager a, Eager b) => a.IsScalar && b.IsScalar
        ? new($"{a.In(Binding.Sum)} {Operator(relation)} {b.In(Binding.Sum)}", [], Binding.Choice) { IsMask = true }
        : Member(relation, a, b) with { IsMask = true };

    private static string Operator(string relation) => relation switch
    {
        "GreaterThan" => ">",
        "GreaterThanOrEqual" => ">=",
        "LessThan" => "<",
        "LessThanOrEqual" => "<=",
        "EqualTo" => "==",
        _ => "!=",
    };
}
