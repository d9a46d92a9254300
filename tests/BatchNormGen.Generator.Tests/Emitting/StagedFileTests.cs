namespace BatchNormGen.Generator.Tests.Emitting;

/// <summary>The stages and their backward as a student would write them: what is emitted has to read like that.</summary>
public sealed class StagedFileTests
{
    public static TheoryData<string, string> Sources => new()
    {
        {
            "softmax_cross_entropy",
            Layers.Source(
                """float CrossEntropy([Shape("N, C")] Tensor<float> logits, [Shape("N")] Tensor<int> labels)""",
                """
                var logProbabilities = logits.LogSoftmax(axis: 1);
                var picked = logProbabilities.Gather(labels, axis: 1);
                return -picked.Mean();
                """)
        },
        {
            "group_norm",
            Layers.Source(
                """Tensor<float> GroupNorm([Shape("N, C, H, W")] Tensor<float> x, [Shape("C, 1, 1")] Tensor<float> gamma, [Shape("C, 1, 1")] Tensor<float> beta, int groups, float eps)""",
                """
                var grouped = x.Reshape([x.Lengths[0], groups, x.Lengths[1] / groups, x.Lengths[2], x.Lengths[3]]);
                var mean = grouped.Mean(axes: [2, 3, 4], keepDims: true);
                var devFromMean = grouped - mean;
                var variance = devFromMean.Square().Mean(axes: [2, 3, 4], keepDims: true);
                var stddev = (variance + eps).Sqrt();
                var xNorm = (devFromMean / stddev).Reshape(x.Lengths);
                return gamma * xNorm + beta;
                """)
        },
        {
            "affine_relu",
            Layers.Source(
                """Tensor<float> AffineRelu([Shape("N, D")] Tensor<float> x, [Shape("D, M")] Tensor<float> w, [Shape("M")] Tensor<float> b)""",
                """
                var scores = x.MatMul(w) + b;
                return scores.Relu();
                """)
        },
    };

    [Theory, MemberData(nameof(Sources))]
    public void Stages_of(string layer, string source)
    {
        var file = Emits.File(source.Replace("[Differentiable]", "[Differentiable(Backward = BackwardForm.Staged)]")).Split('\n');
        var start = Array.FindIndex(file, line => line.Contains("file static class", StringComparison.Ordinal) && line.EndsWith("Stages", StringComparison.Ordinal));
        var end = Array.FindIndex(file, start, line => line == "    }");
        Snapshot.Match(string.Join("\n", file[start..(end + 1)].Select(line => line.Length > 4 ? line[4..] : line)), layer);
    }
}
