using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace BatchNormGen.Generator.Tests.Diagnostics;

/// <summary>Sources in which <c>[|…|]</c> marks what a diagnostic has to point at.</summary>
internal static class Marked
{
    /// <summary>Expects the generator to say exactly one thing, at the mark.</summary>
    public static void Expect(string id, string message, string marked)
    {
        var (source, span) = Parse(marked);
        var generation = Compile.Generate(source);
        var diagnostic = Assert.Single(generation.Diagnostics);
        Assert.Equal((id, message), (diagnostic.Id, diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(source.Substring(span.Start, span.Length), source.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length));
        Assert.Equal(span, diagnostic.Location.SourceSpan);
        Assert.Equal(diagnostic.Severity != DiagnosticSeverity.Error, generation.Step("Method").Any());
    }

    /// <summary>The text without its mark, and what the mark enclosed.</summary>
    public static (string Source, TextSpan Span) Parse(string marked)
    {
        var (start, end) = (marked.IndexOf("[|", StringComparison.Ordinal), marked.IndexOf("|]", StringComparison.Ordinal) - 2);
        return (marked.Replace("[|", "").Replace("|]", ""), TextSpan.FromBounds(start, end));
    }
}
