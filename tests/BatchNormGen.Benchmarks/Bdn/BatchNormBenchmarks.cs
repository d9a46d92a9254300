using BatchNormGen.Benchmarks.Contenders;
using BatchNormGen.Benchmarks.Measured;
using BenchmarkDotNet.Attributes;

namespace BatchNormGen.Benchmarks.Bdn;

/// <summary>Batch normalization in training; which pass is timed is for the derived classes to say.</summary>
[MemoryDiagnoser]
public abstract partial class BatchNormBenchmarks
{
    private Dictionary<string, Contender> contenders = [];

    /// <summary>N x D.</summary>
    [Params("256x512", "1024x1024", "4096x1024")]
    public string Shape { get; set; } = "";

    /// <summary>The most threads that a contender may use.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var workload = new Workload(new BatchNormLayer(), [.. Shape.Split('x').Select(int.Parse)]);
        contenders = AllContenders.For(workload).ToDictionary(contender => contender.Name);
        foreach (var contender in contenders.Values)
        {
            contender.Threads = Threads;
            contender.Forward(); // A backward that is timed alone needs one.
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (var contender in contenders.Values)
        {
            contender.Dispose();
        }
    }

    [Benchmark(Baseline = true)]
    public void Generated() => Pass("generated");

    private protected abstract void Pass(Contender contender);

    private void Pass(string name) => Pass(contenders[name]);
}
