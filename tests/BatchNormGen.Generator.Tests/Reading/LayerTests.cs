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
}
