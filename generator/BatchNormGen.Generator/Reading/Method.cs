using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Reading;

/// <summary>
/// What a <c>[Differentiable]</c> method says. Its body is one formula for each way that <c>bool</c> and <c>enum</c>
/// parameters choose; a method without choices has one case.
/// </summary>
/// <param name="Signature">The method as C# declares it.</param>
/// <param name="Cases">
/// The formulas, whose outputs all have the same axes. They are the leaves of a tree: exactly one of them fits to any
/// declared values of the parameters.
/// </param>
internal sealed record Method(Signature Signature, EquatableArray<Case> Cases);

/// <summary>The formula of a method for some values of the parameters that choose.</summary>
/// <param name="Choices">
/// The values that it stands for, in the order in which the body asks for them. A parameter that is not among them does
/// not matter here.
/// </param>
/// <param name="Layer">The formula.</param>
internal sealed record Case(EquatableArray<Choice> Choices, Layer Layer);

/// <summary>A value of a parameter that chooses.</summary>
/// <param name="Parameter">The parameter's name.</param>
/// <param name="Value">The value in C#: <c>true</c>, <c>global::Modes.Mode.Mean</c>.</param>
internal sealed record Choice(string Parameter, string Value)
{
    public override string ToString() => $"{Parameter} = {Value}";
}

/// <summary>A value that a parameter may have: what it is called in C#, and the number behind it.</summary>
internal readonly record struct Option(string Text, Rational Value);
