using System.Numerics.Tensors;
using BatchNormGen.Tests.Vectors;
using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Layers;

/// <summary>Empty tensors, numbers beyond all bounds, and gradients in the place of what they are made from.</summary>
public class EdgesTests
{
    private delegate void Into(ReadOnlyTensorSpan<double> dout, ReadOnlyTensorSpan<double> x, TensorSpan<double> dx);

    private static readonly Dictionary<string, (Func<Tensor<double>, Tensor<double>> Staged, Func<Tensor<double>, Tensor<double>> Fused)> Layers = new()
    {
        ["standardize"] = (x => Matrices.Standardize(x, 0.1), x => Matrices.StandardizeFused(x, 0.1)),
        ["softmax of rows"] = (Matrices.SoftmaxOfRows, Matrices.SoftmaxOfRowsFused),
        ["softmax of columns"] = (Matrices.SoftmaxOfColumns, Matrices.SoftmaxOfColumnsFused),
        ["log softmax"] = (Matrices.LogSoftmaxOfRows, Matrices.LogSoftmaxOfRowsFused),
        ["unit rows"] = (Matrices.UnitRows, Matrices.UnitRowsFused),
        ["unit columns"] = (Matrices.UnitColumns, Matrices.UnitColumnsFused),
        ["rows times columns"] = (Matrices.RowsTimesColumns, Matrices.RowsTimesColumnsFused),
        ["softmax twice"] = (Matrices.SoftmaxTwice, Matrices.SoftmaxTwiceFused),
        ["doubly centered"] = (Matrices.DoublyCentered, Matrices.DoublyCenteredFused),
        ["broadcast mean"] = (Elementwise.BroadcastMean, Elementwise.BroadcastMeanFused),
        ["chain"] = (Elementwise.Chain, Elementwise.ChainFused),
        ["powers"] = (Elementwise.Powers, Elementwise.PowersFused),
        ["twice"] = (Elementwise.Twice, Elementwise.TwiceFused),
        ["sums of rows"] = (Sums.OfRows, Sums.OfRowsFused),
        ["sums of columns"] = (Sums.OfColumns, Sums.OfColumnsFused),
    };

    /// <summary>Layers with exponentials that overflow as they are written, and not in the stable form that is generated.</summary>
    private static readonly HashSet<string> WithoutOverflow = ["softmax of rows", "softmax of columns", "log softmax", "softmax twice", "chain"];

