using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Planning;

/// <summary>What a plan costs, in words.</summary>
internal static class Cost
{
    public static IEnumerable<string> Write(Plan plan)
    {
        yield return "The cost";
        foreach (var line in Write("forward", plan.Forward, plan.Space)) yield return line;
        if (!plan.ClosedForm.Gradients.IsEmpty)
            foreach (var line in Write("backward", plan.Backward, plan.Space)) yield return line;
        yield return $"  saved: {Saved(plan)}";
        if (plan.ClosedForm.Gradients.IsEmpty) yield break;
        foreach (var line in Alternatives(plan)) yield return "  " + line;
    }

    private static IEnumerable<string> Write(string direction, Kernel kernel, Space space)
    {
        yield return $"  {direction}: {Work(kernel, space, over: " over the data", cached: ", while it is in cache")}";
        var number = 0;
        foreach (var step in kernel.Steps)
        {
            if (step is CustomCall call) yield return $"    call {PlanPrinter.Call(call)}";
            if (step is Multiplication product) yield return $"    product {PlanPrinter.Product(product)}";
            if (step is not Region { Sweeps.IsEmpty: false } region) continue;
            var where = region.Instances.IsEmpty ? "" : " " + Each(region);
            if (IsCached(region, space) && region.Sweeps.Length > 1)
            {
                yield return $"    sweep {++number}{where}:";
                var pass = 0;
                foreach (var sweep in region.Sweeps) yield return $"      {(sweep.Choice(region.Lanes!) is null ? $"pass {++pass}" : "then")}: {Describe(region, sweep)}";
            }
            else
                foreach (var sweep in region.Sweeps) yield return $"    sweep {++number}{where}: {Describe(region, sweep)}";
        }
    }

    private static string Describe(Region region, Sweep sweep)
    {
        var all = IndicesOf(region);
        var reads = Elements(sweep, all).OfType<Read>().Where(read => read.Free == all).Select(read => read.Tensor).Concat(sweep.Takes.Select(taken => taken.Name)).Distinct().ToList();
        var made = sweep.Accumulators.SelectMany(accumulator => accumulator.Values).Select(value => value.Name).Concat(sweep.Writes.Select(write => write.Name));
        return $"{string.Join(", ", made)}; reads {(reads.Count == 0 ? "nothing" : string.Join(", ", reads))}{(!region.Instances.IsEmpty && sweep.Choice(region.Lanes!) is { } choice ? $" at {choice.Tensor}" : "")}{(sweep.Writes.Length > 0 ? $", writes {string.Join(", ", sweep.Writes.Select(write => write.Name))}" : "")}{(sweep.Keeps.Length > 0 ? $", keeps {string.Join(", ", sweep.Keeps.Select(kept => kept.Name))}" : "")}";
    }

    private static IndexSet IndicesOf(Region region) => IndexSet.Of(region.Instances.Concat(region.Reduced).Append(region.Lanes!).SelectMany(loop => loop.Indices));

    /// <summary>What a sweep computes for each element.</summary>
    private static IEnumerable<Expr> Elements(Sweep sweep, IndexSet all) =>
        sweep.Bodies.Nodes(stop: node => node is Named named && (node.Free != all || sweep.Takes.Contains(named)));

    /// <summary>
    /// How often a region runs over the data of an instance before the next one: once for each of its sweeps, where the data of
    /// an instance lie together, so that they are still in cache. Where they do not, each sweep is one over all data.
    /// </summary>
    public static int Passes(Region region, Space space) => IsCached(region, space) ? region.Sweeps.Count(sweep => sweep.Choice(region.Lanes!) is null) : 1;

    /// <summary>Whether a region has all it needs of an instance in cache, once it has read that.</summary>
    private static bool IsCached(Region region, Space space)
    {
        var inner = region.Reduced.Append(region.Lanes!).Min(loop => space.Loops.IndexOf(loop));
        return !region.Instances.IsEmpty && region.Instances.All(loop => space.Loops.IndexOf(loop) < inner);
    }

    /// <summary>The instances of a region: <c>for each n</c>.</summary>
    private static string Each(Region region) => $"for each {string.Join(", ", region.Instances.SelectMany(loop => loop.Indices).Select(index => index.Name))}";

    /// <summary>The number of sweeps over the data.</summary>
    public static int Sweeps(Kernel kernel, Space space) => Swept(kernel).Sum(region => IsCached(region, space) ? 1 : region.Sweeps.Length);

    /// <summary>The passes within sweeps: <c>2 passes for each n</c>; nothing where there is but one.</summary>
    public static string Passes(Kernel kernel, Space space) => string.Join(", then ",
        from region in Swept(kernel)
        let passes = Passes(region, space)
        where passes > 1
        select $"{passes} passes {Each(region)}");

