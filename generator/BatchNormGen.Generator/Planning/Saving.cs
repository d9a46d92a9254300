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
    /// <param name="gradients">What the backward computes.</param>
    /// <param name="ofBackward">The tensors that only the backward knows.</param>
    public static IReadOnlyList<Named> Choose(IEnumerable<Expr> gradients, ISet<string> ofBackward)
    {
        var saved = new List<Named>();
        var seen = new HashSet<Expr>();
        var facts = new Dictionary<Expr, Facts>();
        foreach (var gradient in gradients) Visit(gradient);
        return saved;

        void Visit(Expr node)
        {
            if (!seen.Add(node)) return;
            var (ofIncoming, needsSweep, widest) = Of(node);
            if (!needsSweep) return;
            if (!ofIncoming && node is Named named && (named.Value is Reduce || !widest.IsSubsetOf(named.Free))) saved.Add(named);
            else
                foreach (var operand in node.Operands) Visit(operand);
        }

        Facts Of(Expr node)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            if (facts.TryGetValue(node, out var known)) return known;
            var operands = node.Operands.Select(Of).ToList();
            return facts[node] = new(
                node is Read read && ofBackward.Contains(read.Tensor) || operands.Any(operand => operand.OfIncoming),
                node is Reduce || operands.Any(operand => operand.NeedsSweep),
                operands.Aggregate(node.Free, (widest, operand) => operand.Widest.Count > widest.Count ? operand.Widest : widest));
        }
    }

    /// <param name="OfIncoming">Whether it needs what comes in with the backward.</param>
    /// <param name="NeedsSweep">Whether it needs a reduction.</param>
    /// <param name="Widest">The indices of the largest tensor that it is made from.</param>
    private readonly record struct Facts(bool OfIncoming, bool NeedsSweep, IndexSet Widest);
}
