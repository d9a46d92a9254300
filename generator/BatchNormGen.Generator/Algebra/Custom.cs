using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace BatchNormGen.Generator.Algebra;

/// <summary>A user's own method on whole tensors, of which algebra knows no more than how to call it.</summary>
/// <param name="Method">The qualified name in C#.</param>
/// <param name="Name">The name in formulas.</param>
/// <param name="Results">How many tensors it returns.</param>
/// <param name="Gradient">The method that gives the gradients of its tensors, from the incoming gradient and all its arguments; null for a gradient itself.</param>
internal sealed record CustomMethod(string Method, string Name, int Results, CustomMethod? Gradient);

/// <summary>An argument of a <see cref="Custom"/>: a whole tensor.</summary>
/// <param name="Value">The element at the indices of the layout.</param>
/// <param name="Layout">The index of each axis, bound here; empty for a scalar.</param>
/// <param name="Gradient">Which result of the gradient method belongs to it; −1 where it has none.</param>
internal readonly record struct CustomArgument(Expr Value, ImmutableArray<Index?> Layout, int Gradient)
{
    /// <summary>The shape as C#, and the expression by identifier: what makes two arguments the same.</summary>
    public (int, string) Key => (Value.Id, string.Join(",", Layout.Select(index => index?.Order ?? -1)) + ":" + Gradient);
}

/// <summary>One element of a tensor that a user's own method makes of whole tensors.</summary>
internal sealed class Custom(CustomMethod method, int result, ImmutableArray<CustomArgument> arguments, ImmutableArray<Index?> indices) : Expr(IndexSet.Of(indices))
{
    public CustomMethod Method { get; } = method;

    /// <summary>Which of the tensors that it returns.</summary>
    public int Result { get; } = result;

    public ImmutableArray<CustomArgument> Arguments { get; } = arguments;

    public ImmutableArray<Index?> Indices { get; } = indices;

    public override ImmutableArray<Expr> Operands { get; } = [.. arguments.Select(argument => argument.Value)];
}
