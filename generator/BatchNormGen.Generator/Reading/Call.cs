using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace BatchNormGen.Generator.Reading;

/// <summary>Where a called method comes from.</summary>
internal enum Home
{
    /// <summary>The staged operations of the library.</summary>
    Staging,

    /// <summary>System.Numerics.Tensors.</summary>
    Tensors,

    /// <summary>Math, MathF, float and double, and the interfaces of numbers.</summary>
    Scalars,

    Foreign,
}

/// <summary>A call, the same whether it is written <c>x.Sum(axis: 0)</c> or <c>StagedOperations.Sum(x, axis: 0)</c>.</summary>
/// <param name="Name">The method's name.</param>
/// <param name="Home">Where the method comes from.</param>
/// <param name="Operands">The receiver and the arguments that are written, in the order of the parameters.</param>
/// <param name="Named">The arguments after the receiver, with the names of their parameters.</param>
/// <param name="IsTensor">Whether the result is a tensor.</param>
/// <param name="Place">The name in source.</param>
internal sealed record Call(string Name, Home Home, ImmutableArray<IOperation> Operands, ImmutableArray<(string Name, IOperation Value)> Named, bool IsTensor, Location Place)
{
    public static Call Of(IInvocationOperation operation)
    {
        var method = operation.TargetMethod;
        var written = from argument in operation.Arguments
                      where argument.ArgumentKind != ArgumentKind.DefaultValue && argument.Parameter is not null
                      orderby argument.Parameter!.Ordinal
                      select (argument.Parameter!.Name, argument.Value);
        var arguments = (operation.Instance is null ? written : written.Prepend(("", operation.Instance))).ToImmutableArray();
        return new(
            method.Name,
            arguments.IsEmpty ? Home.Foreign : HomeOf(method),
            [.. arguments.Select(argument => argument.Item2)],
            [.. arguments.Skip(1)],
            operation.Type.IsTensorLike(),
            Reading.Place.Of(operation.Syntax));
    }

    private static Home HomeOf(IMethodSymbol method)
    {
        var type = method.ContainingType;
        while (type.ContainingType is { } outer) type = outer;
        return (type.ContainingNamespace.ToDisplayString(), type.Name) switch
        {
            (Annotations.Library, _) => Home.Staging,
            ("System.Numerics.Tensors", "Tensor") => Home.Tensors,
            ("System", "Math" or "MathF" or "Single" or "Double") => Home.Scalars,
            ("System.Numerics", _) when type.TypeKind == TypeKind.Interface => Home.Scalars,
            _ => Home.Foreign,
        };
    }
}
