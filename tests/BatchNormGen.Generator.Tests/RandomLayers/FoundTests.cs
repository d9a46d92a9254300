namespace BatchNormGen.Generator.Tests.RandomLayers;

/// <summary>Layers that random ones shrank to, each of which something was wrong with. They are printed, and pasted here, as they are.</summary>
public sealed class FoundTests
{
    [Fact]
    public void A_chosen_element_of_a_product_with_itself_is_compared_with_itself() => Holds("""
        // seed 0; N = 3, C = 2, labels1 = 3, labels2 = 2
        [Differentiable]
        public static Tensor<double> Layer([Shape("N, C")] Tensor<double> v, [Shape("N")] Tensor<int> labels1, [Shape("N")] Tensor<int> labels2)
        {
            var t1 = v.MatMul(v.Transpose());
            var t2 = t1.Gather(labels1, axis: 0);
            var t3 = t2.GreaterThanOrEqual(t2);
            var t4 = v.Gather(labels2, axis: 1);
            var t5 = t3.Where(t4, 0.5);
            return t5;
        }
        """);

    [Fact]
    public void What_is_compared_with_its_maximum_is_rounded_once() => Holds("""
        // seed 422842896; C = 1, H = 2, D = 1
        [Differentiable(Save = Saving.Least)]
        public static Tensor<double> Layer([Shape("C, H, D")] Tensor<double> x)
        {
            var t1 = x.LogSoftmax(axis: 1);
            var t10 = t1.Max(axis: -1);
            return t10;
        }
        """);

    [Fact]
    public void A_mask_is_a_number_where_one_is_chosen() => Holds("""
        // seed 1620405123; C = 1, E = 3, labels2 = 1
        [Differentiable]
        public static Tensor<double> Layer([Shape("C, E, 1")] Tensor<double> x, [Shape("1, 1")] Tensor<int> labels2)
        {
            var t3 = x.LessThan(x);
            var t6 = labels2.OneHot<double>(40);
            var t7 = t3.Where(x, t6);
            return t7;
        }
        """);

    [Fact]
    public void A_mask_is_a_number_where_it_is_divided_by() => Holds("""
        // seed 1; N = 3, labels = 4
        [Differentiable]
        public static Tensor<double> Layer([Shape("N, 1")] Tensor<double> x, [Shape("N")] Tensor<int> labels)
        {
            var t1 = labels.OneHot<double>(4);
            var t2 = x / t1;
            return t2;
        }
        """);

    [Fact]
    public void What_is_compared_with_its_maximum_is_rounded_once_in_floats() => Holds("""
        // seed 1853904660; C = 1
        [Differentiable]
        public static double Layer([Shape("C, 1"), NoGradient] Tensor<double> pt6, [Shape("C")] Tensor<double> pt4)
        {
            var t7 = pt4 / (pt6 * pt6 + 1);
            var t10 = t7.Max();
            return t10;
        }
        """);

    [Fact]
    public void Stage_by_stage_one_of_two_axes_of_the_same_name_is_summed_over() => Holds("""
        // seed 1417692699; H = 3, N = 2
        [Differentiable(Backward = BackwardForm.Staged)]
        public static double Layer([Shape("H, N"), NoGradient] Tensor<double> y, [Shape("H, H")] Tensor<double> pt1)
        {
            var t2 = (pt1.MatMul(y)) * 0.125;
            var t10 = double.Tanh((t2.Sum()));
            return t10;
        }
        """);

    [Fact]
    public void A_product_of_products_of_a_square_matrix_is_a_stage_over_other_indices_too() => Holds("""
        // seed 11167228; H = 3
        [Differentiable]
        public static Tensor<double> Layer([Shape("H"), NoGradient] Tensor<double> x, [Shape("H, H")] Tensor<double> u)
        {
            var t1 = u / (x * x + 1);
            var t4 = u.MatMul(u);
            var t7 = u.MatMul(t4);
            var t10 = t1 - t7;
            return t10;
        }
        """);

    [Fact]
    public void What_is_printed_can_be_pasted() => Assert.All(Enumerable.Range(0, 200), seed =>
    {
        var printed = LayerWriter.Draw(seed).Subject.ToString();
        Assert.Equal(printed, Subject.Parse(printed).ToString());
    });

    private static void Holds(string layer)
    {
        var fault = Trial.Run([Subject.Parse(layer)])[0];
        Assert.True(fault is null, fault);
    }
}
