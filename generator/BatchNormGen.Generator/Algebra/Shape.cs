using System;
using System.Collections.Generic;
using System.Linq;

namespace BatchNormGen.Generator.Algebra;

/// <summary>
/// Compares nodes by what they are made of, their operands by identifier. The order of terms and factors does not count.
/// So within a graph two nodes are equal if they mean the same by construction, and two graphs are if their nodes are.
/// </summary>
internal sealed class Shape : IEqualityComparer<Expr>
{
    public static readonly Shape Comparer = new();

    public bool Equals(Expr? a, Expr? b) => (a, b) switch
    {
        (Constant x, Constant y) => x.Value == y.Value,
        (Scalar x, Scalar y) => x.Name == y.Name,
        (Extent x, Extent y) => x.Axis == y.Axis,
        (Read x, Read y) => x.Tensor == y.Tensor && x.Indices.SequenceEqual(y.Indices),
        (Position x, Position y) => x.Index == y.Index,
        (Add x, Add y) => x.Terms.Length == y.Terms.Length && Ids(x.Terms).SequenceEqual(Ids(y.Terms)),
        (Product x, Product y) => x.Factors.Length == y.Factors.Length && x.Coefficient == y.Coefficient && Powers(x).SequenceEqual(Powers(y)),
        (Apply x, Apply y) => x.Function == y.Function && x.Arguments.Select(Id).SequenceEqual(y.Arguments.Select(Id)),
        (Reduce x, Reduce y) => x.Kind == y.Kind && x.Body.Id == y.Body.Id && x.Over == y.Over,
        (Named x, Named y) => x.Name == y.Name && x.Value.Id == y.Value.Id,
        (Custom x, Custom y) => x.Method == y.Method && x.Result == y.Result && x.Indices.SequenceEqual(y.Indices) && x.Arguments.Select(argument => argument.Key).SequenceEqual(y.Arguments.Select(argument => argument.Key)),
        _ => false,
    };

    public int GetHashCode(Expr node) => node switch
    {
        Constant constant => constant.Value.GetHashCode(),
        Scalar scalar => Text(scalar.Name),
        Extent extent => Text(extent.Axis.Name) + 1,
        Read read => read.Indices.Aggregate(Text(read.Tensor), (hash, index) => hash * 31 + (index?.Order ?? -1)),
        Position position => position.Index.Order * 7919 + 5,
        Add sum => sum.Terms.Aggregate(2, (hash, term) => hash + Mix(term.Id)),
        Product product => product.Factors.Aggregate(product.Coefficient.GetHashCode() + 3, (hash, factor) => hash + Mix(factor.Base.Id * 31 + factor.Exponent.GetHashCode())),
        Apply apply => apply.Arguments.Aggregate(Text(apply.Function.Name), (hash, argument) => hash * 31 + argument.Id),
        Reduce reduce => Mix(reduce.Body.Id) + reduce.Over.GetHashCode() + (int)reduce.Kind,
        Named named => Text(named.Name) * 31 + named.Value.Id,
        Custom custom => custom.Arguments.Aggregate(Text(custom.Method.Method) + custom.Result, (hash, argument) => hash * 31 + argument.Value.Id),
        _ => 0,
    };

    private static int Id(Expr node) => node.Id;

    private static IEnumerable<int> Ids(IEnumerable<Expr> nodes) => nodes.Select(Id).OrderBy(id => id);

    private static IEnumerable<(int, Rational)> Powers(Product product) =>
        product.Factors.OrderBy(factor => factor.Base.Id).ThenBy(factor => factor.Exponent).Select(factor => (factor.Base.Id, factor.Exponent));

    private static int Text(string text) => StringComparer.Ordinal.GetHashCode(text);

    /// <summary>Spreads numbers that are close to each other, so that their sums seldom agree.</summary>
    private static int Mix(int value) => unchecked((value ^ value >> 15) * -2048144789 ^ value * 40503);
}
