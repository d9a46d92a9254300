using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Vectors;

/// <summary>
/// The layers of the reference vectors, each as its formula says and with the operations that a user would take. Those of <see cref="ClumsyInDouble"/>
/// compute the same by hand.
/// </summary>
public static partial class LayersInDouble
{
    /// <summary>How a case of each layer is run: its outputs, and the gradients in the order of the inputs.</summary>
    internal static readonly Dictionary<string, Func<VectorCase<double>, VectorResult<double>>> Table = new()
    {
        ["batch_norm"] = c => c.Rank == 2
            ? c.Three(BatchNormForward(c["x"], c["gamma"], c["beta"], c.Scalar("eps")), BatchNormBackward)
            : c.Three(BatchNormOfImagesForward(c["x"], c.Channels("gamma"), c.Channels("beta"), c.Scalar("eps")), BatchNormOfImagesBackward),
        ["batch_norm_relu"] = c => c.Rank == 2
            ? c.Three(BatchNormReluForward(c["x"], c["gamma"], c["beta"], c.Scalar("eps")), BatchNormReluBackward)
            : c.Three(BatchNormReluOfImagesForward(c["x"], c.Channels("gamma"), c.Channels("beta"), c.Scalar("eps")), BatchNormReluOfImagesBackward),
        ["batch_norm_statistics"] = c =>
        {
            var (doutput, dmean, dvariance) = (c.Incoming("output"), c.Incoming("out_mean"), c.Incoming("out_variance"));
            if (c.Rank == 2)
            {
                var (output, mean, variance, newMean, newVariance, cache) = StatisticsForward(c["x"], c["gamma"], c["beta"], c["running_mean"], c["running_variance"], c.Scalar("eps"), c.Scalar("momentum"));
                return c.Three([output, mean, variance, newMean, newVariance], StatisticsBackward(doutput, dmean, dvariance, cache));
            }
            else
            {
                var (output, mean, variance, newMean, newVariance, cache) = StatisticsOfImagesForward(c["x"], c["gamma"], c["beta"], c["running_mean"], c["running_variance"], c.Scalar("eps"), c.Scalar("momentum"));
                return c.Three([output, mean, variance, newMean, newVariance], StatisticsOfImagesBackward(doutput, dmean, dvariance, cache));
            }
        },
        ["bce_with_logits"] = c => c.Is("none")
            ? c.Two(BinaryCrossEntropyForward(c["x"], c["target"]), BinaryCrossEntropyBackward)
            : c.Two(BinaryCrossEntropyMeanForward(c["x"], c["target"]), BinaryCrossEntropyMeanBackward),
        ["cosine_similarity"] = c => c.Two(CosineForward(c["a"], c["b"], c.Scalar("eps")), CosineBackward),
        ["cross_entropy"] = c => c.Is("none")
            ? c.One(CrossEntropyForward(c["x"], c.Labels("labels")), CrossEntropyBackward)
            : c.One(CrossEntropyMeanForward(c["x"], c.Labels("labels")), CrossEntropyMeanBackward),
        ["elu"] = c => c.One(EluForward(c.Matrix("x"), c.Scalar("alpha")), EluBackward),
        ["elu_alpha"] = c => c.One(EluForward(c.Matrix("x"), c.Scalar("alpha")), EluBackward),
        ["gelu_erf"] = c => c.One(GeluForward(c.Matrix("x")), GeluBackward),
        ["gelu_tanh"] = c => c.One(GeluTanhForward(c.Matrix("x")), GeluTanhBackward),
        ["group_norm"] = c => c.Three(GroupNormForward(c.Planes("x"), c.Channels("gamma"), c.Channels("beta"), c.Groups, c.Scalar("eps")), GroupNormBackward),
        ["huber"] = c => c.Is("none")
            ? c.Two(HuberForward(c["x"], c["target"], c.Scalar("delta")), HuberBackward)
            : c.Two(HuberMeanForward(c["x"], c["target"], c.Scalar("delta")), HuberMeanBackward),
        ["instance_norm"] = c => c.Three(InstanceNormForward(c.Planes("x"), c.Channels("gamma"), c.Channels("beta"), c.Scalar("eps")), InstanceNormBackward),
        ["kl_div"] = c => c.Is("none") ? c.Two(DivergenceForward(c["x"], c["target"]), DivergenceBackward)
            : c.Is("mean") ? c.Two(DivergenceMeanForward(c["x"], c["target"]), DivergenceMeanBackward)
            : c.Is("logtarget_batchmean") ? c.Two(DivergenceOfLogarithmsForward(c["x"], c["target"]), DivergenceOfLogarithmsBackward)
            : c.Two(DivergenceOfBatchForward(c["x"], c["target"]), DivergenceOfBatchBackward),
        ["l2_normalize"] = c => c.One(NormalizeForward(c["x"], c.Scalar("eps")), NormalizeBackward),
        ["layer_norm"] = c => c.Three(LayerNormForward(c.Rows("x"), c["gamma"], c["beta"], c.Scalar("eps")), LayerNormBackward),
        ["leaky_relu"] = c => c.One(LeakyReluForward(c.Matrix("x"), c.Scalar("slope")), LeakyReluBackward),
        ["linear"] = c => c.Three(LinearForward(c["x"], c["w"], c["b"]), LinearBackward),
        ["log_softmax"] = c => c.Is("axis1") ? c.One(LogSoftmaxOfChannelsForward(c["x"]), LogSoftmaxOfChannelsBackward) : c.One(LogSoftmaxForward(c["x"]), LogSoftmaxBackward),
        ["logsumexp"] = c => c.Is("axis0") ? c.One(LogSumExpOfColumnsForward(c["x"]), LogSumExpOfColumnsBackward) : c.One(LogSumExpForward(c["x"]), LogSumExpBackward),
        ["max"] = c => c.Is("axis0") ? c.One(MaxOfColumnsForward(c["x"]), MaxOfColumnsBackward) : c.One(MaxForward(c["x"]), MaxBackward),
        ["min"] = c => c.Is("axis0") ? c.One(MinOfColumnsForward(c["x"]), MinOfColumnsBackward) : c.One(MinForward(c["x"]), MinBackward),
        ["mish"] = c => c.One(MishForward(c.Matrix("x")), MishBackward),
        ["mse"] = c => c.Is("none") ? c.Two(SquaredErrorForward(c["x"], c["target"]), SquaredErrorBackward)
            : c.Is("sum") ? c.Two(SquaredErrorSumForward(c["x"], c["target"]), SquaredErrorSumBackward)
            : c.Two(SquaredErrorMeanForward(c["x"], c["target"]), SquaredErrorMeanBackward),
        ["residual_layer_norm"] = c => c.Four(ResidualLayerNormForward(c["x"], c["residual"], c["gamma"], c["beta"], c.Scalar("eps")), ResidualLayerNormBackward),
        ["rms_norm"] = c => c.Two(RmsNormForward(c["x"], c["gamma"], c.Scalar("eps")), RmsNormBackward),
        ["sigmoid"] = c => c.One(SigmoidForward(c.Matrix("x")), SigmoidBackward),
        ["silu"] = c => c.One(SiluForward(c.Matrix("x")), SiluBackward),
        ["softmax"] = c => c.Is("axis1") ? c.One(SoftmaxOfChannelsForward(c["x"]), SoftmaxOfChannelsBackward) : c.One(SoftmaxForward(c["x"]), SoftmaxBackward),
        ["softplus"] = c => c.One(SoftplusForward(c.Matrix("x")), SoftplusBackward),
        ["standard_deviation"] = c => c.Is("axis0_unbiased") ? c.One(StandardDeviationOfColumnsForward(c["x"]), StandardDeviationOfColumnsBackward)
            : c.Is("axis1_unbiased") ? c.One(StandardDeviationForward(c["x"], 1), StandardDeviationBackward)
            : c.Is("axis1_biased") ? c.One(StandardDeviationForward(c["x"], 0), StandardDeviationBackward)
            : c.One(StandardDeviationOfChannelsForward(c["x"]), StandardDeviationOfChannelsBackward),
        ["tanh"] = c => c.One(TanhForward(c.Matrix("x")), TanhBackward),
        ["variance"] = c => c.Is("axis0_unbiased") ? c.One(VarianceOfColumnsForward(c["x"]), VarianceOfColumnsBackward)
            : c.Is("axis1_unbiased") ? c.One(VarianceForward(c["x"], 1), VarianceBackward)
            : c.Is("axis1_biased") ? c.One(VarianceForward(c["x"], 0), VarianceBackward)
            : c.One(VarianceOfChannelsForward(c["x"]), VarianceOfChannelsBackward),
    };

