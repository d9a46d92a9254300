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
/// <param name="Places">The places that are done in turn: four, or one.</param>
/// <param name="TakesRest">Whether it is done once more at the end of a row, for less than a vector.</param>
internal sealed record SweepStep(VectorCode Code, string Method, string Types, IReadOnlyList<string> Body, IReadOnlyList<(string Type, string Name)> Parameters, int Places, bool TakesRest)
{
    /// <summary>The places that a sweep takes in turn, at most: as many as additions take cycles to end, and as many streams as memory needs to be busy.</summary>
    public const int MostPlaces = 4;

    /// <summary>More operations than these are not repeated: they take longer than a sum waits for the one before it, and the JIT would stop inlining.</summary>
    private const int MostOperations = 32;

    public bool IsRepeated => Places > 1;

    /// <summary>Whether it is a method of its own.</summary>
    public bool IsMethod => IsRepeated || TakesRest;

    /// <summary>How many places to do in turn.</summary>
    /// <param name="code">The values that are computed.</param>
    /// <param name="body">The statements.</param>
    /// <param name="sums">Whether there are reductions among them.</param>
    public static int PlacesOf(VectorCode code, IEnumerable<string> body, bool sums) => sums && code.Inlined + body.Sum(Operations) <= MostOperations ? MostPlaces : 1;

    private static int Operations(string statement)
    {
        var count = 0;
        for (var i = 0; i < statement.Length - 2; i++)
            if (statement[i] == 'V' && statement[i + 1] == '.' || statement[i] == ' ' && statement[i + 2] == ' ' && "+-*/".IndexOf(statement[i + 1]) >= 0) count++;
        return count;
    }

    /// <summary>The statements that do it at one place.</summary>
    /// <param name="argument">What stands for something from outside.</param>
    public IEnumerable<string> Once(Func<string, string> argument) => IsMethod
        ? [$"{Method}<{Types}>({string.Join(", ", Parameters.Select(parameter => (parameter.Type.StartsWith("ref ", StringComparison.Ordinal) ? "ref " : "") + argument(parameter.Name)))});"]
        : Body;
}
