using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace BatchNormGen.Generator.Reading;

// Operations of the user's own, with gradients of their own: [GradientOf(nameof(F))].
internal sealed partial class ExpressionReader
{
    /// <summary>The method that is marked as the gradient of another, of several the one that fits this overload; null where there is none.</summary>
    private static IMethodSymbol? GradientOf(IMethodSymbol method)
    {
        var marked = method.ContainingType?.GetMembers().OfType<IMethodSymbol>().Where(other =>
            other.GetAttributes().Find("GradientOf") is { } mark && mark.ConstructorArguments.FirstOrDefault().Value as string == method.Name).ToList();
        return marked?.FirstOrDefault(other => Misfit(method, other) is null) ?? marked?.FirstOrDefault();
    }

    private Value? ReadCustom(IInvocationOperation operation, IMethodSymbol gradient)
    {
        var method = operation.TargetMethod;
        var place = Place.Of(operation.Syntax);
        if (Misfit(method, gradient) is { } why)
        {
            scope.Report(Descriptors.CustomGradient, place, method.Name, gradient.Name, why);
            return null;
        }
        var axes = new Dictionary<Axis, Algebra.Index?>();
        var arguments = new List<CustomArgument>();
        ImmutableArray<Algebra.Index?>? first = null;
        var gradients = 0;
        foreach (var argument in operation.Arguments.OrderBy(argument => argument.Parameter!.Ordinal))
        {
            if (Read(argument.Value) is not { } value) return null;
            var parameter = argument.Parameter!;
            var isTensor = parameter.Type.TensorElement() is not null;
            if (!isTensor && value.Expr is not (Scalar or Constant))
            {
                scope.Report(Descriptors.CustomGradient, argument.Syntax.GetLocation(), method.Name, gradient.Name, $"its argument '{Place.Text(argument.Syntax)}' is computed, but a scalar must be a parameter of the layer or a constant");
                return null;
            }
            if (isTensor) first ??= value.Layout;
            foreach (var (axis, index) in (ArgumentShapes.Declared(parameter) ?? []).Zip(value.Layout, (axis, index) => (axis, index))) axes[axis] = index;
            arguments.Add(new(value.Expr, isTensor ? value.Layout : [], HasGradient(parameter) ? gradients++ : -1));
        }
        var layout = first!.Value;
        if (method.GetReturnTypeAttributes().Find("Shape")?.ConstructorArguments.FirstOrDefault().Value is string text && ShapeText.Parse(text, out _) is { } declared)
        {
            // Two axes of the method may be one and the same of the layer, which then appears twice.
            var frame = new List<Algebra.Index?>();
            foreach (var axis in declared)
                frame.Add(!axes.TryGetValue(axis, out var index) ? axis.Extent == 1 ? null : Broadcast.Unused(Graph, axis, frame) : index is null ? null
                    : frame.Atoms().Intersect(index.Atoms).Any() ? Broadcast.Unused(Graph, index.Axis, frame) : index);
            layout = [.. frame];
        }
        var backward = new CustomMethod(Qualified(gradient), gradient.Name, gradients, null);
        return new(Graph.Custom(new(Qualified(method), method.Name, 1, backward), 0, [.. arguments], layout), layout);
    }

    private static bool HasGradient(IParameterSymbol parameter) => parameter.Type.TensorElement().IsFloating() && parameter.GetAttributes().Find("NoGradient") is null;

    private static string Qualified(IMethodSymbol method) => method.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) + "." + method.Name;

    /// <summary>Why a method and its gradient do not go together; null where they do.</summary>
    private static string? Misfit(IMethodSymbol method, IMethodSymbol gradient)
    {
        var expected = method.Parameters.Count(HasGradient);
        var returned = gradient.ReturnType is INamedTypeSymbol { IsTupleType: true } tuple ? [.. tuple.TupleElements.Select(element => element.Type)] : ImmutableArray.Create(gradient.ReturnType);
        return method.IsGenericMethod || gradient.IsGenericMethod ? "generic methods cannot be called by kernels; write them for float or double"
            : !method.IsStatic || !gradient.IsStatic ? "both must be static"
            : !IsVisible(method) || !IsVisible(gradient) ? "generated code does not see both; declare them, and their types, at least internal"
            : !method.ReturnType.TensorElement().IsFloating() ? $"'{method.Name}' must return a Tensor<float> or Tensor<double>"
            : expected == 0 ? $"'{method.Name}' has no tensor parameter with a gradient"
            : !gradient.Parameters.Select(parameter => parameter.Type).SequenceEqual(method.Parameters.Select(parameter => parameter.Type).Prepend(method.ReturnType), SymbolEqualityComparer.Default)
                ? $"its parameters must be the incoming gradient and then those of '{method.Name}'"
            : returned.Length != expected || returned.Any(type => !type.TensorElement().IsFloating()) ? $"it must return {expected} tensor{(expected == 1 ? "" : "s")}, one for each tensor parameter of '{method.Name}' that has a gradient"
            : null;
    }

    private static bool IsVisible(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal && (symbol.ContainingType is null || IsVisible(symbol.ContainingType));
}