    // Element-wise.

    [Differentiable]
    public static Tensor<double> Elu([Shape("N, D")] Tensor<double> x, double alpha) => x.Elu(alpha);

    [Differentiable]
    public static Tensor<double> Gelu([Shape("N, D")] Tensor<double> x) => x.Gelu();

    [Differentiable]
    public static Tensor<double> GeluTanh([Shape("N, D")] Tensor<double> x) => x.Gelu(GeluApproximation.Tanh);

    [Differentiable]
    public static Tensor<double> LeakyRelu([Shape("N, D")] Tensor<double> x, double slope) => x.LeakyRelu(slope);

    [Differentiable]
    public static Tensor<double> Mish([Shape("N, D")] Tensor<double> x) => x.Mish();

    [Differentiable]
    public static Tensor<double> Sigmoid([Shape("N, D")] Tensor<double> x) => x.Sigmoid();

    [Differentiable]
    public static Tensor<double> Silu([Shape("N, D")] Tensor<double> x) => x.Silu();

    [Differentiable]
    public static Tensor<double> Softplus([Shape("N, D")] Tensor<double> x) => x.Softplus();

    [Differentiable]
    public static Tensor<double> Tanh([Shape("N, D")] Tensor<double> x) => x.Tanh();

    // Along an axis.

