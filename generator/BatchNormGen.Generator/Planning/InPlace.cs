using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// Tells whether a result may overwrite a tensor that the backward reads: when every element is read, for the last
/// time, before the element of the result at the same place is written.
/// </summary>
internal sealed class InPlace
{
    private readonly HashSet<string> _targets;
    private readonly HashSet<string> _operands;

    /// <summary>The number of the sweep that writes a result.</summary>
    private readonly Dictionary<string, int> _writes;

    /// <summary>Where a tensor is read, and whether by one of the sweeps of an instance.</summary>
    private readonly ILookup<string, (int Sweep, bool OfInstance, Read Read)> _reads;

    public InPlace(Plan plan)
    {
        var products = plan.Backward.Steps.OfType<Multiplication>().ToList();
        _targets = [.. products.Select(product => product.Target)];
        _operands = [.. products.SelectMany(product => new Expr[] { product.Value.Left, product.Value.Right })
            .Concat(plan.Backward.Steps.OfType<CustomCall>().SelectMany(call => call.Results[0].Arguments)).OfType<Read>().Select(read => read.Tensor)];
        var sweeps = plan.Backward.Regions.SelectMany(region => region.Sweeps, (region, sweep) => (Sweep: sweep, OfInstance: !region.Instances.IsEmpty)).ToList();
        _writes = sweeps.SelectMany((item, number) => item.Sweep.Writes.Select(write => (write.Name, number))).ToDictionary(write => write.Name, write => write.number);
        _reads = sweeps.SelectMany((item, number) => item.Sweep.Accumulators.Select(accumulator => accumulator.Body).Concat(item.Sweep.Writes.Select(write => write.Value)).Nodes()
                .OfType<Read>().Select(read => (Sweep: number, item.OfInstance, Read: read)))
            .ToLookup(item => item.Read.Tensor);
    }

    public bool IsSafe(Result result, string tensor)
    {
        // A product of matrices reads its operands again and again, and a call of a user's own method stands anywhere among the sweeps.
        if (_targets.Contains(result.Name) || _operands.Contains(tensor) || !_writes.TryGetValue(result.Name, out var written)) return false;
        foreach (var (sweep, ofInstance, read) in _reads[tensor])
        {
            if (sweep > written) return false;

            // Within an instance earlier sweeps read only what belongs to the instance if they use the same indices.
            if ((sweep == written || ofInstance) && !read.Indices.SequenceEqual(result.Layout.Atoms())) return false;
        }
        return true;
    }
}
