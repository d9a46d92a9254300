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
/// Each use of the table makes the expression smaller or a sum's body smaller, and each kept split leaves fewer
/// reductions or terms than before, so the process ends; a try costs no more than the expression it looks at, and
/// there are at most as many rounds as there are sums.
/// </remarks>
internal sealed class Simplifier(Graph graph, CancellationToken token)
{
    /// <summary>How many splits may lie within each other in one try.</summary>
    private const int Depth = 4;

    private readonly Dictionary<Expr, Expr> _done = [];

    /// <summary>The keys of <see cref="_done"/> in their order, so that a try can be taken back with all that was rewritten for it.</summary>
    private readonly List<Expr> _trail = [];

    private readonly Dictionary<Expr, Expr> _replaced = [];

    public Record Record { get; } = new();

    /// <summary>The named values in the order of their definition, and what became of them.</summary>
    private readonly Dictionary<Named, Expr> _named = [];

    public ImmutableArray<Expr> Run(ImmutableArray<Expr> roots)
    {
        while (true)
        {
            roots = [.. roots.Select(Rewrite)];
            if (FindSplit(roots) is not var (sum, split)) return roots;
            _replaced[sum] = split;
            _done.Clear();
            _trail.Clear();
            foreach (var named in _named.Keys.ToList()) _named[named] = Rewrite(_named[named]);
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
        if (_done.TryGetValue(node, out var known)) return known;
        if (node is Named named)
        {
            return Done(node, _named[named] = Rewrite(named.Value));
        }
        var result = graph.With(node, [.. node.Operands.Select(Rewrite)]);
        if (_replaced.TryGetValue(result, out var split)) result = Rewrite(split);
        else if (FirstMatch(result) is var (rule, after))
        {
            Record.Add(rule, result, after);
            result = Rewrite(after);
        }
        return Done(node, result);
    }

    private Expr Done(Expr node, Expr result)
    {
        _trail.Add(node);
        return _done[node] = result;
    }

    /// <summary>A place to which <see cref="TakeBack"/> can return.</summary>
    private (int Record, int Trail) Mark => (Record.Mark, _trail.Count);

    private void TakeBack((int Record, int Trail) mark)
    {
        Record.TakeBack(mark.Record);
        foreach (var node in _trail.Skip(mark.Trail)) _done.Remove(node);
        _trail.RemoveRange(mark.Trail, _trail.Count - mark.Trail);
    }

    private (Rule Rule, Expr After)? FirstMatch(Expr node)
    {
        foreach (var rule in Rules.Table)
            if (rule.Apply(graph, node) is { } after && after != node)
                return (rule, after);
        return null;
    }

    /// <summary>The first sum, innermost first, for which splitting pays.</summary>
    private (Expr Sum, Expr Split)? FindSplit(ImmutableArray<Expr> roots)
    {
        foreach (var sum in Reductions(roots).OrderBy(sum => sum.Id))
        {
            var elsewhere = Reductions(roots, except: sum);
            var mark = Mark;
            if (Split(sum, elsewhere, Depth) is { } split) return (sum, split);
            TakeBack(mark);
        }
        return null;
    }

    /// <summary>
    /// The sum split into its terms, if that leaves fewer reductions to compute than the sum itself had, or as many but
    /// a term is gone; else null.
    /// </summary>
    private Expr? Split(Expr sum, HashSet<Expr> elsewhere, int depth)
    {
        if (depth == 0 || Rules.Split.Apply(graph, sum) is not Add terms) return null;
        Record.Add(Rules.Split, sum, terms);
        var candidate = Rewrite(terms);
        foreach (var inner in Reductions([candidate]).Where(inner => !elsewhere.Contains(inner)).OrderBy(inner => inner.Id).ToList())
        {
            var mark = Mark;
            if (Split(inner, elsewhere, depth - 1) is { } split) candidate = Rewrite(Replace(candidate, inner, split, []));
            else TakeBack(mark);
        }
        var before = Reductions([sum]).Count(inner => !elsewhere.Contains(inner));
        var after = Reductions([candidate]).Count(inner => !elsewhere.Contains(inner));
        var cancelled = (candidate is Add left ? left.Terms.Length : candidate is Constant { Value.IsZero: true } ? 0 : 1) < terms.Terms.Length;
        return after < before || after == before && cancelled ? candidate : null;
    }

    private Expr Replace(Expr node, Expr from, Expr to, Dictionary<Expr, Expr> done)
    {
        if (node == from) return to;
        if (done.TryGetValue(node, out var known)) return known;
        return done[node] = graph.With(node, [.. node.Operands.Select(operand => Replace(operand, from, to, done))]);
    }

    /// <summary>The reductions that have to be computed for some expressions; not those that only <paramref name="except"/> needs.</summary>
    private static HashSet<Expr> Reductions(IEnumerable<Expr> roots, Expr? except = null)
    {
        var found = new HashSet<Expr>();
        var seen = new HashSet<Expr>();
        var pending = new Stack<Expr>(roots);
        while (pending.Count > 0)
        {
            var node = pending.Pop();
            if (node == except || !seen.Add(node)) continue;
            if (node is Reduce) found.Add(node);
            foreach (var operand in node.Operands) pending.Push(operand);
        }
        return found;
    }
}
