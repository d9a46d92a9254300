using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace BatchNormGen.Generator.Reading;

// Reshaping, as far as it keeps whole axes together: memory stays as it is, and an axis is seen as several, or several as one.
internal sealed partial class ExpressionReader
{
    /// <summary>A part of an axis that is a product of more parameters than this is no layer's, and each of them is a loop.</summary>
    private const int MostFactors = 8;

    private Value? ReadReshape(Call call)
    {
        if (call.Operands is not [var operand, var lengths] || Read(operand) is not { } x) return null;
        var whole = lengths is IConversionOperation conversion ? conversion.Operand : lengths;
        var (places, sizes) = whole is IPropertyReferenceOperation { Instance: { } like } property && IsLengths(property)
            ? ([whole], Read(like)?.Layout.Select(index => (Size?)SizeOf(index)).ToList() ?? [null])
            : (Elements(lengths), Elements(lengths).Select(ReadSize).ToList());
        if (sizes.Any(size => size is null)) return null;
        if (sizes.Count == 0) return NotTaken(call);
        var atoms = x.Layout.Atoms().OfType<Algebra.Index>().ToList();
        var inferred = sizes.FindIndex(size => size == Size.One with { Coefficient = Rational.MinusOne });
        if (inferred >= 0) sizes[inferred] = atoms.Aggregate(Size.One, (size, atom) => size.Times(SizeOf(atom)))
            .Times(sizes.Where((_, place) => place != inferred).Aggregate(Size.One, (size, other) => size.Times(other!)), Rational.MinusOne);

        var layout = new List<Algebra.Index?>();
        var next = 0;
        for (var place = 0; place < sizes.Count; place++)
        {
            var wanted = sizes[place]!;
            if (wanted.IsOne) layout.Add(null);
            else if (Run(atoms.Skip(next).Select(SizeOf), wanted) is > 0 and var joined)
            {
                layout.Add(joined == 1 ? atoms[next] : Join([.. atoms.Skip(next).Take(joined)]));
                next += joined;
            }
            else if (next < atoms.Count && Parts(sizes.Skip(place)!, wanted, SizeOf(atoms[next])) is { } parts)
            {
                Split(atoms[next].Axis, parts);
                return null;
            }
            else return NotWhole(places[System.Math.Min(place, places.Length - 1)], wanted, x);
        }
        return next == atoms.Count ? x with { Layout = [.. layout] } : NotWhole(places[places.Length - 1], sizes[sizes.Count - 1]!, x);
    }

    /// <summary>How many of the first sizes make up one; 0 where they do not.</summary>
    private static int Run(IEnumerable<Size> sizes, Size whole)
    {
        var (product, count) = (Size.One, 0);
        foreach (var size in sizes)
        {
            (product, count) = (product.Times(size), count + 1);
            if (product.Equals(whole)) return count;
        }
        return 0;
    }

    /// <summary>Whether a size is made of parameters and numbers, and so can divide an axis.</summary>
    private bool IsFactor(Size size) =>
        size.IsWhole && size.Degree <= MostFactors && size.Powers.All(power => Graph.Indices.All(index => index.Axis.Name != power.Key));

    private Expr? ExtentOf(string parameter) => scope.Splits.AxisOf(parameter) is { } axis ? Graph.Extent(axis) : null;

    private Size SizeOf(Algebra.Index? index) => Size.Of(Compositions.Count(Graph, IndexSet.Of([index])), ExtentOf)!;

    private Algebra.Index Join(ImmutableArray<Algebra.Index> parts)
    {
        // Parts of one axis, next to each other, are that axis again.
        foreach (var split in Graph.Splits)
            if (split.Value.SelectMany(Graph.Leaves).SequenceEqual(parts.Select(part => part.Axis))) return Graph.Join(split.Key, parts);
        var whole = new Axis(string.Join(" * ", parts.Select(part => part.Axis.Name)));
        Graph.Split(whole, [.. parts.Select(part => part.Axis)]);
        return Graph.Join(whole, parts);
    }

