using System.Collections.Concurrent;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Emitting;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;
using BatchNormGen.Generator.Tests.Simplifying;

[assembly: AssemblyFixture(typeof(SoundnessOfAll))]

namespace BatchNormGen.Generator.Tests.Simplifying;

/// <summary>
/// Checks every use of a rule while any test of this assembly takes a layer through the passes: both sides are computed for numbers
/// drawn at random, among them negative ones, zeros and equal ones. The laws are those of numbers, so where anything on the left
/// side is infinite or not a number the right side may be anything; and an infinite factor that is pulled out of a sum is no longer hidden by the
/// brackets in it.
/// </summary>
internal static class Soundness
{
    /// <summary>Of a long layer so many uses are checked, evenly spread.</summary>
    private const int Most = 400;

    /// <summary>What was found to be wrong. A test may not look at what the generator says, so that <see cref="SoundnessOfAll"/> does.</summary>
    public static ConcurrentBag<string> Faults { get; } = [];

    private static readonly ConcurrentDictionary<string, int> Uses = [];

    /// <summary>How often each rule was checked.</summary>
    public static IReadOnlyDictionary<string, int> Checked => Uses;

    /// <summary>What the generator does, checked.</summary>
    public static Written Write(Method method, CancellationToken token) => LayerSource.Write(MethodPlan.Of(method, layer => Simplify(layer, token), token));

    /// <summary>The closed form, all uses of rules checked.</summary>
    public static ClosedForm Simplify(Layer layer, CancellationToken token)
    {
        var uses = new HashSet<Rewriting>();
        var form = ClosedForm.Of(layer, token, observe: rewriting => uses.Add(rewriting));
        uses.UnionWith(form.Rewritings);
        Check(layer, [.. uses]);
        return form;
    }

    private static void Check(Layer layer, IReadOnlyList<Rewriting> uses)
    {
        var step = 1 + uses.Count / Most;
        var sample = uses.Where((_, i) => i % step == 0).ToList();
        var faults = LargeStack.Run(() => Enumerable.Range(1, 3).SelectMany(seed => Faulty(sample, Meaning(layer, seed))).ToList());
        foreach (var rewriting in sample) Uses.AddOrUpdate(rewriting.Rule.Name, 1, (_, count) => count + 1);
        if (faults.Count == 0) return;
        foreach (var fault in faults) Faults.Add($"{layer.Signature.Name}: {fault}");
        throw new InvalidOperationException(faults[0]);
    }

    private static Interpreter Meaning(Layer layer, int seed) => new(seed)
    {
        IsCoarse = seed == 3,
        Labels = layer.Conditions.OfType<LabelsInRange>().GroupBy(labels => labels.Tensor).ToDictionary(labels => labels.Key, labels => labels.Select(label => label.Axis).OrderBy(axis => axis.Extent ?? int.MaxValue).First()),
    };

    /// <summary>The uses whose sides differ, in words.</summary>
    public static IEnumerable<string> Faulty(IEnumerable<Rewriting> uses, Interpreter meaning)
    {
        foreach (var (rule, before, after) in uses)
        {
            foreach (var (left, right) in meaning.Measure(before, before.Free).Zip(meaning.Measure(after, before.Free)))
            {
                if (!double.IsFinite(left.Largest) || Math.Abs(left.Value - right.Value) <= 1e-9 * (1 + Math.Max(left.Largest, double.IsFinite(right.Largest) ? right.Largest : 0))) continue;
                if (double.IsNaN(right.Value) && rule.Name == "pull out") continue;
                yield return FormattableString.Invariant($"{rule.Name} ({rule.Law}): {Short(before)} is {left.Value}, but {Short(after)} is {right.Value}");
                break;
            }
        }
    }

    private static string Short(Expr node) => node.ToString() is { Length: > 400 } text ? text[..400] + "…" : node.ToString()!;
}

/// <summary>Fails the run when any use of a rule anywhere in it was wrong.</summary>
public sealed class SoundnessOfAll : IDisposable
{
    public void Dispose() => Assert.Empty(Soundness.Faults);
}
