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

    public bool Contains(Index index)
    {
        foreach (var item in Items)
            if (item == index) return true;
        return false;
    }

    public bool Overlaps(IndexSet other)
    {
        foreach (var item in Items)
            if (other.Contains(item)) return true;
        return false;
    }

    public bool IsSubsetOf(IndexSet other)
    {
        if (_items == other._items) return true;
        foreach (var item in Items)
            if (!other.Contains(item)) return false;
        return true;
    }

    public IndexSet Union(IndexSet other) => other.IsSubsetOf(this) ? this : IsSubsetOf(other) ? other : Of(Items.Concat(other.Items));
    public IndexSet Except(IndexSet other) => !Overlaps(other) ? this : IsSubsetOf(other) ? Empty : new(Array.FindAll(Items, index => !other.Contains(index)));
    public IndexSet Intersect(IndexSet other) => IsSubsetOf(other) ? this : !Overlaps(other) ? Empty : new(Array.FindAll(Items, other.Contains));

    public IEnumerator<Index> GetEnumerator() => ((IEnumerable<Index>)Items).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(IndexSet other)
    {
        if (_items == other._items) return true;
        if (Count != other.Count) return false;
        for (var i = 0; i < Count; i++)
            if (Items[i] != other.Items[i]) return false;
        return true;
    }

    public override bool Equals(object? obj) => obj is IndexSet other && Equals(other);

    public override int GetHashCode()
    {
        var hash = 17;
        foreach (var index in Items) hash = hash * 31 + index.Order;
        return hash;
    }

    public static bool operator ==(IndexSet a, IndexSet b) => a.Equals(b);
    public static bool operator !=(IndexSet a, IndexSet b) => !a.Equals(b);

    /// <summary>The names, separated by commas: <c>n,d</c>.</summary>
    public override string ToString() => string.Join(",", Items.Select(index => index.Name));
}
