using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Planning;

/// <summary>What is computed, cut where tensors stand in memory between two steps.</summary>
/// <param name="Outputs">What the forward gives out.</param>
/// <param name="Gradients">What the backward gives out.</param>
/// <param name="Tensors">The tensors between the steps, each after those it is made from.</param>
internal sealed record Formulas(ImmutableArray<Result> Outputs, ImmutableArray<Result> Gradients, IReadOnlyList<Intermediate> Tensors)
{
    public IEnumerable<Result> Results => Outputs.Concat(Gradients);

    /// <summary>What sweeps compute.</summary>
    public IEnumerable<Expr> Values => Results.Select(result => result.Value).Concat(Tensors.OfType<OperandTensor>().Select(operand => operand.Value));
}
