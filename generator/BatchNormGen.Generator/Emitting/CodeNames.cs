using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Runtime.CompilerServices;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Differentiating;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Reading;
using Microsoft.CodeAnalysis.CSharp;

namespace BatchNormGen.Generator.Emitting;

/// <summary>
/// Gives the parameters, results, axes and stages of a layer names that generated code can have. Nearly always they are
/// the user's own; one that is a keyword, or that the code needs for itself, or that two things share, gets a number.
/// After this pass nobody has to think of it: all names of the layer differ from each other and from <see cref="Own"/>.
/// </summary>
internal sealed class CodeNames
{
    /// <summary>The names that generated code uses for itself: variables, members and types.</summary>
    public static readonly ImmutableHashSet<string> Own =
    [
        "accumulate", "added", "ahead", "apart", "axes", "axis", "block", "blockEnd", "blockRows", "cache", "cacheUse", "caseNumber", "chunk", "chunks", "columns", "count", "deviation", "end", "first", "follows", "from", "fromEnd", "inPlace", "instance", "intermediates", "isFilled", "isInUse", "isRest", "keepDims", "lanes", "last", "left",
        "nameof", "next", "nint", "outputs", "pivot", "place", "rest", "rests", "row", "rowFrom", "rowTo", "scratch", "start", "step", "stop", "stretch", "stretchEnd", "sumRows", "sweep", "sweeps", "taken", "to", "together", "touched", "turn", "turnEnd", "turnRows", "value", "var",
        "Ahead", "Backward", "BackwardSweeps", "Chunks", "Deciding", "Finish", "Forward", "ForwardSweeps", "ILanes", "ISweep", "IWriter", "Lane", "Lanes128", "Lanes256", "Lanes512", "Math", "MethodImpl", "MethodImplOptions",
        "CustomResults", "Matrix", "Moments", "Partials", "Prepare", "Products", "Repeated", "ReadOnlyMatrix", "ReadOnlySpan", "Replacing", "Run", "Scalars", "Scratch", "Span", "Streaming", "StretchMoments", "TWriter", "Tensor", "Total", "V", "Workers", "Writing", "Writings",
        .. from numbered in new[] { "BackwardSweeps", "Columns", "Finish", "ForwardSweeps", "Pivot", "Step", "Sweep", "count", "done" }
           from number in Enumerable.Range(0, 100)
           select numbered + number.ToString(CultureInfo.InvariantCulture),
        .. from function in Functions.Table
           from element in new[] { "float", "double" }
           select VectorCode.CallName(function.Name, element),
    ];

    /// <summary>
    /// Those of <see cref="Own"/> that are local variables of kernels only. A parameter may have such a name: kernels reach
    /// it through a field or under a fresh name.
    /// </summary>
    private static readonly ImmutableArray<string> Locals =
        ["added", "ahead", "apart", "axes", "axis", "block", "blockEnd", "blockRows", "columns", "count", "deviation", "end", "first", "follows", "from", "fromEnd", "isRest", "lanes", "last", "left", "next", "outputs", "pivot", "place", "rest", "rests", "row", "start", "step", "stop", "stretch", "stretchEnd", "taken", "to", "together", "turn", "turnEnd", "turnRows", "value"];

    private readonly Signature _signature;
    private readonly ImmutableArray<Layer> _layers;
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _axes = new(StringComparer.Ordinal);
    private readonly Names _taken;

