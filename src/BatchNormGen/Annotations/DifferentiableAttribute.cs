namespace BatchNormGen;

/// <summary>
/// Asks the generator for the forward and the backward of a staged method: a static method, in a partial type, whose body
/// computes tensors from tensors with the operators of <see cref="System.Numerics.Tensors.Tensor{T}"/> and the operations
/// of <see cref="StagedOperations"/>.
/// </summary>
/// <remarks>
/// For a method <c>M</c> the generator adds <c>MForward</c>, <c>MBackward</c>, <c>MFused</c> and the type <c>MCache</c>
/// beside it, and <c>MValueAndGradients</c> where the result is a scalar. The method itself stays what it is: it can be
/// called, stepped through and tested, and it defines what the generated code must compute.
/// </remarks>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = false, Inherited = false)]
public sealed class DifferentiableAttribute : Attribute
{
    /// <summary>The form of the generated backward; the closed form where nothing else is asked for.</summary>
    public BackwardForm Backward { get; set; } = BackwardForm.ClosedForm;

    /// <summary>
    /// How much the forward keeps for the backward. <see cref="BackwardForm.Staged"/> keeps all its stages, whatever is said here.
    /// </summary>
    public Saving Save { get; set; } = Saving.Balanced;
}
