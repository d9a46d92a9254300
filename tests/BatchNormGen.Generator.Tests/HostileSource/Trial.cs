using System.Collections.Immutable;
using BatchNormGen.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace BatchNormGen.Generator.Tests.HostileSource;

/// <summary>Everything that an editor would run on a text: the generator, the suppressor, and the fixes.</summary>
internal static class Trial
{
    /// <summary>Far more than any text takes, and than a machine under load needs.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly CodeFixProvider[] Fixes = [new AddShape(), new AssignNewValue(), new MakePartial()];

    /// <summary>What is wrong with the answer to a text; <see langword="null"/> where nothing is.</summary>
    public static Fault? Run(Sample sample, string text)
    {
        using var source = new CancellationTokenSource(Limit);
        Fault? fault = null;
        var thread = new Thread(() => fault = Caught(() => Said(sample, text, source.Token)), 1 << 20) { IsBackground = true };
        thread.Start();
        return thread.Join(2 * Limit) ? fault : new("takes for ever", "It does not end when it is cancelled.");
    }

    private static Fault? Caught(Func<Fault?> work)
    {
        try
        {
            return work();
        }
        catch (OperationCanceledException)
        {
            return new("takes too long", $"It takes more than {Limit.TotalSeconds} seconds.");
        }
        catch (Exception exception)
        {
            return Fault.Of(exception);
        }
    }

    private static Fault? Said(Sample sample, string text, CancellationToken token)
    {
        var project = sample.With(text);
        var driver = sample.Opened.Driver.RunGeneratorsAndUpdateCompilation(project, out var compilation, out var said, token);
        var result = driver.GetRunResult().Results.Single();
        if (result.Exception is { } exception) return Fault.Of(exception);
        if (said.FirstOrDefault(diagnostic => diagnostic.Id == "BNG9999") is { } failure) return new("fails", failure.ToString());

        Fault? thrown = null;
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), (raised, _, _) => thrown = Fault.Of(raised), concurrentAnalysis: false, logAnalyzerExecutionTime: false);
        var diagnostics = compilation.WithAnalyzers([new DefaultValueSuppressor()], options).GetAllDiagnosticsAsync(token).GetAwaiter().GetResult();
        return thrown ?? Refused(project, compilation, said, diagnostics) ?? Mended(project, said, token);
    }

    /// <summary>Code that is made of a text without errors has nothing that the compiler could object to.</summary>
    private static Fault? Refused(Compilation project, Compilation compilation, ImmutableArray<Diagnostic> said, ImmutableArray<Diagnostic> diagnostics)
    {
        var written = compilation.SyntaxTrees.Skip(project.SyntaxTrees.Count()).ToHashSet();
        var spoiled = project.SyntaxTrees.Last();
        if (said.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)) return null;
        if (diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && (diagnostic.Location.SourceTree is not { } tree || tree == spoiled))) return null;
        var refused = diagnostics.FirstOrDefault(diagnostic => diagnostic.Severity > DiagnosticSeverity.Hidden && written.Contains(diagnostic.Location.SourceTree!));
        return refused is null ? null : new(refused.Id, $"{refused}\n    {refused.Location.SourceTree!.GetText().Lines[refused.Location.GetLineSpan().StartLinePosition.Line].ToString().Trim()}");
    }

    /// <summary>Each fix is asked about all that it is for, one diagnostic at a time, and takes what it offers.</summary>
    private static Fault? Mended(Compilation compilation, ImmutableArray<Diagnostic> said, CancellationToken token)
    {
        var mendable = said.Where(diagnostic => Fixes.Any(fix => fix.FixableDiagnosticIds.Contains(diagnostic.Id)) && diagnostic.Location.SourceTree == compilation.SyntaxTrees.Last()).ToList();
        if (mendable.Count == 0) return null;
        using var workspace = new AdhocWorkspace();
        var document = workspace.AddProject("Layers", LanguageNames.CSharp).WithParseOptions(Compile.Options).AddDocument("Layers.cs", compilation.SyntaxTrees.Last().GetText(token));
        foreach (var diagnostic in mendable)
        foreach (var fix in Fixes.Where(fix => fix.FixableDiagnosticIds.Contains(diagnostic.Id)))
        {
            var offers = new List<CodeAction>();
            fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic.Location.SourceSpan, [diagnostic], (action, _) => offers.Add(action), token)).GetAwaiter().GetResult();
            foreach (var offer in offers)
            {
                var change = offer.GetOperationsAsync(token).GetAwaiter().GetResult().OfType<ApplyChangesOperation>().Single();
                var mended = change.ChangedSolution.GetDocument(document.Id)!.GetSyntaxRootAsync(token).GetAwaiter().GetResult()!;
                var parsed = Compile.Parse(mended.ToFullString(), "Layers.cs");
                if (!IsBroken(compilation.SyntaxTrees.Last(), token) && IsBroken(parsed, token)) return new("breaks the text", $"{offer.Title} gives\n{parsed}");
            }
        }

        return null;
    }

    private static bool IsBroken(SyntaxTree tree, CancellationToken token) => tree.GetDiagnostics(token).Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
}

/// <summary>What is wrong with the answer to a text.</summary>
/// <param name="Kind">What stays the same while the text gets smaller.</param>
/// <param name="Text">What to read.</param>
internal sealed record Fault(string Kind, string Text)
{
    public static Fault Of(Exception exception) => new(exception.GetType().Name, exception.ToString());
}
