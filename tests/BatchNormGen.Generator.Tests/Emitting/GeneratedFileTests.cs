namespace BatchNormGen.Generator.Tests.Emitting;

/// <summary>The whole generated file of the nine stages in each of their forms, as its owner reads it.</summary>
public sealed class GeneratedFileTests
{
    public static TheoryData<string, string> Sources => new()
    {
        { "batch_norm_float", NineStages("BatchNorm", "float", "N, D", "D", "axis: 0") },
        { "batch_norm_double", NineStages("BatchNorm", "double", "N, D", "D", "axis: 0") },
        { "batch_norm_of_images", NineStages("BatchNorm", "float", "N, C, H, W", "C, 1, 1", "axes: [0, 2, 3], keepDims: true") },
        { "layer_norm", NineStages("LayerNorm", "float", "N, D", "D", "axis: -1, keepDims: true") },
        { "batch_norm_staged", NineStages("BatchNorm", "float", "N, D", "D", "axis: 0").Replace("[Differentiable]", "[Differentiable(Backward = BackwardForm.Staged)]") },
    };

    [Theory, MemberData(nameof(Sources))]
    public void File_of(string layer, string source) => Snapshot.Match(Emits.File(source), layer);

    private static string NineStages(string name, string element, string shape, string parameterShape, string axes) => Layers.Source(
        $"""Tensor<{element}> {name}([Shape("{shape}")] Tensor<{element}> x, [Shape("{parameterShape}")] Tensor<{element}> gamma, [Shape("{parameterShape}")] Tensor<{element}> beta, {element} eps)""",
        $"""
        var mean           = x.Mean({axes});
        var devFromMean    = x - mean;
        var devFromMeanSq  = devFromMean.Square();
        var variance       = devFromMeanSq.Mean({axes});
        var stddev         = (variance + eps).Sqrt();
        var invertedStddev = 1 / stddev;
        var xNorm          = devFromMean * invertedStddev;
        var scaledX        = gamma * xNorm;
        return scaledX + beta;
        """);
}
