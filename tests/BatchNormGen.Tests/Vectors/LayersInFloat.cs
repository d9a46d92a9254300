using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Vectors;

/// <summary>
/// The layers of the reference vectors, each as its formula says and with the operations that a user would take. Those of <see cref="ClumsyInFloat"/>
/// compute the same by hand.
/// </summary>
public static partial class LayersInFloat
{
    /// <summary>How a case of each layer is run: its outputs, and the gradients in the order of the inputs.</summary>
    internal static readonly Dictionary<string, Func<VectorCase<float>, VectorResult<float>>> Table = new()
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
    public static Tensor<float> Elu([Shape("N, D")] Tensor<float> x, float alpha) => x.Elu(alpha);

    [Differentiable]
    public static Tensor<float> Gelu([Shape("N, D")] Tensor<float> x) => x.Gelu();

    [Differentiable]
    public static Tensor<float> GeluTanh([Shape("N, D")] Tensor<float> x) => x.Gelu(GeluApproximation.Tanh);

    [Differentiable]
    public static Tensor<float> LeakyRelu([Shape("N, D")] Tensor<float> x, float slope) => x.LeakyRelu(slope);

    [Differentiable]
    public static Tensor<float> Mish([Shape("N, D")] Tensor<float> x) => x.Mish();

    [Differentiable]
    public static Tensor<float> Sigmoid([Shape("N, D")] Tensor<float> x) => x.Sigmoid();

    [Differentiable]
    public static Tensor<float> Silu([Shape("N, D")] Tensor<float> x) => x.Silu();

    [Differentiable]
    public static Tensor<float> Softplus([Shape("N, D")] Tensor<float> x) => x.Softplus();

    [Differentiable]
    public static Tensor<float> Tanh([Shape("N, D")] Tensor<float> x) => x.Tanh();

    // Along an axis.

    [Differentiable]
    public static Tensor<float> Softmax([Shape("N, D")] Tensor<float> x) => x.Softmax(axis: -1);

    [Differentiable]
    public static Tensor<float> SoftmaxOfChannels([Shape("N, C, H, W")] Tensor<float> x) => x.Softmax(axis: 1);

    [Differentiable]
    public static Tensor<float> LogSoftmax([Shape("N, D")] Tensor<float> x) => x.LogSoftmax(axis: -1);

    [Differentiable]
    public static Tensor<float> LogSoftmaxOfChannels([Shape("N, C, H, W")] Tensor<float> x) => x.LogSoftmax(axis: 1);

    [Differentiable]
    public static Tensor<float> LogSumExp([Shape("N, D")] Tensor<float> x) => x.LogSumExp(axis: -1);

    [Differentiable]
    public static Tensor<float> LogSumExpOfColumns([Shape("N, D")] Tensor<float> x) => x.LogSumExp(axis: 0);

    [Differentiable]
    public static Tensor<float> Max([Shape("N, D")] Tensor<float> x) => x.Max(axis: 1);

    [Differentiable]
    public static Tensor<float> MaxOfColumns([Shape("N, D")] Tensor<float> x) => x.Max(axis: 0);

    [Differentiable]
    public static Tensor<float> Min([Shape("N, D")] Tensor<float> x) => x.Min(axis: 1);

    [Differentiable]
    public static Tensor<float> MinOfColumns([Shape("N, D")] Tensor<float> x) => x.Min(axis: 0);

    [Differentiable]
    public static Tensor<float> Variance([Shape("N, D")] Tensor<float> x, int correction) => x.Variance(axis: 1, correction);

    [Differentiable]
    public static Tensor<float> VarianceOfColumns([Shape("N, D")] Tensor<float> x) => x.Variance(axis: 0, correction: 1);

    [Differentiable]
    public static Tensor<float> VarianceOfChannels([Shape("N, C, H, W")] Tensor<float> x) => x.Variance(axes: [0, 2, 3]);

    [Differentiable]
    public static Tensor<float> StandardDeviation([Shape("N, D")] Tensor<float> x, int correction) => x.StandardDeviation(axis: 1, correction);

    [Differentiable]
    public static Tensor<float> StandardDeviationOfColumns([Shape("N, D")] Tensor<float> x) => x.StandardDeviation(axis: 0, correction: 1);

    [Differentiable]
    public static Tensor<float> StandardDeviationOfChannels([Shape("N, C, H, W")] Tensor<float> x) => x.StandardDeviation(axes: [0, 2, 3]);

