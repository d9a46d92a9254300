using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
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
    /// <param name="axisOf">The axis whose extent a parameter is, if it is one.</param>
    public static Size? Of(Expr node, Func<string, Axis?> axisOf) => node switch
    {
        Constant { Value.IsZero: true } => null,
        Constant constant => One with { Coefficient = constant.Value },
        Extent extent => Named(extent.Axis.Name),
        Scalar scalar => axisOf(scalar.Name) is { } axis ? Named(axis.Name) : Named(scalar.Name),
        Product product => product.Factors.Aggregate((Size?)(One with { Coefficient = product.Coefficient }), (size, factor) =>
            size is null || Of(factor.Base, axisOf) is not { } part || !factor.Exponent.IsInteger ? null : size.Times(part, factor.Exponent)),
        _ => null,
    };

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