    [Differentiable]
    public static Tensor<double> Softmax([Shape("N, D")] Tensor<double> x) => x.Softmax(axis: -1);

    [Differentiable]
    public static Tensor<double> SoftmaxOfChannels([Shape("N, C, H, W")] Tensor<double> x) => x.Softmax(axis: 1);

    [Differentiable]
    public static Tensor<double> LogSoftmax([Shape("N, D")] Tensor<double> x) => x.LogSoftmax(axis: -1);

    [Differentiable]
    public static Tensor<double> LogSoftmaxOfChannels([Shape("N, C, H, W")] Tensor<double> x) => x.LogSoftmax(axis: 1);

    [Differentiable]
    public static Tensor<double> LogSumExp([Shape("N, D")] Tensor<double> x) => x.LogSumExp(axis: -1);

    [Differentiable]
    public static Tensor<double> LogSumExpOfColumns([Shape("N, D")] Tensor<double> x) => x.LogSumExp(axis: 0);

    [Differentiable]
    public static Tensor<double> Max([Shape("N, D")] Tensor<double> x) => x.Max(axis: 1);

    [Differentiable]
    public static Tensor<double> MaxOfColumns([Shape("N, D")] Tensor<double> x) => x.Max(axis: 0);

    [Differentiable]
    public static Tensor<double> Min([Shape("N, D")] Tensor<double> x) => x.Min(axis: 1);

    [Differentiable]
    public static Tensor<double> MinOfColumns([Shape("N, D")] Tensor<double> x) => x.Min(axis: 0);

    [Differentiable]
    public static Tensor<double> Variance([Shape("N, D")] Tensor<double> x, int correction) => x.Variance(axis: 1, correction);

    [Differentiable]
    public static Tensor<double> VarianceOfColumns([Shape("N, D")] Tensor<double> x) => x.Variance(axis: 0, correction: 1);

    [Differentiable]
    public static Tensor<double> VarianceOfChannels([Shape("N, C, H, W")] Tensor<double> x) => x.Variance(axes: [0, 2, 3]);

    [Differentiable]
    public static Tensor<double> StandardDeviation([Shape("N, D")] Tensor<double> x, int correction) => x.StandardDeviation(axis: 1, correction);

    [Differentiable]
    public static Tensor<double> StandardDeviationOfColumns([Shape("N, D")] Tensor<double> x) => x.StandardDeviation(axis: 0, correction: 1);

    [Differentiable]
    public static Tensor<double> StandardDeviationOfChannels([Shape("N, C, H, W")] Tensor<double> x) => x.StandardDeviation(axes: [0, 2, 3]);

    [Differentiable]
    public static Tensor<double> Normalize([Shape("N, D")] Tensor<double> x, double eps) => x / x.Norm(axis: -1, keepDims: true).Maximum(eps);

