using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Tests.Simplifying;

/// <summary>Every rule that is used for a layer of the other projects is checked too.</summary>
public class SourceTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "../../.."));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    public static TheoryData<string> Projects =>
    [
        .. new[] { "tests", "samples" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Root, Path.GetDirectoryName(file)!).Replace('\\', '/'))
            .Where(project => Files(project).Any(text => text.Contains("[Differentiable", StringComparison.Ordinal)) && !project.EndsWith("Generator.Tests", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Files(string project) =>
        Directory.GetFiles(Path.Combine(Root, project), "*.cs", SearchOption.AllDirectories).Where(file => !Regex.IsMatch(file, @"[\\/](bin|obj)[\\/]")).Order(StringComparer.Ordinal).Select(File.ReadAllText);

    [Fact]
    public void The_layers_of_tests_samples_and_benchmarks_are_found() =>
        Assert.Superset(new HashSet<string> { "samples/DigitsNet", "samples/Quickstart", "tests/BatchNormGen.Benchmarks", "tests/BatchNormGen.Tests" }, Projects.Select(row => row.Data).ToHashSet());

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_rule_that_is_used_in_a_project_holds_there(string project)
    {
        var generation = Compile.Generate(Files(project));
        Assert.DoesNotContain(generation.Diagnostics, diagnostic => diagnostic.Id == "BNG9999");
        var marks = generation.Result.TrackedSteps["Read"].SelectMany(step => step.Outputs).Count();
        Assert.InRange(generation.Step("Source").Count(), Math.Max(1, marks * 9 / 10), marks);
    }
}
