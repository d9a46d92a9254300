namespace BatchNormGen;

/// <summary>What <see cref="GradientCheck"/> found for the gradient of one input.</summary>
public sealed class InputGradientReport
{
    internal InputGradientReport(string name, nint[] lengths, IReadOnlyList<GradientElement> elements, int kinks, GradientCheckOptions options)
    {
        Name = name;
        Lengths = lengths;
        Compared = elements.Count;
        Kinks = kinks;
        Wrong = elements.Count(element => !element.Agrees);
        Worst = elements.MaxBy(element => element.Excess);
        RelativeError = WorstErrorToLargestGradient(elements, options.AbsoluteTolerance);
        Factor = Wrong == 0 ? null : CommonFactor(elements);
    }

    /// <summary>The name that was given to the input.</summary>
    public string Name { get; }

    /// <summary>The extents of the input.</summary>
    public IReadOnlyList<nint> Lengths { get; }

    /// <summary>How many elements were compared: all but those at kinks.</summary>
    public int Compared { get; }

    /// <summary>How many elements were left out because the function has no derivative there.</summary>
    public int Kinks { get; }

    /// <summary>How many of the elements compared do not agree.</summary>
    public int Wrong { get; }

    /// <summary>The element whose error is largest in units of its tolerance; <see langword="null"/> where none was compared.</summary>
    public GradientElement? Worst { get; }

    /// <summary>
    /// max |analytic − numerical| / max |numerical| over the elements compared. Where the gradient vanishes, which is to
    /// say that max |numerical| is within the absolute tolerance, the error is not divided.
    /// </summary>
    public double RelativeError { get; }

    /// <summary>
    /// Where the gradient is wrong by one factor throughout (a sign, a forgotten 2 or 1/N), that factor:
    /// analytic = factor · numerical. Otherwise <see langword="null"/>.
    /// </summary>
    public double? Factor { get; }

    /// <summary>Whether every element compared agrees, and some were compared unless the input is empty.</summary>
    public bool Passed => Wrong == 0 && !OnlyKinks;

    private bool OnlyKinks => Compared == 0 && Kinks > 0;

    /// <summary>The finding in one line, for example <c>gamma [19]: WRONG (5 of 19 compared), worst gamma[4]: …</c>.</summary>
    public override string ToString()
    {
        string finding =
            OnlyKinks ? "NOT CHECKED, the function has a kink at every element: give inputs away from the kinks"
            : Wrong > 0 ? FormattableString.Invariant($"WRONG ({Wrong} of {Compared} compared), worst {Worst}")
            : FormattableString.Invariant($"right ({Compared} compared), relative error {RelativeError:G3}");
        string factor = Factor is { } c ? FormattableString.Invariant($"; every element is {c:G6} times the numerical one") : "";
        string kinks = Kinks > 0 && !OnlyKinks ? FormattableString.Invariant($"; {Kinks} at kinks left out") : "";
        return FormattableString.Invariant($"{Name} [{string.Join(", ", Lengths)}]: {finding}{factor}{kinks}");
    }

    private static double WorstErrorToLargestGradient(IReadOnlyList<GradientElement> elements, double absoluteTolerance)
    {
        double error = 0, largest = 0;
        foreach (var element in elements)
        {
            // Math.Max hands on what is not a number.
            error = Math.Max(error, element.Error);
            largest = Math.Max(largest, Math.Abs(element.Numerical));
        }

        return largest <= absoluteTolerance ? error : error / largest;
    }

    private static double? CommonFactor(IReadOnlyList<GradientElement> elements)
    {
        // The least squares fit of analytic = c · numerical is c = ⟨analytic, numerical⟩ / ⟨numerical, numerical⟩.
        double factor = elements.Sum(element => element.Analytic * element.Numerical) / elements.Sum(element => element.Numerical * element.Numerical);
        bool fits = elements.All(element => Math.Abs(element.Analytic - factor * element.Numerical) <= element.Tolerance);
        return elements.Count > 1 && fits ? factor : null;
    }
}
