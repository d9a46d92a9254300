using System.Collections.Immutable;
using System.Globalization;
using BatchNormGen.Generator.Emitting;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;
using BatchNormGen.Generator.Tests.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace BatchNormGen.Generator.Tests.Diagnostics;

/// <summary>What the passes after reading have to tell is told where the stage stands.</summary>
public class NoteTests
{
    private const string Body = """
        public static partial class Layers
        {
            [Differentiable]
            public static partial Tensor<float> Centered([Shape("N, D")] Tensor<float> x)
            {
                var spread = x.Variance(axis: 0);
                var scaled = x / spread;
                scaled = scaled + 1;
                return scaled * Helpers.Twice(x);
            }
        }
        static class Helpers
        {
            public static Tensor<float> Twice(Tensor<float> t)
            {
                var doubled = 2 * t;
                return doubled;
            }
        }
        """;

    /// <summary>Passes whose simplifier notes something on some stages.</summary>
    private static Func<Method, CancellationToken, Written> Noting(params string?[] stages) => (method, token) => LayerSource.Write(MethodPlan.Of(
        method,
        layer => ClosedForm.Of(layer, token) with { Notes = [.. stages.Select(stage => new Note(stage, "BNG0050", ImmutableArray.Create(stage ?? "all", "as it is")))] },
        token));

    private static GeneratorDriver Driver(Func<Method, CancellationToken, Written> write) => CSharpGeneratorDriver.Create(
        [new DifferentiableGenerator(write).AsSourceGenerator()],
        parseOptions: Compile.Options,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    private static ImmutableArray<Diagnostic> Run(string source, params string?[] stages)
    {
        Driver(Noting(stages)).RunGeneratorsAndUpdateCompilation(Compile.Of(source), out _, out var diagnostics, TestContext.Current.CancellationToken);
        return diagnostics;
    }

    private static string Pointed(Diagnostic diagnostic) => diagnostic.Location.SourceTree!.GetText(TestContext.Current.CancellationToken).ToString(diagnostic.Location.SourceSpan);

    [Theory]
    [InlineData("spread", "spread", 6)]
    [InlineData("xDeviation", "Variance", 6)]
    [InlineData("scaled", "scaled", 7)]
    [InlineData("scaled2", "scaled", 8)]
    [InlineData("output", "scaled * Helpers.Twice(x)", 9)]
    [InlineData("doubled", "doubled", 16)]
    [InlineData("nowhere", "Centered", 4)]
    [InlineData(null, "Centered", 4)]
    public void A_note_is_told_at_the_local_the_call_or_the_result_that_it_is_about(string? stage, string expected, int line)
    {
        var diagnostic = Assert.Single(Run(Body, stage));
        Assert.Equal((expected, line), (Pointed(diagnostic), diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1));
        Assert.Equal(("BNG0050", DiagnosticSeverity.Info), (diagnostic.Id, diagnostic.Severity));
        Assert.Equal($"'{stage ?? "all"}' is computed in a stable form: as it is.", diagnostic.GetMessage(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void An_element_of_a_tuple_has_its_own_place()
    {
        var source = Reads.Method("return (x + 1, x * 2);", "(Tensor<float> a, Tensor<float> b)");
        Assert.Equal(["x + 1", "x * 2"], Run(source, "a", "b").Select(Pointed));
    }

    [Fact]
    public void A_stage_that_code_has_to_call_otherwise_is_found_by_the_name_that_the_user_gave_it()
    {
        // 'value' is a variable of generated code, so the stage is called value2 there.
        var source = Body.Replace("scaled", "value");
        Assert.Equal("value", Pointed(Assert.Single(Run(source, "value2"))));
    }

    [Fact]
    public void What_is_noted_in_several_cases_or_element_types_is_told_once()
    {
        const string Cases = """
            public static partial class Layers
            {
                [Differentiable]
                public static partial Tensor<T> Either<T>([Shape("N")] Tensor<T> x, bool twice) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
                {
                    var same = x.Exp();
                    if (twice)
                    {
                        var y = same + same;
                        return y;
                    }
                    else
                    {
                        var y = -same;
                        var z = x.Tanh();
                        return z * y;
                    }
                }
            }
            """;
        Assert.Equal(["same"], Run(Cases, "same").Select(Pointed));

        // Two locals of one name are two stages.
        Assert.Equal([8, 13], Run(Cases, "y").Select(diagnostic => diagnostic.Location.GetLineSpan().StartLinePosition.Line).Order());
    }

    [Fact]
    public void A_note_can_be_disabled_where_it_stands()
    {
        var quiet = Body.Replace("        var spread", "#pragma warning disable BNG0050\n        var spread").Replace("        var scaled", "#pragma warning restore BNG0050\n        var scaled");
        Assert.Equal(["scaled"], Run(quiet, "spread", "scaled").Where(diagnostic => !diagnostic.IsSuppressed).Select(Pointed));
    }

    [Fact]
    public void A_note_moves_with_its_stage_and_nothing_is_computed_again()
    {
        var runs = 0;
        var noting = Noting("scaled");
        var compilation = Compile.Of(Body);
        var driver = Driver((method, token) =>
        {
            runs++;
            return noting(method, token);
        }).RunGenerators(compilation, TestContext.Current.CancellationToken);
        var tree = compilation.SyntaxTrees.Single(tree => tree.FilePath == "Layers.cs");
        compilation = compilation.ReplaceSyntaxTree(tree, Compile.Parse("\n\n" + Body.Replace("        var scaled", "\n            // The quotient.\n            var  scaled"), "Layers.cs"));
        var result = driver.RunGenerators(compilation, TestContext.Current.CancellationToken).GetRunResult().Results.Single();
        var diagnostic = Assert.Single(result.Diagnostics);
        Assert.Equal(("scaled", 11), (Pointed(diagnostic), diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1));
        Assert.Equal(1, runs);
        Assert.Equal(IncrementalStepRunReason.Cached, Assert.Single(result.TrackedSteps["Source"].SelectMany(run => run.Outputs)).Reason);
    }
}
