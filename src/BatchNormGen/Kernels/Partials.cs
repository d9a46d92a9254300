using System.ComponentModel;
using System.Numerics;
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

    /// <summary>Finds the greatest of the parts of all chunks, element by element, and leaves it in the first one. NaN wins.</summary>
    /// <param name="partials">The parts one after the other, all of the same length.</param>
    /// <param name="chunks">The number of parts.</param>
    public static void MergeMaxima(Span<double> partials, int chunks)
    {
        int length = partials.Length / chunks;
        Span<double> result = partials[..length];
        for (int chunk = 1; chunk < chunks; chunk++)
        {
            TensorPrimitives.Max(result, partials.Slice(chunk * length, length), result);
        }
    }

    /// <summary>Finds the smallest of the parts of all chunks, element by element, and leaves it in the first one. NaN wins.</summary>
    /// <param name="partials">The parts one after the other, all of the same length.</param>
    /// <param name="chunks">The number of parts.</param>
    public static void MergeMinima(Span<double> partials, int chunks)
    {
        int length = partials.Length / chunks;
        Span<double> result = partials[..length];
        for (int chunk = 1; chunk < chunks; chunk++)
        {
            TensorPrimitives.Min(result, partials.Slice(chunk * length, length), result);
        }
    }

    /// <summary>
    /// Adds what a block of rows has summed in the element type to sums in double, and clears it for the next block. In
    /// short blocks little is lost, and a sweep adds in the element type twice as fast.
    /// </summary>
    /// <param name="block">The sums of the block.</param>
    /// <param name="sums">Receives them.</param>
    /// <typeparam name="T">The element type, float or double.</typeparam>
    public static void Add<T>(Span<T> block, Span<double> sums)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int column = AddColumns<Lanes512<T>, T>(0, block, sums);
        column = AddColumns<Lanes256<T>, T>(column, block, sums);
        column = AddColumns<Lanes128<T>, T>(column, block, sums);
        AddColumns<Lane<T>, T>(column, block, sums);
        block.Clear();
    }

    private static int AddColumns<V, T>(int column, Span<T> block, Span<double> sums)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!V.IsSupported)
        {
            return column;
        }

        for (; column <= block.Length - V.Count; column += V.Count)
        {
            V.AddTo(V.Load(block, column), sums, column);
        }

        return column;
    }
}
