using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Reading;

/// <summary>What the reader asks about C# types.</summary>
internal static class Types
{
    /// <summary>Whether the compiler does not know the type, or a part of it, and says so.</summary>
    public static bool IsUnknown(this ITypeSymbol? type) =>
        type is IErrorTypeSymbol or INamedTypeSymbol { IsUnboundGenericType: true } || type is INamedTypeSymbol named && named.TypeArguments.Any(IsUnknown);

    /// <summary>Whether it is float or double, or stands for one of them: no method with other type arguments is read.</summary>
    public static bool IsFloating(this ITypeSymbol? type) => type is ITypeParameterSymbol || type?.SpecialType is SpecialType.System_Single or SpecialType.System_Double;

    public static bool IsInteger(this ITypeSymbol? type) =>
        type?.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64 or SpecialType.System_IntPtr or SpecialType.System_UIntPtr;

    /// <summary>T of Tensor&lt;T&gt;, else null.</summary>
    public static ITypeSymbol? TensorElement(this ITypeSymbol? type) => type is INamedTypeSymbol { Name: "Tensor", Arity: 1 } tensor && tensor.IsInTensors() ? tensor.TypeArguments[0] : null;

    /// <summary>Whether it is a tensor or one of the spans that tensors convert to.</summary>
    public static bool IsTensorLike(this ITypeSymbol? type) =>
        type is INamedTypeSymbol { Name: "Tensor" or "TensorSpan" or "ReadOnlyTensorSpan", Arity: 1 } tensor && tensor.IsInTensors();

    /// <summary>Whether it is a number that formulas are made of, or a tensor of such.</summary>
    public static bool IsNumeric(this ITypeSymbol? type) =>
        type.IsFloating() || type.IsInteger() || type.IsTensorLike() && ((INamedTypeSymbol)type!).TypeArguments[0].IsFloating();

    /// <summary>Whether it may be known before the layer runs: a number, or a choice.</summary>
    public static bool IsKnowable(this ITypeSymbol? type) => type.IsFloating() || type.IsInteger() || type.IsChoice();

    /// <summary>Whether its values can be counted.</summary>
    public static bool IsChoice(this ITypeSymbol? type) => type is { SpecialType: SpecialType.System_Boolean } or { TypeKind: TypeKind.Enum };

    /// <summary>Whether an operator means the same for tensors, or for what a type parameter stands for, as for numbers.</summary>
    public static bool IsArithmetic(this ISymbol method) =>
        method.IsInTensors() || method.ContainingType is { TypeKind: TypeKind.Interface } && method.ContainingNamespace?.ToDisplayString() == "System.Numerics";

    public static bool IsDifferentiable(this IMethodSymbol method) =>
        method.GetAttributes().Find("Differentiable") is not null || method.PartialDefinitionPart?.GetAttributes().Find("Differentiable") is not null;

    // Types that have parts.

    public static bool HasParts(this ITypeSymbol? type) => type is { IsTupleType: true } || type.ItemType() is not null;

    /// <summary>The type of the elements of an array or a span, else null.</summary>
    public static ITypeSymbol? ItemType(this ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol { Rank: 1 } array => array.ElementType,
        INamedTypeSymbol { Name: "Span" or "ReadOnlySpan", Arity: 1 } span when span.ContainingNamespace?.ToDisplayString() == "System" => span.TypeArguments[0],
        _ => null,
    };

    /// <summary>How many parts a value of the type has, unless it is a list.</summary>
    public static int PartCount(this ITypeSymbol? type) =>
        type is INamedTypeSymbol { IsTupleType: true } tuple ? tuple.TupleElements.Sum(element => element.Type.PartCount()) : 1;

    /// <summary>The parts of a tuple, called as its elements if they have names; of any other type, itself.</summary>
    public static ImmutableArray<(string Name, ITypeSymbol Type)> Parts(this ITypeSymbol type, string name) =>
        type is not INamedTypeSymbol { IsTupleType: true } tuple ? [(name, type)]
        : [.. tuple.TupleElements.SelectMany(element => element.Type.Parts(element.IsExplicitlyNamedTupleElement ? element.Name : name + element.Name))];

    public static bool IsInTensors(this ISymbol symbol) => symbol.ContainingNamespace?.ToDisplayString() == "System.Numerics.Tensors";
}
