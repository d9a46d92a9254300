using System.Numerics.Tensors;
using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Layers;

/// <summary>Methods that are several formulas: each case is right, and a cache stays with the case that filled it.</summary>
public class CasesTests
{
    private const double Eps = 1e-3;

    public static TheoryData<int, int, bool, bool> Norms
    {
        get
        {
            var data = new TheoryData<int, int, bool, bool>();
            foreach (var (n, d) in new[] { (2, 2), (3, 4), (7, 19), (33, 17) })
                foreach (var rows in new[] { false, true })
                    foreach (var affine in new[] { false, true }) data.Add(n, d, rows, affine);
            return data;
        }
    }

    [Theory, MemberData(nameof(Norms))]
    public void Each_case_of_a_norm(int n, int d, bool rows, bool affine) => Check(
        [Input("x", n, d), Input("gamma", d)],
        t => Cases.Norm(t[0], t[1], rows, Eps, affine), t => Cases.NormFused(t[0], t[1], rows, Eps, affine), t => Cases.NormForward(t[0], t[1], rows, Eps, affine),
        (dout, cache) => Cases.NormBackward(dout, cache) is var (dx, dgamma) ? [dx, dgamma] : []);

    [Theory, MemberData(nameof(Norms))]
    public void Each_case_of_a_norm_stage_by_stage(int n, int d, bool rows, bool affine)
    {
        Check(
            [Input("x", n, d), Input("gamma", d)],
            t => Cases.NormStaged(t[0], t[1], rows, Eps, affine), t => Cases.NormStagedForward(t[0], t[1], rows, Eps, affine).output, t => Cases.NormStagedForward(t[0], t[1], rows, Eps, affine),
            (dout, cache) => Cases.NormStagedBackward(dout, cache) is var (dx, dgamma) ? [dx, dgamma] : []);

        var (x, gamma, dout) = (Draw("x", -2, 2, n, d), Draw("gamma", -2, 2, d), Draw("dout", -2, 2, n, d));
        Tensor<double> output = Tensor.CreateFromShape<double>([n, d]), dx = Tensor.CreateFromShape<double>([n, d]), dgamma = Tensor.CreateFromShape<double>([d]);
        var cache = new Cases.NormStagedCache();
        Cases.NormStagedForward(x, gamma, rows, Eps, affine, output, cache);
        Cases.NormStagedBackward(dout, default, default, cache, dx, dgamma);
        var expected = Cases.NormStagedBackward(dout, Cases.NormStagedForward(x, gamma, rows, Eps, affine).cache);
        Assert.Equal(expected.dx, dx.AsEnumerable());
        Assert.Equal(expected.dgamma, dgamma.AsEnumerable());
    }

    [Theory]
    [InlineData(Averaging.None), InlineData(Averaging.Sum), InlineData(Averaging.Mean)]
    public void Each_member_of_an_enum(Averaging averaging)
    {
        var labels = Tensor.Create([2, 0, 1, 1], [4]);
        CheckLoss(
            [Input("scores", 4, 3), Input("weight", 1)],
            t => Cases.Loss(t[0], labels, t[1][0], averaging), t => Cases.LossFused(t[0], labels, t[1][0], averaging), t => Cases.LossForward(t[0], labels, t[1][0], averaging),
            (dout, cache) => Cases.LossBackward(dout, cache) is var (dscores, dweight) ? [dscores, Scalar(dweight)] : []);
    }

    [Fact]
    public void A_cache_is_used_again_for_another_case_and_other_extents()
    {
        var cache = new Cases.NormCache();
        foreach (var (n, d, rows, affine) in new[] { (3, 8, true, true), (9, 2, false, false), (2, 2, true, false), (5, 7, false, true), (9, 2, true, true) })
        {
            var (x, gamma, dout) = (Draw("x", -2, 2, n, d), Draw("gamma", -2, 2, d), Draw("dout", -2, 2, n, d));
            Tensor<double> output = Tensor.CreateFromShape<double>([n, d]), dx = Tensor.CreateFromShape<double>([n, d]), dgamma = Tensor.CreateFromShape<double>([d]);
            Cases.NormForward(x, gamma, rows, Eps, affine, output, cache);
            Cases.NormBackward(dout, x, affine ? gamma : default(ReadOnlyTensorSpan<double>), cache, dx, dgamma);
            var (expected, own) = Cases.NormForward(x, gamma, rows, Eps, affine);
            Assert.Equal(expected, output.AsEnumerable());
            Assert.Equal(Cases.NormBackward(dout, own).dx, dx.AsEnumerable());
            Assert.Equal(Cases.NormBackward(dout, own).dgamma, dgamma.AsEnumerable());
        }
    }

