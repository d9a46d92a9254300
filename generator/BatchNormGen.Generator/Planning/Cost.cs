using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Emitting;

namespace BatchNormGen.Generator.Planning;

/// <summary>What a plan costs, in words.</summary>
internal static class Cost
{
    public static IEnumerable<string> Write(Plan plan)
    {
        yield return "The cost";
        foreach (var line in Write("forward", plan.Forward)) yield return line;
        if (!plan.ClosedForm.Gradients.IsEmpty)
            foreach (var line in Write("backward", plan.Backward)) yield return line;
        yield return $"  saved: {CacheWriter.Describe(plan)}";
    }

    private static IEnumerable<string> Write(string direction, Kernel kernel)
    {
        var sweeps = kernel.Sweeps.ToList();
        var reductions = sweeps.Sum(sweep => sweep.Accumulators.Sum(accumulator => accumulator.Values.Count()));
        yield return $"  {direction}: {Count(reductions, "reduction")}, {Count(sweeps.Count, "sweep")} over the data";
        var number = 0;
        foreach (var region in kernel.Regions)
        {
            foreach (var sweep in region.Sweeps)
            {
                var values = sweep.Accumulators.Select(accumulator => accumulator.Body).Concat(sweep.Writes.Select(write => write.Value)).ToList();
                var all = IndexSet.Of(region.Instances.Concat(region.Reduced).Append(region.Lanes!).SelectMany(loop => loop.Indices));
                var reads = values.Nodes(stop: node => node is Named && node.Free != all).OfType<Read>().Where(read => read.Free == all).Select(read => read.Tensor).Distinct().ToList();
                var made = sweep.Accumulators.SelectMany(accumulator => accumulator.Values).Select(value => value.Name).Concat(sweep.Writes.Select(write => write.Name));
                var where = region.Instances.IsEmpty ? "" : $" for each {string.Join(", ", region.Instances.Select(loop => loop.Variable))}";
                yield return $"    sweep {++number}{where}: {string.Join(", ", made)}; reads {(reads.Count == 0 ? "nothing" : string.Join(", ", reads))}{(sweep.Writes.Length > 0 ? $", writes {string.Join(", ", sweep.Writes.Select(write => write.Name))}" : "")}";
            }
        }
    }

    private static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
