namespace BatchNormGen.Generator.Tests;

/// <summary>Layers of many operations.</summary>
internal static class LongLayers
{
    /// <summary>A chain of stages, each of which is y of the one before.</summary>
    public static string Chain(int length, string operation) => Layers.Source(
        """Tensor<float> Chain([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w)""",
        "var y0 = x;\n" + string.Concat(Enumerable.Range(1, length).Select(i => $"var y{i} = {operation.Replace("y", $"y{i - 1}")};\n")) + $"return y{length};");

    /// <summary>A whole network: layers of affine, batch norm and relu, and softmax cross-entropy behind them.</summary>
    public static string Network(int depth)
    {
        var parameters = string.Concat(Enumerable.Range(1, depth).Select(i =>
            $", [Shape(\"H{i - 1}, H{i}\")] Tensor<float> w{i}, [Shape(\"H{i}\")] Tensor<float> b{i}, [Shape(\"H{i}\")] Tensor<float> gamma{i}, [Shape(\"H{i}\")] Tensor<float> beta{i}"));
        var body = string.Concat(Enumerable.Range(1, depth).Select(i => $"""
            var affine{i} = y{i - 1}.MatMul(w{i}) + b{i};
            var dev{i} = affine{i} - affine{i}.Mean(axis: 0);
            var inv{i} = 1f / (dev{i}.Square().Mean(axis: 0) + 1e-5f).Sqrt();
            var y{i} = (dev{i} * inv{i} * gamma{i} + beta{i}).Relu();

            """));
        return Layers.Source(
            $"""float Network([Shape("N, H0")] Tensor<float> y0, [Shape("N")] Tensor<int> labels{parameters})""",
            body + $"return -y{depth}.LogSoftmax(axis: 1).Gather(labels, axis: 1).Mean();");
    }
}
