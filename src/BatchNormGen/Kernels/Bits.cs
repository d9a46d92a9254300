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

    /// <summary>What is added to exponents, so that none is negative.</summary>
    public const int SingleBias = 127;

    /// <inheritdoc cref="SingleBias"/>
    public const int DoubleBias = 1023;

    /// <summary>2²³. Or-ed with a whole number that is smaller, it is the sum.</summary>
    public const float SingleWholeMantissa = 1 << SingleMantissa;

    /// <inheritdoc cref="SingleWholeMantissa"/>
    public const double DoubleWholeMantissa = 1L << DoubleMantissa;

    /// <summary>The bits of 1.</summary>
    public const uint SingleOne = (uint)SingleBias << SingleMantissa;

    /// <inheritdoc cref="SingleOne"/>
    public const ulong DoubleOne = (ulong)DoubleBias << DoubleMantissa;

    /// <summary>The bits of √½.</summary>
    public const uint SingleRootHalf = 0x3F35_04F3;

    /// <inheritdoc cref="SingleRootHalf"/>
    public const ulong DoubleRootHalf = 0x3FE6_A09E_667F_3BCD;
}
