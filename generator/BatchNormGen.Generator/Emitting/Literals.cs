using System.Globalization;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Emitting;

/// <summary>Exact numbers as C# literals.</summary>
internal static class Literals
{
    /// <summary>As a double: <c>0.5</c>, <c>2.0</c>.</summary>
    public static string Double(Rational value)
    {
        var text = value.ToDouble().ToString("R", CultureInfo.InvariantCulture);
        return text.IndexOfAny(['.', 'E', 'e']) < 0 ? text + ".0" : text;
    }

    /// <summary>In the element type: <c>0.5f</c> for float.</summary>
    public static string Of(Rational value, string element) =>
        element == "double" ? Double(value) : ((float)value.ToDouble()).ToString("R", CultureInfo.InvariantCulture) + "f";
}
