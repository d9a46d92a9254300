using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Threading;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Reading;

/// <summary>
/// What one reading of a body knows: what the names in it stand for, and the stages so far. A name stands for its parts:
/// one value, or those of a tuple or an array. A null part is one that could not be read: that was said already, by us or
/// by the compiler, and nothing more is said where the name is used.
/// </summary>
internal sealed class Scope(Graph graph, DiagnosticBag diagnostics, Decisions decisions, Splits splits, Sources sources, CancellationToken token)
{
    /// <summary>How many rounds of loops and calls are written out, and how many stages there are, so that all passes have an end.</summary>
    public const int MostRepetitions = 1000;

    /// <summary>How deep calls are nested, so that there is stack for them.</summary>
    private const int DeepestCall = 50;

    private readonly Dictionary<ISymbol, ImmutableArray<Value?>> _parts = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, ImmutableArray<Option>> _options = new(SymbolEqualityComparer.Default);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<Named> _stages = [];
    private readonly List<EquatableArray<Index?>> _layouts = [];
    private readonly List<Location> _places = [];
    private readonly List<Condition> _conditions = [];
    private readonly List<IMethodSymbol> _calls = [];
    private DiagnosticBag _diagnostics = diagnostics;
    private int _repetitions;

    public Graph Graph { get; } = graph;
    public Sources Sources { get; } = sources;

    /// <summary>The axes that are split.</summary>
    public Splits Splits { get; } = splits;
    public CancellationToken Token { get; } = token;

    public ImmutableArray<Named> Stages => [.. _stages];

    /// <summary>The layout of each stage.</summary>
    public ImmutableArray<EquatableArray<Index?>> Layouts => [.. _layouts];

    /// <summary>Where each stage comes from.</summary>
    public IEnumerable<(string Stage, Location Location)> Places => _stages.Zip(_places, (stage, place) => (stage.Name, place));

    /// <summary>What has to hold when the layer is called.</summary>
    public IReadOnlyList<Condition> Conditions => _conditions;

    public void Require(Condition condition)
    {
        if (!_conditions.Contains(condition)) _conditions.Add(condition);
    }

    // Names.

    /// <summary>A parameter of the layer.</summary>
    public void Declare(IParameterSymbol parameter, Value? value)
    {
        _names.Add(parameter.Name);
        Set(parameter, [value]);
    }

    /// <summary>A parameter of the layer that chooses between formulas.</summary>
    public void Declare(IParameterSymbol parameter, ImmutableArray<Option> options)
    {
        _names.Add(parameter.Name);
        _options[parameter] = options;
    }

    /// <summary>From here on the local or parameter stands for these parts.</summary>
    public void Set(ISymbol symbol, ImmutableArray<Value?> parts) => _parts[symbol] = parts;

    /// <summary>What a local or parameter stands for here; nothing where that could not be read.</summary>
    public ImmutableArray<Value?> Find(ISymbol symbol)
    {
        if (_parts.TryGetValue(symbol, out var parts)) return parts;
        if (!_options.TryGetValue(symbol, out var options)) return [];
        parts = [Value.Scalar(Graph.Constant(decisions.Decide(symbol.Name, options).Value))];
        Set(symbol, parts);
        return parts;
    }

    /// <summary>How many names stand for a stage, as a whole or in part, or for the same elements in another order.</summary>
    public int NamesOf(Expr stage) => _parts.Values.Sum(parts => parts.Count(part => part?.Expr is Named other && other.Name == ((Named)stage).Name));

    // Stages.

    /// <summary>A value that is computed becomes a stage. One that only renames a parameter, or counts elements, does not.</summary>
    public Value? Keep(string name, ITypeSymbol? type, Value? value, Location place) =>
        value is null || type.IsInteger() || !IsComputed(value.Expr) ? value : value with { Expr = Stage(name, value, place) };

    public Named Stage(string name, Value value, Location place)
    {
        var unique = name;
        for (var suffix = 2; !_names.Add(unique); suffix++) unique = name + suffix.ToString(CultureInfo.InvariantCulture);
        var stage = (Named)Graph.Named(unique, value.Expr);
        _stages.Add(stage);
        _layouts.Add(value.Layout);
        _places.Add(place);
        if (_stages.Count == MostRepetitions + 1) Report(Descriptors.TooLong, place, MostRepetitions);
        return stage;
    }

    private static bool IsComputed(Expr expr) => expr is not (Read or Scalar or Named) && !IsCount(expr);

    private static bool IsCount(Expr expr) => expr is Constant or Extent or Add or Product or Apply && expr.Operands.All(IsCount);

    // Loops and calls.

    /// <summary>Counts one more round of a loop, or a call; false, which is said at the place, where there were too many.</summary>
    public bool Repeat(Location place)
    {
        Token.ThrowIfCancellationRequested();
        if (++_repetitions <= MostRepetitions) return true;
        if (_repetitions == MostRepetitions + 1) Report(Descriptors.TooLong, place, MostRepetitions);
        return false;
    }

    /// <summary>Whether one more call may be read inside those that are being read; false, which is said at the place, where they are too deep.</summary>
    public bool Nest(Location place)
    {
        if (_calls.Count < DeepestCall) return true;
        Report(Descriptors.TooLong, place, MostRepetitions);
        return false;
    }

    /// <summary>Whether the body of a method is being read.</summary>
    public bool IsIn(IMethodSymbol method) => _calls.Contains(method, SymbolEqualityComparer.Default);

    /// <summary>Reads in the body of a method.</summary>
    public T In<T>(IMethodSymbol method, Func<T> read)
    {
        _calls.Add(method);
        try
        {
            return read();
        }
        finally
        {
            _calls.RemoveAt(_calls.Count - 1);
        }
    }

    // Diagnostics.

    public int ErrorCount => _diagnostics.ErrorCount;

    public void Report(DiagnosticDescriptor descriptor, Location location, params object[] arguments) =>
        _diagnostics.Report(descriptor, location, arguments);

    /// <summary>Reads without saying anything, and gives what there would have been to say.</summary>
    public T Quietly<T>(Func<T> read, out ImmutableArray<Diagnostic> unsaid)
    {
        var (outer, inner) = (_diagnostics, new DiagnosticBag());
        _diagnostics = inner;
        try
        {
            return read();
        }
        finally
        {
            _diagnostics = outer;
            unsaid = inner.ToImmutable();
        }
    }
}
