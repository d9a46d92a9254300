namespace BatchNormGen;

/// <summary>
/// How much the forward of a <see cref="DifferentiableAttribute">differentiable</see> method keeps for its backward, besides
/// the caller's inputs. What is not kept is computed again. The gradients are the same, up to rounding.
/// </summary>
/// <remarks>
/// Products of matrices, and what methods of the user's own return, are kept in any case. The derivation at the head of the
/// generated file says what each choice costs.
/// </remarks>
public enum Saving
{
    /// <summary>
    /// Nothing that can be computed again from the inputs, reductions included: the cache is as small as it can be, and the
    /// backward runs over the data more often.
    /// </summary>
    Least,

    /// <summary>
    /// The fewest bytes with which the backward repeats no reduction: a few values for each row or column. Work on elements
    /// that can be done again from the inputs is done again.
    /// </summary>
    Balanced,

    /// <summary>
    /// Moreover the fewest tensors with which the backward repeats no elementary function (exp, tanh, erf, …) of elements,
    /// such as the output of a sigmoid: less work for more memory.
    /// </summary>
    Most,
}
