namespace BatchNormGen;

/// <summary>
/// The slopes of a function of one variable at a point, to the right and to the left of it: (f(x+h) − f(x)) / h and
/// (f(x) − f(x−h)) / h. Functions are given by their change, t ↦ f(x+t) − f(x).
/// </summary>
internal readonly record struct Slopes(double Right, double Left)
{
    /// <summary>The three-point difference.</summary>
    public double Mean => (Right + Left) / 2;

    /// <summary>What the slope jumps by. For a smooth function that is h·f″ + O(h³).</summary>
    public double Gap => Right - Left;

    public static Slopes At(Func<double, double> change, double step) => new(change(step) / step, change(-step) / -step);

    /// <summary>The derivative by the chosen formula.</summary>
    public static double Derivative(Func<double, double> change, double step, CentralDifference difference)
    {
        double mean = At(change, step).Mean;
        return difference is CentralDifference.FivePoint ? (4 * mean - At(change, 2 * step).Mean) / 3 : mean;
    }

    /// <summary>
    /// Whether a kink or a jump of the function within the step, and not a wrong derivative, explains that
    /// <paramref name="analytic"/> differs from the three-point difference at half the step.
    /// </summary>
    /// <remarks>
    /// Let the slope jump by J at a distance u·h/2 of x, u between 0 and 1. The three-point difference at h/2 is then off by
    /// e = J·(1−u)/2. Two things betray the kink. Halving the step halves the gap of a smooth function, but
    /// |2·Gap(h/2) − Gap(h)| = J·|1 − 3u/2| here. That is blind at u = 2/3, where the other sees: the means of a smooth
    /// function stay where they are, but |Mean(h/2) − Mean(h)| = J·u/4 here. The larger of the two is never below 2e/3, so
    /// half the disagreement is a threshold that lets no kink through. For a smooth function both are O(h²), far below any
    /// disagreement worth a report; the second threshold keeps the rounding of nearly right gradients from passing for kinks.
    /// </remarks>
    public static bool ShowKink(Slopes wide, Slopes narrow, double analytic)
    {
        double unrest = Math.Max(Math.Abs(2 * narrow.Gap - wide.Gap), Math.Abs(narrow.Mean - wide.Mean));
        double disagreement = Math.Abs(analytic - narrow.Mean);
        double steepest = Math.Max(Math.Abs(narrow.Right), Math.Abs(narrow.Left));
        return unrest > disagreement / 2 && unrest > 1e-6 * steepest;
    }
}
