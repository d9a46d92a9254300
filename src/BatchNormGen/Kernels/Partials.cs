using System.ComponentModel;
using System.Numerics.Tensors;

namespace BatchNormGen.Kernels;

/// <summary>Merges what the chunks of a sweep have summed.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Partials
{
    /// <summary>
    /// Adds the parts of all chunks into the first one, in the order of the chunks, so that the sum does not depend on
    /// which thread ran which of them.
    /// </summary>
    /// <param name="partials">The parts one after the other, all of the same length.</param>
    /// <param name="chunks">The number of parts.</param>
    public static void Merge(Span<double> partials, int chunks)
    {
        int length = partials.Length / chunks;
        Span<double> total = partials[..length];
        for (int chunk = 1; chunk < chunks; chunk++)
        {
            TensorPrimitives.Add(total, partials.Slice(chunk * length, length), total);
        }
    }
}
