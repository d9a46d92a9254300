using System;
using System.Globalization;
using System.Numerics;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Reading;

/// <summary>Integers of C# as exact numbers.</summary>
internal static class Integers
{
    /// <summary>The number in a boxed integer of any type.</summary>
    public static Rational Of(object value) => new(BigInteger.Parse(Convert.ToString(value, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), 1);
}
