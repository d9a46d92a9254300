using System;

namespace BatchNormGen.Generator.Algebra;

/// <summary>
/// An element-wise function of one argument. Its <see cref="Name"/> is the same everywhere: the staged method, the
/// BCL's static method and the lanes of the emitted code.
/// </summary>
/// <param name="name">The name in C#.</param>
/// <param name="notation">The name in formulas.</param>
/// <param name="derivative">dy/dx from the argument x and the value y.</param>
/// <param name="isPositive">Whether the value is positive for every argument.</param>
internal sealed class Function(string name, string notation, Func<Graph, Expr, Expr, Expr> derivative, bool isPositive = false)
{
    public string Name { get; } = name;
    public string Notation { get; } = notation;
    public bool IsPositive { get; } = isPositive;

    /// <summary>dy/dx at <paramref name="x"/>, where y is the function's value there.</summary>
    public Expr Derivative(Graph graph, Expr x, Expr y) => derivative(graph, x, y);
}
