using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Simplifying;

/// <summary>
/// Finds the closed form. Puts the stages into each other, applies the table of <see cref="Rules"/> until none matches,
/// and then asks of every sum whether splitting it pays: it does where a part cancels or is already at hand.
/// </summary>
/// <remarks>
/// It ends: each rule of the table makes an expression smaller, as <see cref="Rules.Table"/> says, and each kept split
/// leaves fewer reductions, or as many of fewer terms. It ends soon because of the <see cref="Budget"/>.
/// </remarks>
internal sealed class Simplifier(Graph graph, CancellationToken token, Budget? budget = null, Action<Rewriting>? observe = null)
{
    private readonly Budget _budget = budget ?? Budget.Default;

    /// <summary>How many splits may lie within each other in one try.</summary>
    private const int Depth = 4;

    /// <summary>
    /// How many nodes are rewritten before the search stops bringing everything up to date after each kept split, which
    /// for a long chain of sums is work in proportion to the square of its length.
    /// </summary>
    private const int Patience = 20_000;

    /// <summary>What has been rewritten, and into what. What a kept split changes is dropped, the rest stays.</summary>
    private readonly Dictionary<Expr, Expr> _done = [];

    /// <summary>The keys of <see cref="_done"/> in their order, so that a try can be taken back with all that was rewritten for it.</summary>
    private readonly List<Expr> _trail = [];

    private readonly Dictionary<Expr, Expr> _replaced = [];

    /// <summary>How many nodes were rewritten so far.</summary>
    private int _work;

    /// <summary>The steps so far, as the budget counts them.</summary>
    private long _steps;

    private readonly Ancestry _ancestry = new();

    public Record Record { get; } = new(observe);

    /// <summary>The steps that were taken.</summary>
    public long Steps => _steps;

    /// <summary>Whether something was left untried because the budget was spent.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The named values in the order of their definition, and what became of them.</summary>
    private readonly Dictionary<Named, Expr> _named = [];

    public ImmutableArray<Expr> Run(ImmutableArray<Expr> roots)
    {
        while (true)
        {
            roots = [.. roots.Select(Rewrite)];
            foreach (var named in _named.Keys.ToList()) _named[named] = Rewrite(_named[named]);
            if (!SplitSums(ref roots)) return roots;
        }
    }

    /// <summary>
    /// Asks once of each sum, innermost first, whether splitting it pays. What did not pay before and may pay now is for
    /// the next round. After a kept split all that contains the sum is brought up to date; beyond <see cref="Patience"/>
    /// only a sum whose turn has come is, and the rest at the end of the round.
    /// </summary>
    private bool SplitSums(ref ImmutableArray<Expr> roots)
    {
        var kept = _replaced.Count;
        var uses = new Uses();
        var pending = new SortedSet<(int Turn, int Id)>();
        var sums = new Dictionary<int, Expr>();
        foreach (var sum in uses.Add(roots)) Ask(sum, sum.Id);
        while (pending.Count > 0 && MaySplit)
        {
            var next = pending.Min;
            pending.Remove(next);
            var sum = sums[next.Id];
            if (!uses.IsNeeded(sum)) continue;
            if (_ancestry.IsOutdated(sum)) Become(Rewrite(sum));
            else
            {
                var only = uses.OnlyFor(sum);
                _steps += only.Count;
                var mark = Mark;
                if (Split(sum, node => uses.IsNeeded(node) && !only.Contains(node), Depth) is { } split)
                {
                    _replaced[sum] = split;
                    _ancestry.Outdate(sum);
                    if (_work < Patience) BringUpToDate(ref roots);
                    else Become(split);
                }
                else TakeBack(mark);
            }

            void Become(Expr now)
            {
                foreach (var added in uses.Replace(sum, now)) Ask(added, next.Turn);
            }
        }
        return _replaced.Count > kept;

        void BringUpToDate(ref ImmutableArray<Expr> outdated)
        {
            ImmutableArray<Expr> current = [.. outdated.Select(Rewrite)];
            foreach (var added in uses.Add(current)) Ask(added, added.Id);
            uses.Remove(outdated);
            outdated = current;
            foreach (var named in _named.Keys.ToList()) _named[named] = Rewrite(_named[named]);
        }

        void Ask(Expr node, int turn)
        {
            if (node is not Reduce) return;
            sums[node.Id] = node;
            pending.Add((turn, node.Id));
        }
    }

