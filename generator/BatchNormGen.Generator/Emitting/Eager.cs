using System.Collections.Immutable;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Emitting;

/// <summary>How tightly the outermost operator of a piece of C# binds.</summary>
internal enum Binding
{
    Choice,
    Sum,
    Product,
    Unary,
    Primary,
}

/// <summary>A piece of C# that computes a tensor or a scalar.</summary>
/// <param name="Text">The expression.</param>
/// <param name="Layout">The index of each axis, null for an axis of extent 1; empty for a scalar.</param>
/// <param name="Binding">What it is made with.</param>
internal sealed record Eager(string Text, ImmutableArray<Index?> Layout, Binding Binding = Binding.Primary)
{
    public bool IsScalar => Layout.IsEmpty;

    /// <summary>Whether it is a mask in C# too: a tensor of <c>bool</c>, or a condition.</summary>
    public bool IsMask { get; init; }

    /// <summary>The text, in parentheses where it binds less than what stands around it.</summary>
    public string In(Binding outer) => Binding < outer ? $"({Text})" : Text;
}
