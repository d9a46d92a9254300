using System.Globalization;

namespace BatchNormGen.Generator.Tests;

/// <summary>What environment variables ask of a test.</summary>
internal static class Settings
{
    /// <summary>The number that a variable holds; <paramref name="otherwise"/> where it holds none.</summary>
    public static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
