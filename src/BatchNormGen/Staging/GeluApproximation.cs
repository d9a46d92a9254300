namespace BatchNormGen;

/// <summary>How <c>Gelu</c> is computed.</summary>
public enum GeluApproximation
{
    /// <summary>With the error function: x/2 (1 + erf(x/√2)).</summary>
    None,

    /// <summary>With the hyperbolic tangent: x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))), as GPT-2 has it.</summary>
    Tanh,
}
