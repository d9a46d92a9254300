namespace BatchNormGen.Kernels;

/// <summary>Where whole numbers stand in the bits of floating-point numbers (IEEE 754).</summary>
internal static class Bits
{
    /// <summary>The number of explicit bits of the mantissa.</summary>
    public const int SingleMantissa = 23;

    /// <inheritdoc cref="SingleMantissa"/>
    public const int DoubleMantissa = 52;

    /// <summary>1.5·2²³: plus a small number, it has that number's nearest whole number in the low bits of its mantissa.</summary>
    public const float SingleWhole = 3 << 22;

    /// <summary>1.5·2⁵²; see <see cref="SingleWhole"/>.</summary>
    public const double DoubleWhole = 3L << 51;

    /// <summary>Plus n, it has the exponent of 2ⁿ, with its bias, in the low bits of its mantissa.</summary>
    public const float SingleExponentInMantissa = SingleWhole + 127;

    /// <inheritdoc cref="SingleExponentInMantissa"/>
    public const double DoubleExponentInMantissa = DoubleWhole + 1023;
}
