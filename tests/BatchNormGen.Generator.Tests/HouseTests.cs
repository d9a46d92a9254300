using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using BatchNormGen.Generator.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace BatchNormGen.Generator.Tests;

/// <summary>The order of the generator's rooms, read from its sources.</summary>
public class HouseTests
{
    private static readonly string Generator = Path.GetFullPath(Path.Combine(Here(), "../../generator/BatchNormGen.Generator"));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    /// <summary>Each room imports only those before it.</summary>
    private static readonly string[] Rooms = ["Algebra", "Reading", "Differentiating", "Simplifying", "Planning", "Emitting"];

    private static IEnumerable<SyntaxTree> Sources(string folder = "") =>
        Directory.GetFiles(Path.Combine(Generator, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Regex.IsMatch(file, @"[\\/](bin|obj)[\\/]"))
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), Compile.Options, file));

    [Fact]
    public void Every_folder_is_a_room() => Assert.Equal(
        Rooms.Concat(["Diagnostics", "Polyfills"]).Order(StringComparer.Ordinal),
        Sources().Select(source => Path.GetRelativePath(Generator, source.FilePath).Split('/', '\\')).Where(path => path.Length > 1).Select(path => path[0]).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Each_room_imports_only_the_rooms_above_it()
    {
        foreach (var (room, i) in Rooms.Select((room, i) => (room, i)))
            Imports(room, [.. Rooms[..(i + 1)], "Diagnostics"]);
        Imports("Diagnostics", ["Diagnostics"]);
    }

    private static void Imports(string room, string[] allowed)
    {
        var others = string.Join("|", Rooms.Append("Diagnostics").Except(allowed));
        if (others.Length == 0) return;
        foreach (var source in Sources(room))
        {
            // Names of namespaces, in using directives and in front of types.
            var match = Regex.Match(Code(source), $@"\bGenerator\.({others})\b|(?<![\w.])({others})\.[A-Z]");
            Assert.False(match.Success, $"{Path.GetFileName(source.FilePath)} in {room} imports '{match.Value}'.");
        }
    }

    /// <summary>Operations of the library have names; what is made of them does not.</summary>
    [Fact]
    public void No_layer_has_a_name_in_the_generator()
    {
        foreach (var source in Sources())
        {
            var code = Code(source).Replace("BatchNormGen", "").Replace("batchnormgen", "");
            if (Path.GetFileName(source.FilePath) == "Compositions.cs") code = Compositions.Names.OrderByDescending(name => name.Length).Aggregate(code, (text, name) => text.Replace(name, ""));
            var match = Regex.Match(code, "batch_?norm|layer_?norm|group_?norm|instance_?norm|rms_?norm|soft_?max|log_?sum_?exp|cross_?entropy|standardi[sz]e|affine|attention", RegexOptions.IgnoreCase);
            Assert.False(match.Success, $"{Path.GetFileName(source.FilePath)} says '{match.Value}'.");
        }
    }

    [Fact]
    public void The_pipeline_is_under_a_hundred_lines() =>
        Assert.InRange(File.ReadLines(Path.Combine(Generator, "DifferentiableGenerator.cs")).Count(), 1, 99);

    [Fact]
    public void The_generator_depends_on_nothing_but_Roslyn()
    {
        // What counts the lines that tests run is put into the assembly, and needs these three.
        var generator = typeof(DifferentiableGenerator).Assembly;
        string[] ofCoverage = generator.GetTypes().Any(type => type.FullName!.StartsWith("Coverlet.", StringComparison.Ordinal)) ? ["System.Runtime", "System.Threading", "System.Threading.Thread"] : [];
        string[] allowed = ["netstandard", "System.Memory", "Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp", "System.Collections.Immutable", .. ofCoverage];
        Assert.All(generator.GetReferencedAssemblies().Select(reference => reference.Name!), name => Assert.Contains(name, allowed));
    }

    /// <summary>The tokens, without comments.</summary>
    private static string Code(SyntaxTree source) =>
        string.Join(" ", source.GetRoot().DescendantTokens().Select(token => token.Text)).Replace(" . ", ".");
}
