using BatchNormGen.Benchmarks.Contenders;
using BatchNormGen.Benchmarks.Measured;

namespace BatchNormGen.Benchmarks;

/// <summary>How far a result is from the truth: the largest absolute error, and the largest absolute value of the truth.</summary>
internal readonly record struct Error(double Absolute, double Scale)
{
    public double Relative => Absolute / Scale;
}

/// <summary>
/// The truth: output and gradients in float64. They come from the stages as they are written and their naive backward; above eight million
/// elements, where these would fill the memory, from what the generator makes of the layer in double.
/// </summary>
internal sealed class Reference
{
    private const int LargestStaged = 1 << 23;

    private readonly Problem<double> problem;

    public Reference(Workload workload)
    {
        problem = new(workload);
        var calls = workload.X.Values.Length <= LargestStaged ? workload.Layer.Truth(problem) : workload.Layer.Generated(problem);
        calls.Forward();
        calls.Backward();
    }

    public int ResultCount => problem.Results.Length;

    public Error Compare(Contender contender, int result)
    {
        double absolute = 0, scale = 0;
        ReadOnlySpan<double> expected = Tensors.Values(problem.Results[result]);
        var actual = contender.Result(result);
        for (var i = 0; i < expected.Length; i++)
        {
            absolute = Math.Max(absolute, Math.Abs(actual[i] - expected[i]));
            scale = Math.Max(scale, Math.Abs(expected[i]));
        }
        return new(absolute, scale);
    }

    /// <summary>The largest relative error over the output and all gradients; NaN where one is not a number, since Math.Max hands it on.</summary>
    public double Worst(Contender contender) => Enumerable.Range(0, ResultCount).Aggregate(0.0, (worst, result) => Math.Max(worst, Compare(contender, result).Relative));
}
