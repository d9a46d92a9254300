using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Reading;

/// <summary>Compares the shapes of arguments with what <c>[Shape]</c> says of the parameters: an axis that is named again is the same one.</summary>
internal static class ArgumentShapes
{
    /// <summary>Whether all arguments fit; what does not is said at the argument.</summary>
    public static bool Check(Scope scope, IMethodSymbol method, IEnumerable<(IParameterSymbol Parameter, ImmutableArray<Value?> Parts, IOperation Argument)> arguments, Location call)
    {
        var meanings = new Dictionary<Axis, (string Axis, string Parameter)>();
        var fits = true;
        foreach (var (parameter, parts, argument) in arguments)
        {
            if (parts is not [{ } value] || Declared(parameter) is not { } axes || Misfit(axes, value, parameter, meanings) is not { } why) continue;
            var place = argument.IsImplicit ? call : argument.Syntax.GetLocation();
            scope.Report(Descriptors.ArgumentShape, place, parameter.Name, method.Name, ShapeOf(axes), value.Shape, why);
            fits = false;
        }
        return fits;
    }

    public static ImmutableArray<Axis>? Declared(IParameterSymbol parameter) =>
        parameter.GetAttributes().Find("Shape")?.ConstructorArguments.FirstOrDefault().Value is string text ? ShapeText.Parse(text, out _) : null;

    private static string ShapeOf(ImmutableArray<Axis> axes) => $"[{string.Join(", ", axes.Select(axis => axis.Name))}]";

    private static string? Misfit(ImmutableArray<Axis> axes, Value value, IParameterSymbol parameter, Dictionary<Axis, (string Axis, string Parameter)> meanings)
    {
        if (axes.Length != value.Layout.Length) return $"it has {value.Layout.Length} axes, not {axes.Length}";
        foreach (var (axis, index) in axes.Zip(value.Layout, (axis, index) => (axis, index)))
        {
            var actual = Value.WriteAxis(index);
            if (axis.Extent is not null)
            {
                if (actual != axis.Name) return $"{actual} is not {axis.Name}";
            }
            else if (!meanings.TryGetValue(axis, out var meaning)) meanings.Add(axis, (actual, parameter.Name));
            else if (meaning.Axis != actual) return $"{axis.Name} is {meaning.Axis} in '{meaning.Parameter}', and {actual} here";
        }
        return null;
    }
}
