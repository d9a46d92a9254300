using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Simplifying;

/// <summary>
/// What is needed for some roots, by counting uses: a node is needed while a root or another node that is needed uses
/// it. Replacing a node costs no more than the nodes in which old and new differ.
/// </summary>
internal sealed class Uses
{
    private readonly Dictionary<Expr, int> _counts = [];
    private readonly Dictionary<Expr, Expr> _became = [];

    public bool IsNeeded(Expr node) => _counts.ContainsKey(node);

    /// <summary>Adds roots; the nodes that were not needed before.</summary>
    public List<Expr> Add(IEnumerable<Expr> roots)
    {
        var added = new List<Expr>();
        var pending = new Stack<Expr>(roots);
        while (pending.Count > 0)
        {
            var node = pending.Pop();
            _counts.TryGetValue(node, out var count);
            _counts[node] = count + 1;
            if (count > 0) continue;
            added.Add(node);
            foreach (var operand in Operands(node)) pending.Push(operand);
        }
        return added;
    }

    /// <summary>Says that a node became another one, for all that use it; the nodes that were not needed before.</summary>
    public List<Expr> Replace(Expr node, Expr by)
    {
        var before = Operands(node).ToList();
        var added = Add([by]);
        _became[node] = by;
        Remove(before);
        return added;
    }

    private IEnumerable<Expr> Operands(Expr node) => _became.TryGetValue(node, out var by) ? [by] : node.Operands;

    /// <summary>Takes roots away again, and what only they needed.</summary>
    public void Remove(IEnumerable<Expr> roots)
    {
        var pending = new Stack<Expr>(roots);
        while (pending.Count > 0)
        {
            var node = pending.Pop();
            if (--_counts[node] > 0) continue;
            _counts.Remove(node);
            foreach (var operand in Operands(node)) pending.Push(operand);
        }
    }

    /// <summary>The node itself and what nothing else needs: what would not be computed without it.</summary>
    public HashSet<Expr> OnlyFor(Expr root)
    {
        var only = new HashSet<Expr> { root };
        var left = new Dictionary<Expr, int>();
        var pending = new Stack<Expr>(Operands(root));
        while (pending.Count > 0)
        {
            var node = pending.Pop();
            if (!left.TryGetValue(node, out var count)) count = _counts[node];
            left[node] = --count;
            if (count > 0) continue;
            only.Add(node);
            foreach (var operand in Operands(node)) pending.Push(operand);
        }
        return only;
    }
}
