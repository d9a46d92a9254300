using System;
using System.Collections.Generic;
using System.Linq;

namespace BatchNormGen.Generator.Emitting;

/// <summary>The variables of a kernel, and which of them the struct of a region uses and so needs as fields.</summary>
internal sealed class Fields
{
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly List<string> _used = [];
    private readonly HashSet<string> _isUsed = new(StringComparer.Ordinal);

    /// <summary>The variables there are, by name.</summary>
    public void Declare(string type, string name) => _types[name] = type;

    public string TypeOf(string name) => _types[name];

    /// <summary>Whether there is a variable of floats by that name.</summary>
    public bool IsSingle(string name) => _types.TryGetValue(name, out var type) && type.Contains("float");

    /// <summary>How code in the struct refers to a variable.</summary>
    public string Use(string name)
    {
        if (!_types.ContainsKey(name)) throw new InvalidOperationException($"The variable {name} is not declared.");
        if (_isUsed.Add(name)) _used.Add(name);
        return "this." + name;
    }

    /// <summary>The fields, in the order of their first use.</summary>
    public IEnumerable<(string Type, string Name)> Used => _used.Select(name => (_types[name], name));

    /// <summary>The same variables, none of them used yet.</summary>
    public Fields Fresh()
    {
        var fresh = new Fields();
        foreach (var pair in _types) fresh.Declare(pair.Value, pair.Key);
        return fresh;
    }
}
