using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using Microsoft.CodeAnalysis.CSharp;

namespace BatchNormGen.Generator.Emitting;

/// <summary>The variables of a staged method: what they are called, how they are laid out, and which of them are used.</summary>
internal sealed class StageVariables(Graph graph)
{
    private readonly Dictionary<Expr, Eager> _values = [];
    private readonly Dictionary<string, Eager> _scalars = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<Index?>> _tensors = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly List<Axis> _axes = [];

    /// <summary>The axes whose extents are used.</summary>
    public IReadOnlyList<Axis> Axes => _axes;

    public bool IsUsed(string name) => _used.Contains(name);

    public void Use(string name) => _used.Add(name);

    /// <summary>A variable that holds a value.</summary>
    public void Declare(Expr value, StageValue variable) => _values[value] = new(variable.Name, variable.Layout) { IsMask = variable.IsMask };

    /// <summary>The parameters of a layer, or the gradients that come in for it.</summary>
    public void Declare(IEnumerable<StageValue> parameters, string element)
    {
        foreach (var parameter in parameters)
        {
            _tensors[parameter.Name] = parameter.Layout;

            // A scalar of another type is converted: then it divides as a fraction, and in full precision.
            _scalars[parameter.Name] = parameter.Element == element ? new(parameter.Name, []) : new($"({element}){parameter.Name}", [], Binding.Unary);
        }
    }

    /// <summary>The variable that holds a value; null where there is none.</summary>
    public Eager? Find(Expr node)
    {
        var found = Peek(node);
        if (found is not null) _used.Add(node is Scalar scalar ? scalar.Name : found.Text);
        return found;
    }

    /// <summary>As <see cref="Find"/>, of a variable that will not be used yet.</summary>
    public Eager? Peek(Expr node) =>
        _values.TryGetValue(node, out var known) ? known
        : node switch
        {
            Scalar scalar => _scalars[scalar.Name],
            Read read => new(read.Tensor, Laid(_tensors[read.Tensor], read.Indices)),
            Named named => Renamed(named),
            _ => null,
        };

    /// <summary>The extent of an axis as C#; 1 for null, and a product for an axis that was joined from others.</summary>
    public string Extent(Axis? axis)
    {
        if (axis is null) return "1";
        if (axis.Extent is not null) return axis.Name;
        if (!SyntaxFacts.IsValidIdentifier(axis.Name)) return string.Join(" * ", graph.Splits[axis].Select(Extent));
        if (!_axes.Contains(axis)) _axes.Add(axis);
        return axis.Name;
    }

    /// <summary>A declared layout over the indices of memory that are read.</summary>
    private ImmutableArray<Index?> Laid(ImmutableArray<Index?> declared, ImmutableArray<Index?> read)
    {
        var next = 0;
        return [.. declared.Select(index => index is { Parts.IsEmpty: false } ? graph.Join(index.Axis, [.. index.Parts.Select(_ => read[next++]!)]) : read[next++])];
    }

    /// <summary>A stage over other indices: the same variable with its axes named anew.</summary>
    private Eager? Renamed(Named node) => (
        from stage in _values.Keys.OfType<Named>()
        let map = Renaming.Find(graph, stage, node)
        where map is not null
        let variable = _values[stage]
        select variable with { Layout = Laid(variable.Layout, [.. variable.Layout.Atoms().Select(index => index is null ? null : map[index])]) }).FirstOrDefault();
}
