using BatchNormGen.Benchmarks.Contenders;

namespace BatchNormGen.Benchmarks.Bdn;

/// <summary>One training step: the forward pass and all three gradients.</summary>
public class ForwardBackwardBenchmarks : BatchNormBenchmarks
{
    private protected override void Pass(Contender contender) => contender.Step();
}
