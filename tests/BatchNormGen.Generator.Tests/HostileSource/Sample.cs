using System.Runtime.CompilerServices;
using BatchNormGen.Generator.Tests.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace BatchNormGen.Generator.Tests.HostileSource;

/// <summary>A file that is about to be spoiled, and the files beside it that stay as they are.</summary>
/// <param name="Name">The file, and the layer of it that was kept.</param>
/// <param name="Text">The file.</param>
/// <param name="Others">The files beside it.</param>
internal sealed record Sample(string Name, string Text, params IReadOnlyList<string> Others)
{
    private const string Usings = """
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "../../.."));

    private static readonly CSharpCompilation Library = Compile.Of(Usings);

    /// <summary>All files of the samples, and each layer of the tests with what it calls: one list for each file.</summary>
    public static IReadOnlyList<IReadOnlyList<Sample>> All { get; } =
    [
        .. Project("Quickstart", "Layers.cs").Concat(Project("DigitsNet", "Layers.cs", "Network.cs")).Select(sample => new[] { sample }),
        .. new[] { "Layers", "Vectors", "Operations", "StagedForm" }.SelectMany(folder => Files($"tests/BatchNormGen.Tests/{folder}")).Select(LayersOf).Where(layers => layers.Count > 0),
        [.. HalfTypedTests.Sources.Select(source => new Sample("HalfTypedTests", source.Data))],
    ];

    /// <summary>The project with another text in place of the file.</summary>
    public CSharpCompilation With(string text) => Library.AddSyntaxTrees([.. Others.Select((other, i) => Compile.Parse(other, $"Other{i}.cs")), Compile.Parse(text, "Spoiled.cs")]);

    /// <summary>Each file of a project, with the others of those in which there are layers or what they call.</summary>
    private static IEnumerable<Sample> Project(string name, params string[] together)
    {
        var files = Files($"samples/{name}").ToList();
        var layers = files.Where(file => together.Contains(Path.GetFileName(file))).ToList();
        return files.Select(file => new Sample($"{name}/{Path.GetFileName(file)}", File.ReadAllText(file), layers.Contains(file) ? [.. layers.Where(other => other != file).Select(File.ReadAllText)] : []));
    }

    private static IReadOnlyList<Sample> LayersOf(string path)
    {
        var root = CSharpSyntaxTree.ParseText(File.ReadAllText(path), Compile.Options).GetCompilationUnitRoot();
        root = root.RemoveNodes(root.Usings.Where(directive => directive.Name?.ToString().StartsWith("BatchNormGen.Tests", StringComparison.Ordinal) == true), SyntaxRemoveOptions.KeepNoTrivia)!;
        return [.. root.DescendantNodes().OfType<MethodDeclarationSyntax>().Where(IsLayer).Select(layer => new Sample($"{Path.GetFileName(path)}: {layer.Identifier}", Only(root, layer).ToFullString()))];
    }

    private static bool IsLayer(MethodDeclarationSyntax method) => method.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() == "Differentiable");

    /// <summary>What is left of a file when all goes that a method does not name, nor what it names.</summary>
    private static CompilationUnitSyntax Only(CompilationUnitSyntax root, MethodDeclarationSyntax method)
    {
        var members = root.DescendantNodes().OfType<MemberDeclarationSyntax>()
            .Where(member => member.Parent is TypeDeclarationSyntax && member is not TypeDeclarationSyntax).ToLookup(NameOf);
        var kept = new HashSet<MemberDeclarationSyntax> { method };
        var open = new Queue<MemberDeclarationSyntax>(kept);
        while (open.TryDequeue(out var member))
            foreach (var named in member.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).SelectMany(token => members[token.ValueText]))
                if (kept.Add(named)) open.Enqueue(named);
        return root.RemoveNodes(members.SelectMany(group => group).Where(member => !kept.Contains(member)), SyntaxRemoveOptions.KeepNoTrivia)!;
    }

    private static string NameOf(MemberDeclarationSyntax member) => member switch
    {
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        PropertyDeclarationSyntax property => property.Identifier.ValueText,
        BaseFieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier.ValueText,
        BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
        _ => "",
    };

    private static IEnumerable<string> Files(string folder) =>
        Directory.GetFiles(Path.Combine(Root, folder), "*.cs").Order(StringComparer.Ordinal);

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