    public static TheoryData<string, double> Extremes =>
        [.. from name in Layers.Keys from value in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e200, -1e200, 800, -800, 0, -0.0] select new TheoryDataRow<string, double>(name, value)];

    [Theory, MemberData(nameof(Extremes))]
    public void What_is_not_finite_comes_out_where_the_staged_body_has_it(string name, double value)
    {
        var x = Draw(name, 0.5, 2, 5, 19);
        x[3, 7] = value;
        var (staged, fused) = (Layers[name].Staged(x), Layers[name].Fused(x));
        var mayBeFinite = double.IsFinite(value) && WithoutOverflow.Contains(name);
        Assert.Equal(TensorValues.Of(staged).Zip(TensorValues.Of(fused), (a, b) => mayBeFinite && double.IsFinite(b) ? "finite" : Kind(a)), TensorValues.Of(fused).Select(Kind));

        static string Kind(double value) => double.IsNaN(value) ? "NaN" : double.IsInfinity(value) ? value > 0 ? "+∞" : "−∞" : "finite";
    }

    public static TheoryData<string, int, int> Empties => [.. from name in Layers.Keys from shape in ((int, int)[])[(0, 3), (3, 0), (0, 0)] select new TheoryDataRow<string, int, int>(name, shape.Item1, shape.Item2)];

    [Theory, MemberData(nameof(Empties))]
    public void An_empty_tensor_has_the_result_of_the_staged_body(string name, int n, int d)
    {
        var x = Tensor.CreateFromShape<double>([n, d]);
        var (staged, fused) = (Layers[name].Staged(x), Layers[name].Fused(x));
        Assert.Equal(staged.Lengths.ToArray(), fused.Lengths.ToArray());
        Assert.Equal(TensorValues.Of(staged), TensorValues.Of(fused));
    }

    [Fact]
    public void The_backward_of_an_empty_batch_is_empty_or_zero()
    {
        var x = Tensor.CreateFromShape<double>([0, 3]);
        var (_, cache) = Matrices.RmsNormForward(x, Draw("gamma", -1, 1, 3), 0.1);
        var (dx, dgamma) = Matrices.RmsNormBackward(x, cache);
        Assert.Equal(0, dx.FlattenedLength);
        Assert.Equal([0, 0, 0], TensorValues.Of(dgamma));
        Assert.Equal(0, Matrices.RowsThenColumnsThenAllBackward(x, Matrices.RowsThenColumnsThenAllForward(x, 0.1).cache).FlattenedLength);
        Assert.Equal(0, Sums.TotalForward(x).output);
        Assert.Equal(0, Sums.TotalBackward(1, Sums.TotalForward(x).cache).FlattenedLength);
    }

    [Fact]
    public void A_gradient_in_the_place_of_an_operand_is_right_or_refused()
    {
        var x = Draw("x", -2, 2, 33, 37);
        var dout = Draw("dout", -1, 1, 33, 37);
        Check(x, dout, x => Cached(x, (Matrices.StandardizeForward(x, 0.1).cache, (dout, x, dx, cache) => Matrices.StandardizeBackward(dout, x, cache, dx))));
        Check(x, dout, x => Cached(x, (Matrices.SoftmaxOfRowsForward(x).cache, (dout, x, dx, cache) => Matrices.SoftmaxOfRowsBackward(dout, x, cache, dx))));
        Check(x, dout, x => Cached(x, (Matrices.SoftmaxOfColumnsForward(x).cache, (dout, x, dx, cache) => Matrices.SoftmaxOfColumnsBackward(dout, x, cache, dx))));
        Check(x, dout, x => Cached(x, (Matrices.RowsThenColumnsThenAllForward(x, 0.1).cache, (dout, x, dx, cache) => Matrices.RowsThenColumnsThenAllBackward(dout, x, cache, dx))));
        Check(x, dout, x => Cached(x, (Matrices.RowsTimesColumnsForward(x).cache, (dout, x, dx, cache) => Matrices.RowsTimesColumnsBackward(dout, x, cache, dx))));
        Check(x, dout, x => Cached(x, (Matrices.SoftmaxTwiceForward(x).cache, (dout, x, dx, cache) => Matrices.SoftmaxTwiceBackward(dout, x, cache, dx))));
        Check(x, dout, x => Cached(x, (Elementwise.BroadcastMeanForward(x).cache, (dout, x, dx, cache) => Elementwise.BroadcastMeanBackward(dout, x, cache, dx))));
        Check(x, dout, x => Cached(x, (Elementwise.TwiceForward(x).cache, (dout, x, dx, cache) => Elementwise.TwiceBackward(dout, x, cache, dx))));
    }

    private delegate void Into<TCache>(ReadOnlyTensorSpan<double> dout, ReadOnlyTensorSpan<double> x, TensorSpan<double> dx, TCache cache);

    private static Into Cached<TCache>(Tensor<double> _, (TCache Cache, Into<TCache> Backward) layer) => (dout, x, dx) => layer.Backward(dout, x, dx, layer.Cache);

    private static void Check(Tensor<double> x, Tensor<double> dout, Func<Tensor<double>, Into> backwardAt)
    {
        var backward = backwardAt(x);
        var expected = Tensor.CreateFromShape<double>(x.Lengths);
        backward(dout, x, expected);

        var (doutCopy, xCopy) = (Copy(dout), Copy(x));
        AssertRightOrRefused(doutCopy, () => backward(doutCopy, x, doutCopy));
        AssertRightOrRefused(xCopy, () => backward(dout, xCopy, xCopy));

        void AssertRightOrRefused(Tensor<double> place, Action call)
        {
            var before = TensorValues.Of(place);
            if (Record.Exception(call) is { } error)
            {
                Assert.IsType<ArgumentException>(error);
                Assert.Equal(before, TensorValues.Of(place));
                return;
            }

            Assert.Equal(TensorValues.Of(expected), TensorValues.Of(place));
        }

        static Tensor<double> Copy(Tensor<double> tensor) => TensorValues.Convert<double, double>(tensor);
    }
}
