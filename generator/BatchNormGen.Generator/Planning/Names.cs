using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;

namespace BatchNormGen.Generator.Planning;

/// <summary>Gives out names that nothing else has, C# itself included.</summary>
internal sealed class Names(IEnumerable<string> taken)
{
    /// <summary>What generated code appends to a name, where one value takes several variables.</summary>
    public static readonly ImmutableArray<string> Suffixes = ["Aligned", "Block", "Elements", "Here", "High", "Lanes", "Low", "Moments", "Parts", "Pivot", "Result", "Shifted", "Squares", "Total", "Value", "Writing"];

    private readonly HashSet<string> _taken = new(taken, StringComparer.Ordinal);

    /// <summary>For each stem the number from which on there may be a free name: below it all are taken, and stay so.</summary>
    private readonly Dictionary<string, int> _next = new(StringComparer.Ordinal), _nextLocal = new(StringComparer.Ordinal);

    /// <summary>A copy, for a scope within the first.</summary>
    public Names(Names outer) : this(outer._taken)
    {
    }

    public bool IsTaken(string name) => IsTakenItself(name) || Suffixes.Any(suffix => _taken.Contains(name + suffix));

    /// <summary>Keeps a name from being given out.</summary>
    public void Take(string name) => _taken.Add(name);

    private bool IsTakenItself(string name) => SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || _taken.Contains(name);

    /// <summary><paramref name="stem"/> where it is free, else with the first number from 2 that makes it so.</summary>
    public string Fresh(string stem) => Fresh(stem, _next, IsTaken);

    /// <summary>As <see cref="Fresh(string)"/>, for a local variable after which no other is named.</summary>
    public string FreshLocal(string stem) => Fresh(stem, _nextLocal, IsTakenItself);

    private string Fresh(string stem, Dictionary<string, int> next, Func<string, bool> isTaken)
    {
        if (!next.TryGetValue(stem, out var number)) number = 1;
        var name = Name();
        while (isTaken(name))
        {
            number++;
            name = Name();
        }
        next[stem] = number;
        _taken.Add(name);
        return name;

        string Name() => number == 1 ? stem : stem + number.ToString(CultureInfo.InvariantCulture);
    }
}
