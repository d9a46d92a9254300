using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Emitting;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Tests.Emitting;

/// <summary>The derivations of layers, to be read beside a textbook.</summary>
public class DerivationTextTests
{
    public static TheoryData<string> Names => [.. DerivedLayers.All.Keys];

    private static IReadOnlyDictionary<string, string> Sources { get; } =
        DerivedLayers.All.Concat(Layers.All.Where(layer => !DerivedLayers.All.ContainsKey(layer.Key))).ToDictionary(pair => pair.Key, pair => pair.Value);

    public static TheoryData<string> AllNames => [.. Sources.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Text_of(string name) =>
        Snapshot.Match(string.Join("\n", DerivationText.OfClosedForm(Passes.Plan(DerivedLayers.All[name]), TestContext.Current.CancellationToken)), name.Replace(' ', '_').Replace(",", ""), extension: "txt");

    [Theory, MemberData(nameof(AllNames))]
    public void The_way_of_a_reader_ends_where_the_search_did(string name)
    {
        var form = Passes.Simplify(Sources[name]);
        var explanation = new Explanation(form);
        foreach (var (gradient, result) in form.Staged.Results.Zip(form.Gradients))
            Assert.Equal(Printer.Plain.Print(result.Value), Printer.Plain.Print(explanation.ResultOf(gradient.Value)));
    }

    [Theory, MemberData(nameof(AllNames))]
    public void What_is_written_can_be_read_back(string name)
    {
        var text = string.Join("\n", DerivationText.OfClosedForm(Passes.Plan(Sources[name]), TestContext.Current.CancellationToken));
        Assert.Equal(text, Derivation.Parse(text).ToString());
    }

    [Fact]
    public void Each_step_is_written_once_and_each_law_at_its_first_use()
    {
        var steps = Derivation.Parse(Text(Layers.BatchNorm())).Cases[0].Simplification.SelectMany(value => value.Steps).ToList();
        Assert.Equal(Enumerable.Range(1, steps.Count), steps.Select(step => step.Number));
        Assert.Equal(steps.Count, steps.Select(step => step.Before).Distinct().Count());
        Assert.All(steps.Select(step => (step.Rule, step.Law)).Distinct().GroupBy(rule => rule.Rule), rule => Assert.Single(rule));
    }

    [Fact]
    public void A_step_that_serves_two_values_is_referred_to()
    {
        var values = Derivation.Parse(Text(Layers.Source(
            """Tensor<float> Layer([Shape("N, D")] Tensor<float> x)""",
            "var norm = (x * x).Sum(axis: 1, keepDims: true).Sqrt();\nreturn x / norm;"))).Cases[0].Simplification;
        Assert.Contains(values, value => value.Again.Count > 0);
    }

    [Fact]
    public void A_layer_that_needs_no_rule_has_no_empty_heading() =>
        Assert.DoesNotContain("Simplified", Text(Layers.Source("""Tensor<float> Layer([Shape("N")] Tensor<float> x)""", "return x * 2;")), StringComparison.Ordinal);

    [Fact]
    public void A_permuted_output_has_the_indices_in_its_own_order()
    {
        var text = Text(Layers.Source("""Tensor<float> Layer([Shape("N, D")] Tensor<float> x)""", "var t = x.Transpose() * 2;\nreturn t.Exp();"));
        Assert.Contains("(1) t[d,n] = 2·x[n,d]", text, StringComparison.Ordinal);
        Assert.Contains("(2) output[d,n] = exp(t[d,n])", text, StringComparison.Ordinal);
        Assert.Contains("dt[d,n] ← dout[d,n]·exp(t[d,n])", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_gradients_repeat_gets_a_name_on_a_line_of_its_own()
    {
        var derivation = Derivation.Parse(Text(DerivedLayers.All["batch norm and relu"])).Cases[0];
        Assert.Equal(
            ["root[d] = 1/√(variance[d] + eps)", "g[n,d] = dout[n,d]·[gamma[d]·root[d]·centered[n,d] + beta[d] > 0]"],
            derivation.Abbreviations.Select(formula => formula.ToString()));
        Assert.All(derivation.ClosedForm, formula => Assert.DoesNotContain("> 0", formula.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void A_line_breaks_outside_of_brackets_before_a_sign()
    {
        var page = new Page();
        page.Write("  ", $"dx[n,d] = {string.Join(" + ", Enumerable.Range(0, 9).Select(i => $"a{i}·(b{i} − c{i})"))}");
        page.Write("  ", $"dx[n,d] = {string.Join("·", Enumerable.Range(0, 30).Select(i => $"abc{i}"))}");
        Assert.All(page.Lines, line => Assert.InRange(line.Length, 1, 96));
        Assert.All([page.Lines[1]], line => Assert.StartsWith("    + a", line, StringComparison.Ordinal));
        Assert.StartsWith("    ·abc", page.Lines[^1], StringComparison.Ordinal);
    }

    private static string Text(string source) => string.Join("\n", DerivationText.OfClosedForm(Passes.Plan(source)));
}
