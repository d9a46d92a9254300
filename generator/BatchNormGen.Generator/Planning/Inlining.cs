using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Planning;

/// <summary>Puts the values of operands in the place of the tensors that hold them.</summary>
internal sealed class Inlining(Graph graph, IReadOnlyList<OperandTensor> operands)
{
    private readonly Dictionary<Expr, Expr> _done = [];

    public Expr Apply(Expr node)
    {
        if (operands.Count == 0) return node;
        if (_done.TryGetValue(node, out var known)) return known;
        return _done[node] = node is Read read && operands.FirstOrDefault(operand => operand.Name == read.Tensor) is { } operand
            ? new Substitution(graph, operand.Layout.Zip(read.Indices, (from, to) => (from, to)).Where(pair => pair.from != pair.to).ToDictionary(pair => pair.from, pair => pair.to!)).Apply(operand.Value)
            : graph.With(node, Apply);
    }
}
