using System.Composition;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace BatchNormGen.CodeFixes;

/// <summary>Computes a new tensor instead of changing one in place: <c>y /= w;</c> becomes <c>y = y / w;</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AssignNewValue() : SyntaxFix<ExpressionStatementSyntax>(Descriptors.Mutation.Id, "Assign the new value")
{
    /// <inheritdoc/>
    protected override SyntaxNode? Fix(SyntaxNode root, ExpressionStatementSyntax node)
    {
        if (node.Expression is not AssignmentExpressionSyntax { Left: IdentifierNameSyntax target } assignment || Operator(assignment.OperatorToken) is not { } kind) return null;
        var operand = assignment.Right is BinaryExpressionSyntax or ConditionalExpressionSyntax or AssignmentExpressionSyntax or SwitchExpressionSyntax
            ? ParenthesizedExpression(assignment.Right.WithoutTrivia())
            : assignment.Right.WithoutTrivia();
        var combined = BinaryExpression(kind, target.WithoutTrivia().WithTrailingTrivia(Space), operand);
        var value = combined.WithOperatorToken(combined.OperatorToken.WithTrailingTrivia(Space)).WithTrailingTrivia(assignment.Right.GetTrailingTrivia());
        var equals = Token(assignment.OperatorToken.LeadingTrivia, SyntaxKind.EqualsToken, assignment.OperatorToken.TrailingTrivia);
        return root.ReplaceNode(assignment, AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, target, equals, value));
    }

    private static SyntaxKind? Operator(SyntaxToken token) => token.Kind() switch
    {
        SyntaxKind.PlusEqualsToken => SyntaxKind.AddExpression,
        SyntaxKind.MinusEqualsToken => SyntaxKind.SubtractExpression,
        SyntaxKind.AsteriskEqualsToken => SyntaxKind.MultiplyExpression,
        SyntaxKind.SlashEqualsToken => SyntaxKind.DivideExpression,
        _ => null,
    };
}
