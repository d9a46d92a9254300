namespace BatchNormGen;

/// <summary>One element of one input's gradient, as the backward gives it and as differences of the forward give it.</summary>
/// <param name="Input">The name of the input.</param>
/// <param name="Index">The position of the element in the input, one number per axis.</param>
/// <param name="Analytic">What the backward under test returns.</param>
/// <param name="Numerical">What differences of the forward give.</param>
/// <param name="Tolerance">The error that is tolerated here: absolute tolerance + relative tolerance · |<paramref name="Numerical"/>|.</param>
public sealed record GradientElement(string Input, IReadOnlyList<nint> Index, double Analytic, double Numerical, double Tolerance)
{
    /// <summary>|analytic − numerical|; not a number where either of them is not.</summary>
    public double Error => Math.Abs(Analytic - Numerical);

    /// <summary>Whether the error is within the tolerance. What is not a number never is.</summary>
    public bool Agrees => Error <= Tolerance;

    /// <summary>The error in units of the tolerance, by which elements are ranked; infinite where the error is not a number.</summary>
    internal double Excess => Error == 0 ? 0 : double.IsNaN(Error) ? double.PositiveInfinity : Error / Tolerance;

    /// <summary>Names the element and says both values, for example <c>gamma[4]: analytic 1.25, numerical -1.25, error 2.5, tolerated 0.00126</c>.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Input}[{string.Join(", ", Index)}]: analytic {Analytic:G9}, numerical {Numerical:G9}, error {Error:G3}, tolerated {Tolerance:G3}");
}
