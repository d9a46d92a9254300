namespace BatchNormGen;

/// <summary>The step, the tolerances and the seed of a <see cref="GradientCheck"/>.</summary>
/// <remarks>
/// The defaults are those of <c>torch.autograd.gradcheck</c>: step 1e-6, absolute tolerance 1e-5, relative tolerance 1e-3.
/// For a smooth layer <c>new() { Difference = CentralDifference.FivePoint, AbsoluteTolerance = 1e-9, RelativeTolerance = 1e-7 }</c>
/// asks for far more. The absolute tolerance is not scaled: lower it where the gradients themselves are small, as those of a
/// loss that is a mean over many elements.
/// </remarks>
public sealed record GradientCheckOptions
{
    /// <summary>Which difference formula gives the numerical gradient. The default is <see cref="CentralDifference.ThreePoint"/>.</summary>
    public CentralDifference Difference { get; init; } = CentralDifference.ThreePoint;

    /// <summary>
    /// How far an element is moved to either side, in the units of that element. The default, <see langword="null"/>, stands
    /// for 1e-6 with <see cref="CentralDifference.ThreePoint"/> and 1e-3 with <see cref="CentralDifference.FivePoint"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is not positive and finite.</exception>
    public double? Step
    {
        get;
        init => field = value is null or (> 0 and < double.PositiveInfinity)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Step), value, "A difference needs a positive, finite step; leave it null for the default.");
    }

    /// <summary>The error that is tolerated whatever the gradient's size; see <see cref="GradientElement.Tolerance"/>. The default is 1e-5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative or not a number.</exception>
    public double AbsoluteTolerance { get; init => field = NotNegative(value, nameof(AbsoluteTolerance)); } = 1e-5;

    /// <summary>The error that is tolerated per unit of the numerical gradient; see <see cref="GradientElement.Tolerance"/>. The default is 1e-3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative or not a number.</exception>
    public double RelativeTolerance { get; init => field = NotNegative(value, nameof(RelativeTolerance)); } = 1e-3;

    /// <summary>
    /// For differences of a forward in single precision, whose own rounding u ≈ 6e-8 they multiply by 1/h: five points, a step
    /// of 1/32, and tolerances of 1e-3 and 1e-2. A wrong sign or factor is found, an error in the third digit is not.
    /// </summary>
    public static GradientCheckOptions OfFloatDifferences { get; } =
        new() { Difference = CentralDifference.FivePoint, Step = 1.0 / 32, AbsoluteTolerance = 1e-3, RelativeTolerance = 1e-2 };

    /// <summary>The seed of the random incoming gradients. The same seed gives the same check on every machine. The default is 0.</summary>
    public int Seed { get; init; }

    internal double StepOrDefault => Step ?? (Difference is CentralDifference.FivePoint ? 1e-3 : 1e-6);

    private static double NotNegative(double value, string name) =>
        value >= 0 ? value : throw new ArgumentOutOfRangeException(name, value, "A tolerance is zero or more.");
}