    [Fact]
    public void What_a_case_does_not_read_is_not_asked_for_and_what_it_reads_is()
    {
        var (x, gamma, dx, dgamma) = (Draw("x", -2, 2, 3, 4), Draw("gamma", -2, 2, 4), Tensor.CreateFromShape<double>([3, 4]), Tensor.CreateFromShape<double>([4]));
        var cache = Cases.NormForward(x, gamma, true, Eps, affine: true).cache;
        var error = Assert.Throws<ArgumentException>(() => Cases.NormBackward(x, x, default, cache, dx, dgamma));
        Assert.Equal("gamma", error.ParamName);

        cache = Cases.NormForward(x, gamma, true, Eps, affine: false).cache;
        dgamma.Fill(7);
        Cases.NormBackward(x, x, default, cache, dx, dgamma);
        Assert.All(dgamma, element => Assert.Equal(0, element));
    }

    [Fact]
    public void A_condition_holds_where_its_case_needs_it()
    {
        var empty = Tensor.CreateFromShape<float>([3, 0]);
        Assert.Equal([3, 0], Cases.CenteredFused(empty, atTop: false).Lengths);
        Assert.Equal("x", Assert.Throws<ArgumentException>(() => Cases.CenteredFused(empty, atTop: true)).ParamName);

        Tensor<double> scores = Draw("scores", -2, 2, 2, 3);
        var labels = Tensor.Create([0, 3], [2]);
        Assert.Equal(scores.Square().Sum(), Cases.LossForward(scores, labels, 1, Averaging.None).output, 1e-12);
        Assert.Equal("labels", Assert.Throws<ArgumentOutOfRangeException>(() => Cases.LossForward(scores, labels, 1, Averaging.Mean)).ParamName);
        Assert.Equal("labels", Assert.Throws<ArgumentOutOfRangeException>(() => Cases.LossFused(scores, labels, 1, Averaging.Sum)).ParamName);
    }

    [Fact]
    public void A_value_that_the_enum_does_not_declare_is_refused_before_anything_is_written()
    {
        Tensor<double> scores = Draw("scores", -2, 2, 2, 3);
        var labels = Tensor.Create([0, 1], [2]);
        var cache = Cases.LossForward(scores, labels, 1, Averaging.Mean).cache;
        foreach (var value in new[] { 0, 1, 8, int.MinValue })
        {
            var output = 5.0;
            Action[] calls =
            [
                () => Cases.LossFused(scores, labels, 1, (Averaging)value),
                () => Cases.LossForward(scores, labels, 1, (Averaging)value),
                () => Cases.LossForward(scores, labels, 1, (Averaging)value, out output, cache),
                () => Cases.LossValueAndGradients(scores, labels, 1, (Averaging)value),
            ];
            foreach (var call in calls)
            {
                var error = Assert.Throws<ArgumentOutOfRangeException>(call);
                Assert.Equal(("averaging", (Averaging)value), (error.ParamName, error.ActualValue));
                Assert.Contains("None or Sum or Mean", error.Message);
            }
            Assert.Equal(5.0, output);
        }
        Assert.Equal(Cases.LossBackward(cache).dweight, Cases.LossValueAndGradients(scores, labels, 1, Averaging.Mean).dweight);
    }

    [Fact]
    public void Memory_may_be_shared_where_every_case_allows_it()
    {
        Tensor<float> x = Tensor.Create([1f, 4, 2, -1, 0, 3], [2, 3]), dout = Tensor.Create([1f, 2, 3, 4, 5, 6], [2, 3]), w = Tensor.CreateFromShape<float>([3, 3]);
        foreach (var choice in new[] { false, true })
        {
            var cache = Cases.CenteredForward(x, choice).cache;
            var expected = Cases.CenteredBackward(dout, cache);
            var dx = Tensor.Create(dout.ToArray(), [2, 3]);
            Cases.CenteredBackward(dx, x, cache, dx);
            Assert.Equal(expected, dx.AsEnumerable());

            var mixed = Cases.MixedForward(x, w, choice).cache;
            Assert.Equal("dx", Assert.Throws<ArgumentException>(() => Cases.MixedBackward(dout, x, w, mixed, dout, default)).ParamName);
        }
        Assert.Equal([1f, 2, 3, 4, 5, 6], dout.AsEnumerable());
    }
}
