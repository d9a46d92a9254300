using BatchNormGen.Generator.Tests.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace BatchNormGen.Generator.Tests.Incrementality;

public class IncrementalityTests
{
    private const IncrementalStepRunReason Modified = IncrementalStepRunReason.Modified,
        Unchanged = IncrementalStepRunReason.Unchanged, Cached = IncrementalStepRunReason.Cached, Removed = IncrementalStepRunReason.Removed;

    private const string Two = """
        public static partial class Layers
        {
            [Differentiable]
            public static partial Tensor<float> First([Shape("N")] Tensor<float> x) => x * 2;

            [Differentiable]
            public static partial Tensor<float> Second([Shape("N")] Tensor<float> x) => x * 3;
        }
        """;

    /// <summary>Why each step ran after an edit of Layers.cs, or of the file beside it.</summary>
    private static (IncrementalStepRunReason[] Layer, IncrementalStepRunReason[] Source, GeneratorRunResult Result) Edit(string before, string after, string? beside = null)
    {
        var compilation = Compile.Of(before, "class Beside { }");
        var driver = Compile.Driver().RunGenerators(compilation);
        compilation = Replace(compilation, "Layers.cs", after);
        if (beside is not null) compilation = Replace(compilation, "Layers2.cs", beside);
        var result = driver.RunGenerators(compilation).GetRunResult().Results.Single();
        return (Reasons(result, "Method"), Reasons(result, "Source"), result);
    }

    private static CSharpCompilation Replace(CSharpCompilation compilation, string path, string text)
    {
        var tree = compilation.SyntaxTrees.Single(tree => tree.FilePath == path);
        return tree.ToString() == text ? compilation : compilation.ReplaceSyntaxTree(tree, Compile.Parse(text, path));
    }

    private static IncrementalStepRunReason[] Reasons(GeneratorRunResult result, string step) =>
        [.. result.TrackedSteps[step].SelectMany(run => run.Outputs).Select(output => output.Reason)];

    [Fact]
    public void An_edit_of_another_file_changes_nothing()
    {
        var (layer, source, _) = Edit(LayerTests.BatchNorm, LayerTests.BatchNorm, beside: "class Beside { int field; }");
        Assert.All(layer, reason => Assert.Contains(reason, new[] { Unchanged, Cached }));
        Assert.All(source, reason => Assert.Equal(Cached, reason));
    }

    [Theory]
    [InlineData("// (1) mini-batch mean", "// the mean of the batch")]
    [InlineData("var mean           =", "var mean =")]
    [InlineData("x - mean;", "\n\n    (x - mean) ;")]
    [InlineData("public static partial class", "// A comment before the type.\npublic static partial class")]
    [InlineData("public static partial class", "class Unrelated { }\npublic static partial class")]
    [InlineData("Batch normalization over the batch axis", "Normalization")]
    [InlineData("1f / stddev", "1.0f / stddev")]
    public void An_edit_that_does_not_change_the_formulas_changes_no_source(string from, string to)
    {
        Assert.Contains(from, LayerTests.BatchNorm, StringComparison.Ordinal);
        var (layer, source, _) = Edit(LayerTests.BatchNorm, LayerTests.BatchNorm.Replace(from, to));
        Assert.Equal([Unchanged], layer);
        Assert.Equal([Cached], source);
    }

    [Theory]
    [InlineData("x - mean;", "mean - x;")]
    [InlineData("invertedStddev", "inverted")]
    [InlineData("float eps", "[Gradient] float eps")]
    [InlineData("\"N, D\"", "\"M, D\"")]
    [InlineData("public static partial Tensor", "internal static partial Tensor")]
    [InlineData("[Differentiable]", "[Differentiable(Backward = BackwardForm.Staged)]")]
    [InlineData("1f / stddev", "2f / stddev")]
    public void An_edit_of_the_formulas_or_the_declaration_writes_the_source_anew(string from, string to)
    {
        var (layer, source, _) = Edit(LayerTests.BatchNorm, LayerTests.BatchNorm.Replace(from, to));
        Assert.Equal([Modified], layer);
        Assert.Contains(Assert.Single(source), new[] { Modified, Unchanged });
    }

