using System.Text.RegularExpressions;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace BatchNormGen.Generator.Tests.Mutation;

/// <summary>
/// Writes all mutants of a source into one: what is changed becomes <c>Mutants.Is(17) ? changed : original</c>, so that the generator is
/// compiled once (mutant schemata, Untch, Offutt and Harrold 1993).
/// </summary>
/// <remarks>
/// Not made, since they would mean the same: another sign or factor of 0, other places for the operands of a sum, a product or a
/// symmetric relation, and neighbours that are written alike.
/// </remarks>
internal sealed class Mutator(string file, SemanticModel model, List<Mutant> mutants) : CSharpSyntaxRewriter
{
    private static readonly string[] Symmetric = [nameof(Graph.Add), nameof(Graph.Multiply), nameof(Functions.EqualTo), nameof(Functions.NotEqualTo)];

    public override SyntaxNode? Visit(SyntaxNode? node)
    {
        if (node is not ExpressionSyntax expression) return base.Visit(node);
        var changes = Changes(expression).ToList();
        var visited = base.Visit(node);
        if (changes.Count == 0) return visited;
        var text = visited!.ToString();
        foreach (var (@operator, mutated) in changes)
        {
            mutants.Add(new(
                mutants.Count, @operator, file, node.GetLocation().GetLineSpan().StartLinePosition.Line + 1,
                Member(node), OneLine(node.ToString()), OneLine(mutated)));
            text = $"Mutants.Is({mutants[^1].Number}) ? ({mutated}) : {text}";
        }
        return SyntaxFactory.ParseExpression($"({text})").WithTriviaFrom(node);
    }

    /// <summary>Numbers that are computed once could not be switched: what computes them stands apart, to be asked again.</summary>
    public override SyntaxNode? VisitClassDeclaration(ClassDeclarationSyntax node)
    {
        var visited = (ClassDeclarationSyntax)base.VisitClassDeclaration(node)!;
        if (visited.Identifier.Text != nameof(Functions)) return visited;
        var field = visited.Members.OfType<FieldDeclarationSyntax>().Single(field => field.Declaration.Variables[0].Identifier.Text == nameof(Functions.Powers));
        var anew = SyntaxFactory.ParseMemberDeclaration($"public static {field.Declaration.Type} {nameof(Functions.Powers)}Anew => {field.Declaration.Variables[0].Initializer!.Value};")!;
        return visited.ReplaceNode(field, [SyntaxFactory.ParseMemberDeclaration($"public static {field.Declaration.Type} {nameof(Functions.Powers)} = {nameof(Functions.Powers)}Anew;")!, anew]);
    }

    private IEnumerable<(Operator, string)> Changes(ExpressionSyntax node) => [.. Scaled(node), .. Swapped(node)];

    private IEnumerable<(Operator, string)> Scaled(ExpressionSyntax node)
    {
        if (Member(node) == nameof(Functions.Powers) && node.Parent is ArgumentSyntax { Parent: TupleExpressionSyntax tuple } && node == tuple.Arguments[1].Expression)
            return [(Operator.Sign, $"-({node})"), (Operator.Factor, $"2 * ({node})")];
        if (!IsResult(node) || Maker(node) is not { } graph) return [];
        return [(Operator.Sign, $"{graph}.Negate({node})"), (Operator.Factor, $"{graph}.Multiply({graph}.Constant(2), {node})"), .. IsOptional(node) ? [(Operator.Off, "null")] : Array.Empty<(Operator, string)>()];
    }

    /// <summary>An expression of algebra that a function or a lambda returns, by itself, as one of several, or in the second place of a pair.</summary>
    private bool IsResult(ExpressionSyntax node) =>
        node is not (ConditionalExpressionSyntax or SwitchExpressionSyntax or ParenthesizedExpressionSyntax or LiteralExpressionSyntax or ThrowExpressionSyntax)
        && node is not MemberAccessExpressionSyntax { Name.Identifier.Text: nameof(Graph.Zero) }
        && Type(node) is { Name: nameof(Expr) } && IsReturned(node);

