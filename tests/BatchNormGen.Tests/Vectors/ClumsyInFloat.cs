using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Vectors;

/// <summary>Layers of the reference vectors once more, put together by hand from smaller operations as the formulas have them.</summary>
public static partial class ClumsyInFloat
{
    /// <inheritdoc cref="LayersInFloat.Table"/>
    internal static readonly Dictionary<string, Func<VectorCase<float>, VectorResult<float>>> Table = new()
    {
        ["batch_norm"] = c => c.Rank == 2
            ? c.Three(BatchNormForward(c["x"], c["gamma"], c["beta"], c.Scalar("eps")), BatchNormBackward)
            : LayersInFloat.Table["batch_norm"](c),
        ["bce_with_logits"] = c => c.Is("none")
            ? c.Two(BinaryCrossEntropyForward(c["x"], c["target"]), BinaryCrossEntropyBackward)
            : LayersInFloat.Table["bce_with_logits"](c),
        ["cosine_similarity"] = c => c.Two(CosineForward(c["a"], c["b"], c.Scalar("eps")), CosineBackward),
        ["cross_entropy"] = c => c.Is("none")
            ? c.One(CrossEntropyForward(c["x"], c.Labels("labels")), CrossEntropyBackward)
            : c.One(CrossEntropyMeanForward(c["x"], c.Labels("labels")), CrossEntropyMeanBackward),
        ["elu"] = c => c.One(EluForward(c.Matrix("x"), c.Scalar("alpha")), EluBackward),
        ["gelu_erf"] = c => c.One(GeluForward(c.Matrix("x")), GeluBackward),
        ["gelu_tanh"] = c => c.One(GeluTanhForward(c.Matrix("x")), GeluTanhBackward),
        ["huber"] = c => c.Is("none")
            ? c.Two(HuberForward(c["x"], c["target"], c.Scalar("delta")), HuberBackward)
            : LayersInFloat.Table["huber"](c),
        ["l2_normalize"] = c => c.One(NormalizeForward(c["x"], c.Scalar("eps")), NormalizeBackward),
        ["leaky_relu"] = c => c.One(LeakyReluForward(c.Matrix("x"), c.Scalar("slope")), LeakyReluBackward),
        ["linear"] = c => c.Three(LinearForward(c["x"], c["w"], c["b"]), LinearBackward),
        ["log_softmax"] = c => c.Is("axis1") ? LayersInFloat.Table["log_softmax"](c) : c.One(LogSoftmaxForward(c["x"]), LogSoftmaxBackward),
        ["logsumexp"] = c => c.Is("axis0") ? LayersInFloat.Table["logsumexp"](c) : c.One(LogSumExpForward(c["x"]), LogSumExpBackward),
        ["max"] = c => c.Is("axis0") ? LayersInFloat.Table["max"](c) : c.One(MaxForward(c["x"]), MaxBackward),
        ["mish"] = c => c.One(MishForward(c.Matrix("x")), MishBackward),
        ["rms_norm"] = c => c.Two(RmsNormForward(c["x"], c["gamma"], c.Scalar("eps")), RmsNormBackward),
        ["sigmoid"] = c => c.One(SigmoidForward(c.Matrix("x")), SigmoidBackward),
        ["silu"] = c => c.One(SiluForward(c.Matrix("x")), SiluBackward),
        ["softmax"] = c => c.Is("axis1") ? c.One(SoftmaxOfChannelsForward(c["x"]), SoftmaxOfChannelsBackward) : c.One(SoftmaxForward(c["x"]), SoftmaxBackward),
        ["softplus"] = c => c.One(SoftplusForward(c.Matrix("x")), SoftplusBackward),
        ["variance"] = c => c.Is("axis0_unbiased") ? c.One(VarianceForward(c["x"]), VarianceBackward) : LayersInFloat.Table["variance"](c),
    };

    [Differentiable]
    public static Tensor<float> Elu([Shape("N, D")] Tensor<float> x, float alpha) => x.GreaterThan(0).Where(x, alpha * (x.Minimum(0).Exp() - 1));

    [Differentiable]
    public static Tensor<float> Gelu([Shape("N, D")] Tensor<float> x) => 0.5f * x * (1 + (x / MathF.Sqrt(2)).Erf());

    [Differentiable]
    public static Tensor<float> GeluTanh([Shape("N, D")] Tensor<float> x) => 0.5f * x * (1 + (MathF.Sqrt(2 / MathF.PI) * (x + 0.044715f * x.Pow(3))).Tanh());

    [Differentiable]
    public static Tensor<float> LeakyRelu([Shape("N, D")] Tensor<float> x, float slope) => x.Relu() - slope * (-x).Relu();

    [Differentiable]
    public static Tensor<float> Mish([Shape("N, D")] Tensor<float> x) => x * (x.Maximum(0) + (-x.Abs()).Exp().LogP1()).Tanh();

    [Differentiable]
    public static Tensor<float> Sigmoid([Shape("N, D")] Tensor<float> x) => 1 / (1 + (-x).Exp());

