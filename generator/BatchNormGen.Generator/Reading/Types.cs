using System.Linq;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Reading;

/// <summary>What the reader asks about C# types.</summary>
internal static class Types
{
    /// <summary>Whether the compiler does not know the type, or a part of it, and says so.</summary>
    public static bool IsUnknown(this ITypeSymbol? type) =>
        type is IErrorTypeSymbol or INamedTypeSymbol { IsUnboundGenericType: true } || type is INamedTypeSymbol named && named.TypeArguments.Any(IsUnknown);

    public static bool IsFloating(this ITypeSymbol? type) => type?.SpecialType is SpecialType.System_Single or SpecialType.System_Double;

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

    public static bool IsInTensors(this ISymbol symbol) => symbol.ContainingNamespace?.ToDisplayString() == "System.Numerics.Tensors";
}
