using BatchNormGen.Benchmarks.Contenders;

namespace BatchNormGen.Benchmarks.Bdn;

/// <summary>The forward pass, with what the backward needs kept.</summary>
public class ForwardBenchmarks : BatchNormBenchmarks
{
    private protected override void Pass(Contender contender) => contender.Forward();
}
