using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace BatchNormGen.Generator.Tests.HostileSource;

/// <summary>A text that is about to be changed somewhere, at random. A span is <see langword="null"/> where there is nothing of the kind.</summary>
internal sealed class Draft
{
    /// <summary>Stands for what was there, in what takes its place.</summary>
    private const char Old = '¤';

    private readonly CompilationUnitSyntax root;
    private readonly Random random;

    public Draft(string text, Random random)
    {
        (Text, this.random) = (text, random);
        root = CSharpSyntaxTree.ParseText(text, Compile.Options).GetCompilationUnitRoot();
        Tokens = [.. root.Members.SelectMany(member => member.DescendantTokens()).Where(token => token.Span.Length > 0)];
    }

    public string Text { get; }

    public IReadOnlyList<SyntaxToken> Tokens { get; }

    /// <summary>The tokens that name something.</summary>
    public IEnumerable<SyntaxToken> Names => Tokens.Where(token => token.IsKind(SyntaxKind.IdentifierToken));

    /// <summary>Names that stand alone, which mostly are locals and parameters.</summary>
    public IEnumerable<SyntaxNode> Values => Nodes<IdentifierNameSyntax>().Where(name => name.Parent is ExpressionSyntax and not MemberAccessExpressionSyntax or EqualsValueClauseSyntax or ArgumentSyntax);

    /// <summary>One side of an operator.</summary>
    public TextSpan? Operand => Any(Nodes<BinaryExpressionSyntax>().SelectMany(binary => new[] { binary.Left, binary.Right }));

    /// <summary>Any token.</summary>
    public TextSpan? Token => Any(Tokens);

    public IEnumerable<T> Nodes<T>() where T : SyntaxNode => root.Members.SelectMany(member => member.DescendantNodesAndSelf()).OfType<T>();

    /// <summary>Any node of a kind.</summary>
    public TextSpan? Any<T>() where T : SyntaxNode => Any(Nodes<T>());

    public TextSpan? Any(IEnumerable<SyntaxNode> nodes) => Any(nodes.Select(node => node.Span));

    public TextSpan? Any(IEnumerable<SyntaxToken> tokens) => Any(tokens.Select(token => token.Span));

    public T Pick<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    /// <summary>What is there.</summary>
    public string? Of(TextSpan? span) => span is { } there ? Text.Substring(there.Start, there.Length) : null;

    public IEnumerable<TextChange> Replace(TextSpan? span, string? by) => span is { } there && by is not null ? [new(there, by.Replace($"{Old}", Of(there)))] : [];

    public IEnumerable<TextChange> Swap(TextSpan? first, TextSpan? second) =>
        first is { } a && second is { } b && !a.OverlapsWith(b) && a != b ? [new(a, Of(b)!), new(b, Of(a)!)] : [];

    /// <summary>Two tokens that follow each other change places.</summary>
    public IEnumerable<TextChange> SwapNeighbours() =>
        Tokens.Count > 1 && random.Next(Tokens.Count - 1) is var i ? Swap(Tokens[i].Span, Tokens[i + 1].Span) : [];

    /// <summary>Another name for all that is called like some name.</summary>
    public IEnumerable<TextChange> Rename(string? name)
    {
        var old = Of(Any(Names));
        return old is null || name is null ? [] : Names.Where(token => token.Text == old).Select(token => new TextChange(token.Span, name));
    }

    /// <summary>All words that are the one become the other, and the other way around.</summary>
    public IEnumerable<TextChange> Exchange(string one, string other) =>
        Tokens.Where(token => token.Text == one || token.Text == other).Select(token => new TextChange(token.Span, token.Text == one ? other : one));

    /// <summary>Nothing is left from some place on.</summary>
    public IEnumerable<TextChange> Cut() => [new(TextSpan.FromBounds(random.Next(Text.Length + 1), Text.Length), "")];

    /// <summary>Nothing is left behind some token, but what closes a body, a method and a type.</summary>
    public IEnumerable<TextChange> Close() => Token is { } token ? [new(TextSpan.FromBounds(token.End, Text.Length), " ; } }")] : [];

    private TextSpan? Any(IEnumerable<TextSpan> spans) => spans.ToList() is { Count: > 0 } some ? Pick(some) : null;
}
