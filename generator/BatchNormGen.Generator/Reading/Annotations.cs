using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace BatchNormGen.Generator.Reading;

/// <summary>The library's attributes.</summary>
internal static class Annotations
{
    public const string Library = "BatchNormGen";
    public const string Differentiable = Library + ".DifferentiableAttribute";

    /// <summary>What the names of the generated methods of a layer end with.</summary>
    public static readonly ImmutableArray<string> Generated = ["Forward", "Backward", "Fused", "ValueAndGradients"];

    /// <summary>The library's attribute that is written <c>[name]</c>, if it is among them.</summary>
    public static AttributeData? Find(this ImmutableArray<AttributeData> attributes, string name) =>
        attributes.FirstOrDefault(data => data.AttributeClass?.ToDisplayString() == $"{Library}.{name}Attribute");

    /// <summary>Where an attribute is written.</summary>
    public static AttributeSyntax? Syntax(this AttributeData attribute, CancellationToken token) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(token) as AttributeSyntax;
}
