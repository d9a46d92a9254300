using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Planning;

/// <summary>A tensor that stands in memory between two steps: what products of matrices are made from, and what they make.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Layout">The index of each axis, in the order of memory.</param>
internal abstract record Intermediate(string Name, ImmutableArray<Index> Layout)
{
    /// <summary>Its elements. One value is a tensor of one element: what is read without an index is a scalar parameter.</summary>
    public Read Elements(Graph graph) => (Read)graph.Read(Name, Layout.IsEmpty ? [null] : [.. Layout]);
}

/// <summary>An operand of a product that has to be computed, or what is compared with its own extremum.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Layout">The index of each axis, in the order of memory.</param>
/// <param name="Value">What it holds.</param>
/// <param name="IsCompared">Whether all that uses it has to read the same bits: computed again it may round otherwise.</param>
internal sealed record OperandTensor(string Name, ImmutableArray<Index> Layout, Expr Value, bool IsCompared = false) : Intermediate(Name, Layout);

/// <summary>A tensor that a user's own method returns.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Layout">The index of each axis, in the order of memory.</param>
/// <param name="Call">What is called, and which of its results this is.</param>
/// <param name="Arguments">The tensors and scalars that are passed.</param>
internal sealed record CustomTensor(string Name, ImmutableArray<Index> Layout, Custom Call, ImmutableArray<Expr> Arguments) : Intermediate(Name, Layout);

/// <summary>A product of matrices.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Layout">The index of each axis, in the order of memory.</param>
/// <param name="Left">The operand with the rows.</param>
/// <param name="Right">The operand with the columns.</param>
/// <param name="Shape">Which indices are rows, columns, inner and batch.</param>
internal sealed record ProductTensor(string Name, ImmutableArray<Index> Layout, Read Left, Read Right, Contraction Shape) : Intermediate(Name, Layout);
