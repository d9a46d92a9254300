using System;
using System.Collections.Generic;
using System.Threading;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Reading;

/// <summary>
/// What the names in a body stand for. A null value is one that could not be read: that was said already, by us or by
/// the compiler, and nothing more is said where the name is used.
/// </summary>
internal sealed class Scope(Graph graph, DiagnosticBag diagnostics, CancellationToken token)
{
    private readonly Dictionary<string, Value?> _parameters = new(StringComparer.Ordinal);
    private readonly Dictionary<ISymbol, Value?> _locals = new(SymbolEqualityComparer.Default);

    public Graph Graph { get; } = graph;
    public CancellationToken Token { get; } = token;

    private readonly List<Condition> _conditions = [];

    /// <summary>What has to hold when the layer is called.</summary>
    public IReadOnlyList<Condition> Conditions => _conditions;

    public void Require(Condition condition)
    {
        if (!_conditions.Contains(condition)) _conditions.Add(condition);
    }

    public IEnumerable<string> ParameterNames => _parameters.Keys;

    public void Declare(IParameterSymbol parameter, Value? value) => _parameters[parameter.Name] = value;

    public void Declare(ILocalSymbol local, Value? value) => _locals[local] = value;

    public Value? Find(IParameterSymbol parameter) => _parameters.TryGetValue(parameter.Name, out var value) ? value : null;

    public Value? Find(ILocalSymbol local) => _locals.TryGetValue(local, out var value) ? value : null;

    public void Report(DiagnosticDescriptor descriptor, Location location, params object[] arguments) =>
        diagnostics.Report(descriptor, location, arguments);
}
