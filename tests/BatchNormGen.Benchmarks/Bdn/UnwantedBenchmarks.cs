using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;

namespace BatchNormGen.Benchmarks.Bdn;

/// <summary>The backward where not every gradient is wanted: what only the others need is not computed.</summary>
public class UnwantedBenchmarks
{
    private readonly Layers.BatchNormCache<float> batchNorm = new();
    private readonly Layers.LayerNormCache<float> layerNorm = new();
    private Tensor<float> x = null!, gamma = null!, dout = null!, output = null!, dx = null!, dgamma = null!, dbeta = null!;

    /// <summary>N x D.</summary>
    [Params("256x512", "1024x1024")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        nint[] shape = [.. Shape.Split('x').Select(nint.Parse)];
        (x, dout) = (Random(1, shape), Random(2, shape));
        gamma = Random(3, shape[1]);
        (output, dx) = (Tensor.CreateFromShape<float>(shape), Tensor.CreateFromShape<float>(shape));
        (dgamma, dbeta) = (Tensor.CreateFromShape<float>([shape[1]]), Tensor.CreateFromShape<float>([shape[1]]));
        Layers.BatchNormForward(x, gamma, dbeta, 1e-5f, output, batchNorm);
        Layers.LayerNormForward(x, gamma, dbeta, 1e-5f, output, layerNorm);
    }

    [Benchmark(Baseline = true)]
    public void BatchNorm() => Layers.BatchNormBackward(dout, x, gamma, default, batchNorm, dx, dgamma, dbeta);

    [Benchmark]
    public void BatchNormAccumulated() => Layers.BatchNormBackward(dout, x, gamma, default, batchNorm, dx, dgamma, dbeta, accumulate: true);

    [Benchmark]
    public void BatchNormWithoutDx() => Layers.BatchNormBackward(dout, x, gamma, default, batchNorm, default, dgamma, dbeta);

    [Benchmark]
    public void LayerNorm() => Layers.LayerNormBackward(dout, x, gamma, default, layerNorm, dx, dgamma, dbeta);

    [Benchmark]
    public void LayerNormWithoutDx() => Layers.LayerNormBackward(dout, x, gamma, default, layerNorm, default, dgamma, dbeta);

    [Benchmark]
    public void LayerNormDxAlone() => Layers.LayerNormBackward(dout, x, gamma, default, layerNorm, dx, default, default);

    private static Tensor<float> Random(int seed, params nint[] lengths)
    {
        var random = new Random(seed);
        var count = lengths.Aggregate((nint)1, (product, length) => product * length);
        return Tensor.Create([.. Enumerable.Range(0, (int)count).Select(_ => random.NextSingle() - 0.5f)], lengths);
    }
}
