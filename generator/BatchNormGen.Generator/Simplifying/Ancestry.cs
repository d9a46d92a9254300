using System.Collections.Generic;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Simplifying;

/// <summary>
/// Knows which expressions contain one that was replaced. Each is marked once, so all replacements together cost no
/// more than the expressions there are.
/// </summary>
internal sealed class Ancestry
{
    private readonly HashSet<Expr> _known = [];
    private readonly Dictionary<Expr, List<Expr>> _users = [];
    private readonly HashSet<Expr> _outdated = [];

    public bool IsOutdated(Expr node) => _outdated.Contains(node);

    /// <summary>Makes an expression known, with all in it.</summary>
    public void Add(Expr root)
    {
        var pending = new Stack<Expr>([root]);
        while (pending.Count > 0)
        {
            var node = pending.Pop();
            if (!_known.Add(node)) continue;
            foreach (var operand in node.Operands)
            {
                if (!_users.TryGetValue(operand, out var users)) _users.Add(operand, users = []);
                users.Add(node);
                if (_outdated.Contains(operand)) Outdate(node);
                pending.Push(operand);
            }
        }
    }

    /// <summary>Says that an expression was replaced, and with it all that contain it.</summary>
    public void Outdate(Expr replaced)
    {
        var pending = new Stack<Expr>([replaced]);
        while (pending.Count > 0)
        {
            var node = pending.Pop();
            if (!_outdated.Add(node) || !_users.TryGetValue(node, out var users)) continue;
            foreach (var user in users) pending.Push(user);
        }
    }
}
