using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace BatchNormGen.Generator.Tests;

/// <summary>Compiles C# in memory, as a project that references the library would, and runs the generator on it.</summary>
internal static class Compile
{
    public static readonly CSharpParseOptions Options = new(LanguageVersion.CSharp14, DocumentationMode.Diagnose);

    public const string Usings = """
        global using System;
        global using System.Numerics.Tensors;
        global using BatchNormGen;
        """;

    private static readonly IReadOnlyList<MetadataReference> References =
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "netstandard.dll" or "mscorlib.dll"))
            .Append(typeof(DifferentiableAttribute).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path))
            .ToList();

    /// <summary>A compilation of one file a text, called Layers.cs, Layers2.cs and so on.</summary>
    public static CSharpCompilation Of(params IEnumerable<string> sources) => CSharpCompilation.Create(
        "Layers",
        [Parse(Usings, "Usings.cs"), .. sources.Select((source, i) => Parse(source, i == 0 ? "Layers.cs" : $"Layers{i + 1}.cs"))],
        References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));

    public static SyntaxTree Parse(string source, string path, CSharpParseOptions? options = null) => CSharpSyntaxTree.ParseText(source, options ?? Options, path);

    /// <summary>A driver that keeps what each step of the pipeline gave, under the step's name.</summary>
    public static GeneratorDriver Driver(CSharpParseOptions? options = null) => CSharpGeneratorDriver.Create(
        [new DifferentiableGenerator(Simplifying.Soundness.Write).AsSourceGenerator()],
        parseOptions: options ?? Options,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>Runs the generator once: what it made, what it said, and the compilation with the made files in it.</summary>
    public static Generation Generate(params IEnumerable<string> sources) => Generate(Of(sources), Options);

    /// <summary>Runs the generator once on a compilation.</summary>
    public static Generation Generate(Compilation source, CSharpParseOptions options)
    {
        var driver = Driver(options).RunGeneratorsAndUpdateCompilation(source, out var compilation, out var diagnostics);
        return new(driver.GetRunResult().Results.Single(), compilation, [.. diagnostics]);
    }
}

/// <summary>What a run of the generator gave.</summary>
/// <param name="Result">The files and the steps of the pipeline.</param>
/// <param name="Compilation">The user's code together with the files.</param>
/// <param name="Diagnostics">What the generator said, after <c>#pragma warning disable</c>.</param>
internal sealed record Generation(GeneratorRunResult Result, Compilation Compilation, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>What the generator has against the source: all that it said but for information.</summary>
    public IEnumerable<Diagnostic> Objections => Diagnostics.Where(diagnostic => diagnostic.Severity > DiagnosticSeverity.Info);

    /// <summary>What the compiler holds against the user's code together with the files.</summary>
    public IEnumerable<Diagnostic> Errors => Compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    /// <summary>Those of them that are in the user's code.</summary>
    public IEnumerable<Diagnostic> UserErrors => Errors.Where(diagnostic => Result.GeneratedSources.All(source => source.SyntaxTree != diagnostic.Location.SourceTree));

    /// <summary>What a step of the pipeline gave, in the order of the methods.</summary>
    public IEnumerable<(object Value, IncrementalStepRunReason Reason)> Step(string name) =>
        Result.TrackedSteps.TryGetValue(name, out var steps) ? steps.SelectMany(step => step.Outputs) : [];
}