    [Differentiable]
    public static Tensor<float> Normalize([Shape("N, D")] Tensor<float> x, float eps) => x / x.Norm(axis: -1, keepDims: true).Maximum(eps);

    [Differentiable]
    public static Tensor<float> Cosine([Shape("N, D")] Tensor<float> a, [Shape("N, D")] Tensor<float> b, float eps)
    {
        var ofA = a.Norm(axis: -1).Maximum(eps);
        var ofB = b.Norm(axis: -1).Maximum(eps);
        return (a * b).Sum(axis: -1) / (ofA * ofB);
    }

    // Norms.

    [Differentiable]
    public static Tensor<float> BatchNorm([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta, float eps) =>
        (x - x.Mean(axis: 0)) / (x.Variance(axis: 0) + eps).Sqrt() * gamma + beta;

    [Differentiable]
    public static Tensor<float> BatchNormOfImages([Shape("N, C, H, W")] Tensor<float> x, [Shape("C, 1, 1")] Tensor<float> gamma, [Shape("C, 1, 1")] Tensor<float> beta, float eps) =>
        (x - x.Mean(axes: [0, 2, 3], keepDims: true)) / (x.Variance(axes: [0, 2, 3], keepDims: true) + eps).Sqrt() * gamma + beta;

    [Differentiable]
    public static Tensor<float> BatchNormRelu([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta, float eps)
    {
        var mean = x.Mean(axis: 0);
        var stddev = (x.Variance(axis: 0) + eps).Sqrt();
        return ((x - mean) / stddev * gamma + beta).Relu();
    }

    [Differentiable]
    public static Tensor<float> BatchNormReluOfImages([Shape("N, C, H, W")] Tensor<float> x, [Shape("C, 1, 1")] Tensor<float> gamma, [Shape("C, 1, 1")] Tensor<float> beta, float eps)
    {
        var mean = x.Mean(axes: [0, 2, 3], keepDims: true);
        var stddev = (x.Variance(axes: [0, 2, 3], keepDims: true) + eps).Sqrt();
        return ((x - mean) / stddev * gamma + beta).Relu();
    }

    /// <summary>Batch normalization that hands on its statistics: as values with gradients, and as running averages without.</summary>
    [Differentiable]
    public static (Tensor<float> output, Tensor<float> mean, Tensor<float> variance, Tensor<float> newMean, Tensor<float> newVariance) Statistics(
        [Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta,
        [Shape("D"), NoGradient] Tensor<float> runningMean, [Shape("D"), NoGradient] Tensor<float> runningVariance, float eps, float momentum)
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
    public static (Tensor<float> output, Tensor<float> mean, Tensor<float> variance, Tensor<float> newMean, Tensor<float> newVariance) StatisticsOfImages(
        [Shape("N, C, H, W")] Tensor<float> x, [Shape("C")] Tensor<float> gamma, [Shape("C")] Tensor<float> beta,
        [Shape("C"), NoGradient] Tensor<float> runningMean, [Shape("C"), NoGradient] Tensor<float> runningVariance, float eps, float momentum)
    {
        var mean = x.Mean(axes: [0, 2, 3]);
        var variance = x.Variance(axes: [0, 2, 3]);
        var stddev = (variance + eps).Sqrt().Unsqueeze(-1).Unsqueeze(-1);
        var output = (x - mean.Unsqueeze(-1).Unsqueeze(-1)) / stddev * gamma.Unsqueeze(-1).Unsqueeze(-1) + beta.Unsqueeze(-1).Unsqueeze(-1);
        var n = x.FlattenedLength / (float)x.Lengths[1];
        var newMean = (1 - momentum) * runningMean + momentum * mean;
        var newVariance = (1 - momentum) * runningVariance + momentum * n / (n - 1) * variance;
        return (output, mean, variance, newMean.StopGradient(), newVariance.StopGradient());
    }

    [Differentiable]
    public static Tensor<float> LayerNorm([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta, float eps) =>
        (x - x.Mean(axis: -1, keepDims: true)) / (x.Variance(axis: -1, keepDims: true) + eps).Sqrt() * gamma + beta;

    [Differentiable]
    public static Tensor<float> ResidualLayerNorm(
        [Shape("N, D")] Tensor<float> x, [Shape("N, D")] Tensor<float> residual, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta, float eps)
    {
        var sum = x + residual;
        return (sum - sum.Mean(axis: -1, keepDims: true)) / (sum.Variance(axis: -1, keepDims: true) + eps).Sqrt() * gamma + beta;
    }

    [Differentiable]
    public static Tensor<float> RmsNorm([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, float eps) =>
        x / (x.Square().Mean(axis: -1, keepDims: true) + eps).Sqrt() * gamma;

    [Differentiable]
    public static Tensor<float> InstanceNorm([Shape("N, C, H, W")] Tensor<float> x, [Shape("C, 1, 1")] Tensor<float> gamma, [Shape("C, 1, 1")] Tensor<float> beta, float eps) =>
        (x - x.Mean(axes: [2, 3], keepDims: true)) / (x.Variance(axes: [2, 3], keepDims: true) + eps).Sqrt() * gamma + beta;

    [Differentiable]
    public static Tensor<float> GroupNorm([Shape("N, C, H, W")] Tensor<float> x, [Shape("C, 1, 1")] Tensor<float> gamma, [Shape("C, 1, 1")] Tensor<float> beta, int groups, float eps)
    {
        var z = x.Reshape(x.Lengths[0], groups, -1);
        var m = z.Mean(axis: 2, keepDims: true);
        var v = (z - m).Square().Mean(axis: 2, keepDims: true);
        return ((z - m) / (v + eps).Sqrt()).Reshape(x.Lengths) * gamma + beta;
    }

    // Products.

    [Differentiable]
    public static Tensor<float> Linear([Shape("N, I")] Tensor<float> x, [Shape("O, I")] Tensor<float> w, [Shape("O")] Tensor<float> b) => x.MatMul(w.Transpose()) + b;

    // Losses.

    [Differentiable]
    public static Tensor<float> BinaryCrossEntropy([Shape("N, D")] Tensor<float> x, [Shape("N, D")] Tensor<float> target) => x.Maximum(0) - x * target + (-x.Abs()).Exp().LogP1();

    [Differentiable]
    public static float BinaryCrossEntropyMean([Shape("N, D")] Tensor<float> x, [Shape("N, D")] Tensor<float> target) => (x.Maximum(0) - x * target + (-x.Abs()).Exp().LogP1()).Mean();

    [Differentiable]
    public static Tensor<float> CrossEntropy([Shape("N, C")] Tensor<float> x, [Shape("N")] Tensor<int> labels) => -x.LogSoftmax(axis: 1).Gather(labels, axis: 1);

    [Differentiable]
    public static float CrossEntropyMean([Shape("N, C")] Tensor<float> x, [Shape("N")] Tensor<int> labels) => -x.LogSoftmax(axis: 1).Gather(labels, axis: 1).Mean();

    [Differentiable]
    public static Tensor<float> Huber([Shape("N, D")] Tensor<float> x, [Shape("N, D")] Tensor<float> target, float delta)
    {
        var distance = (x - target).Abs();
        return distance.LessThanOrEqual(delta).Where(0.5f * distance.Square(), delta * (distance - 0.5f * delta));
    }

    [Differentiable]
    public static float HuberMean([Shape("N, D")] Tensor<float> x, [Shape("N, D")] Tensor<float> target, float delta)
    {
        var distance = (x - target).Abs();
        return distance.LessThanOrEqual(delta).Where(0.5f * distance.Square(), delta * (distance - 0.5f * delta)).Mean();
    }

    [Differentiable]
    public static Tensor<float> Divergence([Shape("N, D")] Tensor<float> x, [Shape("N, D")] Tensor<float> target) => target * (target.Log() - x);

    [Differentiable]
    public static float DivergenceMean([Shape("N, D")] Tensor<float> x, [Shape("N, D")] Tensor<float> target) => (target * (target.Log() - x)).Mean();

    [Differentiable]
    public static float DivergenceOfBatch([Shape("N, D")] Tensor<float> x, [Shape("N, D")] Tensor<float> target) => (target * (target.Log() - x)).Sum() / x.Lengths[0];

    [Differentiable]
    public static float DivergenceOfLogarithms([Shape("N, D")] Tensor<float> x, [Shape("N, D")] Tensor<float> target) => (target.Exp() * (target - x)).Sum() / x.Lengths[0];

    [Differentiable]
    public static Tensor<float> SquaredError([Shape("N, D")] Tensor<float> x, [Shape("N, D")] Tensor<float> target) => (x - target).Square();

    [Differentiable]
    public static float SquaredErrorSum([Shape("N, D")] Tensor<float> x, [Shape("N, D")] Tensor<float> target) => (x - target).Square().Sum();

    [Differentiable]
    public static float SquaredErrorMean([Shape("N, D")] Tensor<float> x, [Shape("N, D")] Tensor<float> target) => (x - target).Square().Mean();
}
