using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using static BatchNormGen.Eager;

namespace BatchNormGen;

public static partial class StagedOperations
{
    /// <typeparam name="T">The element type, <c>float</c> or <c>double</c>.</typeparam>
    /// <param name="x">The operand, of any shape.</param>
    extension<T>(Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>e^x / Σ e^x along an axis, computed as e^(x − max) / Σ e^(x − max), without overflow.</summary>
        /// <param name="axis">The axis along which the results add up to 1; a negative one counts from the end.</param>
        /// <returns>The probabilities, in the shape of the operand; NaN along a line that has NaN or +∞, or nothing but −∞.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The axis does not exist.</exception>
        public Tensor<T> Softmax(int axis) => MapLines(x, axis, Statistics.Softmax);

        /// <summary>The logarithm of the softmax along an axis, computed as x − max − log Σ e^(x − max), without overflow or cancellation.</summary>
        /// <param name="axis">The axis along which the probabilities add up to 1; a negative one counts from the end.</param>
        /// <returns>The logarithms of the probabilities, in the shape of the operand; NaN along a line that has NaN or +∞, or nothing but −∞.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The axis does not exist.</exception>
        public Tensor<T> LogSoftmax(int axis) => MapLines(x, axis, Statistics.LogSoftmax);

        /// <summary>One element of each line along an axis: the one whose index is the label. For [N, C] and axis 1: x[n, labels[n]].</summary>
        /// <param name="labels">An index along the axis for every line, in the shape of the operand without the axis; [1] where no other axis is left.</param>
        /// <param name="axis">The axis that goes away; a negative one counts from the end.</param>
        /// <returns>The chosen elements, in the shape of the labels.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The axis does not exist, or a label is not an index along it; negative labels are none.</exception>
        /// <exception cref="ArgumentException">The labels do not have the shape of the operand without the axis.</exception>
        public Tensor<T> Gather(Tensor<int> labels, int axis)
        {
            ArgumentNullException.ThrowIfNull(x);
            ArgumentNullException.ThrowIfNull(labels);
            axis = Shape.Axis(axis, x.Lengths);
            var layout = Layout.Dense(x.Lengths);
            var lines = layout.Along(Others(x.Rank, [axis]));
            var expected = Shape.OfResult(lines.Lengths);
            if (!labels.Lengths.SequenceEqual(expected))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"The labels have shape {Shape.Text(labels.Lengths)}; expected {Shape.Text(expected)}, which is shape {Shape.Text(x.Lengths)} without axis {axis}."), nameof(labels));
            }

            var values = Flatten(x);
            var indices = Indices(labels, layout.Lengths[axis]);
            return Build([.. lines.Offsets().Zip(indices, (start, index) => values[start + index * layout.Strides[axis]])], lines.Lengths);
        }
    }

    /// <param name="labels">The index of a class in each element, of any shape.</param>
    extension(Tensor<int> labels)
    {
        /// <summary>The labels as unit vectors: 1 at the label, 0 elsewhere, along a new last axis.</summary>
        /// <typeparam name="T">The element type of the result, <c>float</c> or <c>double</c>.</typeparam>
        /// <param name="classes">The number of classes, which is the extent of the new axis.</param>
        /// <returns>The unit vectors, in the shape of the labels followed by the number of classes.</returns>
        /// <exception cref="ArgumentOutOfRangeException">A label is negative, or not below the number of classes, or that number is negative.</exception>
        public Tensor<T> OneHot<T>(nint classes) where T : unmanaged, IFloatingPointIeee754<T>
        {
            ArgumentNullException.ThrowIfNull(labels);
            ArgumentOutOfRangeException.ThrowIfNegative(classes);
            var values = new T[labels.FlattenedLength * classes];
            nint start = 0;
            foreach (var index in Indices(labels, classes))
            {
                values[start + index] = T.One;
                start += classes;
            }

            return Build(values, [.. labels.Lengths, classes]);
        }
    }

    private static int[] Indices(Tensor<int> labels, nint extent)
    {
        var indices = Flatten(labels);
        var invalid = Array.FindIndex(indices, index => index < 0 || index >= extent);
        return invalid < 0
            ? indices
            : throw new ArgumentOutOfRangeException(nameof(labels), indices[invalid], string.Create(CultureInfo.InvariantCulture,
                $"Label {indices[invalid]}, the element at position {invalid} in row-major order, is not a class; expected 0 to {extent - 1}."));
    }
}
