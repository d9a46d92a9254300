using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace BatchNormGen.Generator.Reading;

/// <summary>The token of a construct that a diagnostic points at: its name, its operator or its keyword.</summary>
internal static class Place
{
    public static Location Of(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.GetLocation(),
        LocalFunctionStatementSyntax function => function.Identifier.GetLocation(),
        InvocationExpressionSyntax invocation => Name(invocation.Expression).GetLocation(),
        BinaryExpressionSyntax binary => binary.OperatorToken.GetLocation(),
        AssignmentExpressionSyntax assignment => assignment.OperatorToken.GetLocation(),
        PrefixUnaryExpressionSyntax prefix => prefix.OperatorToken.GetLocation(),
        PostfixUnaryExpressionSyntax postfix => postfix.OperatorToken.GetLocation(),
        ConditionalExpressionSyntax conditional => conditional.QuestionToken.GetLocation(),
        SwitchExpressionSyntax @switch => @switch.SwitchKeyword.GetLocation(),
        LambdaExpressionSyntax lambda => lambda.ArrowToken.GetLocation(),
        CastExpressionSyntax cast => cast.Type.GetLocation(),
        ExpressionStatementSyntax statement => Of(statement.Expression),
        StatementSyntax statement => statement.GetFirstToken().GetLocation(),
        _ => node.GetLocation(),
    };

    /// <summary>That token's text.</summary>
    public static string TokenText(SyntaxNode node) => node.FindToken(Of(node).SourceSpan.Start).Text;

    /// <summary>The code on one line, and not too much of it.</summary>
    public static string Text(SyntaxNode node)
    {
        var text = string.Join(" ", node.ToString().Split(default(char[]), System.StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= 60 ? text : text.Substring(0, 59) + "…";
    }

    /// <summary>The name of what is called, where it has one.</summary>
    public static SimpleNameSyntax? NameOf(InvocationExpressionSyntax invocation) => Name(invocation.Expression) as SimpleNameSyntax;

    private static SyntaxNode Name(ExpressionSyntax called) => called switch
    {
        MemberAccessExpressionSyntax access => access.Name,
        MemberBindingExpressionSyntax binding => binding.Name,
        _ => called,
    };
}
