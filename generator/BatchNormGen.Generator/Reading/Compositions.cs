using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Reading;

/// <summary>Operations that are made of others. A row here and a staged operation of the same name is all that a new one needs.</summary>
internal static class Compositions
{
    /// <summary>An element-wise operation on an operand x and parameters p.</summary>
    internal sealed record ElementWise(string Name, int Arity, Func<Graph, Expr, ImmutableArray<Expr>, Expr> Build);

    /// <summary>A reduction of x over some indices, corrected by a number of degrees of freedom where it has such. One of several steps asks for x more than once.</summary>
    internal sealed record Reducing(string Name, Func<SubStages, IndexSet, Expr, Expr, Expr> Build, bool HasCorrection = false, bool NeedsElements = false, bool HasSteps = false);

    /// <summary>Functions of x along the indices of an axis, which stays.</summary>
    internal sealed record Along(string Name, Func<SubStages, IndexSet, Expr, Expr> Build);

    public static readonly ImmutableArray<ElementWise> ElementWiseTable =
    [
        new("LeakyRelu", 2, (g, x, p) => g.Apply(Functions.Where, Positive(g, x), x, g.Multiply(p[0], x))),
        new("Elu", 2, (g, x, p) => g.Apply(Functions.Where, Positive(g, x), x, g.Multiply(p[0], g.Apply(Functions.Named("ExpM1"), x)))),
        new("Gelu", 1, (g, x, p) => g.Multiply(g.Constant(Rational.Half), x, g.Apply(Functions.Erfc, g.Negate(g.Multiply(x, g.Power(g.Constant(2), -Rational.Half)))))),
        new("GeluTanh", 1, (g, x, p) => g.Multiply(x, g.Apply(Functions.Sigmoid,                        // ½(1 + tanh u) = sigmoid(2u), where 1 + tanh u would cancel
            g.Multiply(g.Number(2 * Math.Sqrt(2 / Math.PI)), g.Add(x, g.Multiply(g.Number(0.044715), g.Power(x, 3))))))),
        new("Silu", 1, (g, x, p) => g.Multiply(x, g.Apply(Functions.Sigmoid, x))),
        new("Mish", 1, (g, x, p) => g.Multiply(x, g.Apply(Functions.Named("Tanh"), g.Apply(Functions.Named("Softplus"), x)))),
        new("HardTanh", 1, (g, x, p) => g.Apply(Functions.Clamp, x, g.Constant(-1), g.One)),
    ];

    public static readonly ImmutableArray<Reducing> ReductionTable =
    [
        new("Sum", (s, over, x, c) => s.Graph.Sum(over, x)),
        new("Mean", (s, over, x, c) => Mean(s.Graph, over, x)),
        new("Max", (s, over, x, c) => s.Graph.Reduce(Reduction.Max, over, x), NeedsElements: true),
        new("Min", (s, over, x, c) => s.Graph.Reduce(Reduction.Min, over, x), NeedsElements: true),
        new("Variance", Variance, HasCorrection: true, HasSteps: true),
        new("StandardDeviation", (s, over, x, c) => s.Graph.Power(s.Stage("Variance", Variance(s, over, x, c)), Rational.Half), HasCorrection: true, HasSteps: true),
        new("LogSumExp", (s, over, x, c) => LogSumExp(s, over, x), HasSteps: true),
        new("Norm", (s, over, x, c) => s.Graph.Power(s.Graph.Sum(over, s.Graph.Power(x, 2)), Rational.Half)),
    ];

    public static readonly ImmutableArray<Along> AlongTable =
    [
        new("Softmax", (s, over, x) => Exponential(s, over, x) is var e ? s.Graph.Divide(e, s.Stage("Sum", s.Graph.Sum(over, e))) : x),
        new("LogSoftmax", (s, over, x) =>
        {
            var fromMax = s.Stage("FromMax", Shifted(s, over, x));
            return s.Graph.Subtract(fromMax, s.Graph.Apply(Functions.Log, s.Stage("Sum", s.Graph.Sum(over, s.Graph.Apply(Functions.Exp, fromMax)))));
        }),
    ];

    public static IEnumerable<string> Names =>
        ElementWiseTable.Select(row => row.Name).Where(name => name != "GeluTanh").Concat(ReductionTable.Select(row => row.Name)).Concat(AlongTable.Select(row => row.Name));

    /// <summary>How many elements are reduced to one.</summary>
    public static Expr Count(Graph g, IndexSet over) => g.Multiply(over.Select(index => g.Extent(index.Axis)));

    private static Expr Positive(Graph g, Expr x) => g.Apply(Functions.GreaterThan, x, g.Zero);

    private static Expr Mean(Graph g, IndexSet over, Expr x) => g.Mean(over, g.Sum(over, x));

    /// <summary>Σ (x − mean)² / (N − correction).</summary>
    private static Expr Variance(SubStages s, IndexSet over, Expr x, Expr correction)
    {
        var deviation = s.Stage("Deviation", s.Graph.Subtract(x, s.Stage("Mean", Mean(s.Graph, over, x))));
        return s.Graph.Multiply(s.Graph.Power(s.Graph.Subtract(Count(s.Graph, over), correction), -1), s.Graph.Sum(over, s.Graph.Power(deviation, 2)));
    }

    private static Expr Shifted(SubStages s, IndexSet over, Expr x) => s.Graph.Subtract(x, s.Stage("Max", s.Graph.Reduce(Reduction.Max, over, x)));

    private static Expr Exponential(SubStages s, IndexSet over, Expr x) => s.Stage("Exp", s.Graph.Apply(Functions.Exp, Shifted(s, over, x)));

    /// <summary>max + log Σ exp(x − max). With an infinite maximum nothing is subtracted: ∞ − ∞ would make NaN of a sum that is 0 or ∞.</summary>
    private static Expr LogSumExp(SubStages s, IndexSet over, Expr x)
    {
        var g = s.Graph;
        var max = s.Stage("Max", g.Reduce(Reduction.Max, over, x));
        var shift = s.Stage("Shift", g.Apply(Functions.Where, g.Apply(Functions.IsFinite, max), max, g.Zero));
        return g.Add(shift, g.Apply(Functions.Log, s.Stage("Sum", g.Sum(over, g.Apply(Functions.Exp, g.Subtract(x, shift))))));
    }
}