    private static IEnumerable<Region> Swept(Kernel kernel) => kernel.Regions.Where(region => !region.Sweeps.IsEmpty);

    /// <summary>The work of one direction: <c>4 reductions, 1 sweep over the data (2 passes for each n, while it is in cache)</c>.</summary>
    private static string Work(Kernel kernel, Space space, string over = "", string cached = "")
    {
        var reductions = kernel.Sweeps.Sum(sweep => sweep.Accumulators.Sum(accumulator => accumulator.Values.Count()));
        var products = kernel.Steps.OfType<Multiplication>().Count();
        var passes = Passes(kernel, space);
        return $"{(products > 0 ? Count(products, "product") + " of matrices, " : "")}{Count(reductions, "reduction")}, {Count(Sweeps(kernel, space), "sweep")}{over}{(passes.Length == 0 ? "" : $" ({passes}{cached})")}";
    }

    /// <summary>One line for each way of saving; one for those that come to the same.</summary>
    private static IEnumerable<string> Alternatives(Plan plan)
    {
        var chosen = plan.ClosedForm.Layer.Signature.Save;
        var size = plan.ClosedForm.Layer.Signature.Element == "float" ? 4 : 8;
        var different =
            (from alternative in plan.Alternatives
             let functions = Functions(alternative.Backward)
             let saved = alternative.Saved.IsEmpty && alternative.SavedTensors.IsEmpty ? "nothing, 0 bytes" : $"{Saved(alternative.SavedTensors, alternative.Saved)}, {Bytes(alternative, size)}"
             group alternative.Saving == chosen ? $"{alternative.Saving} (chosen)" : $"{alternative.Saving}"
             by $"{saved}; {Work(alternative.Backward, alternative.Space)}{(functions == 0 ? "" : $", {Count(functions, "function")} of each element")}"
             into same
             select $"{List([.. same])}: {same.Key}").ToList();
        return different.Count == 1 ? ["Save: Least, Balanced and Most come to the same"] : different.Select(line => "  " + line).Prepend("Save, and the backward that is left");
    }

    /// <summary>How many of the functions that take dozens of operations the backward computes for an element.</summary>
    private static int Functions(Kernel kernel) =>
        (from region in Swept(kernel)
         let all = IndicesOf(region)
         from sweep in region.Sweeps
         select Elements(sweep, all).OfType<Apply>().Count(apply => apply.IsElementary() && apply.Free == all)).Sum();

    private static string Bytes(Alternative alternative, int size) =>
        $"{Values(Sizes(alternative.SavedTensors, alternative.Saved).Select(value => (value.Indices, value.Count * size)))} bytes";

    /// <summary>What is saved, in words: <c>mean (in two parts) and invertedStddev, 3·D values</c>.</summary>
    public static string Saved(Plan plan) => Saved(plan.SavedTensors, plan.Saved);

    private static string Saved(ImmutableArray<Intermediate> tensors, ImmutableArray<Stored> values) =>
        values.IsEmpty && tensors.IsEmpty ? "nothing but its shape"
        : $"{List([.. tensors.Select(tensor => tensor.Name), .. values.Select(saved => saved.Name + (saved.Wide ? " (in two parts)" : ""))])}, {Numbers(Values(Sizes(tensors, values)))}";

    private static string Numbers(string values) => values == "1" ? "1 value" : values + " values";

    private static IEnumerable<(IEnumerable<Index> Indices, int Count)> Sizes(ImmutableArray<Intermediate> tensors, ImmutableArray<Stored> values) =>
        tensors.Select(tensor => ((IEnumerable<Index>)tensor.Layout, 1)).Concat(values.Select(saved => (saved.Loops.SelectMany(loop => loop.Indices), saved.Wide ? 2 : 1)));

    /// <summary>A number of values, the larger tensors first: <c>4·N·D + 4·D</c>.</summary>
    /// <param name="values">The indices that each value is stored over, and how many numbers it takes at each.</param>
    public static string Values(IEnumerable<(IEnumerable<Index> Indices, int Count)> values) => string.Join(" + ",
        from value in values
        group value.Count by string.Join("·", value.Indices.Select(index => index.Axis.Name)) into size
        orderby size.Key.Length == 0 ? 0 : size.Key.Split('·').Length descending
        let count = size.Sum()
        select size.Key.Length == 0 ? $"{count}" : count == 1 ? size.Key : $"{count}·{size.Key}");

    private static string List(IReadOnlyList<string> parts) => parts.Count == 1 ? parts[0] : string.Join(", ", parts.Take(parts.Count - 1)) + " and " + parts[parts.Count - 1];

    private static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
