using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// Arranges the work of one direction in regions. Where all reductions on which something else depends run over the
/// same loops, one region does everything. Where they do not, the first of them are computed by themselves, kept, and
/// the rest is planned again: always right, only not in as few sweeps.
/// </summary>
internal sealed class KernelPlanner
{
    private readonly Graph _graph;
    private readonly Space _space;
    private readonly Names _names;
    private readonly WideValues _wide;
    private readonly HashSet<Named> _atHand;
    private readonly HashSet<Named> _saved;
    private readonly CancellationToken _token;
    private readonly List<Stored> _kept = [];
    private readonly List<Step> _steps;
    private readonly Dictionary<Expr, Expr> _withoutValues = [];
    private List<Result> _results = [];
    private List<Named> _required = [];
    private Dependencies _dependencies;

    /// <param name="graph">Holds the lowered expressions.</param>
    /// <param name="space">The loops there are.</param>
    /// <param name="names">Gives names to new values.</param>
    /// <param name="wide">The values that need two numbers.</param>
    /// <param name="atHand">What is stored already.</param>
    /// <param name="saved">The small values that are to be saved on the way.</param>
    /// <param name="steps">Receives the regions.</param>
    /// <param name="token">Ends the work when nobody waits for it any more.</param>
    public KernelPlanner(Graph graph, Space space, Names names, WideValues wide, IEnumerable<Named> atHand, IEnumerable<Named> saved, List<Step> steps, CancellationToken token)
    {
        (_graph, _space, _names, _wide, _steps, _token) = (graph, space, names, wide, steps, token);
        (_atHand, _saved) = ([.. atHand], [.. saved]);
        _dependencies = new(_atHand, token);
    }

    /// <summary>The small values that are stored by now.</summary>
    public ISet<Named> AtHand => _atHand;

    /// <summary>What one region keeps for a later one.</summary>
    public IReadOnlyList<Stored> Kept => _kept;

    /// <summary>Adds the regions that compute some results, and small values that are to be saved.</summary>
    public void Add(IEnumerable<Result> results, IEnumerable<Named> required)
    {
        (_results, _required) = ([.. results], [.. required]);
        var done = _required.ToList();
        Run();
        _atHand.UnionWith(done);
        _withoutValues.Clear();
    }

    private void Run()
    {
        while (_results.Count + _required.Count > 0)
        {
            _token.ThrowIfCancellationRequested();
            _dependencies = new(new HashSet<Named>(_atHand), _token);
            var sums = _dependencies.Of(_results.Select(result => result.Value).Concat(_required)).OrderBy(sum => sum.Id).ToList();
            if (sums.Count == 0) WithoutSums();
            else if (!TryTogether(sums)) FirstByThemselves(sums);
        }
    }

    /// <summary>Element-wise work: one region for all results of one shape, and one for the small values of each shape.</summary>
    private void WithoutSums()
    {
        foreach (var group in _results.GroupBy(result => IndexSet.Of(result.Layout)).OrderBy(group => group.Key.ToString(), StringComparer.Ordinal))
        {
            var loops = _space.LoopsOf(group.Key);
            if (loops.IsEmpty) AddSmallRegion([], [], [.. group]);
            else AddRegion(loops.RemoveAt(loops.Length - 1), [], loops[loops.Length - 1], [], [.. group], [], []);
        }
        foreach (var group in _required.GroupBy(value => value.Free))
            AddSmallRegion(_space.LoopsOf(group.Key), [.. group], []);
        _results = [];
        _required = [];
    }

    private void AddSmallRegion(ImmutableArray<Loop> loops, ImmutableArray<Named> values, ImmutableArray<Result> results)
    {
        var hoisting = NewHoisting(loops);
        foreach (var value in values) hoisting.Keep(value);
        foreach (var result in results) hoisting.Require(result.Value);
        _steps.Add(new Region(loops, [], null, [], [new([.. hoisting.Values.Select(value => Small(value))], results)], [], []));
    }

