using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;

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
        yield return $"  saved: {Saved(plan)}";
    }

    private static IEnumerable<string> Write(string direction, Kernel kernel)
    {
        var sweeps = kernel.Sweeps.ToList();
        var reductions = sweeps.Sum(sweep => sweep.Accumulators.Sum(accumulator => accumulator.Values.Count()));
        var products = kernel.Steps.OfType<Multiplication>().Count();
        yield return $"  {direction}: {(products > 0 ? Count(products, "product") + " of matrices, " : "")}{Count(reductions, "reduction")}, {Count(sweeps.Count, "sweep")} over the data";
        var number = 0;
        foreach (var step in kernel.Steps)
        {
            if (step is CustomCall call) yield return $"    call {PlanPrinter.Call(call)}";
            if (step is Multiplication product) yield return $"    product {PlanPrinter.Product(product)}";
            if (step is not Region region) continue;
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

    /// <summary>What is saved, in words: <c>mean (in two parts) and invertedStddev, 3·D values</c>.</summary>
    public static string Saved(Plan plan)
    {
        if (plan.Saved.IsEmpty && plan.SavedTensors.IsEmpty) return "nothing but its shape";
        var names = plan.SavedTensors.Select(tensor => tensor.Name).Concat(plan.Saved.Select(saved => saved.Name + (saved.Wide ? " (in two parts)" : ""))).ToList();
        var list = names.Count == 1 ? names[0] : string.Join(", ", names.Take(names.Count - 1)) + " and " + names[names.Count - 1];
        return $"{list}, {Values(plan.SavedTensors.Select(tensor => ((IEnumerable<Index>)tensor.Layout, 1)).Concat(plan.Saved.Select(saved => (saved.Loops.SelectMany(loop => loop.Indices), saved.Wide ? 2 : 1))))} values";
    }

    /// <summary>A number of values, the larger tensors first: <c>4·N·D + 4·D</c>.</summary>
    /// <param name="values">The indices that each value is stored over, and how many numbers it takes at each.</param>
    public static string Values(IEnumerable<(IEnumerable<Index> Indices, int Count)> values) => string.Join(" + ",
        from value in values
        group value.Count by string.Join("·", value.Indices.Select(index => index.Axis.Name)) into size
        orderby size.Key.Length == 0 ? 0 : size.Key.Split('·').Length descending
        let count = size.Sum()
        select size.Key.Length == 0 ? $"{count}" : count == 1 ? size.Key : $"{count}·{size.Key}");

    private static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
