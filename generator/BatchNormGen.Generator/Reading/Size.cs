using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Numerics;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Reading;

/// <summary>A number of elements as a monomial of extents and integer parameters, so that C/groups · groups is C.</summary>
/// <param name="Coefficient">Its number.</param>
/// <param name="Powers">The exponent of each extent (by its axis) and each parameter (by its name).</param>
internal sealed record Size(Rational Coefficient, ImmutableSortedDictionary<string, Rational> Powers)
{
    public static readonly Size One = new(Rational.One, ImmutableSortedDictionary.Create<string, Rational>(StringComparer.Ordinal));

    /// <summary>The size that an expression says; null where it is none.</summary>
    /// <param name="node">A product of numbers, extents and parameters.</param>
    /// <param name="extentOf">The extent that a parameter is, where an axis has been split by it.</param>
    public static Size? Of(Expr node, Func<string, Expr?> extentOf) => node switch
    {
        Constant { Value.IsZero: true } => null,
        Constant constant => One with { Coefficient = constant.Value },
        Extent extent => Named(extent.Axis.Name),
        Scalar scalar => extentOf(scalar.Name) is { } extent ? Of(extent, extentOf) : Named(scalar.Name),
        Product product => product.Factors.Aggregate((Size?)(One with { Coefficient = product.Coefficient }), (size, factor) =>
            size is null || Of(factor.Base, extentOf) is not { } part || !IsShort(factor.Exponent) ? null : size.Times(part, factor.Exponent)),
        _ => null,
    };

    /// <summary>Whether a power can be written as a product: what has been squared thirty times has a billion factors.</summary>
    private static bool IsShort(Rational exponent) => exponent.IsInteger && !(exponent.Abs() > 32);

    private static Size Named(string name) => One with { Powers = One.Powers.Add(name, Rational.One) };

    public Size Times(Size other, Rational exponent)
    {
        var powers = Powers;
        foreach (var pair in other.Powers)
        {
            var total = (powers.TryGetValue(pair.Key, out var known) ? known : Rational.Zero) + pair.Value * exponent;
            powers = total.IsZero ? powers.Remove(pair.Key) : powers.SetItem(pair.Key, total);
        }
        return new(Coefficient * other.Coefficient.Pow((int)exponent.Numerator), powers);
    }

    public Size Times(Size other) => Times(other, Rational.One);

    public bool IsOne => Coefficient.IsOne && Powers.IsEmpty;

    public bool Equals(Size? other) => other is not null && Coefficient == other.Coefficient && Powers.SequenceEqual(other.Powers);

    public override int GetHashCode() => Coefficient.GetHashCode() + Powers.Count;

    /// <summary>Whether it is a product of whole numbers, extents and parameters.</summary>
    public bool IsWhole => Coefficient.IsInteger && Coefficient.Sign > 0 && Powers.All(power => power.Value.Sign > 0);

    /// <summary>What one that is whole is a product of: its number, then each name as often as it occurs.</summary>
    public IEnumerable<Size> Factors() =>
        Powers.SelectMany(power => Enumerable.Repeat(Named(power.Key), (int)power.Value.Numerator)).Prepend(One with { Coefficient = Coefficient }).Where(factor => !factor.IsOne);

    /// <summary>How many there are of these factors.</summary>
    public BigInteger Degree => Powers.Values.Aggregate(BigInteger.Zero, (total, power) => total + power.Numerator);

    /// <summary>As the user might write it: <c>C / groups</c>.</summary>
    public override string ToString()
    {
        var above = Write(sign: 1);
        var below = Write(sign: -1);
        if (!Coefficient.Numerator.IsOne || above.Count == 0) above.Insert(0, Coefficient.Numerator.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (!Coefficient.IsInteger) below.Insert(0, Coefficient.Denominator.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return string.Join(" * ", above) + string.Concat(below.Select(divisor => " / " + divisor));

        List<string> Write(int sign) => [.. Powers.Where(pair => pair.Value.Sign == sign).SelectMany(pair => Enumerable.Repeat(pair.Key, (int)pair.Value.Abs().Numerator))];
    }
}
