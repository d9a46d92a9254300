using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Differentiating;

/// <summary>
/// The local gradients: for a node e and the gradient ē that comes in for it, what each operand receives. All
/// derivatives of the generator are here and in the column of <see cref="Functions.Table"/>.
/// </summary>
internal static class LocalGradients
{
    /// <summary>
    /// The operand and what it receives, as an expression over the indices of e and those that e binds. The sum over
    /// the indices that the operand does not have, which is the adjoint of its broadcast, is the caller's: it is
    /// the same for all.
    /// </summary>
    public static IEnumerable<(Expr Operand, Expr Received)> Of(Graph graph, Expr e, Expr incoming) => e switch
    {
        // e = a + b + …                ā = ē
        Add sum => sum.Terms.Select(term => (term, incoming)),

        // e = c · Π bᵢ^pᵢ               b̄ᵢ = ē · pᵢ · e / bᵢ
        Product product => product.Factors.Select((factor, i) =>
            (factor.Base, graph.Multiply(
                incoming,
                graph.Product(product.Coefficient * factor.Exponent, product.Factors.SetItem(i, factor with { Exponent = factor.Exponent - 1 }))))),

        // e = f(a)                     ā = ē · f′(a)
        Apply { Arguments: [var argument] } apply => [(argument, graph.Multiply(incoming, apply.Function.Derivative(graph, argument, e)))],

        // e = Σ_i a                    ā = ē, the same for every i
        Reduce { Kind: Reduction.Sum } sum => [(sum.Body, incoming)],

        // e = a, by another name       ā = ē
        Named named => [(named.Value, incoming)],

        _ => [],
    };
}
