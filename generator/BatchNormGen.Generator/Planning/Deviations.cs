using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// Finds the small values that are subtracted from elements of a tensor: x − mean. Where x is far from 0 the difference
/// keeps its digits only if the mean has more of them than x.
/// </summary>
internal static class Deviations
{
    public static HashSet<Named> Find(IEnumerable<Expr> values)
    {
        var wide = new HashSet<Named>();
        var seen = new HashSet<Expr>();
        var pending = new Stack<Expr>(values);
        while (pending.Count > 0)
        {
            var node = pending.Pop();
            if (!seen.Add(node)) continue;
            if (node is Add sum && sum.Terms.Any(term => term is Read && term.Free == sum.Free))
                foreach (var term in sum.Terms)
                    if ((term is Product { Factors: [{ Exponent.IsOne: true, Base: var factor }] } ? factor : term) is Named small && small.Free != sum.Free)
                        wide.Add(small);
            foreach (var operand in node.Operands) pending.Push(operand);
        }
        return wide;
    }
}