    private CodeNames(Signature signature, ImmutableArray<Layer> layers)
    {
        (_signature, _layers) = (signature, layers);
        var called = signature.Parameters.Select(parameter => parameter.Name).Concat(layers[0].Outputs.Select(output => output.Name)).ToList();
        var stages = layers.SelectMany(layer => layer.Stages).Select(stage => stage.Name).Distinct().Except(called).ToList();
        var axes = layers.SelectMany(layer => layer.Graph.Indices.Select(index => index.Axis).Concat(layer.Graph.Splits.Keys)).Where(axis => axis.Extent is null && SyntaxFacts.IsValidIdentifier(axis.Name)).Select(axis => axis.Name).Distinct().ToList();
        var all = new HashSet<string>([.. called, .. called.Select(ReverseWalk.NameOf), .. stages, .. axes, "dout"], StringComparer.Ordinal);

        // What users call comes first: parameters, results, and the gradients that are named after them.
        _taken = new Names(Own.Except(Locals).Concat(Members()).Concat(Joined()));
        foreach (var name in called) _names[name] = Take(name, all);
        foreach (var name in called) _taken.Take(ReverseWalk.NameOf(_names[name]));
        _taken.Take("dout");
        foreach (var name in Locals) _taken.Take(name);
        foreach (var name in stages) _names[name] = Take(name, all);

        // Neighbours that are run through as one loop have their names in a row: axes E, N, D would make a loop called end.
        var clashing = new HashSet<string>(JoinedLoops().Where(loop => Own.Contains(loop.Variable) || SyntaxFacts.GetKeywordKind(loop.Variable) != SyntaxKind.None).SelectMany(loop => loop.Indices.Where(index => index.Axis.Extent is null).Take(1)).Select(index => index.Axis.Name));
        foreach (var name in axes) _axes[name] = Take(clashing.Contains(name) ? name + "2" : name, all);
    }

    /// <summary>The names of the methods that call each other, and of the type parameter.</summary>
    private IEnumerable<string> Members() =>
        [.. new[] { "", "Forward", "Backward", "Case", "Fused", "Cache", "Derivation", "ValueAndGradients" }.Select(ending => _signature.Name + ending), .. _signature.TypeParameter is { } type ? [type.Name] : ImmutableArray<string>.Empty];

    /// <summary>The names that loops over several neighbours have.</summary>
    private IEnumerable<string> Joined() => JoinedLoops().SelectMany(loop => new[] { loop.Variable, loop.Extent });

    private IEnumerable<Loop> JoinedLoops() =>
        from layout in _layers.SelectMany(layer => layer.Layouts).Concat(_signature.Parameters.Where(parameter => parameter.IsTensor).Select(parameter => parameter.Layout!.Value))
        let indices = layout.OfType<Index>().ToList()
        from start in Enumerable.Range(0, indices.Count)
        from count in Enumerable.Range(2, Math.Max(0, indices.Count - start - 1))
        select new Loop([.. indices.Skip(start).Take(count)]);

    /// <summary>The layer under names that generated code can have.</summary>
    public static Layer Apply(Layer layer) => new CodeNames(layer.Signature, [layer]).ApplyTo(layer);

    /// <summary>The method under names that generated code can have, the same in all cases.</summary>
    public static Method Apply(Method method)
    {
        var names = new CodeNames(method.Signature, [.. method.Cases.Select(@case => @case.Layer)]);
        var cases = method.Cases.Select(@case => new Case(
            @case.Choices.Select(choice => choice with { Parameter = names._names[choice.Parameter] }).ToImmutableArray(),
            names.ApplyTo(@case.Layer))).ToImmutableArray();
        return new(cases[0].Layer.Signature, cases);
    }

    private Layer ApplyTo(Layer layer)
    {
        var copy = new Copy(this, layer);
        return copy.IsIdentity ? layer : copy.Make();
    }

