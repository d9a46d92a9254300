using BatchNormGen.Generator.Tests.Diagnostics;
using BatchNormGen.Generator.Tests.Emitting;

namespace BatchNormGen.Generator.Tests.Reading;

/// <summary>Axes that are split, and axes that are joined.</summary>
public class ReshapeTests
{
    private static string Source(string body) =>
        Layers.Source("""Tensor<float> Layer([Shape("N, C, H")] Tensor<float> x, [Shape("N, 12")] Tensor<float> y, int groups, int parts)""", body);

    [Theory]
    [InlineData("return x.Reshape(x.Lengths[0], groups, x.Lengths[1] / groups, x.Lengths[2]).Mean(axis: 2);", "output[n,g,h] = 1/CPerG·Σ_cPerG x[n,g,cPerG,h]")]
    [InlineData("return x.Reshape(x.Lengths[0], groups, -1).Mean(axis: 2);", "output[n,g] = 1/(CPerG·H)·Σ_(cPerG,h) x[n,g,cPerG,h]")]
    [InlineData("return x.Reshape(x.Lengths[0], -1).Sum(axis: 1);", "output[n] = Σ_(c,h) x[n,c,h]")]
    [InlineData("return x.Reshape(-1).Square();", "output[n,c,h] = x[n,c,h]²")]
    [InlineData("return x.Reshape(x.Lengths[0] * x.Lengths[1], -1).Sum(axis: 0);", "output[h] = Σ_(n,c) x[n,c,h]")]
    [InlineData("return x.Reshape(x.Lengths).Square();", "output[n,c,h] = x[n,c,h]²")]
    [InlineData("return x.Reshape(x.Lengths[0], groups, -1).Exp().Reshape(x.Lengths) * x;", "output[n,g,cPerG,h] = exp(x[n,g,cPerG,h])·x[n,g,cPerG,h]")]
    [InlineData("return x.Reshape(x.Lengths[0], groups, parts, -1).Sum(axis: 1);", "output[n,p,cPerGPerP,h] = Σ_g x[n,g,p,cPerGPerP,h]")]
    [InlineData("return y.Reshape(y.Lengths[0], 3, 4).Sum(axis: 1);", "output[n,i2] = Σ_i y[n,i,i2]")]
    [InlineData("return y.Reshape(y.Lengths[0], 3, 2, 2).Sum(axis: 2);", "output[n,i,i3] = Σ_i2 y[n,i,i2,i3]")]
    [InlineData("return y.Reshape(y.Lengths[0], 3, -1).Sum(axis: 1);", "output[n,i2] = Σ_i y[n,i,i2]")]
    [InlineData("return x.Reshape(x.Lengths[0], 1, x.Lengths[1], x.Lengths[2]).Sum(axis: 3);", "output[n,c] = Σ_h x[n,c,h]")]
    [InlineData("return x.Reshape(x.Lengths[0], groups * parts, -1).Sum(axis: 1);", "output[n,cPerGP,h] = Σ_(g,p) x[n,g,p,cPerGP,h]")]
    [InlineData("return x.Reshape(x.Lengths[0], 2 * groups, -1).Sum(axis: 1);", "output[n,cPer2G,h] = Σ_(i,g) x[n,i,g,cPer2G,h]")]
    [InlineData("return x.Reshape(x.Lengths[0], 2, -1).Sum(axis: 1);", "output[n,cPer2,h] = Σ_i x[n,i,cPer2,h]")]
    [InlineData("return x.Reshape(x.Lengths[0], groups * groups, -1).Sum(axis: 1);", "output[n,cPerG,h] = Σ_(g,g2) x[n,g,g2,cPerG,h]")]
    [InlineData("return x.Reshape(x.Lengths[0], x.Lengths[1] / groups, groups / parts, parts, x.Lengths[2]).Sum(axis: 2);", "output[n,cPerG,p,h] = Σ_gPerP x[n,cPerG,gPerP,p,h]")]
    [InlineData("return x.Reshape(x.Lengths[0], groups, -1).Sum(axis: 1) * x.Reshape(x.Lengths[0], parts, -1).Reshape(x.Lengths[0], groups, -1).Sum(axis: 1);", "output[n,pPerG,cPerP,h] = (Σ_g x[n,g,pPerG,cPerP,h])·Σ_g x[n,g,pPerG,cPerP,h]")]
    [InlineData("return x.Reshape(-1, groups * 2, x.Lengths[1], x.Lengths[2]).Sum(axis: 1);", "output[nPer2G,c,h] = Σ_(i,g) x[nPer2G,i,g,c,h]")]
    [InlineData("return y.Reshape(y.Lengths[0], groups, -1).Sum(axis: 1);", "output[n,axis12PerG] = Σ_g y[n,g,axis12PerG]")]
    public void A_shape_is_read_as_indices(string body, string stages)
    {
        Assert.Equal(stages, Reads.Print(Passes.Read(Source(body))));
        Emits.Clean(Source(body));
    }

    [Theory]
    [InlineData("return x.Reshape(x.Lengths[0], [|x.Lengths[2]|], x.Lengths[1]);", "[N, C, H]", "H")]
    [InlineData("return x.Reshape(x.Lengths[0], x.Lengths[1], [|x.Lengths[2] * 2|]);", "[N, C, H]", "2 * H")]
    [InlineData("return x.Reshape(x.Lengths[0], [|groups * groups * groups * groups * parts * parts * parts * parts * parts|], -1);", "[N, C, H]", "groups * groups * groups * groups * parts * parts * parts * parts * parts")]
    [InlineData("return y.Reshape(y.Lengths[0], [|5|], -1);", "[N, 12]", "5")]
    [InlineData("return y.Reshape(y.Lengths[0], 3, [|3|], -1);", "[N, 12]", "3")]
    public void A_shape_that_cuts_across_axes_is_named(string body, string shape, string size) => Marked.Expect(
        "BNG0041",
        $"A tensor of shape {shape} cannot be reshaped at the extent {size}: a new axis must be a whole axis, several neighbours together, or a factor of one, such as x.Lengths[1] / groups with groups before it.",
        Source(body));

    [Theory]
    [InlineData("return x.Reshape();")]
    [InlineData("return x.Reshape([]);")]
    public void A_shape_without_axes_is_refused(string body) => Assert.Equal(["BNG0020"], Compile.Generate(Source(body)).Diagnostics.Select(diagnostic => diagnostic.Id));

    [Theory]
    [InlineData("return x.Reshape(x.Lengths[0], groups / 0, -1);")]
    [InlineData("return x.Reshape(x.Lengths[0], 0, -1);")]
    public void A_shape_of_nothing_is_refused(string body) => Assert.All(Compile.Generate(Source(body)).Diagnostics, diagnostic => Assert.Equal("BNG0025", diagnostic.Id));

    [Fact]
    public void Each_divisor_is_checked_by_itself()
    {
        var file = Emits.File(Source("return x.Reshape(x.Lengths[0], groups, parts, -1).Sum(axis: 1);"));
        Assert.Contains("""Arguments.Quotient(CPerG, P, "CPerG", "parts")""", file, StringComparison.Ordinal);
    }
}
