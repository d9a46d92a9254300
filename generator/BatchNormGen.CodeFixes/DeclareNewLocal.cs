using System.Collections.Generic;
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

/// <summary>
/// Gives a changed value a local of its own: <c>y = y / 2;</c> becomes <c>var y2 = y / 2;</c>, and what follows means y2.
/// Only for statements of the body itself: elsewhere it is not sure which value what follows means.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class DeclareNewLocal() : SyntaxFix<ExpressionStatementSyntax>(Descriptors.Mutation.Id, "Declare a new local for the value")
{
    /// <inheritdoc/>
    protected override SyntaxNode? Fix(SyntaxNode root, ExpressionStatementSyntax node)
    {
        if (node.Parent is not BlockSyntax { Parent: MethodDeclarationSyntax method } body || HasClosures(method)) return null;
        if (Change(node.Expression) is not var (target, equals, value)) return null;
        var name = Fresh(method, target.Identifier.Text);
        var declarator = VariableDeclarator(Identifier(default, name, target.GetTrailingTrivia()), argumentList: null, EqualsValueClause(equals, value));
        var declaration = LocalDeclarationStatement(VariableDeclaration(IdentifierName("var").WithTrailingTrivia(Space), SingletonSeparatedList(declarator)))
            .WithSemicolonToken(node.SemicolonToken)
            .WithLeadingTrivia(node.GetLeadingTrivia());
        var uses = body.Statements.Where(statement => statement.SpanStart > node.SpanStart)
            .SelectMany(statement => statement.DescendantNodes()).OfType<IdentifierNameSyntax>()
            .Where(use => use.Identifier.Text == target.Identifier.Text && IsValue(use));
        return root.ReplaceNodes(uses.Append<SyntaxNode>(node), (original, current) =>
            original == node ? declaration : ((IdentifierNameSyntax)current).WithIdentifier(Identifier(name).WithTriviaFrom(((IdentifierNameSyntax)current).Identifier)));
    }

    /// <summary>What is changed, and the value it gets; null for what is no plain change of a local or parameter.</summary>
    private static (IdentifierNameSyntax Target, SyntaxToken EqualsToken, ExpressionSyntax Value)? Change(ExpressionSyntax expression) => expression switch
    {
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax target } assignment when assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) =>
            (target, assignment.OperatorToken, assignment.Right),
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax target } assignment when Operator(assignment.OperatorToken.Text.TrimEnd('=')) is { } kind =>
            (target, EqualsOf(assignment.OperatorToken.LeadingTrivia), Combine(kind, target, assignment.Right)),
        PostfixUnaryExpressionSyntax { Operand: IdentifierNameSyntax target } step when Operator(step.OperatorToken.Text.Substring(1)) is { } kind =>
            (target.WithTrailingTrivia(Space), EqualsOf(default), Combine(kind, target, One)),
        PrefixUnaryExpressionSyntax { Operand: IdentifierNameSyntax target } step when Operator(step.OperatorToken.Text.Substring(1)) is { } kind =>
            (target.WithTrailingTrivia(Space), EqualsOf(default), Combine(kind, target, One)),
        _ => null,
    };

    private static readonly ExpressionSyntax One = LiteralExpression(SyntaxKind.NumericLiteralExpression, Literal(1));

    private static SyntaxKind? Operator(string text) => text switch
    {
        "+" => SyntaxKind.AddExpression,
        "-" => SyntaxKind.SubtractExpression,
        "*" => SyntaxKind.MultiplyExpression,
        "/" => SyntaxKind.DivideExpression,
        _ => null,
    };

    private static SyntaxToken EqualsOf(SyntaxTriviaList leading) => Token(leading, SyntaxKind.EqualsToken, TriviaList(Space));

    private static ExpressionSyntax Combine(SyntaxKind kind, IdentifierNameSyntax target, ExpressionSyntax operand)
    {
        var whole = operand is BinaryExpressionSyntax or ConditionalExpressionSyntax or AssignmentExpressionSyntax or SwitchExpressionSyntax
            ? ParenthesizedExpression(operand.WithoutTrivia()) : operand.WithoutTrivia();
        var combined = BinaryExpression(kind, target.WithoutTrivia().WithTrailingTrivia(Space), whole);
        return combined.WithOperatorToken(combined.OperatorToken.WithTrailingTrivia(Space));
    }

    /// <summary>y, then y2, y3, …: the first that the method does not mention.</summary>
    private static string Fresh(MethodDeclarationSyntax method, string name)
    {
        var taken = new HashSet<string>(method.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText));
        var stem = name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        for (var number = 2; ; number++)
            if (stem + number.ToString(CultureInfo.InvariantCulture) is var fresh && !taken.Contains(fresh)) return fresh;
    }

    private static bool HasClosures(MethodDeclarationSyntax method) =>
        method.DescendantNodes().Any(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax);

    /// <summary>Whether a name stands for a value by itself, not for a member or an argument's parameter.</summary>
    private static bool IsValue(IdentifierNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression == name,
        NameColonSyntax or NameEqualsSyntax or MemberBindingExpressionSyntax or QualifiedNameSyntax => false,
        _ => true,
    };
}
