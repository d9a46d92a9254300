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
    public void A_root_over_other_indices_has_a_name_of_its_own() => Holds("""
        // seed 1433975188; D = 2, H = 3
        [Differentiable]
        public static Tensor<double> Layer([Shape("D, H, D")] Tensor<double> y)
        {
            var t1 = (y + 3).Norm(axes: [0, 2], keepDims: true);
            var t3 = (t1.MatMul(t1.Transpose())) * 0.125;
            return t3;
        }
        """);

    [Fact]
    public void A_function_of_a_number_is_no_function_of_elements() => Holds("""
        // seed 1338678352; H = 2, D = 3
        [Differentiable(Save = Saving.Most)]
        public static Tensor<double> Layer([Shape("H, D"), NoGradient] Tensor<double> x, [Gradient] double s)
        {
            var t1 = x - x; foreach (var factor in new[] { 0.5, 0.25 }) t1 = t1.Square() * factor;
            var t2 = t1.Tanh();
            var t3 = t2 * s;
            var t5 = t3.Mean(axis: 1);
            var t7 = (t5.Mean(axis: -1, keepDims: true)) * 0.25;
            return t7;
        }
        """);

    [Fact]
    public void A_root_that_is_reshaped_has_a_name_of_its_own() => Holds("""
        // seed 1930877112; E = 2, C = 3
        [Differentiable]
        public static Tensor<double> Layer([Shape("E, C")] Tensor<double> pt1)
        {
            var t2 = pt1.StandardDeviation(axis: -1, keepDims: true);
            var t3 = t2.Reshape(-1);
            var t4 = (t2 * t3).Tanh();
            return t4;
        }
        """);

    [Fact]
    public void Deviations_from_moments_that_are_made_again() => Holds("""
        // seed 1135944925; C = 3, H = 2, D = 2
        static (Tensor<double> mean, Tensor<double> variance) Moments(Tensor<double> v, int axis) { var mean = v.Mean(axis: axis, keepDims: true); return (mean, (v - mean).Square().Mean(axis: axis, keepDims: true)); }
        [Differentiable(Save = Saving.Least)]
        public static Tensor<double> Layer([Shape("C, H, D")] Tensor<double> x)
        {
            var t1 = x.Reshape(x.Lengths[0], -1);
            var (t3Mean, t3Variance) = Moments(t1, 0); var t3 = (t1 - t3Mean) / (t3Variance + 0.5);
            var t9 = (t3.MatMul(t1.Transpose())).Tanh();
            return t9;
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
    public void Shares_of_a_tie_between_a_value_and_one_of_its_elements_add_up_to_one() => Holds("""
        // seed 172230050; labels3 = 1, N = 1, C = 5
        [Differentiable(Save = Saving.Least)]
        public static Tensor<double> Layer([Shape("1")] Tensor<int> labels3, [Shape("N, C")] Tensor<double> pt3)
        {
            var t4 = (pt3.Sum(axis: -1)) * 0.125;
            var t5 = t4.Gather(labels3, axis: 0);
            var t6 = Tensor.Max<double>(t5, t4);
            return t6;
        }
        """);

    [Fact]
    public void The_largest_of_what_is_computed_from_products_is_found_over_other_indices_too() => Holds("""
        // seed 1567439272; H = 1
        [Differentiable]
        public static double Layer([Shape("H, H"), NoGradient] Tensor<double> pt8, [Shape("H")] Tensor<double> pt7)
        {
            var t9 = (pt8.MatMul(pt7)).Tanh();
            var t10 = t9.Max();
            return t10;
        }
        """);

    [Fact]
    public void Loops_over_a_fixed_axis_and_another_have_no_keyword_for_a_name() => Holds("""
        // seed 1984906811; N = 1
        [Differentiable]
        public static Tensor<double> Layer([Shape("3, N")] Tensor<double> u)
        {
            var t1 = u * u.Rank;
            return t1;
        }
        """);

    [Fact]
    public void A_value_is_compared_with_itself_over_other_indices() => Holds("""
        // seed 241449379; H = 2
        [Differentiable] public static Tensor<double> Squash([Shape("K")] Tensor<double> v) => v / (v.Square().Sum() + 1);
        [Differentiable]
        public static Tensor<double> Layer([Shape("H")] Tensor<double> x)
        {
            var t1 = Squash(x);
            var t8 = t1.Unsqueeze(1);
            var t9 = Tensor.Max<double>(t1, t8);
            return t9;
        }
        """);

    [Fact]
    public void One_value_that_is_compared_is_kept_as_a_tensor_of_one_element() => Holds("""
        // seed 368093563; D = 1
        [Differentiable]
        public static Tensor<double> Layer([Shape("3, D")] Tensor<double> pt1)
        {
            var t3 = pt1.Max(axis: 1);
            var t4 = t3.LogSumExp(axis: 0, keepDims: true);
            var t5 = t4.Maximum(t3);
            return t5;
        }
        """);

    [Fact]
    public void A_mask_that_is_subtracted_has_no_low_part() => Holds("""
        // seed 1437638290; D = 1, H = 1, labels3 = 1
        static Tensor<double> Gate(Tensor<double> a, Tensor<double> b) => a.Sigmoid() * b;
        [Differentiable]
        public static Tensor<double> Layer([Shape("D, 3, H"), NoGradient] Tensor<double> x, [Shape("H")] Tensor<double> u, [Shape("1")] Tensor<int> labels3)
        {
            var t1 = labels3.OneHot<double>(u.Lengths[0]);
            var t5 = Tensor.Subtract<double>(x, t1);
            var t6 = Gate(u, t5);
            var t7 = t6.MatMul(t1.Transpose());
            return t7;
        }
        """);

    [Fact]
    public void A_product_that_was_multiplied_before_is_not_called_for_by_its_operands() => Holds("""
        // seed 984142018; E = 2, C = 1, D = 1, labels4 = 1
        [Differentiable]
        public static Tensor<double> Layer([Shape("E, C, D")] Tensor<double> x, [Shape("D"), NoGradient] Tensor<double> u, [Shape("1")] Tensor<int> labels4)
        {
            var t1 = u.Unsqueeze(1);
            var t3 = labels4.OneHot<double>(t1.Lengths[0]);
            var t5 = x.MatMul(t3.Transpose());
            var t6 = t3.Maximum(t5);
            return t6;
        }
        """);

    [Fact]
    public void What_differs_from_row_to_row_is_no_part_of_the_shift_of_a_column() => Holds("""
        // seed 656795691; N = 1, C = 1
        [Differentiable]
        public static Tensor<double> Layer([Shape("N, C"), NoGradient] Tensor<double> x, [Shape("C")] Tensor<double> y)
        {
            var t3 = y - x;
            var t5 = t3.LogSumExp(axis: 1, keepDims: true);
            return t5;
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
