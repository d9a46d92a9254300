using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace BatchNormGen.Generator.Algebra;

/// <summary>
/// The element-wise functions with their derivatives. A row here and a method of the same name in the staging library
/// and in the lanes is all that a new one needs. What is made of these has its row in <see cref="Reading.Compositions"/>.
/// </summary>
internal static class Functions
{
    // Masks, [a > b]: 1 where it holds, else 0. A comparison with NaN does not hold, other than a ≠ b.
    public static readonly Function GreaterThan = Function.Mask("GreaterThan", ">");
    public static readonly Function GreaterThanOrEqual = Function.Mask("GreaterThanOrEqual", "≥");
    public static readonly Function LessThan = Function.Mask("LessThan", "<");
    public static readonly Function LessThanOrEqual = Function.Mask("LessThanOrEqual", "≤");
    public static readonly Function EqualTo = Function.Mask("EqualTo", "=");
    public static readonly Function NotEqualTo = Function.Mask("NotEqualTo", "≠");

    /// <summary>[not p] for a mask [p]: where p is a comparison that NaN does not meet, this one holds.</summary>
    public static readonly Function Not = Function.Mask("Not", "not", arity: 1, takesMask: true);

    /// <summary>Neither infinite nor NaN.</summary>
    public static readonly Function IsFinite = Function.Mask("IsFinite", "finite", arity: 1);

    /// <summary>The mask that a tensor of truth values is, as a parameter brings it.</summary>
    public static readonly Function Holds = Function.Mask("Holds", "", arity: 1);

    /// <summary>x itself, through which no gradient goes. Where gradients are known it has served, and a rule removes it.</summary>
    public static readonly Function StopGradient = new("StopGradient", "stop", (g, x, y) => g.Zero);

    /// <summary>A value that is kept as two numbers, rounded to one of them, and what that leaves. Planning makes these, when gradients are known.</summary>
    public static readonly Function High = new("High", "high", (g, x, y) => g.Zero), Low = new("Low", "low", (g, x, y) => g.Zero);

    /// <summary>1 − erf(x), which keeps its digits where erf(x) is close to 1.</summary>
    public static readonly Function Erfc = new("Erfc", "erfc", (g, x, y) => g.Negate(ErfDerivative(g, x))) { Operations = 146, FindsGaussian = true };

    /// <summary>The functions of numbers.</summary>
    public static readonly ImmutableArray<Function> Table =
    [
        //      name        notation    dy/dx from x and y = f(x)
        new("Exp",      "exp",      (g, x, y) => y) { IsPositive = true, Operations = 65 },
        new("ExpM1",    "expm1",    (g, x, y) => g.Apply(Exp, x)) { Operations = 70 },
        new("Log",      "log",      (g, x, y) => g.Power(x, -1)) { Operations = 62 },
        new("LogP1",    "log1p",    (g, x, y) => g.Power(g.Add(g.One, x), -1)) { Operations = 64 },
        new("Log2",     "log2",     (g, x, y) => g.Multiply(g.Number(1 / Math.Log(2)), g.Power(x, -1))) { Operations = 64 },
        new("Sin",      "sin",      (g, x, y) => g.Apply(Cos, x)) { Operations = 82 },
        new("Cos",      "cos",      (g, x, y) => g.Negate(g.Apply(Sin, x))) { Operations = 82 },
        new("Tanh",     "tanh",     (g, x, y) => g.Subtract(g.One, g.Power(y, 2))) { Operations = 78 },
        new("Sigmoid",  "sigmoid",  (g, x, y) => g.Multiply(y, g.Subtract(g.One, y))) { IsPositive = true, Operations = 74 },
        new("Erf",      "erf",      (g, x, y) => ErfDerivative(g, x)) { Operations = 187, FindsGaussian = true },
        Erfc,
        new("Softplus", "softplus", (g, x, y) => g.Apply(Sigmoid, x)) { IsPositive = true, Operations = 112 },
        new("Relu",     "relu",     (g, x, y) => g.Apply(GreaterThan, x, g.Zero)),                  // 0 at 0, by convention
        new("Abs",      "abs",      (g, x, y) => g.Apply(Sign, x)),                                 // 0 at 0, by convention
        new("Sign",     "sign",     (g, x, y) => g.Zero),
        StopGradient,

        //      name        notation    dy/da, dy/db from a, b and y = f(a, b)
        new("Maximum",  "max",      (g, a, b, y) => [Greater(g, a, b), Greater(g, b, a)]),          // equal values share evenly
        new("Minimum",  "min",      (g, a, b, y) => [Greater(g, b, a), Greater(g, a, b)]),
        new("Pow",      "pow",      (g, a, b, y) =>                                                 // a⁰ does not depend on a, nor 0ᵇ on b
        [
            g.Multiply(g.Apply(NotEqualTo, b, g.Zero), b, g.Apply(Pow, a, g.Subtract(b, g.One))),
            g.Multiply(g.Apply(NotEqualTo, a, g.Zero), y, g.Apply(Log, a)),
        ]),

        new("Clamp",    "clamp",    (g, x, low, high, y) =>                                         // 1 at the bounds, by convention
        [
            g.Multiply(g.Apply(GreaterThanOrEqual, x, low), g.Apply(LessThanOrEqual, x, high)),
            g.Apply(LessThan, x, low),
            g.Apply(GreaterThan, x, high),
        ]),
        new("Where",    "where",    (g, mask, a, b, y) => [g.Zero, mask, g.Apply(Not, mask)]) { TakesMask = true },
    ];

    /// <summary>The functions that give masks, as a layer may call them.</summary>
    public static readonly ImmutableArray<Function> Masks = [GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual, EqualTo, NotEqualTo];

    /// <summary>Functions that are powers, which algebra knows how to combine.</summary>
    public static readonly ImmutableArray<(string Name, Rational Exponent)> Powers =
    [
        ("Square", 2),
        ("Sqrt", Rational.Half),
        ("Reciprocal", -1),
        ("ReciprocalSqrt", -Rational.Half),
    ];

    public static IEnumerable<string> Names =>
        Table.Where(function => function != Erfc).Select(function => function.Name).Concat(Masks.Select(mask => mask.Name)).Concat(Powers.Select(power => power.Name));

    /// <summary>The function of the table with this name.</summary>
    public static Function Named(string name) => Table.First(function => function.Name == name);

    public static Function Exp => Named("Exp");
    public static Function Log => Named("Log");
    public static Function Sin => Named("Sin");
    public static Function Cos => Named("Cos");
    public static Function Pow => Named("Pow");
    public static Function Sign => Named("Sign");
    public static Function Sigmoid => Named("Sigmoid");
    public static Function Clamp => Named("Clamp");
    public static Function Where => Named("Where");

    /// <summary>2/√π·exp(−x²).</summary>
    private static Expr ErfDerivative(Graph g, Expr x) =>
        g.Multiply(g.Number(2 / Math.Sqrt(Math.PI)), g.Apply(Exp, g.Negate(g.Power(x, 2))));

    /// <summary>[a > b] + ½·[a = b].</summary>
    private static Expr Greater(Graph g, Expr a, Expr b) =>
        g.Add(g.Apply(GreaterThan, a, b), g.Multiply(g.Constant(Rational.Half), g.Apply(EqualTo, a, b)));
}
