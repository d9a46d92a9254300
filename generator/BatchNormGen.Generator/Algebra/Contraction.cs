using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace BatchNormGen.Generator.Algebra;

/// <summary>
/// A sum that is a product of matrices, Σ_k a[i,k]·b[k,j]: its factors fall into two operands that share what is summed
/// over, and each of which has an index that the other lacks. As n³ operations on n² numbers it is worth a kernel of its
/// own, so algebra leaves it whole.
/// </summary>
/// <param name="Left">The factors of a.</param>
/// <param name="Right">The factors of b.</param>
/// <param name="Rows">The indices of the result that a alone has.</param>
/// <param name="Columns">The indices of the result that b alone has.</param>
/// <param name="Inner">The indices that are summed over.</param>
/// <param name="Batch">The indices of the result that both have.</param>
internal sealed record Contraction(ImmutableArray<Factor> Left, ImmutableArray<Factor> Right, IndexSet Rows, IndexSet Columns, IndexSet Inner, IndexSet Batch)
{
    /// <summary>The operands of a sum; null where it is no product of matrices.</summary>
    public static Contraction? Of(Expr node)
    {
        if (node is not Reduce { Kind: Reduction.Sum, Body: Product { Factors: { Length: >= 2 } factors } } sum) return null;

        // Of a long product most factors have the same few indices, so one look at those says that there are no seeds.
        var kinds = factors.Select(factor => factor.Base.Free).Distinct().ToList();
        if (!kinds.Any(left => kinds.Any(right => CanBegin(sum, left, right)))) return null;
        for (var i = 0; i < factors.Length; i++)
            for (var j = i + 1; j < factors.Length; j++)
                if (Grow(sum, factors, i, j) is { } found) return found;
        return null;
    }

    /// <summary>Whether two factors can be seeds: both are summed over, and each has an index that the other lacks.</summary>
    private static bool CanBegin(Reduce sum, IndexSet left, IndexSet right) =>
        left.Overlaps(sum.Over) && right.Overlaps(sum.Over) && !left.Except(right).Except(sum.Over).IsEmpty && !right.Except(left).Except(sum.Over).IsEmpty;

    /// <summary>Takes two factors as the seeds of the operands, and gives each of the others to the one that it extends the least.</summary>
    private static Contraction? Grow(Reduce sum, ImmutableArray<Factor> factors, int first, int second)
    {
        var (ofLeft, ofRight) = (factors[first].Base.Free, factors[second].Base.Free);
        if (!CanBegin(sum, ofLeft, ofRight)) return null;
        var (left, right) = (new List<Factor> { factors[first] }, new List<Factor> { factors[second] });
        foreach (var factor in factors.Where((_, place) => place != first && place != second))
        {
            var free = factor.Base.Free;
            var (fitsLeft, fitsRight) = (free.IsSubsetOf(ofLeft), free.IsSubsetOf(ofRight));

            // An operand that is computed anyway takes what fits both.
            if (fitsLeft && (!fitsRight || !IsStored(left) || IsStored(right))) left.Add(factor);
            else if (fitsRight) right.Add(factor);
            else if (!free.Overlaps(Outside(ofRight, ofLeft)))
            {
                ofLeft = ofLeft.Union(free);
                left.Add(factor);
            }
            else if (!free.Overlaps(Outside(ofLeft, ofRight)))
            {
                ofRight = ofRight.Union(free);
                right.Add(factor);
            }
            else return null;
        }
        if (!sum.Over.IsSubsetOf(ofLeft) || !sum.Over.IsSubsetOf(ofRight)) return null;
        var (rows, columns) = (Outside(ofLeft, ofRight), Outside(ofRight, ofLeft));
        return rows.IsEmpty || columns.IsEmpty ? null
            : new([.. left], [.. right], rows, columns, sum.Over, ofLeft.Intersect(ofRight).Except(sum.Over));

        IndexSet Outside(IndexSet of, IndexSet other) => of.Except(other).Except(sum.Over);
    }

    /// <summary>Whether both operands stand in memory: tensors from outside, or products themselves.</summary>
    public bool IsPlain => IsStored(Left) && IsStored(Right);

    private static bool IsStored(IReadOnlyList<Factor> operand) =>
        operand is [{ Base: var value, Exponent.IsOne: true }] && (value is Read || Of(value is Named named ? named.Value : value) is not null);
}
