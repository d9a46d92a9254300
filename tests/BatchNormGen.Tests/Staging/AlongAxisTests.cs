using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Staging;

public class AlongAxisTests
{
    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(-1), InlineData(-3)]
    public void Softmax_and_its_logarithm_are_their_formulas_along_any_axis_of_any_view(int axis)
    {
        nint[] lengths = [2, 3, 4];
        var x = Tensors.Random<double>(5, lengths);
        nint[] line = [.. lengths];
        line[axis < 0 ? axis + 3 : axis] = 1;
        var total = Tensors.Indices(lengths).GroupBy(index => string.Join(',', Tensors.Project(index, line)))
            .ToDictionary(group => group.Key, group => group.Sum(index => Math.Exp(x[index])));
        var expected = Tensors.Indices(lengths).Select(index => Math.Exp(x[index]) / total[string.Join(',', Tensors.Project(index, line))]).ToArray();
        foreach (var view in Tensors.Views(x, double.NaN))
        {
            Tensors.AssertClose(lengths, expected, view.Softmax(axis), 1e-14);
            Tensors.AssertClose(lengths, expected.Select(value => Math.Log(value)), view.LogSoftmax(axis), 1e-13);
        }
    }

    [Fact]
    public void Softmax_does_not_overflow_and_its_logarithm_does_not_underflow()
    {
        var x = Tensors.Of<float>([1, 3], 10000, 0, 10000);
        Tensors.AssertEqual([1, 3], [0.5f, 0, 0.5f], x.Softmax(axis: 1));
        Tensors.AssertEqual([1, 3], [-MathF.Log(2), (float)(-10000 - Math.Log(2)), -MathF.Log(2)], x.LogSoftmax(axis: 1));
    }

    [Fact]
    public void Minus_infinity_is_a_class_that_cannot_be_and_other_exceptional_values_spoil_only_their_line()
    {
        const float Infinity = float.PositiveInfinity;
        var x = Tensors.Of<float>([4, 2], -Infinity, 3, Infinity, 3, -Infinity, -Infinity, float.NaN, 3);
        Tensors.AssertEqual([4, 2], [0, 1, float.NaN, 0, float.NaN, float.NaN, float.NaN, float.NaN], MaskSecondLine(x.Softmax(axis: 1)));
        Tensors.AssertEqual([2], [-Infinity, 0], x.LogSoftmax(axis: -1).Slice(new System.Buffers.NRange(0, 1), new System.Buffers.NRange(0, 2)).Reshape(2));

        static Tensor<float> MaskSecondLine(Tensor<float> probabilities)
        {
            Assert.True(float.IsNaN(probabilities[1, 1]));
            probabilities[1, 1] = 0;
            return probabilities;
        }
    }

    [Fact]
    public void Softmax_of_an_empty_tensor_is_empty()
    {
        Tensors.AssertEqual([0, 3], [], Tensors.Of<float>([0, 3]).Softmax(axis: 0));
        Tensors.AssertEqual([2, 0], [], Tensors.Of<float>([2, 0]).LogSoftmax(axis: 1));
    }

    [Fact]
    public void An_axis_that_does_not_exist_is_an_error()
    {
        var x = Tensors.Random<float>(1, 2, 3);
        Assert.Throws<ArgumentOutOfRangeException>("axis", () => x.Softmax(axis: 2));
        Assert.Throws<ArgumentOutOfRangeException>("axis", () => x.LogSoftmax(axis: -3));
        Assert.Throws<ArgumentOutOfRangeException>("axis", () => x.Gather(Tensors.Of([2], 0, 0), axis: 2));
    }

    [Fact]
    public void Gather_takes_one_element_per_label_and_the_axis_goes_away()
    {
        var x = Tensors.Of<float>([2, 3], 1, 2, 3, 4, 5, 6);
        foreach (var view in Tensors.Views(x, float.NaN))
        {
            Tensors.AssertEqual([2], [3, 4], view.Gather(Tensors.Of([2], 2, 0), axis: 1));
            Tensors.AssertEqual([3], [4, 2, 6], view.Gather(Tensors.Of([3], 1, 0, 1), axis: -2));
        }

        foreach (var labels in Tensors.Views(Tensors.Of([2], 2, 0), 99))
        {
            Tensors.AssertEqual([2], [3, 4], x.Gather(labels, axis: 1));
        }
    }

    [Fact]
    public void Gather_in_the_middle_keeps_the_axes_on_both_sides()
    {
        var x = Tensors.Random<double>(6, 2, 3, 4);
        var labels = Tensors.Of([2, 4], 0, 1, 2, 0, 2, 2, 1, 0);
        var expected = Tensors.Indices([2, 4]).Select(index => x[index[0], labels[index], index[1]]);
        Tensors.AssertEqual([2, 4], expected, x.Gather(labels, axis: 1));
    }

    [Fact]
    public void Gather_from_a_vector_has_shape_one() =>
        Tensors.AssertEqual([1], [20], Tensors.Of<float>([3], 10, 20, 30).Gather(Tensors.Of([1], 1), axis: 0));

    [Fact]
    public void Gather_from_no_lines_is_empty() =>
        Tensors.AssertEqual([0], [], Tensors.Of<float>([0, 3]).Gather(Tensors.Of<int>([0]), axis: 1));

    [Fact]
    public void Labels_that_do_not_fit_are_named_with_what_was_expected()
    {
        var x = Tensors.Random<float>(1, 2, 3);
        Assert.Contains("The labels have shape [3]; expected [2], which is shape [2, 3] without axis 1.",
            Assert.Throws<ArgumentException>("labels", () => x.Gather(Tensors.Of([3], 0, 0, 0), axis: 1)).Message);
        Assert.Contains("Label 3, the element at position 1 in row-major order, is not a class; expected 0 to 2.",
            Assert.Throws<ArgumentOutOfRangeException>("labels", () => x.Gather(Tensors.Of([2], 0, 3), axis: 1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>("labels", () => x.Gather(Tensors.Of([2], 0, -1), axis: 1));
        Assert.Throws<ArgumentOutOfRangeException>("labels", () => Tensors.Of([2], 0, 3).OneHot<float>(3));
        Assert.Throws<ArgumentOutOfRangeException>("classes", () => Tensors.Of<int>([0]).OneHot<float>(-1));
    }

    [Fact]
    public void One_hot_adds_an_axis_of_classes()
    {
        foreach (var labels in Tensors.Views(Tensors.Of([2, 2], 0, 2, 1, 0), 99))
        {
            Tensors.AssertEqual([2, 2, 3], [1f, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0], labels.OneHot<float>(3));
        }

        Tensors.AssertEqual([0, 3], [], Tensors.Of<int>([0]).OneHot<double>(3));
    }

    [Fact]
    public void Gather_is_the_sum_of_the_products_with_one_hot()
    {
        var x = Tensors.Random<double>(8, 4, 5);
        var labels = Tensors.Of([4], 4, 0, 2, 2);
        Tensors.AssertEqual([4], (x * labels.OneHot<double>(x.Lengths[1])).Sum(axis: 1).ToArray(), x.Gather(labels, axis: 1));
    }
}
