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

        // e = f(a, b, …)               ā = ē · ∂f/∂a
        Apply apply => apply.Arguments.Zip(apply.Function.Derivatives(graph, apply.Arguments, e), (argument, derivative) => (argument, Scale(graph, incoming, derivative))),

        // e = Σ_i a                    ā = ē, the same for every i
        Reduce { Kind: Reduction.Sum } sum => [(sum.Body, incoming)],

        // e = max_i a                  ā = ē · [a = e] / Σ_i [a = e]: equal elements share evenly
        Reduce extremum => [(extremum.Body, ShareOf(graph, extremum, incoming))],

        // e = F(A, B, …), a user's own     Ā = what its gradient method returns for A, from the whole of Ē, A, B, …
        Custom custom => custom.Arguments.Where(argument => argument.Gradient >= 0 && custom.Method.Gradient is not null).Select(argument => (argument.Value,
            graph.Custom(custom.Method.Gradient!, argument.Gradient, custom.Arguments.Insert(0, new(incoming, custom.Indices, -1)), argument.Layout))),

        // e = a, by another name       ā = ē
        Named named => [(named.Value, incoming)],

        _ => [],
    };

    /// <summary>ē · d. A sum of masked terms is multiplied out: what a mask does not let through is then 0, even where ē is infinite.</summary>
    private static Expr Scale(Graph graph, Expr incoming, Expr derivative) =>
        derivative is Add sum && sum.Terms.All(term => term.IsMask() || term is Product product && product.HasMask())
            ? graph.Add(sum.Terms.Select(term => graph.Multiply(incoming, term)))
            : graph.Multiply(incoming, derivative);

    private static Expr ShareOf(Graph graph, Reduce extremum, Expr incoming)
    {
        var isChosen = graph.Apply(Functions.EqualTo, extremum.Body, extremum);
        return graph.Multiply(incoming, isChosen, graph.Power(graph.Sum(extremum.Over, isChosen), -1));
    }
}
