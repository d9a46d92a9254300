using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// Tells whether a result may overwrite a tensor that the backward reads: when every element is read, for the last
/// time, before the element of the result at the same place is written.
/// </summary>
internal static class InPlace
{
    public static bool IsSafe(Plan plan, Result result, string tensor)
    {
        // A product of matrices reads its operands again and again.
        if (plan.Backward.Steps.OfType<Multiplication>().Any(product => product.Target == result.Name || product.Value.Left.Tensor == tensor || product.Value.Right.Tensor == tensor)) return false;
        var written = false;
        foreach (var region in plan.Backward.Regions)
        {
            for (var i = 0; i < region.Sweeps.Length; i++)
            {
                var sweep = region.Sweeps[i];
                var reads = sweep.Accumulators.Select(accumulator => accumulator.Body).Concat(sweep.Writes.Select(write => write.Value)).Nodes()
                    .OfType<Read>().Where(read => read.Tensor == tensor).ToList();
                if (written && reads.Count > 0) return false;
                if (sweep.Writes.Any(write => write.Name == result.Name))
                {
                    written = true;
                    if (reads.Any(read => !read.Indices.SequenceEqual(result.Layout.Atoms()))) return false;
                }
                // Within an instance earlier sweeps read only what belongs to the instance if they use the same indices.
                else if (!region.Instances.IsEmpty && reads.Any(read => !read.Indices.SequenceEqual(result.Layout.Atoms()))) return false;
            }
        }
        return written;
    }
}