    private const string Composed = """
        public static partial class Layers
        {
            [Differentiable]
            public static partial Tensor<float> First([Shape("N")] Tensor<float> x, bool twice) => twice ? Helpers.Twice(x) : x;
        }
        """;

    private const string Helpers = "static class Helpers { public static Tensor<float> Twice(Tensor<float> t) { var y = t * 2; return y; } public static int Other() => 1; }";

    [Theory]
    [InlineData("t * 2", "t * 3", true)]
    [InlineData("var y = t * 2; return y;", "var z = t * 2; return z;", true)]
    [InlineData("Tensor<float> t)", "Tensor<float> a)", false, "t * 2", "a * 2")]
    [InlineData("=> 1;", "=> 2;", false)]
    [InlineData("var y = t * 2;", "// Twice.\n var  y = t*2 ;", false)]
    public void A_layer_depends_on_the_formulas_that_it_calls(string from, string to, bool changes, string also = "-", string with = "-")
    {
        var compilation = Compile.Of(Composed, Helpers);
        var driver = Compile.Driver().RunGenerators(compilation, TestContext.Current.CancellationToken);
        var result = driver.RunGenerators(Replace(compilation, "Layers2.cs", Helpers.Replace(from, to).Replace(also, with)), TestContext.Current.CancellationToken).GetRunResult().Results.Single();
        Assert.Equal(changes, Assert.Single(Reasons(result, "Method")) == Modified);
    }

    [Fact]
    public void Two_layers_do_not_depend_on_each_other()
    {
        var (layer, source, _) = Edit(Two, Two.Replace("x * 3", "x * 4"));
        Assert.Equal([Unchanged, Modified], layer);
        Assert.Equal(Cached, source[0]);
        Assert.NotEqual(Cached, source[1]);
    }

    [Fact]
    public void A_layer_that_is_not_valid_any_more_loses_its_source_and_the_other_keeps_its()
    {
        var (layer, source, result) = Edit(Two, Two.Replace("x * 3", "Tensor.Sinh<float>(x)"));
        Assert.Equal([Unchanged, Removed], layer);
        Assert.Equal([Cached, Removed], source);
        Assert.Equal(["Layers.First.g.cs", "Layers.Second.g.cs"], result.GeneratedSources.Select(file => file.HintName));
        Assert.DoesNotContain("SecondForward", result.GeneratedSources[1].SourceText.ToString(), StringComparison.Ordinal);
        Assert.Equal("BNG0020", Assert.Single(result.Diagnostics).Id);
    }

    [Fact]
    public void A_diagnostic_moves_with_the_code_and_the_source_stays()
    {
        var before = LayerTests.BatchNorm.Replace("float eps", "[NoGradient] float eps");
        var (_, source, result) = Edit(before, "\n\n" + before);
        Assert.Equal([Cached], source);
        Assert.Equal(7, Assert.Single(result.Diagnostics).Location.GetLineSpan().StartLinePosition.Line);
    }

    [Fact]
    public void Nothing_of_the_compilation_is_kept_in_the_model()
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        Walk(Reads.Layer(LayerTests.BatchNorm));
        Walk(Assert.Single(Reads.Methods(Composed, Helpers)));

        void Walk(object? value)
        {
            if (value is null || value is string || value.GetType() is { IsPrimitive: true } or { IsEnum: true } || value is Delegate || !seen.Add(value)) return;
            Assert.False(value is ISymbol or SyntaxNode or Location or Compilation or SemanticModel or SyntaxTree or IOperation, $"The model holds a {value.GetType()}.");
            if (value is System.Collections.IEnumerable items) foreach (var item in items) Walk(item);
            for (var type = value.GetType(); type is not null && type.Namespace?.StartsWith("BatchNormGen", StringComparison.Ordinal) == true; type = type.BaseType)
                foreach (var field in type.GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.DeclaredOnly))
                    Walk(field.GetValue(value));
        }
    }
}
