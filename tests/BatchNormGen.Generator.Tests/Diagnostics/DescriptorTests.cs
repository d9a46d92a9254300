using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Tests.Diagnostics;

public class DescriptorTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "../../.."));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    private static string Page(DiagnosticDescriptor descriptor) => Path.Combine(Root, "docs/diagnostics", descriptor.Id + ".md");

    [Fact]
    public void Every_descriptor_is_in_the_list_once()
    {
        var declared = typeof(Descriptors).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<DiagnosticDescriptor>();
        Assert.Equal(declared, Descriptors.All);
        Assert.Equal(Descriptors.All.Length, Descriptors.All.Select(descriptor => descriptor.Id).Distinct().Count());
    }

    [Fact]
    public void Every_descriptor_has_its_page_and_every_page_its_descriptor() => Assert.Equal(
        Descriptors.All.Select(descriptor => descriptor.Id).Order(StringComparer.Ordinal),
        Directory.GetFiles(Path.Combine(Root, "docs/diagnostics"), "*.md").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Fact]
    public void A_page_says_what_the_diagnostic_means_what_gives_it_and_how_to_mend_it()
    {
        foreach (var descriptor in Descriptors.All)
        {
            var text = File.ReadAllText(Page(descriptor));
            Assert.StartsWith($"# {descriptor.Id}: {descriptor.Title}\n", text, StringComparison.Ordinal);
            Assert.Contains("\n## What gives it\n", text, StringComparison.Ordinal);
            Assert.Contains("\n## How to mend it\n", text, StringComparison.Ordinal);
            Assert.EndsWith($"docs/diagnostics/{descriptor.Id}.md", descriptor.HelpLinkUri, StringComparison.Ordinal);
        }
    }

    public static TheoryData<string> Examples => [.. Descriptors.All.Where(descriptor => descriptor != Descriptors.InternalFailure && descriptor != Descriptors.BudgetSpent).Select(descriptor => descriptor.Id)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_first_example_of_a_page_gives_the_diagnostic_and_the_second_does_not(string id)
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs/diagnostics", id + ".md"));
        var examples = Regex.Matches(page, "```csharp\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value).ToArray();
        string[] expected = id == Descriptors.CalleeNotRead.Id ? [Descriptors.AxisOutOfRange.Id, id] : [id];   // with what is wrong in the callee
        Assert.Equal(expected, Compile.Generate(Complete(examples[0])).Diagnostics.Select(diagnostic => diagnostic.Id).Distinct().Order(StringComparer.Ordinal));
        var mended = Compile.Generate(Complete(examples[1]));
        Assert.Empty(mended.Diagnostics);
        Assert.NotEmpty(mended.Step("Method"));
        Assert.Empty(mended.UserErrors);
    }

    private static string Complete(string example) =>
        example.Contains(" class ", StringComparison.Ordinal) ? example : "public static partial class Layers\n{\n" + example + "}\n";
}
