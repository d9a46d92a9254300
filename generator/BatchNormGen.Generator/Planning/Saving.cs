using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// Decides what the forward keeps for the backward: what the backward needs, what took a sweep to compute, and what is
/// smaller than the tensors. The rest is cheap to compute again from the inputs.
/// </summary>
internal static class Saving
{
    /// <param name="gradients">The lowered gradients.</param>
    /// <param name="incoming">The names of the tensors that come in with the backward.</param>
    /// <param name="full">All indices of the layer.</param>
    public static IReadOnlyList<Named> Choose(IEnumerable<Expr> gradients, ISet<string> incoming, IndexSet full)
    {
        var saved = new List<Named>();
        var seen = new HashSet<Expr>();
        var facts = new Dictionary<Expr, (bool NeedsIncoming, bool NeedsSweep)>();
        foreach (var gradient in gradients) Visit(gradient);
        return saved;

        void Visit(Expr node)
        {
            if (!seen.Add(node)) return;
            var (needsIncoming, needsSweep) = Facts(node);
            if (!needsSweep) return;
            if (!needsIncoming && node is Named named && (named.Free != full || named.Value is Reduce)) saved.Add(named);
            else
                foreach (var operand in node.Operands) Visit(operand);
        }

        (bool NeedsIncoming, bool NeedsSweep) Facts(Expr node)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            if (facts.TryGetValue(node, out var known)) return known;
            var operands = node.Operands.Select(Facts).ToList();
            return facts[node] = (
                node is Read read && incoming.Contains(read.Tensor) || operands.Any(operand => operand.NeedsIncoming),
                node is Reduce || operands.Any(operand => operand.NeedsSweep));
        }
    }
}
