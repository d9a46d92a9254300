using System.Text.RegularExpressions;

namespace BatchNormGen.Tests.Vectors;

/// <summary>Layers are written for one element type. Those in float are a copy of those in double, and a test compares the two.</summary>
internal static class FloatSource
{
    /// <summary>The source of the layers in float, from that in double.</summary>
    public static string Of(string source) => Regex.Replace(source.Replace("InDouble", "InFloat").Replace("double", "float").Replace("Math.", "MathF."), @"\b\d+\.\d+\b|\b1e30\b", "$0f");
}
