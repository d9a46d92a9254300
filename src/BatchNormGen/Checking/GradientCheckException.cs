namespace BatchNormGen;

/// <summary>Says that a gradient does not agree with its numerical counterpart; the message is the whole report.</summary>
/// <param name="report">The report of the check that failed.</param>
public sealed class GradientCheckException(GradientReport report) : Exception(report.ToString())
{
    /// <summary>The report of the check that failed.</summary>
    public GradientReport Report { get; } = report;
}
