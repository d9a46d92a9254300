namespace BatchNormGen;

/// <summary>Names the axes of a tensor parameter or result, first axis first: <c>[Shape("N, C, H, W")]</c>.</summary>
/// <remarks>
/// The same name means the same extent everywhere in one method; a number is a fixed extent, and an axis of extent 1
/// broadcasts. Shapes are aligned from the last axis, as in NumPy. With the axes named, shapes that do not fit are errors
/// of the compiler rather than exceptions at run time.
/// </remarks>
/// <param name="axes">The names or extents of the axes, separated by commas.</param>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.ReturnValue, AllowMultiple = false, Inherited = false)]
public sealed class ShapeAttribute(string axes) : Attribute
{
    /// <summary>The names or extents of the axes, separated by commas, as they were written.</summary>
    public string Axes { get; } = axes;
}
