namespace BatchNormGen.Generator.Tests;

/// <summary>Layers that the passes are tested on, each a source of one method.</summary>
internal static class Layers
{
    /// <summary>A method of that name, declared in front of its body.</summary>
    public static string Source(string declaration, string body) => $$"""
        public static partial class Layers
        {
            [Differentiable]
            public static partial {{declaration}}
            {
                {{body.ReplaceLineEndings("\n        ")}}
            }
        }
        """;

    public static string BatchNorm(string element = "float") => Source(
        $$"""Tensor<{{element}}> BatchNorm([Shape("N, D")] Tensor<{{element}}> x, [Shape("D")] Tensor<{{element}}> gamma, [Shape("D")] Tensor<{{element}}> beta, {{element}} eps)""",
        """
        var mean           = x.Mean(axis: 0);                    // (1) mini-batch mean
        var devFromMean    = x - mean;                           // (2) subtract it from every example
        var devFromMeanSq  = devFromMean.Square();               // (3)
        var variance       = devFromMeanSq.Mean(axis: 0);        // (4) mini-batch variance
        var stddev         = (variance + eps).Sqrt();            // (5)
        var invertedStddev = 1 / stddev;                         // (6)
        var xNorm          = devFromMean * invertedStddev;       // (7) normalize
        var scaledX        = gamma * xNorm;                      // (8) scale
        return scaledX + beta;                                   // (9) shift
        """);

    public static readonly string ImageBatchNorm = Source(
        """Tensor<float> BatchNorm([Shape("N, C, H, W")] Tensor<float> x, [Shape("C, 1, 1")] Tensor<float> gamma, [Shape("C, 1, 1")] Tensor<float> beta, float eps)""",
        """
        var mean = x.Mean(axes: [0, 2, 3], keepDims: true);
        var dev = x - mean;
        var variance = dev.Square().Mean(axes: [0, 2, 3], keepDims: true);
        var inv = (variance + eps).ReciprocalSqrt();
        return gamma * (dev * inv) + beta;
        """);

    public static readonly string LayerNorm = Source(
        """Tensor<float> LayerNorm([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, [Shape("D")] Tensor<float> beta, float eps)""",
        """
        var mean = x.Mean(axis: -1, keepDims: true);
        var dev = x - mean;
        var variance = dev.Square().Mean(axis: -1, keepDims: true);
        var inv = (variance + eps).ReciprocalSqrt();
        return gamma * (dev * inv) + beta;
        """);

    public static readonly string RmsNorm = Source(
        """Tensor<float> RmsNorm([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma, float eps)""",
        """
        var meanSq = x.Square().Mean(axis: 1, keepDims: true);
        var inv = (meanSq + eps).ReciprocalSqrt();
        return gamma * (x * inv);
        """);

    public static readonly string Standardize = Source(
        """Tensor<float> Standardize([Shape("N, D")] Tensor<float> x)""",
        """
        var dev = x - x.Mean(axis: 0);
        var variance = dev.Square().Mean(axis: 0);
        return dev / variance.Sqrt();
        """);

    public static readonly string Softmax = Source(
        """Tensor<float> Softmax([Shape("N, D")] Tensor<float> x)""",
        """
        var shifted = x - x.Mean(axis: 1, keepDims: true);
        var e = shifted.Exp();
        var total = e.Sum(axis: 1, keepDims: true);
        return e / total;
        """);

    public static readonly string LogSumExp = Source(
        """Tensor<float> LogSumExp([Shape("N, D")] Tensor<float> x)""",
        """
        var center = x.Mean(axis: 1, keepDims: true);
        var total = (x - center).Exp().Sum(axis: 1, keepDims: true);
        return total.Log() + center;
        """);

    public static readonly string Normalize = Source(
        """Tensor<float> Normalize([Shape("N, D")] Tensor<float> x)""",
        """
        var norm = x.Square().Sum(axis: 1, keepDims: true).Sqrt();
        return x / norm;
        """);

    public static readonly string DoubleCentering = Source(
        """Tensor<float> Center([Shape("N, D")] Tensor<float> x)""",
        """
        var ofRows = x.Mean(axis: 1, keepDims: true);
        var ofColumns = x.Mean(axis: 0, keepDims: true);
        var ofAll = x.Mean(axes: [0, 1], keepDims: true);
        return (x - ofRows - ofColumns + ofAll).Tanh();
        """);

    public static readonly string SquaredError = Source(
        """float SquaredError([Shape("N, D")] Tensor<float> x, [Shape("N, D"), NoGradient] Tensor<float> target)""",
        """
        var error = x - target;
        return error.Square().Mean();
        """);

    /// <summary>Every function, every kind of broadcast, several outputs, and a scalar with a gradient.</summary>
    public static readonly string Everything = Source(
        """(Tensor<float> y, Tensor<float> t, float total) Everything([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w, [Shape("N, 1")] Tensor<float> c, [Shape("D, D")] Tensor<float> g, [Gradient] float a, float s)""",
        """
        var u = x * w + c;
        var v = u.Tanh() * u.Sigmoid() - u.Relu() / (1 + x.Square());
        var m = v.Mean(axis: 0, keepDims: true);
        var r = (x.Square() + 1).Log() * (v - m).Exp();
        var t = (g + g.Transpose()).Sum(axis: 1) * a;
        var q = (r.Square().Sum(axis: 1, keepDims: true) + s * s).ReciprocalSqrt();
        return (r * q + w.Reciprocal() * a, t * w, (t * t).Sum() + q.Sqrt().Sum());
        """);

    public static readonly string WeightedMean = Source(
        """Tensor<float> Center([Shape("N, D")] Tensor<float> x, [Shape("N, 1")] Tensor<float> weight)""",
        """
        var total = weight.Sum(axis: 0);
        var mean = (weight * x).Sum(axis: 0) / total;
        var dev = x - mean;
        var variance = (weight * dev.Square()).Sum(axis: 0) / total;
        return dev / variance.Sqrt();
        """);

    public static readonly string GroupNorm = Source(
        """Tensor<float> GroupNorm([Shape("N, G, C, H")] Tensor<float> x, [Shape("G, C, 1")] Tensor<float> gamma, [Shape("G, C, 1")] Tensor<float> beta, float eps)""",
        """
        var mean = x.Mean(axes: [2, 3], keepDims: true);
        var dev = x - mean;
        var stddev = (dev.Square().Mean(axes: [2, 3], keepDims: true) + eps).Sqrt();
        return dev / stddev * gamma + beta;
        """);

    public static readonly string Cosine = Source(
        """Tensor<float> Cosine([Shape("N, D")] Tensor<float> x, [Shape("N, D")] Tensor<float> y)""",
        """
        var dot = (x * y).Sum(axis: 1);
        var lengths = (x.Square().Sum(axis: 1) * y.Square().Sum(axis: 1)).Sqrt();
        return dot / lengths;
        """);

    /// <summary>All of them, by name.</summary>
    public static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>
    {
        ["batch norm"] = BatchNorm(),
        ["batch norm of images"] = ImageBatchNorm,
        ["layer norm"] = LayerNorm,
        ["group norm"] = GroupNorm,
        ["root mean square norm"] = RmsNorm,
        ["standardize"] = Standardize,
        ["weighted"] = WeightedMean,
        ["softmax"] = Softmax,
        ["log-sum-exp"] = LogSumExp,
        ["normalize"] = Normalize,
        ["cosine"] = Cosine,
        ["double centering"] = DoubleCentering,
        ["squared error"] = SquaredError,
        ["everything"] = Everything,
    };
}
