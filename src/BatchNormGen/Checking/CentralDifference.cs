namespace BatchNormGen;

/// <summary>The formula by which <see cref="GradientCheck"/> takes a derivative from values of the function alone.</summary>
/// <remarks>
/// Both formulas trade truncation, which grows with the step h, for rounding, which grows with 1/h
/// (Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, 25.3).
/// </remarks>
public enum CentralDifference
{
    /// <summary>
    /// f'(x) ≈ (f(x+h) − f(x−h)) / 2h, with truncation error −h²·f‴/6: two forward passes per element. This is what
    /// <c>torch.autograd.gradcheck</c> does.
    /// </summary>
    ThreePoint,

    /// <summary>
    /// f'(x) ≈ (8·(f(x+h) − f(x−h)) − (f(x+2h) − f(x−2h))) / 12h, with truncation error h⁴·f⁽⁵⁾/30: four forward passes
    /// per element. It is one step of Richardson's extrapolation of <see cref="ThreePoint"/>, (4·D(h) − D(2h)) / 3, and
    /// with steps near 1e-3 a smooth layer agrees with it to ten digits or more.
    /// </summary>
    FivePoint,
}
