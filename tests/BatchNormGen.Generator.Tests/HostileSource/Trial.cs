using System.Collections.Immutable;
using BatchNormGen.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace BatchNormGen.Generator.Tests.HostileSource;

/// <summary>Everything that an editor would run on a text: the generator, the suppressor, and the fixes.</summary>
internal static class Trial
{
    /// <summary>Far more than any text takes, and than a machine under load needs.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>As on the threads of some compilers.</summary>
    private const int SmallStack = 1 << 20;

    /// <summary>The compiler's parser needs it for what is nested a thousand times.</summary>
    private const int LargeStack = 256 << 20;

    private static readonly CodeFixProvider[] Fixes = [new AddShape(), new AssignNewValue(), new MakePartial()];

    /// <summary>What is wrong with the answer to a text; <see langword="null"/> where nothing is.</summary>
    public static Fault? Run(Sample sample, string text)
    {
        var project = default(CSharpCompilation)!;
        OnThread(LargeStack, () => project = sample.With(text)).Join();
        using var source = new CancellationTokenSource(Limit);
        Fault? fault = null;
        return OnThread(SmallStack, () => fault = Caught(() => Said(project, source.Token))).Join(2 * Limit) ? fault : new("takes for ever", "It does not end when it is cancelled.", IsSlow: true);
    }

    private static Thread OnThread(int stack, Action work)
    {
        var thread = new Thread(() => work(), stack) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private static Fault? Caught(Func<Fault?> work)
    {
        try
        {
            return work();
        }
        catch (OperationCanceledException exception)
        {
            return new("takes too long", $"It takes more than {Limit.TotalSeconds} seconds, and was stopped here:\n{exception.StackTrace}", IsSlow: true);
        }
        catch (Exception exception)
        {
            return Fault.Of(exception);
        }
    }

    private static Fault? Said(CSharpCompilation project, CancellationToken token)
    {
        var spoiled = project.SyntaxTrees[^1];
        var driver = CSharpGeneratorDriver.Create([new DifferentiableGenerator().AsSourceGenerator()], parseOptions: Compile.Options)
            .RunGeneratorsAndUpdateCompilation(project, out var compilation, out var said, token);
        var result = driver.GetRunResult().Results.Single();
        if (result.Exception is { } exception) return Fault.Of(exception);
        if (said.FirstOrDefault(diagnostic => diagnostic.Id == "BNG9999") is { } failure) return new("fails", failure.ToString());

        var held = compilation.GetSemanticModel(spoiled).GetDiagnostics(cancellationToken: token);
        var isRefused = said.Concat(held).Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        return Suppressed(compilation, held, token)
            ?? (isRefused ? null : Refused(compilation, result, token))
            ?? Mended(spoiled, [.. said.Where(diagnostic => diagnostic.Location.SourceTree == spoiled)], token);
    }

    /// <summary>The compiler asks a suppressor only where it says something that the suppressor is for.</summary>
    private static Fault? Suppressed(Compilation compilation, ImmutableArray<Diagnostic> held, CancellationToken token)
    {
        var suppressor = new DefaultValueSuppressor();
        if (!held.Any(diagnostic => suppressor.SupportedSuppressions.Any(suppression => suppression.SuppressedDiagnosticId == diagnostic.Id))) return null;
        Fault? thrown = null;
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), (raised, _, _) => thrown = Fault.Of(raised), concurrentAnalysis: false, logAnalyzerExecutionTime: false);
        compilation.WithAnalyzers([suppressor], options).GetAllDiagnosticsAsync(token).GetAwaiter().GetResult();
        return thrown;
    }

    /// <summary>In code that is made of a text without errors there is nothing that the compiler could object to.</summary>
    private static Fault? Refused(Compilation compilation, GeneratorRunResult result, CancellationToken token)
    {
        var refused = result.GeneratedSources.SelectMany(source => compilation.GetSemanticModel(source.SyntaxTree).GetDiagnostics(cancellationToken: token))
            .FirstOrDefault(diagnostic => diagnostic.Severity > DiagnosticSeverity.Hidden);
        return refused is null ? null : new(refused.Id, $"{refused}\n    {refused.Location.SourceTree!.GetText(token).Lines[refused.Location.GetLineSpan().StartLinePosition.Line].ToString().Trim()}");
    }

    /// <summary>Each fix is asked about all that it is for, one diagnostic at a time, and takes what it offers.</summary>
    private static Fault? Mended(SyntaxTree spoiled, ImmutableArray<Diagnostic> said, CancellationToken token)
    {
        var mendable = said.Where(diagnostic => Fixes.Any(fix => fix.FixableDiagnosticIds.Contains(diagnostic.Id))).ToList();
        if (mendable.Count == 0) return null;
        using var workspace = new AdhocWorkspace();
        var document = workspace.AddProject("Layers", LanguageNames.CSharp).WithParseOptions(Compile.Options).AddDocument("Layers.cs", spoiled.GetText(token));
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
                if (!IsBroken(spoiled, token) && IsBroken(parsed, token)) return new("breaks the text", $"{offer.Title} gives\n{parsed}");
            }
        }

        return null;
    }

    private static bool IsBroken(SyntaxTree tree, CancellationToken token) => tree.GetDiagnostics(token).Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
}

/// <summary>What is wrong with the answer to a text.</summary>
/// <param name="Kind">What stays the same while the text gets smaller.</param>
/// <param name="Text">What to read.</param>
/// <param name="IsSlow">Whether to try again takes long.</param>
internal sealed record Fault(string Kind, string Text, bool IsSlow = false)
{
    public static Fault Of(Exception exception) => new(exception.GetType().Name, exception.ToString());
}
