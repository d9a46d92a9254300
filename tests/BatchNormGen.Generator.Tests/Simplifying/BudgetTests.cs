using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using BatchNormGen.Generator.Emitting;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Simplifying;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace BatchNormGen.Generator.Tests.Simplifying;

/// <summary>Where simplifying stops early, what comes out is right, and the user is told.</summary>
public class BudgetTests
{
    private static readonly Budget None = new(0, 0);

    private static ClosedForm Simplify(string source, Budget budget) => ClosedForm.Of(Passes.Read(source), CancellationToken.None, budget);

    public static TheoryData<string> Names => [.. Layers.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_are_right_wherever_the_budget_ends(string name)
    {
        var layer = Passes.Read(Layers.All[name]);
        Budget[] budgets = [None, new(0, long.MaxValue), new(300, 300), new(600, 1200), new(1000, long.MaxValue)];
        foreach (var budget in budgets)
        {
            var form = ClosedForm.Of(layer, CancellationToken.None, budget);
            Meanings.SameAsStaged(form);
            Assert.NotEmpty(LayerSource.Write(Planner.Run(form, CancellationToken.None)));
        }
    }

    [Fact]
    public void Nothing_is_split_and_no_rule_is_used_that_does_not_keep_formulas_short_once_the_budget_is_spent()
    {
        foreach (var source in Layers.All.Values)
        {
            Assert.Subset(Rules.Short.ToHashSet(), Simplify(source, None).Rewritings.Select(rewriting => rewriting.Rule).ToHashSet());
            Assert.DoesNotContain(Rules.Split, Simplify(source, new(0, long.MaxValue)).Rewritings.Select(rewriting => rewriting.Rule));
        }
    }

    [Fact]
    public void A_layer_that_fits_has_no_note_and_takes_a_small_part_of_the_budget()
    {
        foreach (var source in Layers.All.Values)
        {
            var form = Simplify(source, new(Budget.Default.Splits / 100, Budget.Default.Splits / 100));
            Assert.DoesNotContain(form.Notes, note => note.Id == Descriptors.BudgetSpent.Id);
        }
    }

    [Fact]
    public void That_the_budget_was_spent_is_said_at_the_name_of_the_layer()
    {
        var generator = new DifferentiableGenerator((method, token) => LayerSource.Write(MethodPlan.Of(method, layer => ClosedForm.Of(layer, token, new(100, 1000)), token)));
        CSharpGeneratorDriver.Create([generator.AsSourceGenerator()], parseOptions: Compile.Options)
            .RunGeneratorsAndUpdateCompilation(Compile.Of(Layers.BatchNorm()), out var compilation, out var diagnostics, TestContext.Current.CancellationToken);
        var diagnostic = Assert.Single(diagnostics);
        Assert.Equal(("BNG0051", DiagnosticSeverity.Warning), (diagnostic.Id, diagnostic.Severity));
        Assert.Equal("BatchNorm", diagnostic.Location.SourceTree!.GetText(TestContext.Current.CancellationToken).ToString(diagnostic.Location.SourceSpan));
        Assert.StartsWith("The simplification of 'BatchNorm' stopped when its budget of 100 steps was spent.", diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.DoesNotContain(compilation.GetDiagnostics(TestContext.Current.CancellationToken), error => error.Severity == DiagnosticSeverity.Error);
    }

    [Fact]
    public void Stages_that_use_several_before_them_stay_short_without_rules()
    {
        // Written out, the last of them is a sum of more terms than there are numbers.
        var source = Layers.Source(
            """Tensor<float> Fibonacci([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w)""",
            "var (a, b, c, d) = (x, w * x, x + 1, w + x); for (var i = 0; i < 100; i++) { (a, b) = (a + b, a); (c, d) = (c * d, c + d); } return b * d;");
        var form = Simplify(source, None);
        Assert.InRange(form.Outputs.Concat(form.Gradients).Select(result => result.Value).Nodes().Sum(node => node.Operands.Length), 1, 50_000);
    }
}