    [Differentiable]
    public static Tensor<float> Silu([Shape("N, D")] Tensor<float> x) => x / (1 + (-x).Exp());

    [Differentiable]
    public static Tensor<float> Softplus([Shape("N, D")] Tensor<float> x) => x.Maximum(0) + (-x.Abs()).Exp().LogP1();

    [Differentiable]
    public static Tensor<float> Softmax([Shape("N, D")] Tensor<float> x)
    {
        var shifted = x - x.Max(axis: -1, keepDims: true);
        var exp = shifted.Exp();
        return exp / exp.Sum(axis: -1, keepDims: true);
    }

    [Differentiable]
    public static Tensor<float> SoftmaxOfChannels([Shape("N, C, H, W")] Tensor<float> x)
    {
        var exp = (x - x.Max(axis: 1, keepDims: true)).Exp();
        return exp * exp.Sum(axis: 1, keepDims: true).Reciprocal();
    }

    [Differentiable]
    public static Tensor<float> LogSoftmax([Shape("N, D")] Tensor<float> x)
    {
        var shifted = x - x.Max(axis: -1, keepDims: true);
        return shifted - shifted.Exp().Sum(axis: -1, keepDims: true).Log();
    }

    [Differentiable]
    public static Tensor<float> LogSumExp([Shape("N, D")] Tensor<float> x)
    {
        var max = x.Max(axis: -1, keepDims: true);
        return max.Squeeze(-1) + (x - max).Exp().Sum(axis: -1).Log();
    }

    /// <summary>The largest element as the smallest of the opposites.</summary>
    [Differentiable]
    public static Tensor<float> Max([Shape("N, D")] Tensor<float> x) => -(-x).Min(axis: 1);

    [Differentiable]
    public static Tensor<float> Variance([Shape("N, D")] Tensor<float> x)
    {
        var dev = x - x.Sum(axis: 0) / x.Lengths[0];
        return (dev * dev).Sum(axis: 0) / (x.Lengths[0] - 1);
    }

    [Differentiable]
    public static Tensor<float> Normalize([Shape("N, D")] Tensor<float> x, float eps) => x / (x * x).Sum(axis: -1, keepDims: true).Sqrt().Clamp(eps, 1e30f);

    [Differentiable]
    public static Tensor<float> Cosine([Shape("N, D")] Tensor<float> a, [Shape("N, D")] Tensor<float> b, float eps)
    {
        var unitA = a / a.Square().Sum(axis: -1, keepDims: true).Sqrt().Maximum(eps);
        var unitB = b / b.Square().Sum(axis: -1, keepDims: true).Sqrt().Maximum(eps);
        return (unitA * unitB).Sum(axis: -1);
    }

    [Differentiable]
    public static Tensor<float> BatchNorm([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta, float eps)
    {
        var mean = 1.0f / x.Lengths[0] * x.Sum(axis: 0);
        var dev = x - mean;
        var variance = 1.0f / x.Lengths[0] * (dev * dev).Sum(axis: 0);
        var inverted = 1 / (variance + eps).Sqrt();
        return gamma * (dev * inverted) + beta;
    }

    [Differentiable]
    public static Tensor<float> RmsNorm([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, float eps) =>
        gamma * (x * (x.Norm(axis: -1, keepDims: true).Square() / x.Lengths[1] + eps).ReciprocalSqrt());

    /// <summary>The product of matrices as a sum over a broadcast product.</summary>
    [Differentiable]
    public static Tensor<float> Linear([Shape("N, I")] Tensor<float> x, [Shape("O, I")] Tensor<float> w, [Shape("O")] Tensor<float> b) => (x.Unsqueeze(1) * w).Sum(axis: -1) + b;

    [Differentiable]
    public static Tensor<float> BinaryCrossEntropy([Shape("N, D")] Tensor<float> x, [Shape("N, D")] Tensor<float> target) => target * (-x).Softplus() + (1 - target) * x.Softplus();

    [Differentiable]
    public static Tensor<float> CrossEntropy([Shape("N, C")] Tensor<float> x, [Shape("N")] Tensor<int> labels)
    {
        var shifted = x - x.Max(axis: 1, keepDims: true);
        return shifted.Exp().Sum(axis: 1).Log() - shifted.Gather(labels, axis: 1);
    }

    [Differentiable]
    public static float CrossEntropyMean([Shape("N, C")] Tensor<float> x, [Shape("N")] Tensor<int> labels)
    {
        var shifted = x - x.Max(axis: 1, keepDims: true);
        var chosen = (shifted * labels.OneHot<float>(x.Lengths[1])).Sum(axis: 1);
        return (shifted.Exp().Sum(axis: 1).Log() - chosen).Mean();
    }

    /// <summary>½·c² + delta·(d − c) with c = min(d, delta).</summary>
    [Differentiable]
    public static Tensor<float> Huber([Shape("N, D")] Tensor<float> x, [Shape("N, D")] Tensor<float> target, float delta)
    {
        var distance = (x - target).Abs();
        var near = distance.Minimum(delta);
        return 0.5f * near.Square() + delta * (distance - near);
    }
}
