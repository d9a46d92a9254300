using System.Numerics;
using System.Numerics.Tensors;
using static BatchNormGen.Eager;

namespace BatchNormGen;

public static partial class StagedOperations
{
    /// <typeparam name="T">The element type, <c>float</c> or <c>double</c>.</typeparam>
    /// <param name="x">The operand.</param>
    extension<T>(Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Exchanges the last two axes.</summary>
        /// <returns>For an operand of shape […, n, m] a tensor of shape […, m, n].</returns>
        /// <exception cref="ArgumentException">The operand has fewer than two axes.</exception>
        public Tensor<T> Transpose()
        {
            ArgumentNullException.ThrowIfNull(x);
            return x.Rank >= 2
                ? x.Permute([.. Enumerable.Range(0, x.Rank - 2), x.Rank - 1, x.Rank - 2])
                : throw new ArgumentException($"A tensor of shape {Shape.Text(x.Lengths)} has no two axes to exchange; expected a rank of at least 2.", nameof(x));
        }

        /// <summary>Puts the axes into another order.</summary>
        /// <param name="axes">For each axis of the result, the axis of the operand that it is; negative ones count from the end.</param>
        /// <returns>The operand with its axes in the given order.</returns>
        /// <exception cref="ArgumentOutOfRangeException">An axis does not exist.</exception>
        /// <exception cref="ArgumentException">The axes are not all those of the operand, each once.</exception>
        public Tensor<T> Permute(params ReadOnlySpan<int> axes)
        {
            var values = Flatten(x);
            var permuted = Layout.Dense(x.Lengths).Along(Shape.Axes(axes, x.Lengths));
            return axes.Length == x.Rank
                ? Build([.. permuted.Offsets().Select(offset => values[offset])], permuted.Lengths)
                : throw new ArgumentException($"{Shape.Text(Array.ConvertAll(axes.ToArray(), axis => (nint)axis))} is not an order of the axes of a tensor of shape {Shape.Text(x.Lengths)}; expected each of its {x.Rank} axes once.", nameof(axes));
        }

        /// <summary>Removes an axis of extent 1.</summary>
        /// <param name="axis">The axis to remove; a negative one counts from the end.</param>
        /// <returns>The operand without the axis.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The axis does not exist.</exception>
        /// <exception cref="ArgumentException">The extent of the axis is not 1.</exception>
        public Tensor<T> Squeeze(int axis)
        {
            var values = Flatten(x);
            axis = Shape.Axis(axis, x.Lengths);
            return x.Lengths[axis] == 1
                ? Build(values, [.. x.Lengths[..axis], .. x.Lengths[(axis + 1)..]])
                : throw new ArgumentException($"Axis {axis} of a tensor of shape {Shape.Text(x.Lengths)} has extent {x.Lengths[axis]}; expected 1.", nameof(axis));
        }
    }

    // The two operations below exist in the base class library too, for every element type, but only for axes counted from 0
    // and for operands that are dense. An extension of Tensor<float> or Tensor<double> is preferred to one of Tensor<T>.

    /// <param name="x">The operand.</param>
    extension(Tensor<float> x)
    {
        /// <summary>Adds an axis of extent 1.</summary>
        /// <param name="axis">The place of the new axis in the result; a negative one counts from the end of the result.</param>
        /// <returns>The operand with one more axis.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The place is neither at an axis of the operand nor behind the last one.</exception>
        public Tensor<float> Unsqueeze(int axis) => InsertAxis(x, axis);

        /// <summary>Gives the elements, in row-major order, another shape.</summary>
        /// <param name="lengths">The new shape; one extent may be −1, and then is what the others leave.</param>
        /// <returns>The elements in the new shape.</returns>
        /// <exception cref="ArgumentException">The new shape does not have as many elements, or has several unknown or negative extents.</exception>
        public Tensor<float> Reshape(params ReadOnlySpan<nint> lengths) => GiveShape(x, lengths);
    }

    /// <param name="x">The operand.</param>
    extension(Tensor<double> x)
    {
        /// <summary>Adds an axis of extent 1.</summary>
        /// <param name="axis">The place of the new axis in the result; a negative one counts from the end of the result.</param>
        /// <returns>The operand with one more axis.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The place is neither at an axis of the operand nor behind the last one.</exception>
        public Tensor<double> Unsqueeze(int axis) => InsertAxis(x, axis);

        /// <summary>Gives the elements, in row-major order, another shape.</summary>
        /// <param name="lengths">The new shape; one extent may be −1, and then is what the others leave.</param>
        /// <returns>The elements in the new shape.</returns>
        /// <exception cref="ArgumentException">The new shape does not have as many elements, or has several unknown or negative extents.</exception>
        public Tensor<double> Reshape(params ReadOnlySpan<nint> lengths) => GiveShape(x, lengths);
    }

    private static Tensor<T> InsertAxis<T>(Tensor<T> x, int axis)
    {
        var values = Flatten(x);
        axis = Shape.NewAxis(axis, x.Lengths);
        return Build(values, [.. x.Lengths[..axis], 1, .. x.Lengths[axis..]]);
    }

    private static Tensor<T> GiveShape<T>(Tensor<T> x, ReadOnlySpan<nint> lengths)
    {
        var values = Flatten(x);
        var shape = lengths.ToArray();
        var unknown = lengths.IndexOf(-1);
        if (unknown >= 0)
        {
            shape[unknown] = 1;
            var known = Shape.Count(shape);
            shape[unknown] = known == 0 ? 0 : values.Length / known;
        }

        return shape.All(length => length >= 0) && Shape.Count(shape) == values.Length
            ? Build(values, shape)
            : throw new ArgumentException($"A tensor of shape {Shape.Text(x.Lengths)} cannot have shape {Shape.Text(lengths)}; expected extents that multiply to {values.Length}, at most one of them -1.", nameof(lengths));
    }
}
