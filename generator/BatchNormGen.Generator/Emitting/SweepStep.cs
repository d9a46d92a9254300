using System;
using System.Collections.Generic;
using System.Linq;

namespace BatchNormGen.Generator.Emitting;

/// <summary>
/// What a sweep does with the lanes at one place. Where it is done for several places in turn, it is a method of its own, so that it is written
/// once; the JIT puts it where it is called.
/// </summary>
/// <param name="Code">The values that it computes.</param>
/// <param name="Method">The name of the method.</param>
/// <param name="Types">The type arguments of the method.</param>
/// <param name="Body">Its statements.</param>
/// <param name="Parameters">What they use from outside.</param>
/// <param name="IsRepeated">Whether it is done for several places in turn.</param>
internal sealed record SweepStep(VectorCode Code, string Method, string Types, IReadOnlyList<string> Body, IReadOnlyList<(string Type, string Name)> Parameters, bool IsRepeated)
{
    /// <summary>The places that a sweep takes in turn, at most.</summary>
    public const int MostPlaces = 4;

    /// <summary>More operations than these are not repeated: the JIT would stop inlining, and they take longer than what repeating them gains.</summary>
    private const int MostOperations = 32;

    /// <summary>Whether statements are short enough to be repeated.</summary>
    public static bool CanRepeat(IEnumerable<string> body) => body.Sum(Operations) <= MostOperations;

    private static int Operations(string statement)
    {
        var count = 0;
        for (var i = 0; i < statement.Length - 2; i++)
            if (statement[i] == 'V' && statement[i + 1] == '.' || statement[i] == ' ' && statement[i + 2] == ' ' && "+-*/".IndexOf(statement[i + 1]) >= 0) count++;
        return count;
    }

    /// <summary>The statements that do it at one place.</summary>
    /// <param name="argument">What stands for something from outside.</param>
    public IEnumerable<string> Once(Func<string, string> argument) => IsRepeated
        ? [$"{Method}<{Types}>({string.Join(", ", Parameters.Select(parameter => (parameter.Type.StartsWith("ref ", StringComparison.Ordinal) ? "ref " : "") + argument(parameter.Name)))});"]
        : Body;
}