    /// <summary>The name itself if it is free, and is not made of another one that the user chose; else with a number.</summary>
    private string Take(string name, ICollection<string> others) =>
        Names.Suffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal) && others.Contains(name.Substring(0, name.Length - suffix.Length)))
            ? _taken.Fresh(name + "2")
            : _taken.Fresh(name);

    /// <summary>One layer under the new names.</summary>
    private sealed class Copy
    {
        private readonly CodeNames _to;
        private readonly Layer _layer;
        private readonly Graph _graph;
        private readonly Dictionary<Index, Index> _indices = [];
        private readonly Dictionary<Expr, Expr> _done = [];

        public Copy(CodeNames to, Layer layer)
        {
            (_to, _layer, _graph) = (to, layer, new Graph(to._taken.IsTaken));
            foreach (var split in layer.Graph.Splits) _graph.Split(Rename(split.Key), [.. split.Value.Select(Rename)]);
            foreach (var index in layer.Graph.Indices) _indices[index] = _graph.Index(Rename(index.Axis), layer.Graph.Indices.TakeWhile(other => other != index).Count(other => other.Axis == index.Axis));
        }

        public bool IsIdentity =>
            _to._names.All(pair => pair.Key == pair.Value) && _to._axes.All(pair => pair.Key == pair.Value) && _indices.All(pair => pair.Key.Name == pair.Value.Name);

        public Layer Make() => new(
            _layer.Signature with
            {
                Parameters = _layer.Signature.Parameters.Select(parameter => parameter with { Name = _to._names[parameter.Name], Layout = parameter.Layout is { } layout ? Rename(layout) : null }).ToImmutableArray(),
            },
            _graph,
            [.. _layer.Stages.Select(stage => (Named)Rename(stage))],
            [.. _layer.Layouts.Select(Rename)],
            [.. _layer.Outputs.Select(output => new Output(_to._names[output.Name], Rename(output.Layout), Rename(output.Value)))],
            _layer.Conditions.Select(Rename).ToImmutableArray());

        private Condition Rename(Condition condition) => condition switch
        {
            LabelsInRange labels => new LabelsInRange(_to._names[labels.Tensor], Rename(labels.Axis)),
            NotEmpty axis => new NotEmpty(Rename(axis.Axis)),
            AxisSplit split => new AxisSplit(Rename(split.Whole), split.Parts.Select(Rename).ToImmutableArray(), split.Sizes.Select(RenameIn).ToImmutableArray()),
            Divisible quotient => new Divisible(RenameIn(quotient.Number), RenameIn(quotient.Divisor)),
            _ => condition,
        };

        private EquatableArray<Index?> Rename(EquatableArray<Index?> layout) => layout.Select(Rename).ToImmutableArray();

        private Index? Rename(Index? index) => index is null ? null : index.Parts.IsEmpty ? _indices[index] : _graph.Join(Rename(index.Axis), [.. index.Parts.Select(part => _indices[part])]);

        private Axis Rename(Axis axis) => _to._axes.TryGetValue(axis.Name, out var name) ? new(name) : new(RenameIn(axis.Name));

        /// <summary>An expression of axes and parameters in C#, by their new names.</summary>
        private string RenameIn(string code) =>
            string.Join(" ", code.Split(' ').Select(word => _to._axes.TryGetValue(word, out var axis) ? axis : _to._names.TryGetValue(word, out var name) ? name : word));

        private Expr Rename(Expr node)
        {
            if (_done.TryGetValue(node, out var known)) return known;
            RuntimeHelpers.EnsureSufficientExecutionStack();
            return _done[node] = node switch
            {
                Constant constant => _graph.Constant(constant.Value),
                Scalar scalar => _graph.Scalar(_to._names[scalar.Name]),
                Extent extent => _graph.Extent(Rename(extent.Axis)),
                Read read => _graph.Read(_to._names[read.Tensor], [.. read.Indices.Select(Rename)]),
                Custom custom => _graph.Custom(custom.Method, custom.Result, [.. custom.Arguments.Select(argument => argument with { Value = Rename(argument.Value), Layout = [.. argument.Layout.Select(Rename)] })], [.. custom.Indices.Select(Rename)]),
                Position position => _graph.Position(_indices[position.Index]),
                Named named => _graph.Named(_to._names[named.Name], Rename(named.Value)),
                Reduce reduce => _graph.Reduce(reduce.Kind, IndexSet.Of(reduce.Over.Select(Rename)), Rename(reduce.Body)),
                _ => _graph.With(node, [.. node.Operands.Select(Rename)]),
            };
        }
    }
}