    [Differentiable]
    public static Tensor<double> Cosine([Shape("N, D")] Tensor<double> a, [Shape("N, D")] Tensor<double> b, double eps)
    {
        var ofA = a.Norm(axis: -1).Maximum(eps);
        var ofB = b.Norm(axis: -1).Maximum(eps);
        return (a * b).Sum(axis: -1) / (ofA * ofB);
    }

    // Norms.

    [Differentiable]
    public static Tensor<double> BatchNorm([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> gamma, [Shape("D")] Tensor<double> beta, double eps) =>
        (x - x.Mean(axis: 0)) / (x.Variance(axis: 0) + eps).Sqrt() * gamma + beta;

    [Differentiable]
    public static Tensor<double> BatchNormOfImages([Shape("N, C, H, W")] Tensor<double> x, [Shape("C, 1, 1")] Tensor<double> gamma, [Shape("C, 1, 1")] Tensor<double> beta, double eps) =>
        (x - x.Mean(axes: [0, 2, 3], keepDims: true)) / (x.Variance(axes: [0, 2, 3], keepDims: true) + eps).Sqrt() * gamma + beta;

    [Differentiable]
    public static Tensor<double> BatchNormRelu([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> gamma, [Shape("D")] Tensor<double> beta, double eps)
    {
        var mean = x.Mean(axis: 0);
        var stddev = (x.Variance(axis: 0) + eps).Sqrt();
        return ((x - mean) / stddev * gamma + beta).Relu();
    }

    [Differentiable]
    public static Tensor<double> BatchNormReluOfImages([Shape("N, C, H, W")] Tensor<double> x, [Shape("C, 1, 1")] Tensor<double> gamma, [Shape("C, 1, 1")] Tensor<double> beta, double eps)
    {
        var mean = x.Mean(axes: [0, 2, 3], keepDims: true);
        var stddev = (x.Variance(axes: [0, 2, 3], keepDims: true) + eps).Sqrt();
        return ((x - mean) / stddev * gamma + beta).Relu();
    }

    /// <summary>Batch normalization that hands on its statistics: as values with gradients, and as running averages without.</summary>
    [Differentiable]
    public static (Tensor<double> output, Tensor<double> mean, Tensor<double> variance, Tensor<double> newMean, Tensor<double> newVariance) Statistics(
        [Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> gamma, [Shape("D")] Tensor<double> beta,
        [Shape("D"), NoGradient] Tensor<double> runningMean, [Shape("D"), NoGradient] Tensor<double> runningVariance, double eps, double momentum)
    {
        var mean = x.Mean(axis: 0);
        var variance = x.Variance(axis: 0);
        var output = (x - mean) / (variance + eps).Sqrt() * gamma + beta;
        var newMean = (1 - momentum) * runningMean + momentum * mean;
        var newVariance = (1 - momentum) * runningVariance + momentum * x.Variance(axis: 0, correction: 1);
        return (output, mean, variance, newMean.StopGradient(), newVariance.StopGradient());
    }

    /// <inheritdoc cref="Statistics"/>
    [Differentiable]
    public static (Tensor<double> output, Tensor<double> mean, Tensor<double> variance, Tensor<double> newMean, Tensor<double> newVariance) StatisticsOfImages(
        [Shape("N, C, H, W")] Tensor<double> x, [Shape("C")] Tensor<double> gamma, [Shape("C")] Tensor<double> beta,
        [Shape("C"), NoGradient] Tensor<double> runningMean, [Shape("C"), NoGradient] Tensor<double> runningVariance, double eps, double momentum)
    {
        var mean = x.Mean(axes: [0, 2, 3]);
        var variance = x.Variance(axes: [0, 2, 3]);
        var stddev = (variance + eps).Sqrt().Unsqueeze(-1).Unsqueeze(-1);
        var output = (x - mean.Unsqueeze(-1).Unsqueeze(-1)) / stddev * gamma.Unsqueeze(-1).Unsqueeze(-1) + beta.Unsqueeze(-1).Unsqueeze(-1);
        var n = x.FlattenedLength / (double)x.Lengths[1];
        var newMean = (1 - momentum) * runningMean + momentum * mean;
        var newVariance = (1 - momentum) * runningVariance + momentum * n / (n - 1) * variance;
        return (output, mean, variance, newMean.StopGradient(), newVariance.StopGradient());
    }

    [Differentiable]
    public static Tensor<double> LayerNorm([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> gamma, [Shape("D")] Tensor<double> beta, double eps) =>
        (x - x.Mean(axis: -1, keepDims: true)) / (x.Variance(axis: -1, keepDims: true) + eps).Sqrt() * gamma + beta;

    [Differentiable]
    public static Tensor<double> ResidualLayerNorm(
        [Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> residual, [Shape("D")] Tensor<double> gamma, [Shape("D")] Tensor<double> beta, double eps)
    {
        var sum = x + residual;
        return (sum - sum.Mean(axis: -1, keepDims: true)) / (sum.Variance(axis: -1, keepDims: true) + eps).Sqrt() * gamma + beta;
    }

    [Differentiable]
    public static Tensor<double> RmsNorm([Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> gamma, double eps) =>
        x / (x.Square().Mean(axis: -1, keepDims: true) + eps).Sqrt() * gamma;

    [Differentiable]
    public static Tensor<double> InstanceNorm([Shape("N, C, H, W")] Tensor<double> x, [Shape("C, 1, 1")] Tensor<double> gamma, [Shape("C, 1, 1")] Tensor<double> beta, double eps) =>
        (x - x.Mean(axes: [2, 3], keepDims: true)) / (x.Variance(axes: [2, 3], keepDims: true) + eps).Sqrt() * gamma + beta;

    [Differentiable]
    public static Tensor<double> GroupNorm([Shape("N, C, H, W")] Tensor<double> x, [Shape("C, 1, 1")] Tensor<double> gamma, [Shape("C, 1, 1")] Tensor<double> beta, int groups, double eps)
    {
        var z = x.Reshape(x.Lengths[0], groups, -1);
        var m = z.Mean(axis: 2, keepDims: true);
        var v = (z - m).Square().Mean(axis: 2, keepDims: true);
        return ((z - m) / (v + eps).Sqrt()).Reshape(x.Lengths) * gamma + beta;
    }

    // Products.

    [Differentiable]
    public static Tensor<double> Linear([Shape("N, I")] Tensor<double> x, [Shape("O, I")] Tensor<double> w, [Shape("O")] Tensor<double> b) => x.MatMul(w.Transpose()) + b;

    // Losses.

    [Differentiable]
    public static Tensor<double> BinaryCrossEntropy([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> target) => x.Maximum(0) - x * target + (-x.Abs()).Exp().LogP1();

    [Differentiable]
    public static double BinaryCrossEntropyMean([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> target) => (x.Maximum(0) - x * target + (-x.Abs()).Exp().LogP1()).Mean();

    [Differentiable]
    public static Tensor<double> CrossEntropy([Shape("N, C")] Tensor<double> x, [Shape("N")] Tensor<int> labels) => -x.LogSoftmax(axis: 1).Gather(labels, axis: 1);

    [Differentiable]
    public static double CrossEntropyMean([Shape("N, C")] Tensor<double> x, [Shape("N")] Tensor<int> labels) => -x.LogSoftmax(axis: 1).Gather(labels, axis: 1).Mean();

    [Differentiable]
    public static Tensor<double> Huber([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> target, double delta)
    {
        var distance = (x - target).Abs();
        return distance.LessThanOrEqual(delta).Where(0.5 * distance.Square(), delta * (distance - 0.5 * delta));
    }

    [Differentiable]
    public static double HuberMean([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> target, double delta)
    {
        var distance = (x - target).Abs();
        return distance.LessThanOrEqual(delta).Where(0.5 * distance.Square(), delta * (distance - 0.5 * delta)).Mean();
    }

    [Differentiable]
    public static Tensor<double> Divergence([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> target) => target * (target.Log() - x);

    [Differentiable]
    public static double DivergenceMean([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> target) => (target * (target.Log() - x)).Mean();

    [Differentiable]
    public static double DivergenceOfBatch([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> target) => (target * (target.Log() - x)).Sum() / x.Lengths[0];

    [Differentiable]
    public static double DivergenceOfLogarithms([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> target) => (target.Exp() * (target - x)).Sum() / x.Lengths[0];

    [Differentiable]
    public static Tensor<double> SquaredError([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> target) => (x - target).Square();

    [Differentiable]
    public static double SquaredErrorSum([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> target) => (x - target).Square().Sum();

    [Differentiable]
    public static double SquaredErrorMean([Shape("N, D")] Tensor<double> x, [Shape("N, D")] Tensor<double> target) => (x - target).Square().Mean();
}
