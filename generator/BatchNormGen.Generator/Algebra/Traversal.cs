using System.Collections.Generic;
using System.Linq;

namespace BatchNormGen.Generator.Algebra;

/// <summary>Walks over expressions, each node once.</summary>
internal static class Traversal
{
    /// <summary>The leaves up to which it does no harm to repeat a formula.</summary>
    private const int Long = 32;

    /// <summary>The nodes of some expressions, users before operands; below a node for which <paramref name="stop"/> holds nothing is visited.</summary>
    public static IEnumerable<Expr> Nodes(this IEnumerable<Expr> roots, System.Func<Expr, bool>? stop = null)
    {
        var seen = new HashSet<Expr>();
        var pending = new Stack<Expr>(roots.Reverse());
        while (pending.Count > 0)
        {
            var node = pending.Pop();
            if (!seen.Add(node)) continue;
            yield return node;
            if (stop?.Invoke(node) == true) continue;
            for (var i = node.Operands.Length - 1; i >= 0; i--) pending.Push(node.Operands[i]);
        }
    }

    /// <summary>Whether a formula has many leaves when it is written out, where what is used twice counts twice.</summary>
    public static bool IsLong(this Expr root)
    {
        var leaves = 0;
        var pending = new Stack<Expr>([root]);
        while (pending.Count > 0 && leaves <= Long)
        {
            var node = pending.Pop();
            if (node is Named || node.Operands.IsEmpty) leaves++;
            else
                foreach (var operand in node.Operands) pending.Push(operand);
        }
        return leaves > Long;
    }

    public static IEnumerable<Expr> Nodes(this Expr root, System.Func<Expr, bool>? stop = null) => Nodes([root], stop);
}
