using System.Runtime.CompilerServices;

namespace BatchNormGen.Generator.Tests;

/// <summary>
/// Compares text with the file <c>TestClass.TestName.verified.cs</c> (or another extension) beside the test. Where they differ, the text is left
/// in <c>….received.cs</c>; <c>BATCHNORMGEN_ACCEPT=1</c> makes it the verified one instead.
/// </summary>
internal static class Snapshot
{
    private const string Accept = "BATCHNORMGEN_ACCEPT";

    /// <summary>Fails, and shows the first lines that differ, unless <paramref name="text"/> is what was verified.</summary>
    /// <param name="text">What the test made.</param>
    /// <param name="variant">Tells the cases of one test apart, in the name of the file.</param>
    /// <param name="extension">What the text is: <c>cs</c> or <c>txt</c>.</param>
    /// <param name="accept">Whether to take the text as the verified one; what the environment says, unless it is given.</param>
    public static void Match(string text, string? variant = null, string extension = "cs", bool? accept = null, [CallerFilePath] string file = "", [CallerMemberName] string test = "")
    {
        var stem = Path.Combine(Path.GetDirectoryName(file)!, $"{Path.GetFileNameWithoutExtension(file)}.{test}{(variant is null ? "" : "_" + variant)}");
        var (verified, received) = ($"{stem}.verified.{extension}", $"{stem}.received.{extension}");
        text = Normalize(text);
        var expected = File.Exists(verified) ? Normalize(File.ReadAllText(verified)) : null;
        if (expected == text)
        {
            File.Delete(received);
            return;
        }
        if (accept ?? Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(verified, text);
            File.Delete(received);
            return;
        }
        File.WriteAllText(received, text);
        Assert.Fail($"""
            {Path.GetFileName(verified)} {(expected is null ? "does not exist yet" : "differs")}. To accept what was received, run the test with {Accept}=1.
            {Difference(expected ?? "", text)}
            """);
    }

    /// <summary>The first lines that differ, each with its number, after the lines before them.</summary>
    internal static string Difference(string expected, string actual, int context = 2, int shown = 8)
    {
        var (old, @new) = (expected.Split('\n'), actual.Split('\n'));
        var first = old.Zip(@new).TakeWhile(pair => pair.First == pair.Second).Count();
        var last = old.Skip(first).Reverse().Zip(@new.Skip(first).Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
        return string.Join("\n",
        [
            .. Lines(old, Math.Max(0, first - context), first, ' '),
            .. Lines(old, first, Math.Min(old.Length - last, first + shown), '-'),
            .. Lines(@new, first, Math.Min(@new.Length - last, first + shown), '+'),
        ]);

        static IEnumerable<string> Lines(string[] lines, int from, int to, char mark) =>
            Enumerable.Range(from, Math.Max(0, to - from)).Select(i => FormattableString.Invariant($"{mark} {i + 1,4} | {lines[i]}"));
    }

    private static string Normalize(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
}
