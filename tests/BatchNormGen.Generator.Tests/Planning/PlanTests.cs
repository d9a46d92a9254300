using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;

namespace BatchNormGen.Generator.Tests.Planning;

public class PlanTests
{
    public static TheoryData<string> Names => [.. Layers.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Plan_of(string name) =>
        Snapshot.Match(PlanPrinter.Print(Passes.Plan(Layers.All[name])), name.Replace(' ', '_'), extension: "txt");

    [Fact]
    public void Plan_of_ten_norms_in_a_chain() =>
        Snapshot.Match(PlanPrinter.Print(Passes.Plan(LongLayers.Chain(10, "(y - y.Mean(axis: 0)) / (y.Square().Mean(axis: 0) + 1).Sqrt()"))), extension: "txt");

    public static TheoryData<string, string> NamesAndSavings => [.. from name in new[] { "batch norm", "layer norm", "softmax", "log-sum-exp", "cosine", "everything" } from saving in new[] { "Least", "Most" } select (name, saving)];

    [Theory]
    [MemberData(nameof(NamesAndSavings))]
    public void Plan_that_saves(string name, string saving) =>
        Snapshot.Match(PlanPrinter.Print(Passes.Plan(Layers.All[name].Replace("[Differentiable]", $"[Differentiable(Save = Saving.{saving})]"))), $"{saving}_{name.Replace(' ', '_')}", extension: "txt");

    private static IEnumerable<string> Alternatives(string result, string parameters, string body) =>
        Cost.Write(Passes.Plan(Layers.Source($"{result} Layer({parameters})", body))).SkipWhile(line => !line.TrimStart().StartsWith("Save", StringComparison.Ordinal)).Select(line => line.Trim());

    private const string X = "[Shape(\"N, D\")] Tensor<double> x";

    [Fact]
    public void Of_a_value_and_its_reciprocal_one_is_saved() => Assert.Equal(
        [
            "Save, and the backward that is left",
            "Least: nothing, 0 bytes; 2 reductions, 1 sweep (2 passes for each n)",
            "Balanced (chosen) and Most: root, N values, 8·N bytes; 1 reduction, 1 sweep (2 passes for each n)",
        ],
        Alternatives("Tensor<double>", X, "var norm = x.Square().Sum(axis: 1, keepDims: true).Sqrt(); return x / norm;"));

    [Fact]
    public void What_the_backward_needs_together_is_saved_as_one_value() => Assert.Equal(
        [
            "Save, and the backward that is left",
            "Least: nothing, 0 bytes; 2 reductions, 1 sweep (3 passes for each n), 1 function of each element",
            "Balanced (chosen): offset (in two parts), 2·N values, 16·N bytes; 0 reductions, 1 sweep, 1 function of each element",
            "Most: exp, N·D values, 8·N·D bytes; 0 reductions, 1 sweep",
        ],
        Alternatives("double", X + ", [Shape(\"N, D\"), NoGradient] Tensor<double> w", "var m = x.Max(axis: 1, keepDims: true); var s = (x - m).Exp().Sum(axis: 1, keepDims: true); return (m + s.Log()).Sum();"));

    [Fact]
    public void Alternatives_that_come_to_the_same_are_one_line() =>
        Assert.Equal(["Save: Least, Balanced and Most come to the same"], Alternatives("Tensor<double>", X, "return x.Relu() * x;"));

    [Fact]
    public void Passes_over_a_row_are_one_sweep_over_the_data_and_passes_over_a_strided_instance_are_not()
    {
        var (rows, images) = (Passes.Plan(Layers.LayerNorm), Passes.Plan(Layers.ImageBatchNorm));
        Assert.Equal((1, "2 passes for each n"), (Cost.Sweeps(rows.Backward, rows.Space), Cost.Passes(rows.Backward, rows.Space)));
        Assert.Equal((2, ""), (Cost.Sweeps(images.Backward, images.Space), Cost.Passes(images.Backward, images.Space)));
    }

    private static int Reductions(Kernel kernel) => kernel.Sweeps.Sum(sweep => sweep.Accumulators.Sum(accumulator => accumulator.Values.Count()));

    [Theory]
    [InlineData("batch norm", "3·D")]
    [InlineData("batch norm of images", "3·C")]
    [InlineData("standardize", "3·D")]
    public void The_backward_of_batch_norm_reduces_twice_in_one_sweep_and_writes_dx_in_a_second(string name, string saved)
    {
        var plan = Passes.Plan(Layers.All[name]);
        var region = Assert.Single(plan.Backward.Regions);
        Assert.Equal(2, Reductions(plan.Backward));
        Assert.Equal([2, 0], region.Sweeps.Select(sweep => sweep.Accumulators.Length));
        Assert.Equal(["", "dx"], region.Sweeps.Select(sweep => string.Join(",", sweep.Writes.Select(write => write.Name))));
        Assert.EndsWith($", {saved} values", Cost.Saved(plan));
        Assert.Single(plan.Forward.Regions);
        Assert.Empty(plan.Forward.Kept);
        Assert.Empty(plan.Backward.Kept);
    }

    [Fact]
    public void In_double_the_mean_is_one_number() =>
        Assert.Equal("invertedStddev and mean, 2·D values", Cost.Saved(Passes.Plan(Layers.BatchNorm("double"))));

    [Fact]
    public void A_row_norm_takes_each_row_through_all_its_sweeps_and_adds_over_rows_on_the_way()
    {
        foreach (var source in new[] { Layers.LayerNorm, Layers.RmsNorm })
        {
            var backward = Assert.Single(Passes.Plan(source).Backward.Regions);
            Assert.Equal(["n"], backward.Instances.Select(loop => loop.Variable));
            Assert.Equal(2, backward.Sweeps.Length);
            Assert.All(backward.Sweeps[0].Accumulators, accumulator => Assert.False(accumulator.AcrossInstances));
            Assert.All(backward.Sweeps[1].Accumulators, accumulator => Assert.True(accumulator.AcrossInstances));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_of_the_size_of_the_inputs_is_saved_or_kept(string name)
    {
        var plan = Passes.Plan(Layers.All[name]);
        var full = plan.ClosedForm.Layer.Signature.Parameters.Where(parameter => parameter.IsTensor).Max(parameter => parameter.Layout!.Value.Count(index => index is not null));
        foreach (var stored in plan.Saved.Concat(plan.Forward.Kept).Concat(plan.Backward.Kept)) Assert.True(stored.Value.Free.Count < full, stored.Name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_result_is_written_once_and_each_reduction_computed_once(string name)
    {
        var plan = Passes.Plan(Layers.All[name]);
        foreach (var (kernel, results) in new[] { (plan.Forward, plan.ClosedForm.Outputs), (plan.Backward, plan.ClosedForm.Gradients) })
        {
            var written = kernel.Regions.SelectMany(region => region.Sweeps.SelectMany(sweep => sweep.Writes).Concat(region.Finishes.SelectMany(finish => finish.Writes)).Concat(region.Totals));
            Assert.Equal(results.Select(result => result.Name).Order(StringComparer.Ordinal), written.Select(result => result.Name).Order(StringComparer.Ordinal));
            var reduced = kernel.Sweeps.SelectMany(sweep => sweep.Accumulators.SelectMany(accumulator => accumulator.Values)).ToList();
            Assert.Equal(reduced.Count, reduced.Distinct().Count());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Everything_is_computed_before_it_is_used(string name)
    {
        var plan = Passes.Plan(Layers.All[name]);
        var saved = plan.Saved.Select(stored => stored.Value).ToHashSet();
        Check(plan.Forward, saved, []);
        Check(plan.Backward, saved, saved);
    }

    private static void Check(Kernel kernel, IEnumerable<Named> saved, IEnumerable<Named> before)
    {
        var stored = saved.Concat(kernel.Kept.Select(kept => kept.Value)).ToHashSet();
        var computed = before.ToHashSet();
        foreach (var region in kernel.Regions)
        {
            // What is not stored lives as long as its region.
            var known = new HashSet<Named>(computed.Where(stored.Contains));
            for (var i = 0; i < region.Finishes.Length; i++)
            {
                if (i > 0)
                {
                    foreach (var accumulator in region.Sweeps[i - 1].Accumulators) Uses(accumulator.Body);
                    foreach (var write in region.Sweeps[i - 1].Writes) Uses(write.Value);
                    foreach (var value in region.Sweeps[i - 1].Accumulators.SelectMany(accumulator => accumulator.Values)) known.Add(value);
                }
                foreach (var small in region.Finishes[i].Values)
                {
                    if (small.Value.Value is not Reduce) Uses(small.Value.Value);
                    else Assert.Contains(small.Value, known);
                    known.Add(small.Value);
                }
                foreach (var write in region.Finishes[i].Writes) Uses(write.Value);
            }
            foreach (var total in region.Totals) Uses(total.Value);
            computed.UnionWith(known);

            void Uses(Expr value)
            {
                if (value is Named named && known.Contains(named)) return;
                Assert.False(value is Reduce, $"{value} is not computed where it is used.");
                foreach (var operand in value.Operands) Uses(operand);
            }
        }
    }

    [Fact]
    public void Reductions_that_do_not_agree_in_their_loops_have_regions_of_their_own()
    {
        var plan = Passes.Plan(Layers.DoubleCentering);
        Assert.True(plan.Backward.Regions.Length > 1);
        Assert.Equal(3, Reductions(plan.Backward));
    }

    [Fact]
    public void A_loss_needs_one_sweep_in_each_direction_and_saves_nothing()
    {
        var plan = Passes.Plan(Layers.SquaredError);
        Assert.Equal((1, 1), (plan.Forward.Sweeps.Count(), plan.Backward.Sweeps.Count()));
        Assert.Equal("nothing but its shape", Cost.Saved(plan));
    }

    [Fact]
    public void Axes_that_are_neighbours_everywhere_are_one_loop() =>
        Assert.Equal(["n", "c", "hw"], Passes.Plan(Layers.ImageBatchNorm).Space.Loops.Select(loop => loop.Variable));
}