    /// <summary>
    /// What an axis is split into so that the first of the sizes is some of its parts: numbers and parameters, and at most one
    /// that division leaves, since the next reading has to find each size again. Null where there is no such split.
    /// </summary>
    private ImmutableArray<Size>? Parts(IEnumerable<Size> sizes, Size wanted, Size whole)
    {
        List<Size> several = [.. sizes];
        several = [.. several.Take(Run(several, whole))];
        if (several.Count < 2 || several.Count(size => !size.IsWhole) > 1 || several.Any(IsBroken))
        {
            var rest = whole.Times(wanted, Rational.MinusOne);
            if (!IsFactor(wanted) && !IsFactor(rest)) return null;
            several = [wanted, rest];
        }
        return several.Any(size => size.Degree > MostFactors || IsBroken(size)) ? null : [.. several.SelectMany(size => size.IsWhole ? size.Factors() : [size])];

        static bool IsBroken(Size size) => size.Powers.IsEmpty && !size.Coefficient.IsInteger;
    }

    /// <summary>Names the parts of an axis, for the next reading.</summary>
    private void Split(Axis whole, ImmutableArray<Size> sizes)
    {
        var taken = new HashSet<string>(Graph.Indices.Select(index => index.Axis.Name).Concat(Graph.Splits.Keys.Select(axis => axis.Name)));
        var (parts, texts) = (new List<Axis>(), new List<string>());
        foreach (var size in sizes)
        {
            if (size.Powers.IsEmpty) Take(new(size.ToString()), size.ToString());
            else if (size is { Coefficient.IsOne: true, Powers.Count: 1 } && size.Powers.First() is { Value.IsOne: true, Key: var name })
            {
                var known = Graph.Indices.FirstOrDefault(index => index.Axis.Name == name)?.Axis ?? parts.Zip(texts, (part, text) => (Part: part, Text: text)).FirstOrDefault(pair => pair.Text == name).Part;
                Take(known ?? new(Fresh(char.ToUpperInvariant(name[0]).ToString())), name);
            }
            else Take(new(Fresh(Divided(whole, size))), "");
        }
        scope.Splits.Add(new(whole, parts.ToImmutableArray(), texts.ToImmutableArray()));

        void Take(Axis axis, string text)
        {
            parts.Add(axis);
            texts.Add(text);
        }

        // C / (a·b) is CPerAB, and 12 / a is Axis12PerA.
        static string Divided(Axis whole, Size size) => string.Concat(
            whole.Extent is null ? "" : "Axis",
            whole.Name,
            "Per",
            size.Coefficient.IsInteger ? "" : size.Coefficient.Denominator.ToString(System.Globalization.CultureInfo.InvariantCulture),
            string.Concat(size.Powers.Where(power => power.Value.Sign < 0).Select(power => char.ToUpperInvariant(power.Key[0]))));

        string Fresh(string stem)
        {
            var name = stem;
            for (var suffix = 2; !taken.Add(name); suffix++) name = stem + suffix.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return name;
        }
    }

    /// <summary>An extent of the new shape: what C# computes in integers is exact here, and is checked to be when the layer is called.</summary>
    private Size? ReadSize(IOperation operation)
    {
        while (operation is IConversionOperation { Operand.Type: var from } conversion && from.IsInteger()) operation = conversion.Operand;
        if (operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide, LeftOperand: var number, RightOperand: var divisor })
            return ReadSize(number) is { } a && ReadSize(divisor) is { } b ? a.Times(b, Rational.MinusOne) : null;
        if (operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.Multiply, LeftOperand: var left, RightOperand: var right })
            return ReadSize(left) is { } a && ReadSize(right) is { } b ? a.Times(b) : null;
        if (Read(operation) is not { } value) return null;
        if (Size.Of(value.Expr, ExtentOf) is { } size) return size;
        NotConstant(operation, "a number, an extent, or a product or quotient of such with an int parameter, such as x.Lengths[1] / groups");
        return null;
    }

    /// <summary>An extent divided by a parameter or a number, as integers: it has to be exact when the layer is called.</summary>
    private Value? Quotient(Expr number, Expr divisor)
    {
        if (!number.Nodes().OfType<Extent>().Any() || divisor is not (Scalar or Constant { Value.Sign: > 0 } or Extent)) return null;
        if (Size.Of(number, ExtentOf) is not { } a || Size.Of(divisor, ExtentOf) is not { } b) return null;
        scope.Require(new Divisible(a.ToString(), b.ToString()));
        return Value.Scalar(Graph.Divide(number, divisor));
    }

    private Value? NotWhole(IOperation place, Size size, Value x)
    {
        scope.Report(Descriptors.ReshapeParts, place.Syntax.GetLocation(), x.Shape, size);
        return null;
    }
}
