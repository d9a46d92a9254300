using System.Numerics;
using System.Numerics.Tensors;
using static BatchNormGen.Eager;

namespace BatchNormGen;

public static partial class StagedOperations
{
    /// <typeparam name="T">The element type, <c>float</c> or <c>double</c>.</typeparam>
    /// <param name="x">The left operand, of shape […, i, k], or [k] for a vector.</param>
    extension<T>(Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>The product of matrices, Σ_k x[…, i, k] · other[…, k, j], as in NumPy.</summary>
        /// <param name="other">The right operand, of shape […, k, j], or [k] for a vector.</param>
        /// <returns>
        /// The product, of shape […, i, j]; the axes before the last two broadcast. A vector on the left loses i and one on
        /// the right loses j; of two vectors the result has shape [1].
        /// </returns>
        /// <exception cref="ArgumentException">The extents of k differ, or the axes before the last two do not broadcast.</exception>
        public Tensor<T> MatMul(Tensor<T> other)
        {
            ArgumentNullException.ThrowIfNull(x);
            ArgumentNullException.ThrowIfNull(other);
            nint[] left = x.Rank == 1 ? [1, .. x.Lengths] : x.Lengths.ToArray();
            nint[] right = other.Rank == 1 ? [.. other.Lengths, 1] : other.Lengths.ToArray();
            var (rows, inner, columns) = (left[^2], left[^1], right[^1]);
            if (right[^2] != inner)
            {
                throw new ArgumentException($"The shapes {Shape.Text(x.Lengths)} and {Shape.Text(other.Lengths)} do not multiply: the last axis on the left has extent {inner}, and the axis that it meets on the right has extent {right[^2]}; expected equal extents.", nameof(other));
            }

            var a = Doubles(x);
            var b = Doubles(other);
            var batch = Shape.Broadcast(nameof(other), left[..^2], right[..^2]);
            var products = new List<T>();
            foreach (var (startA, startB) in MatrixStarts(left, batch).Zip(MatrixStarts(right, batch)))
            {
                for (nint i = 0; i < rows; i++)
                {
                    for (nint j = 0; j < columns; j++)
                    {
                        var sum = 0.0;
                        for (nint k = 0; k < inner; k++)
                        {
                            sum += a[startA + i * inner + k] * b[startB + k * columns + j];
                        }

                        products.Add(Round<T>(sum));
                    }
                }
            }

            return Build([.. products], [.. batch, .. x.Rank == 1 ? [] : (nint[])[rows], .. other.Rank == 1 ? [] : (nint[])[columns]]);
        }
    }

    /// <summary>Where each matrix of a batch begins, with the batch broadcast to a larger one.</summary>
    private static IEnumerable<nint> MatrixStarts(nint[] lengths, nint[] batch) =>
        Layout.Dense(lengths).Along(Enumerable.Range(0, lengths.Length - 2)).BroadcastTo(batch).Offsets();
}
