using System.Globalization;

namespace BatchNormGen.Generator.Tests;

/// <summary>Runs code under other cultures, whose numbers and letters differ from the invariant ones.</summary>
internal static class Cultures
{
    /// <summary>Minus signs, decimal commas, digits and dotless i's that have been trouble elsewhere.</summary>
    public static readonly string[] Names = ["fi-FI", "tr-TR", "de-DE", "sv-SE", "ar-SA", "fa-IR"];

    public static T Under<T>(string name, Func<T> make)
    {
        var (culture, ui) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(name);
            return make();
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, ui);
        }
    }
}
