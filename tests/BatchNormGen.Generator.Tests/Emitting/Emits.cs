using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Tests.Emitting;

/// <summary>Generates and compiles.</summary>
internal static class Emits
{
    /// <summary>The generated file of a source of one method; nobody has anything to say against it.</summary>
    public static string File(string source)
    {
        var generation = Clean(source);
        return Assert.Single(generation.Result.GeneratedSources).SourceText.ToString();
    }

    /// <summary>Expects no objection of the generator, no error in the source, and nothing at all, warnings included, in the generated files.</summary>
    public static Generation Clean(string source)
    {
        var generation = Compile.Generate(source);
        Assert.Empty(generation.Objections);
        Assert.Null(generation.Result.Exception);
        var said = generation.Compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity > DiagnosticSeverity.Hidden);
        var generated = generation.Result.GeneratedSources.Select(file => file.SyntaxTree).ToHashSet();
        Assert.Empty(said.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error || generated.Contains(diagnostic.Location.SourceTree!)).Select(Describe));
        Assert.NotEmpty(generated);
        return generation;
    }

    private static string Describe(Diagnostic diagnostic)
    {
        var line = diagnostic.Location.GetLineSpan().StartLinePosition.Line;
        return $"{diagnostic.Id}: {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}\n    {diagnostic.Location.SourceTree?.GetText().Lines[line].ToString().Trim()}";
    }
}
