using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Reading;

namespace BatchNormGen.Generator.Tests.Reading;

public class LayerTests
{
    internal const string BatchNorm = """
        public static partial class Layers
        {
            /// <summary>Batch normalization over the batch axis (Ioffe and Szegedy, 2015).</summary>
            [Differentiable]
            public static partial Tensor<float> BatchNorm(
                [Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta, float eps)
            {
                var mean           = x.Mean(axis: 0);                    // (1) mini-batch mean
                var devFromMean    = x - mean;                           // (2) subtract it from every example
                var devFromMeanSq  = devFromMean.Square();               // (3)
                var variance       = devFromMeanSq.Mean(axis: 0);        // (4) mini-batch variance
                var stddev         = (variance + eps).Sqrt();            // (5)
                var invertedStddev = 1f / stddev;                        // (6)
                var xNorm          = devFromMean * invertedStddev;       // (7) normalize
                var scaledX        = gamma * xNorm;                      // (8) scale
                return scaledX + beta;                                   // (9) shift
            }
        }
        """;

    [Fact]
    public void Batch_norm_is_read_as_its_nine_stages() => Assert.Equal("""
        mean[d] = 1/N·Σ_n x[n,d]
        devFromMean[n,d] = x[n,d] − mean[d]
        devFromMeanSq[n,d] = devFromMean[n,d]²
        variance[d] = 1/N·Σ_n devFromMeanSq[n,d]
        stddev[d] = √(variance[d] + eps)
        invertedStddev[d] = 1/stddev[d]
        xNorm[n,d] = invertedStddev[d]·devFromMean[n,d]
        scaledX[n,d] = gamma[d]·xNorm[n,d]
        output[n,d] = scaledX[n,d] + beta[d]
        """, Reads.Print(Reads.Layer(BatchNorm)));

    [Fact]
    public void Batch_norm_of_images_reduces_three_axes_and_keeps_them() => Assert.Equal("""
        mean[c] = 1/(N·H·W)·Σ_(n,h,w) x[n,c,h,w]
        dev[n,c,h,w] = x[n,c,h,w] − mean[c]
        variance[c] = 1/(N·H·W)·Σ_(n,h,w) dev[n,c,h,w]²
        output[n,c,h,w] = gamma[c,0,0]·dev[n,c,h,w]/√(variance[c] + eps) + beta[c,0,0]
        """, Reads.Print(Reads.Layer("""
        public static partial class Layers
        {
            [Differentiable]
            public static partial Tensor<double> BatchNorm(
                [Shape("N, C, H, W")] Tensor<double> x, [Shape("C, 1, 1")] Tensor<double> gamma, [Shape("C, 1, 1")] Tensor<double> beta, double eps)
            {
                var mean = x.Mean(axes: [0, 2, 3], keepDims: true);
                var dev = x - mean;
                var variance = dev.Square().Mean(axes: [0, 2, 3], keepDims: true);
                return gamma * dev / (variance + eps).Sqrt() + beta;
            }
        }
        """)));

    [Fact]
    public void Layer_norm_with_functions_of_the_base_class_library() => Assert.Equal("""
        mean[n] = 1/D·Σ_d x[n,d]
        dev[n,d] = x[n,d] − mean[n]
        stddev[n] = √(1/D·Σ_d dev[n,d]² + eps)
        output[n,d] = dev[n,d]/stddev[n]
        """, Reads.Print(Reads.Layer("""
        public static partial class Layers
        {
            [Differentiable]
            public static partial Tensor<float> LayerNorm([Shape("N, D")] Tensor<float> x, float eps)
            {
                var mean = x.Mean(axis: -1, keepDims: true);
                Tensor<float> dev = Tensor.Subtract<float>(x, mean);
                var stddev = Tensor.Sqrt<float>(Tensor.Add<float>(Tensor.Multiply<float>(dev, dev).Mean(axis: -1, keepDims: true), eps));
                return Tensor.Divide<float>(dev, stddev);
            }
        }
        """)).Replace("dev[n,d]·dev[n,d]", "dev[n,d]²"));

    [Fact]
    public void A_local_that_only_renames_or_counts_is_no_stage() => Assert.Equal("""
        mean[d] = 1/N·Σ_n x[n,d]
        output[n,d] = x[n,d] − mean[d]
        """, Reads.Stages("""
        var input = x;
        const int axis = 0;
        var n = x.Lengths[axis];
        float scale = 1f / n, unused = 2;
        var mean = scale * input.Sum(axis);
        var sameMean = mean;
        return input - sameMean;
        """));

    [Fact]
    public void A_returned_local_is_the_output()
    {
        var layer = Reads.Layer(Reads.Method("var y = x * s; return y;"));
        Assert.Equal("y[n,d] = s·x[n,d]", Reads.Print(layer));
        Assert.Equal(("output", "y"), (Assert.Single(layer.Outputs).Name, ((Named)layer.Outputs[0].Value).Name));
    }

    [Fact]
    public void A_returned_parameter_is_an_output_of_its_own() => Assert.Equal("output[n,d] = x[n,d]", Reads.Stages("var y = x; return y;"));

    [Fact]
    public void Stages_of_one_name_get_numbers() => Assert.Equal("""
        y[n,d] = x[n,d]·x[n,d]
        y2[n,d] = s·x[n,d]
        output[n,d] = w[d]·x[n,d]
        z[n,d] = y2[n,d] + output[n,d]
        output2[n,d] = 1 + z[n,d]
        """, Reads.Stages("""
        { var y = x * x; }
        { var y = x * s; { var output = x * w; var z = y + output; return z + 1; } }
        """));

    [Fact]
    public void A_scalar_is_a_stage_like_any_other() => Assert.Equal("""
        total = Σ_(n,d) x[n,d]
        share = s/total
        output[n,d] = share·x[n,d]
        """, Reads.Stages("var total = x.Sum(); var share = s / total; return x * share;"));

    [Fact]
    public void A_tuple_gives_an_output_for_each_of_its_elements()
    {
        var layer = Reads.Layer(Reads.Method("var mean = x.Mean(axis: 0); return (x - mean, mean, s * mean.Sum());", "(Tensor<float> y, Tensor<float> center, float total)"));
        Assert.Equal("""
            mean[d] = 1/N·Σ_n x[n,d]
            y[n,d] = x[n,d] − mean[d]
            total = s·Σ_d mean[d]
            """, Reads.Print(layer));
        Assert.Equal(["y", "center", "total"], layer.Outputs.Select(output => output.Name));
        Assert.Equal(["y[n,d]", "mean[d]", "total"], layer.Outputs.Select(output => output.Value.ToString()));
        Assert.Equal(["[N, D]", "[D]", "[]"], layer.Outputs.Select(output => Value.Write(output.Layout)));
    }

    [Fact]
    public void An_expression_body_is_read() => Assert.Equal("output = s²", Reads.Print(Reads.Layer(
        "public static partial class Layers { [Differentiable] public static float F([Gradient] float s) => MathF.Pow(s, 2); }")));

    [Fact]
    public void Fixed_extents_are_numbers() => Assert.Equal("""
        output[n,i] = 1/10·x[n,i]
        """, Reads.Print(Reads.Layer(
        """public static partial class Layers { [Differentiable] public static Tensor<float> F([Shape("N, 10")] Tensor<float> x) => x / x.Lengths[1]; }""")));

    [Fact]
    public void What_follows_the_return_is_not_read() => Assert.Equal("output[n,d] = s·x[n,d]", Reads.Stages("return x * s; var y = x * w;"));
}
