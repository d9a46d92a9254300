using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Reading;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Tests;

/// <summary>The documentation says what is so.</summary>
public class DocumentationTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "../.."));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    private static string Page(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    [Fact]
    public void The_tables_of_functions_are_those_of_the_generator()
    {
        var graph = new Graph();
        var x = graph.Scalar("x");
        ImmutableArray<Expr> Arguments(Function function) => [.. (function.Arity switch { 1 => "x", 2 => "a b", _ => function.Name == "Where" ? "p a b" : "x low high" }).Split(' ').Select(graph.Scalar)];
        string Value(Function function) => Printer.Plain.Print(graph.Apply(function, Arguments(function)));
        string Derivatives(Function function) => string.Join(", ", function.Derivatives(graph, Arguments(function), graph.Scalar("y")).Select(Printer.Plain.Print));
        Assert.Equal(
            Functions.Table.Where(function => function != Functions.Erfc).Select(function => $"| `{function.Name}` | {Value(function)} | {Derivatives(function)} |"),
            Rows("| Function | y | dy/dx |"));
        Assert.Equal(Functions.Powers.Select(power => $"| `{power.Name}` | {Printer.Plain.Print(graph.Power(x, power.Exponent))} |"), Rows("| Function | y |"));
        Assert.Equal(Functions.Masks.Select(mask => $"| `{mask.Name}` | {Value(mask)} |"), Rows("| Comparison | Mask |"));
    }

    [Fact]
    public void The_tables_of_compositions_are_those_of_the_generator()
    {
        var graph = new Graph();
        Assert.Equal(
            Compositions.ElementWiseTable.Select(row => $"| `{row.Name}` | {Printer.Plain.Print(row.Build(graph, graph.Scalar("x"), [graph.Scalar("p")]))} |"),
            Rows("| Composition | y |"));
        Assert.Equal(
            Compositions.ReductionTable.Select(row => $"| `{row.Name}` | {Formula("float", $"x.{row.Name}({(row.HasCorrection ? "correction: correction" : "")})")} |"),
            Rows("| Reduction | y |"));
        Assert.Equal(
            Compositions.AlongTable.Select(row => $"| `{row.Name}` | {Formula("Tensor<float>", $"x.{row.Name}(axis: 0)")} |"),
            Rows("| Along an axis | y |"));
    }

    /// <summary>What an operation on x [N] is read as, its steps written out.</summary>
    private static string Formula(string result, string expression)
    {
        var layer = Passes.Read(Layers.Source($$"""{{result}} Layer([Shape("N")] Tensor<float> x, int correction)""", $"return {expression};"));
        var graph = new Graph(layer.Graph);
        return Printer.Plain.Print(WriteOut(Assert.Single(layer.Outputs).Value));

        Expr WriteOut(Expr node) => node is Named named ? WriteOut(named.Value) : graph.With(node, [.. node.Operands.Select(WriteOut)]);
    }

    [Fact]
    public void Expressions_of_the_page_are_taken_or_refused_as_it_says()
    {
        var rows = Rows("| Group | Generated | Staged only, so far |").Select(row => row.Split('|')).ToList();
        var taken = rows.SelectMany(row => Expressions(row[2])).ToList();
        var refused = rows.SelectMany(row => Expressions(row[3])).ToList();
        var parameters = Regex.Match(Page("docs/operations.md"), "^\\[Shape.*$", RegexOptions.Multiline).Value;
        var methods = taken.Concat(refused).Select((expression, i) => $"    [Differentiable] public static Tensor<float> F{i}({parameters}) {{ var result = {expression}; return x; }}");
        var source = $"public static partial class Layers\n{{\n{string.Join("\n", methods)}\n}}\n";
        Assert.DoesNotContain(Compile.Of(source).GetDiagnostics(TestContext.Current.CancellationToken), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        var said = Compile.Generate(source).Diagnostics.Select(diagnostic => diagnostic.Location.GetLineSpan().StartLinePosition.Line - 2).ToHashSet();
        Assert.Equal(refused, taken.Concat(refused).Where((_, i) => said.Contains(i)));
    }

    [Fact]
    public void Every_staged_operation_is_on_the_page()
    {
        var operations = typeof(StagedOperations).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(method => !method.IsSpecialName).Select(method => method.Name).Distinct();
        var named = Rows("| Group | Generated | Staged only, so far |").SelectMany(Expressions)
            .SelectMany(expression => Regex.Matches(expression, @"\.(\w+)").Select(match => match.Groups[1].Value)).ToHashSet();
        Assert.DoesNotContain(operations, operation => !named.Contains(operation));
    }

    [Fact]
    public void The_example_of_an_operation_of_ones_own_is_taken()
    {
        var example = Regex.Matches(Page("docs/operations.md"), "```csharp\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value).Single(code => code.Contains("[GradientOf(", StringComparison.Ordinal));
        Emitting.Emits.Clean($"public static partial class Layers\n{{\n{example}}}\n");
    }

    [Fact]
    public void The_example_of_a_gradient_check_is_a_test_that_passes()
    {
        var test = Page("tests/BatchNormGen.Tests/Checking/LayerTests.cs");
        Assert.Contains(test[test.IndexOf("public class", StringComparison.Ordinal)..].Replace("Generics.", "Layers."), Page("README.md"));
    }

    public static TheoryData<string> Pages => ["README.md", "docs/architecture.md", "docs/derivation.md"];

    /// <summary>Blocks of <c>text</c> and <c>cs</c> are copies, without their margin; <c>csharp</c> is what people write.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Excerpts_are_what_the_generator_writes_for_the_nine_stages(string page)
    {
        var staged = NineStages.Replace("[Differentiable]", "[Differentiable(Backward = BackwardForm.Staged)]").Replace(" BatchNorm(", " Staged(");
        var generation = Compile.Generate($"public static partial class Layers\n{{\n{NineStages}{staged}}}\n");
        Assert.Empty(generation.Errors);
        var written = generation.Result.GeneratedSources.SelectMany(source => source.SourceText.ToString().Split('\n')).Select(line => line.TrimStart('/', ' ')).ToHashSet();
        var excerpts = Regex.Matches(Page(page), "^```(?:text|cs)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).SelectMany(match => match.Groups[1].Value.Split('\n'));
        Assert.DoesNotContain(excerpts.Select(line => line.TrimStart('/', ' ')), line => line.Length > 0 && !written.Contains(line));
    }

    private static string NineStages =>
        Regex.Matches(Page("README.md"), "```csharp\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value).First(code => code.Contains("// (9)", StringComparison.Ordinal));

    /// <summary>The rows of a table of the page about operations.</summary>
    private static IEnumerable<string> Rows(string header)
    {
        var lines = Page("docs/operations.md").Split('\n');
        var start = Array.IndexOf(lines, header);
        Assert.True(start >= 0, $"There is no table '{header}'.");
        return lines.Skip(start + 2).TakeWhile(line => line.StartsWith('|'));
    }

    private static IEnumerable<string> Expressions(string cell) => Regex.Matches(cell, "`(.*?)`").Select(match => match.Groups[1].Value);
}
