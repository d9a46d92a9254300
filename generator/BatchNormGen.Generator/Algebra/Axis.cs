using System;
using System.Globalization;

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
    public int CompareTo(Index other) => Order.CompareTo(other.Order);

    public override string ToString() => Name;
}