    /// <summary>Everything in one region, if the reductions that others depend on agree in their loops.</summary>
    private bool TryTogether(List<Named> sums)
    {
        var dependedOn = new HashSet<Named>(DependedOn(sums));
        var inner = sums.Where(dependedOn.Contains).ToList();
        // Where nothing depends on a reduction, the first decides.
        if (inner.Count == 0) inner = [.. sums.Where(sum => Over(sum) == Over(sums[0]) && sum.Free == sums[0].Free)];
        var (over, free) = (Over(inner[0]), inner[0].Free);
        if (inner.Any(sum => Over(sum) != over || sum.Free != free)) return false;
        var all = over.Union(free);
        var across = sums.Except(inner).ToList();
        var reduced = _space.LoopsOf(over);
        var kept = _space.LoopsOf(free);
        var lanes = _space.LoopsOf(all).Last();
        var instances = kept.Remove(lanes);
        var acrossOnly = _dependencies.Only(across);
        if (across.Count > 0 && (instances.IsEmpty || across.Any(sum => Over(sum).Union(sum.Free) != all || Needs(sum.Value).Overlaps(acrossOnly)))) return false;

        var within = new Dependencies(new HashSet<Named>(_atHand.Concat(across)), _token);
        var innerOnly = within.Only(inner);
        foreach (var result in _results)
        {
            var layout = IndexSet.Of(result.Layout);
            var needed = Needs(result.Value);
            if (needed.Overlaps(acrossOnly)
                ? within.Of(result.Value).Overlaps(innerOnly) || across.Any(sum => sum.Free != layout && needed.Contains(sum)) || !result.Value.Free.IsSubsetOf(layout)
                : layout != all && layout != free) return false;
        }
        if (_required.Any(value => value.Free != free || Needs(value).Overlaps(acrossOnly))) return false;

        AddRegion(instances, reduced, lanes, inner, _results, across, _required);
        _results = [];
        _required = [];
        return true;
    }

    /// <summary>
    /// The reductions that a sweep or a differently shaped result uses; a result of just its shape can wait until all
    /// instances are through.
    /// </summary>
    private IEnumerable<Named> DependedOn(List<Named> sums) =>
        _dependencies.Of(_required.Concat(sums.Select(sum => sum.Value)))
            .Concat(_results.SelectMany(result => Needs(result.Value).Where(sum => IndexSet.Of(result.Layout) != sum.Free)));

    /// <summary>The reductions of one shape that can be computed now, in a region of their own that keeps them.</summary>
    private void FirstByThemselves(List<Named> sums)
    {
        var ready = sums.Where(sum => !Needs(sum.Value).Any()).ToList();
        var group = ready.Where(sum => Over(sum) == Over(ready[0]) && sum.Free == ready[0].Free).ToList();
        var lanes = _space.LoopsOf(Over(group[0]).Union(group[0].Free)).Last();
        foreach (var sum in group)
        {
            _wide.Add(sum);
            if (!_saved.Contains(sum)) _kept.Add(new(sum, _space.LoopsOf(sum.Free), _wide.Contains(sum)));
        }
        var later = _dependencies.Only(sums.Except(group));
        // What is saved is computed as soon as it can be: later regions read it from where it is saved.
        List<Named> computed = [.. group, .. _required.Where(value => !group.Contains(value) && !Needs(value).Overlaps(later))];
        AddRegion(_space.LoopsOf(group[0].Free).Remove(lanes), _space.LoopsOf(Over(group[0])), lanes, group, [], [], [.. computed.Where(value => value.Free == group[0].Free)]);
        _atHand.UnionWith(group);
        foreach (var other in computed.Where(value => value.Free != group[0].Free).GroupBy(value => value.Free))
            AddSmallRegion(_space.LoopsOf(other.Key), [.. other], []);
        _atHand.UnionWith(computed);
        _required.RemoveAll(computed.Contains);
    }

