namespace BatchNormGen;

/// <summary>The form of the backward that the generator writes for a <see cref="DifferentiableAttribute">differentiable</see> method.</summary>
public enum BackwardForm
{
    /// <summary>The gradient derived as one formula, simplified, and computed in as few sweeps over memory as the plan finds.</summary>
    ClosedForm,

    /// <summary>
    /// The stages in reverse order, one local gradient each, with every intermediate result saved by the forward.
    /// It is slower, it can be read next to the method, and it serves teaching and cross-checking.
    /// </summary>
    Staged,
}
