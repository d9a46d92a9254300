#if TORCH
using BenchmarkDotNet.Attributes;

namespace BatchNormGen.Benchmarks.Bdn;

public abstract partial class BatchNormBenchmarks
{
    [Benchmark]
    public void TorchNative() => Pass("torch native");
}
#endif
