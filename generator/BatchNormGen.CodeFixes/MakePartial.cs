using System.Composition;
using System.Linq;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace BatchNormGen.CodeFixes;

/// <summary>Makes every type around a differentiable method <c>partial</c>, so that the generator can add to it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class MakePartial() : SyntaxFix<MethodDeclarationSyntax>(Descriptors.TypeNotPartial.Id, "Make the type partial")
{
    /// <inheritdoc/>
    protected override SyntaxNode? Fix(SyntaxNode root, MethodDeclarationSyntax node)
    {
        var types = node.Ancestors().OfType<TypeDeclarationSyntax>().Where(type => !type.Modifiers.Any(SyntaxKind.PartialKeyword)).ToList();
        return types.Count == 0 ? null : root.ReplaceNodes(types, (_, type) => Partial(type));
    }

    /// <summary>C# wants <c>partial</c> right before <c>class</c>, so it takes over what stands before that word.</summary>
    private static SyntaxNode Partial(TypeDeclarationSyntax type) => type
        .AddModifiers(Token(type.Keyword.LeadingTrivia, SyntaxKind.PartialKeyword, TriviaList(Space)))
        .WithKeyword(type.Keyword.WithLeadingTrivia());
}
