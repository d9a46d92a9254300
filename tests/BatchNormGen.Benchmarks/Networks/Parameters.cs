using DigitsNet;
using static BatchNormGen.Benchmarks.Networks.Contender;

namespace BatchNormGen.Benchmarks.Networks;

/// <summary>What the two ways in C# have in common: the parameters, the running statistics, and their update.</summary>
internal sealed class Parameters(Workload workload)
{
    public readonly Parameter
        Weights1 = Of(workload.Weights1, Pixels, Hidden), Gamma1 = Filled(Hidden, 1f), Beta1 = Filled(Hidden, 0f),
        Weights2 = Of(workload.Weights2, Hidden, Hidden), Gamma2 = Filled(Hidden, 1f), Beta2 = Filled(Hidden, 0f),
        Weights3 = Of(workload.Weights3, Hidden, Classes), Bias3 = Filled(Classes, 0f);

    public readonly RunningAverage
        Mean1 = new(Hidden, 0f), Variance1 = new(Hidden, 1f),
        Mean2 = new(Hidden, 0f), Variance2 = new(Hidden, 1f);

    public void Update()
    {
        ReadOnlySpan<Parameter> parameters = [Weights1, Gamma1, Beta1, Weights2, Gamma2, Beta2, Weights3, Bias3];
        foreach (var parameter in parameters) parameter.Step(Rate, Momentum);
        ReadOnlySpan<RunningAverage> averages = [Mean1, Variance1, Mean2, Variance2];
        foreach (var average in averages) average.Update();
    }

    private static Parameter Of(float[] values, int rows, int columns)
    {
        var next = 0;
        return new([rows, columns], () => values[next++]);
    }

    private static Parameter Filled(int count, float value) => new([count], () => value);
}
