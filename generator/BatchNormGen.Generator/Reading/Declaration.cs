using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Reading;

/// <summary>What the declaration of a method says.</summary>
/// <param name="Signature">Null where it has errors.</param>
/// <param name="DeclaringHalf">Of a partial method, if the generator owes it and the types in it are known.</param>
/// <param name="Results">The names of what is returned; empty where the return type has errors.</param>
/// <param name="ResultShape">What <c>[return: Shape("…")]</c> declares, if it is there.</param>
internal sealed record Declaration(Signature? Signature, DeclaringHalf? DeclaringHalf, ImmutableArray<string> Results, ResultShape? ResultShape);

/// <summary>A declared shape of the result, to compare with the one that the body gives.</summary>
internal sealed record ResultShape(ImmutableArray<Axis> Axes, Location Location)
{
    public void Check(Output output, Scope scope)
    {
        var declared = ShapeText.Layout(scope.Graph, Axes);
        if (!declared.Select(index => index?.Axis).SequenceEqual(output.Layout.Select(index => index?.Axis)))
            scope.Report(Descriptors.ResultShape, Location, Value.Write(output.Layout), Value.Write(declared));
    }
}
