using BatchNormGen.Benchmarks.Contenders;

namespace BatchNormGen.Benchmarks.Bdn;

/// <summary>All three gradients, after one forward pass.</summary>
public class BackwardBenchmarks : BatchNormBenchmarks
{
    private protected override void Pass(Contender contender) => contender.Backward();
}
