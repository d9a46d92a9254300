using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Planning;

/// <summary>Writes a plan as it will run: what is saved, and for each direction its regions, their sweeps and small values.</summary>
internal static class PlanPrinter
{
    public static string Print(Plan plan) => string.Join("\n", Lines(plan));

    private static IEnumerable<string> Lines(Plan plan)
    {
        yield return $"saved: {Cost.Saved(plan)}";
        foreach (var stored in plan.Saved) yield return "  " + Describe(stored);
        foreach (var tensor in plan.SavedTensors) yield return "  " + Printer.Indexed(tensor.Name, IndexSet.Of(tensor.Layout));
        foreach (var line in Lines("forward", plan.Forward)) yield return line;
        if (plan.ClosedForm.Gradients.IsEmpty) yield break;
        foreach (var line in Lines("backward", plan.Backward)) yield return line;
    }

    private static IEnumerable<string> Lines(string direction, Kernel kernel)
    {
        yield return direction;
        foreach (var kept in kernel.Kept) yield return "  kept between regions: " + Describe(kept);
        foreach (var tensor in kernel.Tensors) yield return $"  between steps: {Printer.Indexed(tensor.Name, IndexSet.Of(tensor.Layout))}";
        foreach (var step in kernel.Steps)
        {
            if (step is CustomCall call) yield return $"  call: {Call(call)}";
            if (step is Multiplication product) yield return $"  product: {Product(product)}";
            if (step is not Region region) continue;
            foreach (var line in Lines(region)) yield return "  " + line;
        }
    }

    private static IEnumerable<string> Lines(Region region)
    {
        yield return $"region: instances {Loops(region.Instances)}; reduced {Loops(region.Reduced)}; lanes {region.Lanes?.Variable ?? "none"}";
        for (var i = 0; i < region.Finishes.Length; i++)
        {
            if (i > 0)
                foreach (var line in Lines(region.Sweeps[i - 1], i)) yield return "  " + line;
            foreach (var small in region.Finishes[i].Values) yield return "  " + Describe(small);
            foreach (var write in region.Finishes[i].Writes) yield return "  write " + Describe(write);
        }
        foreach (var total in region.Totals) yield return "  total " + Describe(total);
    }

    private static IEnumerable<string> Lines(Sweep sweep, int number)
    {
        yield return $"sweep {number}";
        foreach (var kept in sweep.Keeps) yield return $"  keep {Printer.Plain.PrintDefinition(kept.Name, kept.Value)}";
        foreach (var accumulator in sweep.Accumulators)
            yield return $"  {accumulator.Kind.ToString().ToLowerInvariant()} {Printer.Indexed(accumulator.Name, accumulator.Value.Free)} {(accumulator.Kind == Reduction.Sum ? "+=" : "←")} {accumulator.Body}{(accumulator.AcrossInstances ? " (across instances)" : "")}{(accumulator.Squares is { } squares ? $", and {Printer.Indexed(squares.Name, squares.Free)} += the squares of its deviations from the mean" : "")}";
        foreach (var write in sweep.Writes) yield return "  write " + Describe(write);
    }

    /// <summary>A call of a user's own method: <c>swish = Swish(x)</c>.</summary>
    public static string Call(CustomCall call) =>
        $"{string.Join(", ", call.Results.Select(result => result.Name))} = {call.Results[0].Call.Method.Name}({string.Join(", ", call.Results[0].Arguments.Select(argument => argument is Read read ? read.Tensor : argument.ToString()))})";

    /// <summary>A product of matrices as a formula: <c>scores[n,m] = Σ_d query[n,d]·key[m,d]</c>.</summary>
    public static string Product(Multiplication product) =>
        $"{product.Target}[{string.Join(",", product.Layout.Select(index => index?.Name ?? "0"))}] = Σ_{(product.Value.Shape.Inner.Count == 1 ? product.Value.Shape.Inner.ToString() : $"({product.Value.Shape.Inner})")} {product.Value.Left}·{product.Value.Right}";

    private static string Describe(Stored stored) => Printer.Indexed(stored.Name, stored.Value.Free) + Parts(stored.Wide);

    private static string Describe(Small small) =>
        small.Value.Value is Reduce ? $"merge {Printer.Indexed(small.Name, small.Value.Free)}{Parts(small.Wide)}"
        : $"small {Printer.Plain.PrintDefinition(small.Name, small.Value.Value)}{Parts(small.Wide)}";

    private static string Describe(Result result) => $"{Printer.Indexed(result.Name, IndexSet.Of(result.Layout))} = {result.Value}";

    private static string Parts(bool wide) => wide ? ", in two parts" : "";

    private static string Loops(IReadOnlyCollection<Loop> loops) => loops.Count == 0 ? "none" : string.Join(", ", loops.Select(loop => loop.Variable));
}
