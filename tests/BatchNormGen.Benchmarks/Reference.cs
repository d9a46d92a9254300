using BatchNormGen.Benchmarks.Contenders;

namespace BatchNormGen.Benchmarks;

/// <summary>How far a result is from the truth: the largest absolute error, and the largest absolute value of the truth.</summary>
internal readonly record struct Error(double Absolute, double Scale)
{
    public double Relative => Absolute / Scale;
}

/// <summary>
/// The truth: a plain float64 computation. With m elements in a group, inv = (variance + eps)^(-1/2), xNorm = (x - mean) inv and g = gamma dout,
/// <code>
/// dbeta = Σ dout      dgamma = Σ dout xNorm      dx = inv (g - Σ g / m - xNorm Σ (g xNorm) / m)
/// </code>
/// It holds only sums; what has an element for each of x is computed when it is compared, so the largest shapes fit in memory.
/// </summary>
internal sealed class Reference
{
    private readonly Workload workload;
    private readonly double[] mean, inv, gMean, gNormMean, dgamma, dbeta;

    public Reference(Workload workload)
    {
        this.workload = workload;
        mean = new double[workload.Groups];
        inv = new double[workload.Groups];
        gMean = new double[workload.Groups];
        gNormMean = new double[workload.Groups];
        dgamma = new double[workload.Features];
        dbeta = new double[workload.Features];
        double m = workload.Count / workload.Groups;

        for (var i = 0; i < workload.Count; i++)
        {
            mean[workload.GroupOf(i)] += workload.X[i] / m;
        }
        for (var i = 0; i < workload.Count; i++)
        {
            var deviation = workload.X[i] - mean[workload.GroupOf(i)];
            inv[workload.GroupOf(i)] += deviation * deviation / m;
        }
        for (var group = 0; group < inv.Length; group++)
        {
            inv[group] = 1 / Math.Sqrt(inv[group] + Workload.Eps);
        }
        for (var i = 0; i < workload.Count; i++)
        {
            var (feature, group) = (workload.FeatureOf(i), workload.GroupOf(i));
            dbeta[feature] += workload.Dout[i];
            dgamma[feature] += workload.Dout[i] * Normalized(i);
            gMean[group] += G(i) / m;
            gNormMean[group] += G(i) * Normalized(i) / m;
        }
    }

    public Error Output(Contender contender) => Compare(contender.Output, i =>
    {
        var feature = workload.FeatureOf(i);
        return workload.Gamma[feature] * Normalized(i) + workload.Beta[feature];
    });

    public Error Dx(Contender contender) => Compare(contender.Dx, i =>
    {
        var group = workload.GroupOf(i);
        return inv[group] * (G(i) - gMean[group] - Normalized(i) * gNormMean[group]);
    });

    public Error Dgamma(Contender contender) => Compare(contender.Dgamma, i => dgamma[i]);

    public Error Dbeta(Contender contender) => Compare(contender.Dbeta, i => dbeta[i]);

    /// <summary>The largest relative error over the output and all gradients; NaN where one is not a number, since Math.Max hands it on.</summary>
    public double Worst(Contender contender) =>
        Math.Max(
            Math.Max(Output(contender).Relative, Dx(contender).Relative),
            Math.Max(Dgamma(contender).Relative, Dbeta(contender).Relative));

    private double Normalized(int i)
    {
        var group = workload.GroupOf(i);
        return (workload.X[i] - mean[group]) * inv[group];
    }

    private double G(int i) => (double)workload.Gamma[workload.FeatureOf(i)] * workload.Dout[i];

    private static Error Compare(ReadOnlySpan<float> actual, Func<int, double> expected)
    {
        double absolute = 0, scale = 0;
        for (var i = 0; i < actual.Length; i++)
        {
            var truth = expected(i);
            absolute = Math.Max(absolute, Math.Abs(actual[i] - truth));
            scale = Math.Max(scale, Math.Abs(truth));
        }
        return new(absolute, scale);
    }
}
