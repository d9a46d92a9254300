using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Reading;

/// <summary>
/// What a <c>[Differentiable]</c> method says: its signature, and its body as algebra. A value that holds nothing of
/// the compilation it was read from, and compares by content, so that the passes after it run only when it changes.
/// </summary>
/// <param name="Signature">The method as C# declares it.</param>
/// <param name="Graph">Holds the expressions of <paramref name="Stages"/> and <paramref name="Outputs"/>.</param>
/// <param name="Stages">The locals of the body in their order, the last one being what is returned if it has no name.</param>
/// <param name="Layouts">For each stage the index variable of each axis, null for an axis of extent 1; empty for a scalar.</param>
/// <param name="Outputs">What the method returns.</param>
/// <param name="Conditions">What has to hold when the layer is called.</param>
internal sealed record Layer(
    Signature Signature,
    Graph Graph,
    ImmutableArray<Named> Stages,
    ImmutableArray<EquatableArray<Index?>> Layouts,
    ImmutableArray<Output> Outputs,
    EquatableArray<Condition> Conditions)
{
    /// <summary>The outputs for which a gradient comes in.</summary>
    public IEnumerable<Output> Differentiated => Outputs.Where(output => !output.IsStopped);

    public bool Equals(Layer? other) =>
        other is not null
        && Signature.Equals(other.Signature)
        && Graph.Equals(other.Graph)
        && Stages.Select(stage => stage.Id).SequenceEqual(other.Stages.Select(stage => stage.Id))
        && Layouts.SequenceEqual(other.Layouts)
        && Outputs.SequenceEqual(other.Outputs)
        && Conditions.Equals(other.Conditions);

    public override int GetHashCode() => Signature.GetHashCode() * 31 + Graph.GetHashCode();
}

/// <summary>The declaration of a layer.</summary>
/// <param name="Namespace">The namespace, empty for the global one.</param>
/// <param name="Types">The types around the method, the outermost first, as they open in source: <c>partial class Layers</c>.</param>
/// <param name="TypeNames">Their names alone.</param>
/// <param name="Name">The method's name, M of MForward.</param>
/// <param name="Accessibility"><c>public</c>, <c>internal</c>, …</param>
/// <param name="HintName">The namespace-qualified name of the generated file, of characters that file names may have.</param>
/// <param name="DeclaringHalf">Of a partial method, if the generator owes it.</param>
/// <param name="HasDocumentation">Whether the user's half has an XML comment.</param>
/// <param name="Element">The element type in C#: <c>float</c>, <c>double</c>, or a type parameter.</param>
/// <param name="Parameters">In the order of the declaration.</param>
/// <param name="Backward">The form that the user asked for.</param>
/// <param name="TypeParameter">Of a generic method, which is written for each of the element types.</param>
/// <param name="Save">How much the forward is to keep for the backward.</param>
internal sealed record Signature(
    string Namespace,
    EquatableArray<string> Types,
    EquatableArray<string> TypeNames,
    string Name,
    string Accessibility,
    string HintName,
    DeclaringHalf? DeclaringHalf,
    bool HasDocumentation,
    string Element,
    EquatableArray<Parameter> Parameters,
    BackwardForm Backward,
    TypeParameter? TypeParameter = null,
    Saving Save = Saving.Balanced)
{
    /// <summary>The element types that code is written for.</summary>
    public ImmutableArray<string> Elements => TypeParameter is null ? [Element] : ["float", "double"];

    /// <summary>The same over one of the element types.</summary>
    public Signature In(string element) => TypeParameter is null ? this : this with
    {
        Element = element,
        Parameters = Parameters.Select(parameter => parameter.Type == TypeParameter.Name ? parameter with { Type = element } : parameter).ToImmutableArray(),
        TypeParameter = null,
    };
}

/// <summary>The type parameter of a generic method, which stands for float or double.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Constraints">What it has to be: <c>unmanaged, global::System.Numerics.IFloatingPointIeee754&lt;T&gt;</c>.</param>
internal sealed record TypeParameter(string Name, string Constraints);

/// <summary>How the backward is to be written; the generator's twin of the library's enum, by value.</summary>
internal enum BackwardForm
{
    ClosedForm,
    Staged,
}

/// <summary>How much the forward keeps for the backward; the generator's twin of the library's enum, by value.</summary>
internal enum Saving
{
    Least,
    Balanced,
    Most,
}

/// <summary>A parameter of a layer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type for a tensor, its type for a scalar, as C# writes it.</param>
/// <param name="Layout">For a tensor: the index variable of each axis, null for an axis of extent 1. Null for a scalar.</param>
/// <param name="HasGradient">Whether the backward gives a gradient for it.</param>
/// <param name="Default">Its default value in C#, if it has one.</param>
internal sealed record Parameter(string Name, string Type, EquatableArray<Index?>? Layout, bool HasGradient, string? Default = null)
{
    public bool IsTensor => Layout is not null;
}

/// <summary>Something that a layer returns.</summary>
/// <param name="Name"><c>output</c>, or the name of the element of the tuple.</param>
/// <param name="Layout">The index variable of each axis, null for an axis of extent 1; empty for a scalar.</param>
/// <param name="Value">The value over these indices.</param>
internal sealed record Output(string Name, EquatableArray<Index?> Layout, Expr Value)
{
    /// <summary>Whether no gradient comes in for it.</summary>
    public bool IsStopped => Value is Named { Value: Apply { Function: var function } } && function == Functions.StopGradient;

    public bool Equals(Output? other) => other is not null && Name == other.Name && Layout.Equals(other.Layout) && Value.Id == other.Value.Id;
    public override int GetHashCode() => Name.GetHashCode() * 31 + Value.Id;
}
