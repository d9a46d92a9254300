using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace BatchNormGen.Generator.Algebra;

/// <summary>
/// The element-wise functions with their derivatives. A row here and a method of the same name in the staging library
/// and in the lanes is all that a new one needs.
/// </summary>
internal static class Functions
{
    /// <summary>1 where x is positive, else 0: what relu passes on. Not for users to call.</summary>
    public static readonly Function Step = new("Step", "step", (g, x, y) => g.Zero);

    /// <summary>The functions that a layer may call.</summary>
    public static readonly ImmutableArray<Function> Table =
    [
        //      name        notation   dy/dx from x and y = f(x)
        new("Exp",      "exp",     (g, x, y) => y, isPositive: true),
        new("Log",      "log",     (g, x, y) => g.Power(x, -1)),
        new("Tanh",     "tanh",    (g, x, y) => g.Subtract(g.One, g.Power(y, 2))),
        new("Sigmoid",  "sigmoid", (g, x, y) => g.Multiply(y, g.Subtract(g.One, y)), isPositive: true),
        new("Relu",     "relu",    (g, x, y) => g.Apply(Step, x)),                      // 0 at 0, by convention
    ];

    /// <summary>Functions that are powers, which algebra knows how to combine.</summary>
    public static readonly ImmutableArray<(string Name, Rational Exponent)> Powers =
    [
        ("Square", 2),
        ("Sqrt", Rational.Half),
        ("Reciprocal", -1),
        ("ReciprocalSqrt", -Rational.Half),
    ];

    public static IEnumerable<string> Names => Table.Select(function => function.Name).Concat(Powers.Select(power => power.Name));
}
