namespace BatchNormGen;

/// <summary>
/// Asks for the gradient with respect to a scalar parameter (<c>float</c> or <c>double</c>) of a
/// <see cref="DifferentiableAttribute">differentiable</see> method; the gradient is a scalar too.
/// Tensor parameters need no mark, they have gradients unless <see cref="NoGradientAttribute"/> says otherwise.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter, AllowMultiple = false, Inherited = false)]
public sealed class GradientAttribute : Attribute;
