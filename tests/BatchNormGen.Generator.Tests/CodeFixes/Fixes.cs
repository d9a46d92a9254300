using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace BatchNormGen.Generator.Tests.CodeFixes;

/// <summary>Applies a code fix to what the generator says about a source, as an editor would.</summary>
internal static class Fixes
{
    /// <summary>Expects the fix for the first diagnostic that it is for to turn one text into another.</summary>
    public static async Task Expect<TFix>(string before, string after) where TFix : CodeFixProvider, new()
    {
        var (document, diagnostics) = await Open<TFix>(before);
        var action = Assert.Single(await Offers<TFix>(document, diagnostics));
        Assert.Equal(after, await Text(document, await action.GetOperationsAsync(Token)));
    }

    /// <summary>Expects "fix all" to turn one text into another, of which the generator and the compiler then have nothing to say.</summary>
    public static async Task ExpectAll<TFix>(string before, string after) where TFix : CodeFixProvider, new()
    {
        var (document, diagnostics) = await Open<TFix>(before);
        var fix = new TFix();
        var key = (await Offers<TFix>(document, diagnostics))[0].EquivalenceKey;
        var context = new FixAllContext(document, fix, FixAllScope.Document, key, fix.FixableDiagnosticIds, new Known(diagnostics), Token);
        var action = await fix.GetFixAllProvider()!.GetFixAsync(context);
        var mended = await Text(document, await action!.GetOperationsAsync(Token));
        Assert.Equal(after, mended);
        var generation = Compile.Generate(mended);
        Assert.Empty(generation.Diagnostics);
        Assert.Empty(generation.UserErrors);
    }

    /// <summary>Expects that nothing is offered, although there is a diagnostic that the fix is for.</summary>
    public static async Task ExpectNone<TFix>(string source) where TFix : CodeFixProvider, new()
    {
        var (document, diagnostics) = await Open<TFix>(source);
        Assert.Empty(await Offers<TFix>(document, diagnostics));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<(Document Document, ImmutableArray<Diagnostic> Diagnostics)> Open<TFix>(string source) where TFix : CodeFixProvider, new()
    {
        var compilation = Compile.Of(source);
        var project = new AdhocWorkspace().AddProject("Layers", LanguageNames.CSharp)
            .WithCompilationOptions(compilation.Options)
            .WithParseOptions(Compile.Options)
            .WithMetadataReferences(compilation.References);
        foreach (var tree in compilation.SyntaxTrees) project = project.AddDocument(tree.FilePath, await tree.GetTextAsync(Token)).Project;
        Compile.Driver().RunGeneratorsAndUpdateCompilation((await project.GetCompilationAsync(Token))!, out _, out var diagnostics, Token);
        var fixable = diagnostics.Where(diagnostic => new TFix().FixableDiagnosticIds.Contains(diagnostic.Id)).ToImmutableArray();
        Assert.NotEmpty(fixable);
        return (project.Documents.Single(document => document.Name == "Layers.cs"), fixable);
    }

    /// <summary>What is offered at the first diagnostic. The editor asks about all diagnostics of one span at once.</summary>
    private static async Task<IReadOnlyList<CodeAction>> Offers<TFix>(Document document, ImmutableArray<Diagnostic> diagnostics) where TFix : CodeFixProvider, new()
    {
        var offers = new List<CodeAction>();
        var span = diagnostics[0].Location.SourceSpan;
        var here = diagnostics.Where(diagnostic => diagnostic.Location.SourceSpan == span).ToImmutableArray();
        await new TFix().RegisterCodeFixesAsync(new CodeFixContext(document, span, here, (action, _) => offers.Add(action), Token));
        return offers;
    }

    private static async Task<string> Text(Document document, IEnumerable<CodeActionOperation> operations)
    {
        var solution = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution;
        return (await solution.GetDocument(document.Id)!.GetTextAsync(Token)).ToString();
    }

    private sealed class Known(ImmutableArray<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => GetProjectDiagnosticsAsync(project, cancellationToken);
        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);
        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);
    }
}
