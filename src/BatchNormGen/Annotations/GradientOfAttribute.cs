namespace BatchNormGen;

/// <summary>
/// Marks the gradient of an operation of the user's own, for what the tables of the generator do not have: the method
/// <c>F</c> of the same type is then called as it stands in a <see cref="DifferentiableAttribute">differentiable</see>
/// method, and this one in its backward.
/// </summary>
/// <remarks>
/// <para>
/// For <c>static Tensor&lt;T&gt; F(Tensor&lt;T&gt; a, Tensor&lt;T&gt; b, T s)</c> the gradient is
/// <c>static (Tensor&lt;T&gt; da, Tensor&lt;T&gt; db) G(Tensor&lt;T&gt; dout, Tensor&lt;T&gt; a, Tensor&lt;T&gt; b, T s)</c>: the incoming
/// gradient and all parameters of F go in, and the gradient of each tensor parameter comes out, in their order; a single
/// one bare. Integer tensors and parameters marked <see cref="NoGradientAttribute"/> have none.
/// </para>
/// <para>
/// F returns a tensor of the shape of its first tensor, unless <c>[Shape]</c> says otherwise for its parameters and its
/// result. Both methods must be visible to generated code, so at least internal. They get copies of the tensors, and the
/// simplifier sees nothing of them: check the pair with <see cref="GradientCheck"/>.
/// </para>
/// </remarks>
/// <param name="method">The name of F: <c>[GradientOf(nameof(F))]</c>.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = false, Inherited = false)]
public sealed class GradientOfAttribute(string method) : Attribute
{
    /// <summary>The name of the method that this is the gradient of.</summary>
    public string Method { get; } = method;
}
