using System;
using System.Collections.Immutable;

namespace BatchNormGen.Generator.Algebra;

/// <summary>
/// An element-wise function. Its <see cref="Name"/> is the same everywhere: the staged method, the lanes and the scalars
/// of the emitted code.
/// </summary>
internal sealed class Function
{
    private readonly Func<Graph, ImmutableArray<Expr>, Expr, ImmutableArray<Expr>> _derivatives;

    private Function(string name, string notation, int arity, Func<Graph, ImmutableArray<Expr>, Expr, ImmutableArray<Expr>> derivatives) =>
        (Name, Notation, Arity, _derivatives) = (name, notation, arity, derivatives);

    /// <param name="name">The name in C#.</param>
    /// <param name="notation">The name in formulas.</param>
    /// <param name="derivative">dy/dx from the argument x and the value y.</param>
    public Function(string name, string notation, Func<Graph, Expr, Expr, Expr> derivative)
        : this(name, notation, 1, (g, x, y) => [derivative(g, x[0], y)])
    {
    }

    /// <param name="name">The name in C#.</param>
    /// <param name="notation">The name in formulas.</param>
    /// <param name="derivatives">dy/da and dy/db from the arguments a and b and the value y.</param>
    public Function(string name, string notation, Func<Graph, Expr, Expr, Expr, ImmutableArray<Expr>> derivatives)
        : this(name, notation, 2, (g, x, y) => derivatives(g, x[0], x[1], y))
    {
    }

    /// <param name="name">The name in C#.</param>
    /// <param name="notation">The name in formulas.</param>
    /// <param name="derivatives">The derivatives from the three arguments and the value y.</param>
    public Function(string name, string notation, Func<Graph, Expr, Expr, Expr, Expr, ImmutableArray<Expr>> derivatives)
        : this(name, notation, 3, (g, x, y) => derivatives(g, x[0], x[1], x[2], y))
    {
    }

    /// <summary>A mask: 1 where something holds, else 0. It changes in jumps, so that no gradient goes through it.</summary>
    /// <param name="name">The name in C#.</param>
    /// <param name="sign">The relation between two arguments: <c>[a &gt; b]</c>; before a single one, a word.</param>
    /// <param name="arity">The number of arguments.</param>
    /// <param name="takesMask">Whether the first argument is a mask itself.</param>
    public static Function Mask(string name, string sign, int arity = 2, bool takesMask = false) =>
        new(name, sign, arity, (g, x, y) => [.. System.Linq.Enumerable.Repeat(g.Zero, arity)]) { IsMask = true, TakesMask = takesMask };

    public string Name { get; }
    public string Notation { get; }

    /// <summary>What a local that holds its value is called: exp, erfc.</summary>
    public string Local => char.ToLowerInvariant(Name[0]) + Name.Substring(1);

    /// <summary>The number of arguments.</summary>
    public int Arity { get; }

    /// <summary>Whether the value is positive for every argument.</summary>
    public bool IsPositive { get; init; }

    /// <summary>How many operations of vectors it takes, as far as one compiled method must not have too many.</summary>
    public int Operations { get; init; } = 1;

    /// <summary>Whether its lanes find e^(−x²) on the way, and have an overload that gives it away.</summary>
    public bool FindsGaussian { get; init; }

    /// <summary>Whether the value is 1 or 0, which is written as a bracket: [a &gt; b].</summary>
    public bool IsMask { get; init; }

    /// <summary>Whether the first argument is a mask as such. Any other argument is a number, and a mask there is 1 or 0.</summary>
    public bool TakesMask { get; init; }

    /// <summary>The derivative for each argument; y is the function's value there.</summary>
    public ImmutableArray<Expr> Derivatives(Graph graph, ImmutableArray<Expr> arguments, Expr y) => _derivatives(graph, arguments, y);
}
