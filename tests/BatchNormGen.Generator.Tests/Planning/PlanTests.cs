using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;

namespace BatchNormGen.Generator.Tests.Planning;

public class PlanTests
{
    private static void Plans(string source, string plan) => Assert.Equal(plan, PlanPrinter.Print(Passes.Plan(source)));

    [Fact]
    public void Batch_norm_reduces_twice_in_one_sweep_of_the_backward_and_writes_dx_in_a_second() => Plans(Layers.BatchNorm(), """
        """);

    [Fact]
    public void Batch_norm_of_images_takes_a_channel_at_a_time() => Plans(Layers.ImageBatchNorm, """
        """);

    [Fact]
    public void Layer_norm_takes_a_row_at_a_time_and_adds_over_rows_on_the_way() => Plans(Layers.LayerNorm, """
        """);

    [Fact]
    public void Softmax() => Plans(Layers.Softmax, """
        """);

    [Fact]
    public void Log_sum_exp() => Plans(Layers.LogSumExp, """
        """);

    [Fact]
    public void Division_by_the_norm() => Plans(Layers.Normalize, """
        """);

    [Fact]
    public void A_mean_without_a_name_is_as_precise_as_one_with_a_name() => Plans(Layers.Standardize, """
        """);

    [Fact]
    public void A_loss_needs_no_sweep_over_what_it_saved() => Plans(Layers.SquaredError, """
        """);

    [Fact]
    public void Reductions_that_do_not_agree_in_their_loops_have_regions_of_their_own() => Plans(Layers.DoubleCentering, """
        """);
}
