using System.Composition;
using System.Globalization;
using System.Linq;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace BatchNormGen.CodeFixes;

/// <summary>Names the axes of a tensor parameter, by a guess that its author is to check.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AddShape() : SyntaxFix<ParameterSyntax>(Descriptors.ShapeMissing.Id, "Name the axes with [Shape]")
{
    private static readonly string[] PerFeature = ["gamma", "beta", "weight", "bias", "scale", "shift"];

    /// <inheritdoc/>
    protected override SyntaxNode? Fix(SyntaxNode root, ParameterSyntax node)
    {
        if (node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method) return null;
        var list = ParseParameterList($"([{Qualifier(method)}Shape(\"{Guess(method, node)}\")] T x)").Parameters[0].AttributeLists[0];
        var shaped = node.WithoutLeadingTrivia();
        return root.ReplaceNode(node, shaped.WithAttributeLists(shaped.AttributeLists.Insert(0, list)).WithLeadingTrivia(node.GetLeadingTrivia()));
    }

    /// <summary>What a parameter of this kind mostly is, beside the first tensor whose axes have names already.</summary>
    private static string Guess(MethodDeclarationSyntax method, ParameterSyntax parameter)
    {
        var known = method.ParameterList.Parameters.Select(ShapeOf).FirstOrDefault(shape => shape is not null);
        if (known is null) return ByRank(RankOf(method));
        var axes = known.Split(',').Select(axis => axis.Trim()).ToList();
        if (axes.Count > 1 && IsInteger(parameter)) return string.Join(", ", axes.Take(axes.Count - 1));                       // a label for each row
        if (!PerFeature.Contains(parameter.Identifier.Text)) return known;
        return axes.Count < 4 ? axes.Last() : string.Join(", ", axes.Skip(2).Select(_ => "1").Prepend(axes[1]));              // a value for each channel
    }

    private static string? ShapeOf(ParameterSyntax parameter) =>
        parameter.AttributeLists.SelectMany(list => list.Attributes)
            .Where(attribute => attribute.Name.ToString().Split('.').Last() is "Shape" or "ShapeAttribute")
            .Select(attribute => (attribute.ArgumentList?.Arguments.FirstOrDefault()?.Expression as LiteralExpressionSyntax)?.Token.ValueText)
            .FirstOrDefault();

    private static bool IsInteger(ParameterSyntax parameter) =>
        parameter.Type?.DescendantNodesAndSelf().OfType<GenericNameSyntax>().FirstOrDefault()?.TypeArgumentList.Arguments.FirstOrDefault() is PredefinedTypeSyntax type
        && type.Keyword.Kind() is not (SyntaxKind.FloatKeyword or SyntaxKind.DoubleKeyword);

    /// <summary>As many axes as the body names in <c>axis:</c> and <c>axes:</c>, and at least two.</summary>
    private static int RankOf(MethodDeclarationSyntax method) =>
        method.DescendantNodes().OfType<ArgumentSyntax>()
            .Where(argument => argument.NameColon?.Name.Identifier.Text is "axis" or "axes")
            .SelectMany(argument => argument.DescendantNodes().OfType<LiteralExpressionSyntax>())
            .Select(literal => literal.Token.Value is int axis ? literal.Parent.IsKind(SyntaxKind.UnaryMinusExpression) ? axis : axis + 1 : 0)
            .Append(2)
            .Max();

    private static string ByRank(int rank) => rank switch
    {
        2 => "N, D",
        3 => "N, T, D",
        4 => "N, C, H, W",
        _ => string.Join(", ", Enumerable.Range(0, rank).Select(axis => "A" + axis.ToString(CultureInfo.InvariantCulture))),
    };

    /// <summary>How the method's own attribute is qualified: with nothing where the namespace is imported.</summary>
    private static string Qualifier(MethodDeclarationSyntax method) =>
        method.AttributeLists.SelectMany(list => list.Attributes).Select(attribute => attribute.Name).OfType<QualifiedNameSyntax>()
            .FirstOrDefault(name => name.Right.Identifier.Text is "Differentiable" or "DifferentiableAttribute") is { } name ? name.Left + "." : "";
}
