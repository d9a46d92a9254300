using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;

namespace BatchNormGen.Generator.Algebra;

/// <summary>A named axis of the user's tensors (<c>N</c>), or one of fixed extent, whose name is the number (<c>10</c>).</summary>
internal sealed record Axis(string Name)
{
    /// <summary>The extent where it is fixed in the text, else null: it is known when the layer is called.</summary>
    public int? Extent { get; } = int.TryParse(Name, NumberStyles.None, CultureInfo.InvariantCulture, out var extent) ? extent : null;

    public override string ToString() => Name;
}

/// <summary>
/// An index variable that runs over an axis: the <c>n</c> of <c>x[n,d]</c>. An axis has several where it appears
/// several times in one tensor.
/// </summary>
/// <param name="Name">What the variable is called in formulas and in code.</param>
/// <param name="Axis">What it runs over.</param>
/// <param name="Order">Its place in the order in which indices were introduced; unique in a graph.</param>
internal sealed record Index(string Name, Axis Axis, int Order) : IComparable<Index>
{
    /// <summary>The indices that it is made of, where its axis is split or joined from others: c = g·K + k. Else empty.</summary>
    public ImmutableArray<Index> Parts { get; init; } = [];

    /// <summary>The indices that expressions are made of: the parts, or the index itself.</summary>
    public IEnumerable<Index> Atoms => Parts.IsEmpty ? [this] : Parts;

    public bool Equals(Index? other) => other is not null && Order == other.Order && Name == other.Name && Axis == other.Axis && Parts.SequenceEqual(other.Parts);

    public override int GetHashCode() => Order * 31 + Parts.Length;

    public int CompareTo(Index other) => Order.CompareTo(other.Order);

    public override string ToString() => Name;
}

/// <summary>What is asked about layouts.</summary>
internal static class Indices
{
    /// <summary>The indices of memory: an axis that is split has several, one of extent 1 has null.</summary>
    public static IEnumerable<Index?> Atoms(this IEnumerable<Index?> layout) => layout.SelectMany(index => index is null ? [null] : (IEnumerable<Index?>)index.Atoms);
}
