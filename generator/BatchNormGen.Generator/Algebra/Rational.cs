using System;
using System.Globalization;
using System.Numerics;

namespace BatchNormGen.Generator.Algebra;

/// <summary>
/// An exact fraction in lowest terms. Coefficients and exponents are rational, so that algebra never rounds:
/// rounding belongs to the emitted code alone.
/// </summary>
internal readonly struct Rational : IEquatable<Rational>, IComparable<Rational>
{
    public static readonly Rational Zero = new(0, 1);
    public static readonly Rational One = new(1, 1);
    public static readonly Rational MinusOne = new(-1, 1);
    public static readonly Rational Half = new(1, 2);

    private readonly BigInteger _denominatorMinusOne;   // so that default(Rational) is 0 / 1

    public Rational(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero) throw new DivideByZeroException();
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        Numerator = numerator / divisor;
        _denominatorMinusOne = denominator / divisor - 1;
    }

    public BigInteger Numerator { get; }
    public BigInteger Denominator => _denominatorMinusOne + 1;

    public bool IsZero => Numerator.IsZero;
    public bool IsOne => Numerator.IsOne && IsInteger;
    public bool IsInteger => _denominatorMinusOne.IsZero;
    public bool IsEven => IsInteger && Numerator.IsEven;
    public int Sign => Numerator.Sign;

    public static implicit operator Rational(int value) => new(value, 1);
    public static Rational operator +(Rational a, Rational b) => new(a.Numerator * b.Denominator + b.Numerator * a.Denominator, a.Denominator * b.Denominator);
    public static Rational operator -(Rational a, Rational b) => a + -b;
    public static Rational operator -(Rational a) => new(-a.Numerator, a.Denominator);
    public static Rational operator *(Rational a, Rational b) => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);
    public static Rational operator /(Rational a, Rational b) => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);
    public static bool operator ==(Rational a, Rational b) => a.Equals(b);
    public static bool operator !=(Rational a, Rational b) => !a.Equals(b);
    public static bool operator <(Rational a, Rational b) => a.CompareTo(b) < 0;
    public static bool operator >(Rational a, Rational b) => a.CompareTo(b) > 0;

    public Rational Abs() => new(BigInteger.Abs(Numerator), Denominator);

    /// <summary>This fraction to a whole power; zero to a negative one throws.</summary>
    public Rational Pow(int exponent) => exponent >= 0
        ? new Rational(BigInteger.Pow(Numerator, exponent), BigInteger.Pow(Denominator, exponent))
        : One / Pow(-exponent);

    /// <summary>
    /// The shortest decimal that reads back as <paramref name="value"/>, as an exact fraction: 0.1 is 1/10.
    /// Null for NaN and the infinities, which no fraction can say.
    /// </summary>
    public static Rational? FromDouble(double value) => Parse(value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>As <see cref="FromDouble"/>, from the shortest decimal of a float.</summary>
    public static Rational? FromSingle(float value) => Parse(value.ToString("R", CultureInfo.InvariantCulture));

    private static Rational? Parse(string text)
    {
        var exponentAt = text.IndexOfAny(['E', 'e']);
        var exponent = exponentAt < 0 ? 0 : int.Parse(text.Substring(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = exponentAt < 0 ? text : text.Substring(0, exponentAt);
        var point = mantissa.IndexOf('.');
        if (point >= 0)
        {
            exponent -= mantissa.Length - point - 1;
            mantissa = mantissa.Remove(point, 1);
        }
        if (!BigInteger.TryParse(mantissa, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var digits)) return null;
        return exponent >= 0
            ? new Rational(digits * BigInteger.Pow(10, exponent), 1)
            : new Rational(digits, BigInteger.Pow(10, -exponent));
    }

    /// <summary>The nearest double, by way of a decimal that is long enough to decide which one that is.</summary>
    public double ToDouble()
    {
        const int Digits = 40;
        if (IsZero) return 0;
        var places = Math.Max(0, Digits + (int)(BigInteger.Log10(Denominator) - BigInteger.Log10(BigInteger.Abs(Numerator))));
        var scaled = Numerator * BigInteger.Pow(10, places) / Denominator;
        return double.Parse(
            scaled.ToString(CultureInfo.InvariantCulture) + "E-" + places.ToString(CultureInfo.InvariantCulture),
            NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent, CultureInfo.InvariantCulture);
    }

    public int CompareTo(Rational other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);
    public bool Equals(Rational other) => Numerator == other.Numerator && _denominatorMinusOne == other._denominatorMinusOne;
    public override bool Equals(object? obj) => obj is Rational other && Equals(other);
    public override int GetHashCode() => Numerator.GetHashCode() * 397 ^ _denominatorMinusOne.GetHashCode();

    /// <summary>A whole number, a decimal where that is exact and short, otherwise a fraction.</summary>
    public override string ToString()
    {
        if (IsInteger) return Numerator.ToString(CultureInfo.InvariantCulture);
        var value = ToDouble();
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return Denominator > 16 && FromDouble(value) == this
            ? text
            : Numerator.ToString(CultureInfo.InvariantCulture) + "/" + Denominator.ToString(CultureInfo.InvariantCulture);
    }
}
