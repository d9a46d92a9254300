using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Planning;

/// <summary>How a layer is computed: which values are saved, and for each direction which sweeps run over memory.</summary>
/// <param name="ClosedForm">What is computed.</param>
/// <param name="Space">The loops there are.</param>
/// <param name="Saved">The small values that the forward keeps for the backward, in the order of the cache.</param>
/// <param name="SavedTensors">The tensors of its own that it keeps.</param>
/// <param name="Forward">The outputs.</param>
/// <param name="Backward">The gradients.</param>
internal sealed record Plan(ClosedForm ClosedForm, Space Space, ImmutableArray<Stored> Saved, ImmutableArray<Intermediate> SavedTensors, Kernel Forward, Kernel Backward)
{
    /// <summary>What each way of saving comes to; one of them is this plan.</summary>
    public ImmutableArray<Alternative> Alternatives { get; init; } = [];
}

/// <summary>What is saved, and the backward that does with it.</summary>
/// <param name="Saving">How much is to be saved.</param>
/// <param name="Space">The loops there are.</param>
/// <param name="Saved">The small values.</param>
/// <param name="SavedTensors">The tensors.</param>
/// <param name="Backward">The work that is left to the backward.</param>
internal sealed record Alternative(Saving Saving, Space Space, ImmutableArray<Stored> Saved, ImmutableArray<Intermediate> SavedTensors, Kernel Backward);

/// <summary>An array of small values: saved from the forward to the backward, or kept between two sweeps.</summary>
/// <param name="Value">The value and its name.</param>
/// <param name="Loops">What it is stored over; empty for a single value.</param>
/// <param name="Wide">Whether it takes two numbers, high and low, so that a deviation from it loses nothing.</param>
internal sealed record Stored(Named Value, ImmutableArray<Loop> Loops, bool Wide)
{
    public string Name => Value.Name;
}

/// <summary>One direction of a layer.</summary>
/// <param name="Steps">The parts of the work, in their order.</param>
/// <param name="Kept">What one region keeps for a later one, besides what is saved.</param>
/// <param name="Tensors">The tensors that one step writes for a later one, besides those that are saved.</param>
internal sealed record Kernel(ImmutableArray<Step> Steps, ImmutableArray<Stored> Kept, ImmutableArray<Intermediate> Tensors)
{
    public ImmutableArray<Region> Regions { get; } = [.. Steps.OfType<Region>()];

    public IEnumerable<Sweep> Sweeps => Regions.SelectMany(region => region.Sweeps);
}

/// <summary>A part of the work: a region of sweeps, or a product of matrices.</summary>
/// <param name="NeededFor">The results that cannot do without it.</param>
internal abstract record Step(ImmutableArray<string> NeededFor);

/// <summary>The product of two matrices, Σ_k a[i,k]·b[k,j].</summary>
/// <param name="Value">What is computed.</param>
/// <param name="Target">The tensor that it is written to: its own, or that of a result.</param>
/// <param name="Layout">The indices of the target.</param>
/// <param name="NeededFor">The results that cannot do without it.</param>
internal sealed record Multiplication(ProductTensor Value, string Target, ImmutableArray<Index?> Layout, ImmutableArray<string> NeededFor) : Step(NeededFor);

/// <summary>A call of a user's own method.</summary>
/// <param name="Results">The tensors that it makes: one for each result of the method that is needed.</param>
/// <param name="NeededFor">The results that cannot do without it.</param>
internal sealed record CustomCall(ImmutableArray<CustomTensor> Results, ImmutableArray<string> NeededFor) : Step(NeededFor);

