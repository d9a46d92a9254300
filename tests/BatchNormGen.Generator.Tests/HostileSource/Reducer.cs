using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace BatchNormGen.Generator.Tests.HostileSource;

/// <summary>Makes a text that goes wrong as small as is easily done.</summary>
internal static class Reducer
{
    /// <summary>A text that goes wrong in the same way, with fewer mutations, members, statements and parts of expressions.</summary>
    public static string Reduce(Mutant mutant, Fault fault)
    {
        if (fault.IsSlow) return mutant.Text;
        bool Fails(string text) => Trial.Run(mutant.Sample, text)?.Kind == fault.Kind;

        while (Enumerable.Range(0, mutant.Steps.Count).Select(i => mutant with { Steps = [.. mutant.Steps.Take(i), .. mutant.Steps.Skip(i + 1)] }).FirstOrDefault(fewer => Fails(fewer.Text)) is { } simpler) mutant = simpler;

        var text = mutant.Text;
        while (Smaller(text).FirstOrDefault(Fails) is { } smaller) text = smaller;
        return text;
    }

    /// <summary>The text without a part of it, the largest part first.</summary>
    private static IEnumerable<string> Smaller(string text)
    {
        var root = CSharpSyntaxTree.ParseText(text, Compile.Options).GetRoot();
        foreach (var node in root.DescendantNodes().Where(node => node.FullSpan.Length > 0).OrderByDescending(node => node.FullSpan.Length))
        {
            if (node is StatementSyntax or MemberDeclarationSyntax or AttributeListSyntax or UsingDirectiveSyntax) yield return text.Remove(node.FullSpan.Start, node.FullSpan.Length);
            if (node is ParameterSyntax or ArgumentSyntax && node.Parent!.ChildNodesAndTokens().ToList() is var list)
            {
                var place = list.FindIndex(part => part == node);
                var comma = list.Skip(place).Concat(list.Take(place).AsEnumerable().Reverse()).FirstOrDefault(part => part.IsKind(SyntaxKind.CommaToken));
                yield return comma == default ? text.Remove(node.Span.Start, node.Span.Length) : text.Remove(Math.Min(node.SpanStart, comma.SpanStart), Math.Max(node.Span.End, comma.Span.End) - Math.Min(node.SpanStart, comma.SpanStart));
            }

            if (node is not ExpressionSyntax) continue;
            foreach (var part in node.ChildNodes().Where(part => part is ExpressionSyntax && part.Span.Length < node.Span.Length))
                yield return text.Remove(node.SpanStart, node.Span.Length).Insert(node.SpanStart, part.ToString());
        }
    }
}
