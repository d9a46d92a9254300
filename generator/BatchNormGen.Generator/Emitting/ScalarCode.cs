using System;
using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;

namespace BatchNormGen.Generator.Emitting;

/// <summary>Writes small values as C# expressions in double.</summary>
/// <param name="scope">How to refer to arrays and extents.</param>
/// <param name="local">The local variable that holds a value, or null where it has to be read from its array.</param>
/// <param name="place">The place of a value of the region that is no local variable, or of one of its parts, by the name of that; null where it is in its array.</param>
internal sealed class ScalarCode(Scope scope, Func<Named, string?> local, Func<Named, string, string?>? place = null)
{
    private enum Precedence { Sum, Product, Unary }

    public string Write(Expr node) => Write(node, Precedence.Sum);

    private string Write(Expr node, Precedence outer) => node switch
    {
        Constant constant => Parenthesize(constant.Value.Sign < 0 && outer == Precedence.Unary, Literals.Double(constant.Value)),
        Scalar scalar => scope.Fields.Use(scalar.Name),
        Read { Indices.IsEmpty: true } read => scope.Fields.Use(read.Tensor),
        Read read => $"{scope.Fields.Use(read.Tensor)}[{scope.Offset(Access.LoopsOf(scope.Space, read.Indices))}]",
        Extent extent => scope.Fields.Use(extent.Axis.Name).Substring("this.".Length),
        Position { Index.Name: var name } => name,
        Named named => local(named) ?? Load(named),
        Apply { Function.IsMask: true } mask => $"({WriteMask(mask)} ? 1.0 : 0.0)",
        Add sum => Parenthesize(outer > Precedence.Sum, WriteSum(sum)),
        Product product => WriteProduct(product, outer),
        Apply { Function: var function, Arguments: [var mask, var a, var b] } when function == Functions.Where => $"({WriteMask(mask)} ? {Write(a)} : {Write(b)})",
        Apply { Arguments: [Named value] } part when part.Function == Functions.Low => place?.Invoke(value, value.Name + "Low") ?? $"{scope.Fields.Use(value.Name + "Low")}[{scope.Offset(scope.Find(value)!.Loops)}]",
        Apply apply => $"Scalars.{apply.Function.Name}({string.Join(", ", apply.Arguments.Select(Write))})",
        _ => throw new InvalidOperationException($"{node} is not a small value."),
    };

    /// <summary>A mask as a condition.</summary>
    private string WriteMask(Expr mask) => mask switch
    {
        Apply { Function: var function, Arguments: [var negated] } when function == Functions.Not => $"!({WriteMask(negated)})",
        Apply { Function: var function, Arguments: [var value] } when function == Functions.Holds => Write(value),
        Apply { Function: var function, Arguments: [var value] } when function == Functions.IsFinite => $"double.IsFinite({Write(value)})",
        Apply { Function: var relation, Arguments: [var a, var b] } => $"{Write(a, Precedence.Sum)} {Operator(relation)} {Write(b, Precedence.Sum)}",
        _ => $"{Write(mask)} != 0",
    };

    private static string Operator(Function relation) =>
        relation == Functions.EqualTo ? "==" : relation.Notation.Replace("≥", ">=").Replace("≤", "<=").Replace("≠", "!=");

    private string Load(Named named)
    {
        var stored = scope.Find(named) ?? throw new InvalidOperationException($"{named.Name} is not at hand.");
        var offset = scope.Offset(stored.Loops);
        return stored.Wide
            ? $"((double){scope.Fields.Use(named.Name + "High")}[{offset}] + {scope.Fields.Use(named.Name + "Low")}[{offset}])"
            : $"{scope.Fields.Use(named.Name)}[{offset}]";
    }

    private string WriteSum(Add sum)
    {
        var text = "";
        foreach (var term in sum.Terms)
        {
            var written = Write(term, Precedence.Sum);
            text += text.Length == 0 ? written : written[0] == '-' ? " - " + written.Substring(1) : " + " + written;
        }
        return text;
    }

    private string WriteProduct(Product product, Precedence outer)
    {
        if (product.HasMask())
        {
            var mask = string.Join(" && ", product.Factors.Where(factor => factor.IsBracket()).Select(factor => WriteMask(factor.Base)));
            var rest = product.Factors.RemoveAll(factor => factor.IsBracket());
            return $"({mask} ? {(rest.IsEmpty ? Literals.Double(product.Coefficient) : WriteProduct(new Product(product.Coefficient, rest), Precedence.Sum))} : 0.0)";
        }
        var coefficient = product.Coefficient.Abs();
        var above = new List<string>();
        var below = new List<string>();
        var isExact = product.Factors.All(factor => factor.Base is Extent);
        if (!coefficient.Numerator.IsOne) above.Add(Literals.Double(new Rational(coefficient.Numerator, 1)));
        if (!coefficient.IsInteger) below.Add(Literals.Double(new Rational(coefficient.Denominator, 1)));
        foreach (var factor in product.Factors.OrderBy(factor => factor.Exponent.Sign < 0 ? 1 : 0))
            (factor.Exponent.Sign > 0 ? above : below).AddRange(WritePower(factor.Base, factor.Exponent.Abs()));

        // Extents are whole numbers in C#: their products and quotients must not be.
        if (isExact && above.Count > 0 && coefficient.Numerator.IsOne) above[0] = "(double)" + above[0];
        if (below.Count > 1 && coefficient.IsInteger) below[0] = "(double)" + below[0];
        var sign = product.Coefficient.Sign < 0 ? "-" : "";
        if (below.Count == 0) return Parenthesize(outer > Precedence.Product, sign + string.Join(" * ", above));
        var numerator = above.Count == 0 ? "1.0" : string.Join(" * ", above);
        var denominator = below.Count == 1 ? below[0] : $"({string.Join(" * ", below)})";
        return Parenthesize(outer >= Precedence.Product, $"{sign}{numerator} / {denominator}");
    }

    private IEnumerable<string> WritePower(Expr @base, Rational exponent)
    {
        if (exponent.IsOne) return [Write(@base, Precedence.Unary)];
        if (exponent == Rational.Half) return [$"Math.Sqrt({Write(@base)})"];
        var text = Write(@base, Precedence.Unary);
        return exponent.IsInteger && !(exponent > VectorCode.HighestRepeated) && text.IndexOf('(') < 0
            ? Enumerable.Repeat(text, (int)exponent.Numerator)
            : [$"Math.Pow({text}, {Literals.Double(exponent)})"];
    }

    private static string Parenthesize(bool needed, string text) => needed ? $"({text})" : text;
}