/// <summary>
/// Sweeps over the same loops that share their small values. With <see cref="Instances"/> the sweeps run one after the
/// other for each instance, while its data are in cache, and instances run in parallel; without, each sweep runs in
/// parallel over chunks of its outermost loop, and the next one starts when all chunks are merged.
/// </summary>
/// <param name="Instances">The loops outside of all sweeps.</param>
/// <param name="Reduced">The loops that the sweeps reduce over.</param>
/// <param name="Lanes">The innermost loop of memory, which the vectors run along; null where there are no sweeps.</param>
/// <param name="Sweeps">In their order; each needs the results of those before it.</param>
/// <param name="Finishes">Small values and outputs: the first before all sweeps, each other after its sweep.</param>
/// <param name="Totals">What is left to do when all instances are through: outputs made from sums over instances.</param>
/// <param name="NeededFor">The results that cannot do without it.</param>
internal sealed record Region(
    ImmutableArray<Loop> Instances,
    ImmutableArray<Loop> Reduced,
    Loop? Lanes,
    ImmutableArray<Sweep> Sweeps,
    ImmutableArray<Finish> Finishes,
    ImmutableArray<Result> Totals,
    ImmutableArray<string> NeededFor) : Step(NeededFor)
{
    /// <summary>Whether each lane is its own instance, so that vectors of small values go with the vectors of data.</summary>
    public bool LanesKept => Lanes is not null && !Reduced.Contains(Lanes);

    /// <summary>The loops that a small value of this region can have.</summary>
    public ImmutableArray<Loop> Kept => LanesKept && Reduced.Length > 0 ? Instances.Add(Lanes!) : Instances;
}

/// <summary>One pass over memory: sums to accumulate, and elements to write.</summary>
internal sealed record Sweep(ImmutableArray<Accumulator> Accumulators, ImmutableArray<Result> Writes)
{
    /// <summary>The values of elements that it keeps for later sweeps over the same instance.</summary>
    public ImmutableArray<Named> Keeps { get; init; } = [];

    /// <summary>Those that it takes from earlier sweeps, instead of computing them.</summary>
    public ImmutableArray<Named> Takes { get; init; } = [];

    /// <summary>The numbers that choose one element of each row, where the sweep needs no other: Σ_c [label = c]·x[c]. Null for any other sweep.</summary>
    /// <param name="lanes">The loop along a row.</param>
    public Read? Choice(Loop lanes)
    {
        if (lanes.Indices.Length > 1 || !Writes.IsEmpty || !Keeps.IsEmpty) return null;
        var over = IndexSet.Of(lanes.Indices);
        var choices = Accumulators.Select(sum => sum is { Kind: Reduction.Sum, Body: Product product } ? product.Factors.Where(factor => Rules.IsChoice(factor, over)).Select(factor => (Read)factor.Base.Operands[0]).FirstOrDefault() : null);
        return choices.Distinct().ToList() is [{ } only] ? only : null;
    }

    /// <summary>All that is computed for an element.</summary>
    public IEnumerable<Expr> Bodies => Accumulators.Select(accumulator => accumulator.Body).Concat(Writes.Select(write => write.Value));
}

/// <summary>A reduction as a sweep computes it, in parts that are merged afterwards.</summary>
/// <param name="Value">The reduction, under its name.</param>
/// <param name="Body">What is summed, with small values hoisted out.</param>
/// <param name="Loops">The loops that it keeps.</param>
/// <param name="AcrossInstances">Whether the instances add to it together; else each instance has its own.</param>
/// <param name="Pivoted">Whether elements are summed about a pivot, for a value that deviations are taken from.</param>
/// <param name="Squares">The sum of the squared deviations from the mean of the same body, where it is found on the way.</param>
internal sealed record Accumulator(Named Value, Expr Body, ImmutableArray<Loop> Loops, bool AcrossInstances, bool Pivoted, Named? Squares = null)
{
    public string Name => Value.Name;

    public Reduction Kind => ((Reduce)Value.Value).Kind;

    /// <summary>The reductions it yields: one, or two where it finds squares as well.</summary>
    public IEnumerable<Named> Values => Squares is null ? [Value] : [Value, Squares];
}

/// <summary>Work on small values, in double: values for later sweeps, and outputs that are small themselves.</summary>
internal sealed record Finish(ImmutableArray<Small> Values, ImmutableArray<Result> Writes);

/// <summary>A small value.</summary>
/// <param name="Value">The value and its name.</param>
/// <param name="Loops">The loops that it depends on.</param>
/// <param name="Wide">Whether sweeps use it as two numbers, high and low.</param>
internal sealed record Small(Named Value, ImmutableArray<Loop> Loops, bool Wide)
{
    public string Name => Value.Name;
}