    /// <summary>What the named values became; the first of two names for one value stays.</summary>
    public IReadOnlyDictionary<Expr, string> Names()
    {
        var names = new Dictionary<Expr, string>();
        foreach (var pair in _named)
            if (pair.Value is Add or Product or Apply or Reduce && !names.ContainsKey(pair.Value)) names.Add(pair.Value, pair.Key.Name);
        return names;
    }

    /// <summary>The node with the definitions in place of the names and the table applied until nothing matches.</summary>
    private Expr Rewrite(Expr node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        token.ThrowIfCancellationRequested();
        if (_done.TryGetValue(node, out var known) && !_ancestry.IsOutdated(known)) return known;
        if (node is Named named) return Done(node, _named[named] = Rewrite(named.Value));
        _work++;
        _steps += Budget.Rewriting + node.Operands.Length;
        var result = graph.With(node, Rewrite);
        if (_replaced.TryGetValue(result, out var split)) result = Rewrite(split);
        else if (FirstMatch(MayUseAll ? Rules.Table : Rules.Short, graph, result) is var (rule, after))
        {
            Record.Add(rule, result, after);
            result = Rewrite(after);
        }
        return Done(node, result);
    }

    private Expr Done(Expr node, Expr result)
    {
        _ancestry.Add(result);
        Remember(node);
        if (result != node) Remember(result);
        return result;

        void Remember(Expr key)
        {
            if (_done.TryGetValue(key, out var known) && known == result) return;
            _trail.Add(key);
            _done[key] = result;
        }
    }

    /// <summary>A place to which <see cref="TakeBack"/> can return.</summary>
    private (int Record, int Trail) Mark => (Record.Mark, _trail.Count);

    private void TakeBack((int Record, int Trail) mark)
    {
        Record.TakeBack(mark.Record);
        for (var i = mark.Trail; i < _trail.Count; i++) _done.Remove(_trail[i]);
        _trail.RemoveRange(mark.Trail, _trail.Count - mark.Trail);
    }

    private bool MaySplit => IsWithin(_budget.Splits);

    private bool MayUseAll => IsWithin(_budget.Rules);

    private bool IsWithin(long bound)
    {
        if (_steps < bound) return true;
        IsCut = true;
        return false;
    }

    /// <summary>The first rule of a table that matches a node, and what it makes of it.</summary>
    public static (Rule Rule, Expr After)? FirstMatch(ImmutableArray<Rule> table, Graph graph, Expr node)
    {
        foreach (var rule in table)
            if (rule.Apply(graph, node) is { } after && after != node)
                return (rule, after);
        return null;
    }

    /// <summary>
    /// The sum split into its terms, if that leaves fewer reductions to compute than the sum itself had, or as many but
    /// a term is gone; else null.
    /// </summary>
    private Expr? Split(Expr sum, Func<Expr, bool> isElsewhere, int depth)
    {
        if (depth == 0 || !MaySplit || Rules.Split.Apply(graph, sum) is not Add terms) return null;
        Record.Add(Rules.Split, sum, terms);
        var candidate = Rewrite(terms);
        foreach (var inner in Reductions([candidate], stop: isElsewhere).OrderBy(inner => inner.Id).ToList())
        {
            var mark = Mark;
            if (Split(inner, isElsewhere, depth - 1) is { } split) candidate = Rewrite(Replace(candidate, inner, split, []));
            else TakeBack(mark);
        }
        var before = Reductions([sum], stop: isElsewhere).Count;
        var after = Reductions([candidate], stop: isElsewhere).Count;
        var cancelled = (candidate is Add left ? left.Terms.Length : candidate is Constant { Value.IsZero: true } ? 0 : 1) < terms.Terms.Length;
        return after < before || after == before && cancelled ? candidate : null;
    }

    private Expr Replace(Expr node, Expr from, Expr to, Dictionary<Expr, Expr> done)
    {
        if (node == from) return to;

        // Operands are made before their users: what is older does not contain it.
        if (node.Id < from.Id) return node;
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (done.TryGetValue(node, out var known)) return known;
        return done[node] = graph.With(node, operand => Replace(operand, from, to, done));
    }

    /// <summary>The reductions that have to be computed for some expressions, but for those where to stop and what they need.</summary>
    private HashSet<Expr> Reductions(IEnumerable<Expr> roots, Func<Expr, bool> stop)
    {
        var found = new HashSet<Expr>();
        var seen = new HashSet<Expr>();
        var pending = new Stack<Expr>(roots);
        while (pending.Count > 0)
        {
            var node = pending.Pop();
            _steps++;
            if (!seen.Add(node) || stop(node)) continue;
            if (node is Reduce) found.Add(node);
            foreach (var operand in node.Operands) pending.Push(operand);
        }
        return found;
    }
}
