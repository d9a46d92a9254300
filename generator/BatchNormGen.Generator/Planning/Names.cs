using System;
using System.Collections.Generic;
using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;

namespace BatchNormGen.Generator.Planning;

/// <summary>Gives out names that nothing else has, C# itself included.</summary>
internal sealed class Names(IEnumerable<string> taken)
{
    private readonly HashSet<string> _taken = new(taken, StringComparer.Ordinal);

    /// <summary>A copy, for a scope within the first.</summary>
    public Names(Names outer) : this(outer._taken)
    {
    }

    /// <summary><paramref name="stem"/> where it is free, else with the first number from 2 that makes it so.</summary>
    public string Fresh(string stem)
    {
        var name = stem;
        for (var i = 2; SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || !_taken.Add(name); i++) name = stem + i.ToString(CultureInfo.InvariantCulture);
        return name;
    }
}
