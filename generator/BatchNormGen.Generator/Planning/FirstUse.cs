using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// The finish that computes a small value: the last one before its first use, so that values that are needed together are computed in one loop over
/// the columns, and not some of them in a loop before all sweeps.
/// </summary>
internal static class FirstUse
{
    /// <summary>The values by the finishes that compute them.</summary>
    /// <param name="values">The values, each after those it needs.</param>
    /// <param name="known">The finish from which on a value can be computed.</param>
    /// <param name="sweeps">What reads them, the first sweep after the finish 0.</param>
    /// <param name="small">The results that finishes write as soon as they can.</param>
    /// <param name="required">The values that are stored for others, as soon as they can be.</param>
    public static ILookup<int, Named> ByFinish(IReadOnlyList<Named> values, Func<Expr, int> known, ImmutableArray<Sweep> sweeps, IEnumerable<Result> small, IEnumerable<Named> required)
    {
        var all = new HashSet<Expr>(values);
        var first = new Dictionary<Expr, int>();
        for (var i = 0; i < sweeps.Length; i++) Use(sweeps[i].Bodies, i);
        foreach (var result in small) Use([result.Value], known(result.Value));
        foreach (var value in required) Use([value], known(value));

        // From the last: those that use a value come after it.
        var finishes = new Dictionary<Named, int>();
        foreach (var value in values.Reverse())
        {
            var use = first.TryGetValue(value, out var found) && value.Value is not Reduce ? found : 0;
            finishes[value] = Math.Max(known(value), use);
            Use([value.Value], finishes[value]);
        }
        return values.ToLookup(value => finishes[value]);

        void Use(IEnumerable<Expr> users, int finish)
        {
            foreach (var used in users.Nodes(stop: all.Contains).Where(all.Contains))
                first[used] = first.TryGetValue(used, out var before) ? Math.Min(before, finish) : finish;
        }
    }
}
