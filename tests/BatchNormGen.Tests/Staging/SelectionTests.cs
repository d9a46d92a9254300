using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Staging;

public class SelectionTests
{
    private static readonly Tensor<float> X = Tensors.Of<float>([2, 3], 1, 5, 3, 4, float.NaN, 6);
    private static readonly Tensor<float> Row = Tensors.Of<float>([3], 2, 5, float.NegativeInfinity);

    [Fact]
    public void Maximum_and_minimum_broadcast_and_keep_NaN_from_either_side()
    {
        foreach (var x in Tensors.Views(X, 99))
        {
            Tensors.AssertEqual([2, 3], [2, 5, 3, 4, float.NaN, 6], x.Maximum(Row));
            Tensors.AssertEqual([2, 3], [1, 5, float.NegativeInfinity, 2, float.NaN, float.NegativeInfinity], x.Minimum(Row));
            Tensors.AssertEqual([2, 3], [2, 5, 3, 4, float.NaN, 6], Row.Maximum(x));
        }

        Tensors.AssertEqual([2, 3], [3, 5, 3, 4, float.NaN, 6], X.Maximum(3));
        Tensors.AssertEqual([2, 3], [1, 3, 3, 3, float.NaN, 3], X.Minimum(3));
        Tensors.AssertEqual([3], [float.NaN, float.NaN, float.NaN], Row.Maximum(float.NaN));
    }

    [Fact]
    public void Both_operands_may_broadcast() =>
        Tensors.AssertEqual([3, 2], [2, 4, 2, 4, 3, 4], Tensors.Of<double>([3, 1], 1, 2, 3).Maximum(Tensors.Of<double>([1, 2], 2, 4)));

    [Fact]
    public void Clamp_holds_its_bounds_and_lets_the_upper_one_win()
    {
        Tensors.AssertEqual([2, 3], [2, 4, 3, 4, float.NaN, 4], X.Clamp(2, 4));
        Tensors.AssertEqual([3], [1, 1, 1], Row.Clamp(2, 1));
    }

    [Fact]
    public void Comparisons_with_a_tensor_are_false_for_NaN_except_for_not_equal()
    {
        foreach (var x in Tensors.Views(X, 99))
        {
            Tensors.AssertEqual([2, 3], [false, false, true, true, false, true], x.GreaterThan(Row));
            Tensors.AssertEqual([2, 3], [false, true, true, true, false, true], x.GreaterThanOrEqual(Row));
            Tensors.AssertEqual([2, 3], [true, false, false, false, false, false], x.LessThan(Row));
            Tensors.AssertEqual([2, 3], [true, true, false, false, false, false], x.LessThanOrEqual(Row));
            Tensors.AssertEqual([2, 3], [false, true, false, false, false, false], x.EqualTo(Row));
            Tensors.AssertEqual([2, 3], [true, false, true, true, true, true], x.NotEqualTo(Row));
        }
    }

    [Fact]
    public void Comparisons_with_a_scalar_are_false_for_NaN_except_for_not_equal()
    {
        Tensors.AssertEqual([2, 3], [false, true, false, true, false, true], X.GreaterThan(3));
        Tensors.AssertEqual([2, 3], [false, true, true, true, false, true], X.GreaterThanOrEqual(3));
        Tensors.AssertEqual([2, 3], [true, false, false, false, false, false], X.LessThan(3));
        Tensors.AssertEqual([2, 3], [true, false, true, false, false, false], X.LessThanOrEqual(3));
        Tensors.AssertEqual([2, 3], [false, false, true, false, false, false], X.EqualTo(3));
        Tensors.AssertEqual([2, 3], [true, true, false, true, true, true], X.NotEqualTo(3));
    }

    [Fact]
    public void Where_takes_tensors_and_scalars_on_either_side_and_broadcasts_all_three()
    {
        var mask = Tensors.Of([2, 1], true, false);
        var a = Tensors.Of<float>([3], 1, 2, 3);
        var b = Tensors.Of<float>([2, 3], -1, -2, -3, -4, -5, -6);
        foreach (var view in Tensors.Views(mask, true))
        {
            Tensors.AssertEqual([2, 3], [1, 2, 3, -4, -5, -6], view.Where(a, b));
        }

        Tensors.AssertEqual([2, 3], [1, 2, 3, 0, 0, 0], mask.Where(a, 0));
        Tensors.AssertEqual([2, 3], [7, 7, 7, -4, -5, -6], mask.Where(7, b));
        Tensors.AssertEqual([2, 1], [7f, 8], mask.Where(7f, 8));
    }

    [Fact]
    public void Where_does_not_let_NaN_through_from_the_side_that_is_not_chosen() =>
        Tensors.AssertEqual([2, 3], [1, 5, 3, 4, 0, 6], X.EqualTo(X).Where(X, 0));

    [Fact]
    public void Empty_operands_give_empty_results()
    {
        var empty = Tensors.Of<float>([0, 3]);
        Tensors.AssertEqual([0, 3], [], empty.Maximum(Row));
        Tensors.AssertEqual([0, 3], [], empty.LessThan(Row));
        Tensors.AssertEqual([0, 3], [], empty.LessThan(1).Where(Row, empty));
    }

    [Fact]
    public void Shapes_that_do_not_broadcast_are_errors()
    {
        Assert.Throws<ArgumentException>("other", () => X.Maximum(Tensors.Of<float>([2], 1, 2)));
        Assert.Throws<ArgumentException>("other", () => X.EqualTo(Tensors.Of<float>([0])));
        Assert.Throws<ArgumentException>("mask", () => X.EqualTo(X).Where(Tensors.Of<float>([2], 1, 2), 0));
    }
}
