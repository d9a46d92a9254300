using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace BatchNormGen.Generator.Reading;

/// <summary>
/// Walks through the values of the parameters that choose, one reading of the body for each path. A parameter is decided
/// when the body first asks for it, so that one that does not matter makes no case.
/// </summary>
internal sealed class Decisions
{
    private readonly List<(string Parameter, ImmutableArray<Option> Options, int Taken)> _path = [];
    private int _next;

    /// <summary>What was decided on the present path.</summary>
    public ImmutableArray<Choice> Choices => [.. _path.Select(step => new Choice(step.Parameter, step.Options[step.Taken].Text))];

    /// <summary>The value that a parameter has on the present path.</summary>
    public Option Decide(string parameter, ImmutableArray<Option> options)
    {
        if (_next == _path.Count) _path.Add((parameter, options, 0));
        var (_, known, taken) = _path[_next++];
        return known[taken];
    }

    /// <summary>Goes on to the next path; false where there is none.</summary>
    public bool Advance()
    {
        _next = 0;
        while (_path.Count > 0)
        {
            var (parameter, options, taken) = _path[_path.Count - 1];
            _path.RemoveAt(_path.Count - 1);
            if (taken + 1 == options.Length) continue;
            _path.Add((parameter, options, taken + 1));
            return true;
        }
        return false;
    }
}
