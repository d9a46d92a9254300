namespace BatchNormGen;

/// <summary>
/// Marks a tensor parameter of a <see cref="DifferentiableAttribute">differentiable</see> method as a constant: no gradient
/// is computed for it. Integer tensors and scalars need no mark, they have none anyway.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter, AllowMultiple = false, Inherited = false)]
public sealed class NoGradientAttribute : Attribute;