    private static bool IsReturned(SyntaxNode node, bool isAlternative = false) => node.Parent switch
    {
        ParenthesizedExpressionSyntax parent => IsReturned(parent, isAlternative),
        ConditionalExpressionSyntax parent => node != parent.Condition && IsReturned(parent, isAlternative: true),
        SwitchExpressionArmSyntax { Parent: { } parent } arm => node == arm.Expression && IsReturned(parent, isAlternative: true),
        ArgumentSyntax { Parent: TupleExpressionSyntax parent } => node == parent.Arguments[^1].Expression && IsReturned(parent, isAlternative),
        ExpressionElementSyntax { Parent: { } parent } => IsReturned(parent, isAlternative),
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax } } => isAlternative,
        ReturnStatementSyntax or ArrowExpressionClauseSyntax => true,
        LambdaExpressionSyntax lambda => node == lambda.ExpressionBody,
        _ => false,
    };

    private bool IsOptional(ExpressionSyntax node) =>
        model.GetEnclosingSymbol(node.SpanStart) is IMethodSymbol { MethodKind: not MethodKind.AnonymousFunction, ReturnType: { Name: nameof(Expr), NullableAnnotation: NullableAnnotation.Annotated } };

    /// <summary>What makes expressions at that place.</summary>
    private string? Maker(ExpressionSyntax node) => model.LookupSymbols(node.SpanStart).Select(symbol => symbol switch
    {
        IParameterSymbol { Type.Name: nameof(Graph) } or ILocalSymbol { Type.Name: nameof(Graph) } => symbol.Name,
        IParameterSymbol { Type.Name: nameof(SubStages) } => $"{symbol.Name}.{nameof(SubStages.Graph)}",
        _ => null,
    }).FirstOrDefault(name => name is not null);

    private IEnumerable<(Operator, string)> Swapped(ExpressionSyntax node)
    {
        if (node is LambdaExpressionSyntax) return [];
        IEnumerable<ExpressionSyntax> places = node switch
        {
            InvocationExpressionSyntax call when !IsSymmetric(call) => call.ArgumentList.Arguments.Where(argument => argument.RefKindKeyword.IsKind(SyntaxKind.None)).Select(argument => argument.Expression),
            TupleExpressionSyntax tuple => tuple.Arguments.Select(argument => argument.Expression),
            CollectionExpressionSyntax list when IsReturned(list) => list.Elements.OfType<ExpressionElementSyntax>().Select(element => element.Expression),
            _ => [],
        };
        return [.. Neighbours([.. places]).Select(pair => (Operator.Swap, node.ReplaceNodes(pair, (old, _) => old == pair[0] ? pair[1] : pair[0]).ToString())), .. SwappedParameters(node)];
    }

    private IEnumerable<ExpressionSyntax[]> Neighbours(ExpressionSyntax[] places) => places.Zip(places.Skip(1), (a, b) => new[] { a, b }).Where(pair =>
        Type(pair[0]) is { } type && IsExpr(type) && type.Equals(Type(pair[1]), SymbolEqualityComparer.Default) && pair[0].ToString() != pair[1].ToString());

    private static bool IsSymmetric(InvocationExpressionSyntax call) =>
        Symmetric.Contains(((call.Expression as MemberAccessExpressionSyntax)?.Name ?? call.Expression).ToString())
        || call.ArgumentList.Arguments is [var function, ..] && Symmetric.Contains(function.ToString().Split('.')[^1]);

    /// <summary>In the body of a lambda, each parameter for its neighbour.</summary>
    private IEnumerable<(Operator, string)> SwappedParameters(ExpressionSyntax node)
    {
        if (node.Parent is not ParenthesizedLambdaExpressionSyntax lambda || node != lambda.ExpressionBody) yield break;
        var parameters = lambda.ParameterList.Parameters;
        foreach (var (a, b) in parameters.Zip(parameters.Skip(1), (a, b) => (a, b)).Where(pair => IsExpr(model.GetDeclaredSymbol(pair.a)?.Type) && IsExpr(model.GetDeclaredSymbol(pair.b)?.Type)))
        {
            var names = node.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.Text == a.Identifier.Text || name.Identifier.Text == b.Identifier.Text);
            var swapped = node.ReplaceNodes(names, (name, _) => SyntaxFactory.IdentifierName((name.Identifier.Text == a.Identifier.Text ? b : a).Identifier.Text)).ToString();
            if (swapped != node.ToString()) yield return (Operator.Swap, swapped);
        }
    }

    private ITypeSymbol? Type(ExpressionSyntax node) => model.GetTypeInfo(node).ConvertedType;

    private static bool IsExpr(ITypeSymbol? type) => type is { Name: nameof(Expr) } || type?.BaseType is { } @base && IsExpr(@base);

    private static string Member(SyntaxNode node) => node.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().FirstOrDefault() switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        PropertyDeclarationSyntax property => property.Identifier.Text,
        FieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier.Text,
        _ => "",
    };

    private static string OneLine(string text) => Regex.Replace(Regex.Replace(text, "//.*", ""), @"\s+", " ");
}
