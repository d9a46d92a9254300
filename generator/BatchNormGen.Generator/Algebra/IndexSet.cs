using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;

namespace BatchNormGen.Generator.Algebra;

/// <summary>A set of index variables in their order, compared by content.</summary>
internal readonly struct IndexSet : IEquatable<IndexSet>, IReadOnlyCollection<Index>
{
    private readonly Index[]? _items;

    private IndexSet(Index[] sorted) => _items = sorted;

    public static IndexSet Empty => default;

    private Index[] Items => _items ?? [];

    public int Count => Items.Length;
    public bool IsEmpty => Count == 0;

    public static IndexSet Of(IEnumerable<Index?> indices) =>
        new([.. indices.OfType<Index>().SelectMany(index => index.Atoms).Distinct().OrderBy(index => index.Order)]);

    public bool Contains(Index index) => Array.IndexOf(Items, index) >= 0;
    public bool Overlaps(IndexSet other) => Items.Any(other.Contains);
    public bool IsSubsetOf(IndexSet other) => Items.All(other.Contains);
    public IndexSet Union(IndexSet other) => other.IsSubsetOf(this) ? this : Of(Items.Concat(other.Items));
    public IndexSet Except(IndexSet other) => Overlaps(other) ? new([.. Items.Where(index => !other.Contains(index))]) : this;
    public IndexSet Intersect(IndexSet other) => new([.. Items.Where(other.Contains)]);

    public IEnumerator<Index> GetEnumerator() => ((IEnumerable<Index>)Items).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(IndexSet other) => Items.SequenceEqual(other.Items);
    public override bool Equals(object? obj) => obj is IndexSet other && Equals(other);
    public override int GetHashCode() => Items.Aggregate(17, (hash, index) => hash * 31 + index.Order);
    public static bool operator ==(IndexSet a, IndexSet b) => a.Equals(b);
    public static bool operator !=(IndexSet a, IndexSet b) => !a.Equals(b);

    /// <summary>The names, separated by commas: <c>n,d</c>.</summary>
    public override string ToString() => string.Join(",", Items.Select(index => index.Name));
}
