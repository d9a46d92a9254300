using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// Cuts expressions where products of matrices are: each product becomes a tensor of its own, and so does an operand that
/// is not a tensor as it stands. What is left between the cuts is work for sweeps, which read these tensors like any other.
/// </summary>
/// <param name="graph">Where the expressions are made.</param>
/// <param name="names">Gives names to operands.</param>
/// <param name="order">The indices in the order of memory.</param>
internal sealed class Intermediates(Graph graph, Names names, IReadOnlyList<Index> order)
{
    private readonly Dictionary<Expr, Expr> _cut = [];
    /// <summary>The tensor of each operand; whatever else uses the value reads it from there.</summary>
    private readonly Dictionary<Expr, Read> _operands = [];
    private readonly List<Intermediate> _all = [];

    /// <summary>The tensors, each after those it is made from.</summary>
    public IReadOnlyList<Intermediate> All => _all;

    public Expr Cut(Expr node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_cut.TryGetValue(node, out var known)) return known;
        var result = graph.With(node, [.. node.Operands.Select(Cut)]);
        if (result is Named { Name: var name, Value: var value } && Contraction.Of(value) is { } contraction) result = Multiply(name, value, contraction);
        return _cut[node] = _operands.TryGetValue(result, out var operand) ? operand : result;
    }

    private Read Multiply(string name, Expr sum, Contraction contraction)
    {
        var coefficient = ((Product)((Reduce)sum).Body).Coefficient;
        var left = Operand(coefficient, contraction.Left);
        var right = Operand(Rational.One, contraction.Right);
        var layout = Ordered(sum.Free);
        _all.Add(new ProductTensor(name, layout, left, right, contraction));
        return (Read)graph.Read(name, [.. layout]);
    }

    private Read Operand(Rational coefficient, ImmutableArray<Factor> factors)
    {
        var value = graph.Product(coefficient, factors);
        if (value is Read read) return read;
        if (_operands.TryGetValue(value, out var known)) return known;
        var layout = Ordered(value.Free);
        var name = value is Named named ? named.Name : names.Fresh("operand");
        _all.Add(new OperandTensor(name, layout, value is Named { Value: var defined } ? defined : value));
        return _operands[value] = (Read)graph.Read(name, [.. layout]);
    }

    private ImmutableArray<Index> Ordered(IndexSet indices) => [.. order.Where(indices.Contains)];
}
