namespace BatchNormGen;

/// <summary>What <see cref="GradientCheck"/> found, input by input.</summary>
public sealed class GradientReport
{
    internal GradientReport(IReadOnlyList<InputGradientReport> inputs, GradientCheckOptions options)
    {
        Inputs = inputs;
        Options = options;
    }

    /// <summary>The findings, in the order in which the inputs were given.</summary>
    public IReadOnlyList<InputGradientReport> Inputs { get; }

    /// <summary>The options of the check.</summary>
    public GradientCheckOptions Options { get; }

    /// <summary>Whether the gradient of every input agrees with the numerical one.</summary>
    public bool Passed => Inputs.All(input => input.Passed);

    /// <summary>The element whose error is largest in units of its tolerance; <see langword="null"/> where none was compared.</summary>
    public GradientElement? Worst => Inputs.Select(input => input.Worst).OfType<GradientElement>().MaxBy(element => element.Excess);

    /// <summary>The largest <see cref="InputGradientReport.RelativeError"/>: each input's worst error relative to its own largest gradient.</summary>
    public double WorstError => Inputs.Aggregate(0.0, (worst, input) => Math.Max(worst, input.RelativeError));

    /// <summary>How many elements were left out because the function has no derivative there.</summary>
    public int Kinks => Inputs.Sum(input => input.Kinks);

    /// <summary>Throws unless the check passed.</summary>
    /// <exception cref="GradientCheckException">Some gradient is wrong, or none of its elements could be checked.</exception>
    public void ThrowIfFailed()
    {
        if (!Passed)
            throw new GradientCheckException(this);
    }

    /// <summary>The verdict, a line for every input, and how the numerical gradient was taken.</summary>
    public override string ToString()
    {
        string verdict = Passed
            ? "Gradient check passed."
            : $"Gradient check failed for {string.Join(", ", Inputs.Where(input => !input.Passed).Select(input => input.Name))}.";
        string formula = Options.Difference is CentralDifference.FivePoint ? "Five-point" : "Three-point";
        string method = FormattableString.Invariant(
            $"{formula} differences, step {Options.StepOrDefault:G3}; tolerated {Options.AbsoluteTolerance:G3} + {Options.RelativeTolerance:G3}·|numerical|; seed {Options.Seed}.");
        return string.Join('\n', [verdict, .. Inputs.Select(input => $"  {input}"), method]);
    }
}
