using BatchNormGen.Benchmarks.Measured;

namespace BatchNormGen.Benchmarks.Contenders;

/// <summary>C# in this library: what the generator made, or the stages as they are written.</summary>
internal sealed class CallsContender(string name, Problem<float> problem, Calls calls) : Contender
{
    public override string Name => name;

    public override int Threads
    {
        set => Parallelism.MaxThreads = value;
    }

    public override void Forward() => calls.Forward();

    public override void Backward() => calls.Backward();

    public override ReadOnlySpan<float> Result(int index) => Tensors.Values(problem.Results[index]);
}