    /// <summary>Lays out a region level by level: a reduction's level is one above the reductions in its body.</summary>
    private void AddRegion(ImmutableArray<Loop> instances, ImmutableArray<Loop> reduced, Loop lanes, IReadOnlyList<Named> inner, IReadOnlyList<Result> results, IReadOnlyList<Named> across, IReadOnlyList<Named> required)
    {
        var keptLoops = reduced.Length > 0 && !reduced.Contains(lanes) ? instances.Add(lanes) : instances;
        var kept = IndexSet.Of(keptLoops.SelectMany(loop => loop.Indices));
        var all = IndexSet.Of(instances.Concat(reduced).Append(lanes).SelectMany(loop => loop.Indices));
        var hoisting = NewHoisting(keptLoops);
        var acrossOnly = _dependencies.Only(across);
        var late = results.Where(result => Needs(result.Value).Overlaps(acrossOnly)).ToList();
        var small = results.Except(late).Where(result => IndexSet.Of(result.Layout) != all).ToList();
        var inRows = !instances.IsEmpty && reduced is [var only] && only == lanes;
        var shares = new Shares(_graph, inRows ? inner : []);
        var elements = results.Except(late).Except(small).Select(result => result with { Value = shares.Write(result.Value) }).ToList();

        // In one pass what has been summed about a pivot can be joined to what came before: the rows of columns, or along a row what is read as it is.
        var isByColumns = instances.IsEmpty && reduced.Length == 1 && !reduced.Contains(lanes);
        var isAlongRows = !instances.IsEmpty && reduced.Contains(lanes) && across.Count == 0;
        var squares = (isByColumns || isAlongRows ? SecondMoments.Find(_graph, inner) : [])
            .Where(pair => isByColumns || ((Reduce)pair.Value.Value).Body is Read { Indices: var indices } && _space.LoopsOf(indices).LastOrDefault() == lanes).ToDictionary(pair => pair.Key, pair => pair.Value);
        var levels = new Levels(_atHand, squares, _token);
        var last = inner.Select(sum => levels.Of(sum)).DefaultIfEmpty(0).Max();
        var lastSweep = elements.Select(result => levels.Of(result.Value) + 1).Concat(across.Select(sum => levels.Of(sum))).Append(last).Max();
        var squaresOf = squares.ToLookup(pair => pair.Value, pair => pair.Key);
        var pivots = Pivots();

        // Sums over instances join the last sweep, which knows everything; an output joins the first that knows enough.
        var innerAt = inner.Where(sum => !squares.ContainsKey(sum)).ToLookup(sum => levels.Of(sum));
        var elementsAt = elements.ToLookup(result => levels.Of(result.Value) + 1);
        var sweeps = Enumerable.Range(1, lastSweep).Select(level => new Sweep(
            [.. innerAt[level].Select(sum => Accumulate(sum, across: false)),
             .. across.Where(sum => level == lastSweep).Select(sum => Accumulate(sum, across: true))],
            [.. elementsAt[level].Select(result => result with { Value = hoisting.Hoist(result.Value) })])).ToImmutableArray();

        if (inRows) sweeps = KeptElements.Of(_graph, _names, sweeps, all);

        foreach (var value in required) hoisting.Keep(value);
        foreach (var result in small) hoisting.Require(result.Value);
        var valuesAt = FirstUse.ByFinish(hoisting.Values, levels.Of, sweeps, small, required);
        var smallAt = small.ToLookup(result => levels.Of(result.Value));
        var finishes = Enumerable.Range(0, lastSweep + 1).Select(level => new Finish([.. valuesAt[level].Select(Small)], [.. smallAt[level]])).ToImmutableArray();
        _steps.Add(new Region(instances, reduced, lanes, sweeps, finishes, [.. late.Select(result => result with { Value = WithoutValues(result.Value) })], []));

        Accumulator Accumulate(Named sum, bool across) => new(sum, hoisting.Hoist(shares.Write(((Reduce)sum.Value).Body)), _space.LoopsOf(sum.Free), across, !across && IsPivoted(sum), squaresOf[sum].FirstOrDefault());

        bool IsPivoted(Named sum) => sum.Value is Reduce { Kind: Reduction.Sum, Body: Read } && pivots.Contains(sum);
    }

    /// <summary>When all instances are through, only sums are left: other values that are not stored are put in.</summary>
    private Expr WithoutValues(Expr node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_withoutValues.TryGetValue(node, out var known)) return known;
        return _withoutValues[node] = node switch
        {
            Named named when _atHand.Contains(named) || named.Value is Reduce => named,
            Named named => WithoutValues(named.Value),
            _ => _graph.With(node, WithoutValues),
        };
    }

    /// <summary>
    /// The sums that make a value that deviations are taken from: where elements are summed, the sum must keep more digits
    /// than an element has.
    /// </summary>
    private HashSet<Named> Pivots() =>
        [.. _dependencies.Of(_results.Select(result => result.Value).Concat(_required).Nodes().OfType<Named>().Where(_wide.Contains))];

    private Hoisting NewHoisting(ImmutableArray<Loop> kept) =>
        new(_graph, IndexSet.Of(kept.SelectMany(loop => loop.Indices)), _atHand.Contains, _wide, _names);

    private Small Small(Named value) => new(value, _space.LoopsOf(value.Free), _wide.Contains(value));

    private static IndexSet Over(Named sum) => ((Reduce)sum.Value).Over;

    private Dependencies.Set Needs(Expr node) => _dependencies.Of(node);
}
