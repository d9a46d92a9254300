namespace BatchNormGen.Generator.Tests.Emitting;

/// <summary>Layers whose closed forms stand in textbooks, each as a user writes it.</summary>
internal static class DerivedLayers
{
    private const string Rows = """[Shape("N, D")] Tensor<float> x""";
    private const string Images = """[Shape("N, C, H, W")] Tensor<float> x""";
    private const string Affine = """[Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta, float eps""";
    private const string AffineOfChannels = """[Shape("C, 1, 1")] Tensor<float> gamma, [Shape("C, 1, 1")] Tensor<float> beta, float eps""";

    private const string Normalized = """
        var mean = x.Mean(axis: 0);
        var centered = x - mean;
        var variance = centered.Square().Mean(axis: 0);
        var xNorm = centered / (variance + eps).Sqrt();
        """;

    public static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>
    {
        ["batch norm"] = Layers.BatchNorm(),
        ["batch norm of images"] = Layers.ImageBatchNorm,
        ["instance norm"] = Layers.Source(
            $"Tensor<float> InstanceNorm({Images}, {AffineOfChannels})",
            """
            var mean = x.Mean(axes: [2, 3], keepDims: true);
            var centered = x - mean;
            var variance = centered.Square().Mean(axes: [2, 3], keepDims: true);
            return gamma * (centered / (variance + eps).Sqrt()) + beta;
            """),
        ["group norm"] = Layers.GroupNorm,
        ["layer norm"] = Layers.LayerNorm,
        ["root mean square norm"] = Layers.RmsNorm,
        ["softmax"] = Layers.Source(
            $"Tensor<float> Softmax({Rows})",
            """
            var max = x.Max(axis: 1, keepDims: true);
            var e = (x - max).Exp();
            var total = e.Sum(axis: 1, keepDims: true);
            return e / total;
            """),
        ["log-softmax"] = Layers.Source(
            $"Tensor<float> LogSoftmax({Rows})",
            """
            var max = x.Max(axis: 1, keepDims: true);
            var shifted = x - max;
            var total = shifted.Exp().Sum(axis: 1, keepDims: true);
            return shifted - total.Log();
            """),
        ["log-sum-exp"] = Layers.Source(
            $"Tensor<float> LogSumExp({Rows})",
            """
            var max = x.Max(axis: 1, keepDims: true);
            var total = (x - max).Exp().Sum(axis: 1, keepDims: true);
            return total.Log() + max;
            """),
        ["cross-entropy"] = Layers.Source(
            """float CrossEntropy([Shape("N, C")] Tensor<float> logits, [Shape("N")] Tensor<int> labels)""",
            """
            var p = logits.Softmax(axis: 1);
            var logP = p.Log();
            var chosen = logP.Gather(labels, axis: 1);
            return -chosen.Mean();
            """),
        ["normalize"] = Layers.Normalize,
        ["cosine"] = Layers.Source(
            """Tensor<float> Cosine([Shape("N, D")] Tensor<float> a, [Shape("N, D")] Tensor<float> b)""",
            """
            var dot = (a * b).Sum(axis: 1);
            var lengthA = a.Square().Sum(axis: 1).Sqrt();
            var lengthB = b.Square().Sum(axis: 1).Sqrt();
            return dot / (lengthA * lengthB);
            """),
        ["weight standardization"] = Layers.Source(
            """Tensor<float> StandardizeWeights([Shape("O, I, H, W")] Tensor<float> w, float eps)""",
            """
            var mean = w.Mean(axes: [1, 2, 3], keepDims: true);
            var centered = w - mean;
            var variance = centered.Square().Mean(axes: [1, 2, 3], keepDims: true);
            return centered / (variance + eps).Sqrt();
            """),
        ["standardize"] = Layers.Standardize,
        ["batch norm and relu"] = Layers.Source($"Tensor<float> NormRelu({Rows}, {Affine})", $"{Normalized}\nreturn (gamma * xNorm + beta).Relu();"),
        ["batch norm, residual and relu"] = Layers.Source(
            $"""Tensor<float> NormAddRelu({Rows}, [Shape("N, D")] Tensor<float> residual, {Affine})""",
            $"{Normalized}\nreturn (gamma * xNorm + beta + residual).Relu();"),
        ["sigmoid"] = Layers.Source($"Tensor<float> Sigmoid({Rows})", "return 1 / (1 + (-x).Exp());"),
        ["tanh"] = Layers.Source($"Tensor<float> Tanh({Rows})", "return x.Tanh();"),
        ["gelu"] = Layers.Source($"Tensor<float> Gelu({Rows})", "return 0.5f * x * (1 + (x / MathF.Sqrt(2)).Erf());"),
        ["gelu by tanh"] = Layers.Source($"Tensor<float> GeluByTanh({Rows})", "return 0.5f * x * (1 + (0.7978846f * (x + 0.044715f * x * x * x)).Tanh());"),
        ["silu"] = Layers.Source($"Tensor<float> Silu({Rows})", "return x * x.Sigmoid();"),
        ["softplus"] = Layers.Source($"Tensor<float> Softplus({Rows})", "return (1 + x.Exp()).Log();"),
    };
}
