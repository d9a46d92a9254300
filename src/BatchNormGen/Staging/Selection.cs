using System.Numerics;
using System.Numerics.Tensors;
using static BatchNormGen.Eager;

namespace BatchNormGen;

public static partial class StagedOperations
{
    /// <typeparam name="T">The element type, <c>float</c> or <c>double</c>.</typeparam>
    /// <param name="x">The left operand, of any shape.</param>
    extension<T>(Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>The larger of two elements; NaN where one of them is NaN. Equal elements share the gradient evenly.</summary>
        /// <param name="other">The right operand; its shape broadcasts with that of the left one.</param>
        /// <returns>The larger elements, in the shape that both broadcast to.</returns>
        /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
        public Tensor<T> Maximum(Tensor<T> other) => Combine(x, other, T.Max);

        /// <summary>The larger of two elements; NaN where one of them is NaN. Equal elements share the gradient evenly.</summary>
        /// <param name="other">The right operand of every element.</param>
        /// <returns>The larger elements.</returns>
        public Tensor<T> Maximum(T other) => x.Maximum(Scalar(other));

        /// <summary>The smaller of two elements; NaN where one of them is NaN. Equal elements share the gradient evenly.</summary>
        /// <param name="other">The right operand; its shape broadcasts with that of the left one.</param>
        /// <returns>The smaller elements, in the shape that both broadcast to.</returns>
        /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
        public Tensor<T> Minimum(Tensor<T> other) => Combine(x, other, T.Min);

        /// <summary>The smaller of two elements; NaN where one of them is NaN. Equal elements share the gradient evenly.</summary>
        /// <param name="other">The right operand of every element.</param>
        /// <returns>The smaller elements.</returns>
        public Tensor<T> Minimum(T other) => x.Minimum(Scalar(other));

        /// <summary>min(max(x, min), max). The gradient at the bounds is 1.</summary>
        /// <param name="min">The lower bound.</param>
        /// <param name="max">The upper bound; where it is below the lower one, it is the result, as in NumPy.</param>
        /// <returns>The operand with its elements brought into the bounds; NaN stays NaN.</returns>
        public Tensor<T> Clamp(T min, T max) => x.Maximum(min).Minimum(max);

        /// <summary>x &gt; other; false where one of them is NaN.</summary>
        /// <param name="other">The right operand; its shape broadcasts with that of the left one.</param>
        /// <returns>The outcome for each pair of elements, in the shape that both broadcast to.</returns>
        /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
        public Tensor<bool> GreaterThan(Tensor<T> other) => Combine(x, other, (a, b) => a > b);

        /// <summary>x &gt; other; false where one of them is NaN.</summary>
        /// <param name="other">The right operand of every element.</param>
        /// <returns>The outcome for each pair of elements.</returns>
        public Tensor<bool> GreaterThan(T other) => x.GreaterThan(Scalar(other));

        /// <summary>x ≥ other; false where one of them is NaN.</summary>
        /// <param name="other">The right operand; its shape broadcasts with that of the left one.</param>
        /// <returns>The outcome for each pair of elements, in the shape that both broadcast to.</returns>
        /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
        public Tensor<bool> GreaterThanOrEqual(Tensor<T> other) => Combine(x, other, (a, b) => a >= b);

        /// <summary>x ≥ other; false where one of them is NaN.</summary>
        /// <param name="other">The right operand of every element.</param>
        /// <returns>The outcome for each pair of elements.</returns>
        public Tensor<bool> GreaterThanOrEqual(T other) => x.GreaterThanOrEqual(Scalar(other));

        /// <summary>x &lt; other; false where one of them is NaN.</summary>
        /// <param name="other">The right operand; its shape broadcasts with that of the left one.</param>
        /// <returns>The outcome for each pair of elements, in the shape that both broadcast to.</returns>
        /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
        public Tensor<bool> LessThan(Tensor<T> other) => Combine(x, other, (a, b) => a < b);

        /// <summary>x &lt; other; false where one of them is NaN.</summary>
        /// <param name="other">The right operand of every element.</param>
        /// <returns>The outcome for each pair of elements.</returns>
        public Tensor<bool> LessThan(T other) => x.LessThan(Scalar(other));

        /// <summary>x ≤ other; false where one of them is NaN.</summary>
        /// <param name="other">The right operand; its shape broadcasts with that of the left one.</param>
        /// <returns>The outcome for each pair of elements, in the shape that both broadcast to.</returns>
        /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
        public Tensor<bool> LessThanOrEqual(Tensor<T> other) => Combine(x, other, (a, b) => a <= b);

        /// <summary>x ≤ other; false where one of them is NaN.</summary>
        /// <param name="other">The right operand of every element.</param>
        /// <returns>The outcome for each pair of elements.</returns>
        public Tensor<bool> LessThanOrEqual(T other) => x.LessThanOrEqual(Scalar(other));

        /// <summary>x = other; false where one of them is NaN.</summary>
        /// <param name="other">The right operand; its shape broadcasts with that of the left one.</param>
        /// <returns>The outcome for each pair of elements, in the shape that both broadcast to.</returns>
        /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
        public Tensor<bool> EqualTo(Tensor<T> other) => Combine(x, other, (a, b) => a == b);

        /// <summary>x = other; false where one of them is NaN.</summary>
        /// <param name="other">The right operand of every element.</param>
        /// <returns>The outcome for each pair of elements.</returns>
        public Tensor<bool> EqualTo(T other) => x.EqualTo(Scalar(other));

        /// <summary>x ≠ other; true where one of them is NaN.</summary>
        /// <param name="other">The right operand; its shape broadcasts with that of the left one.</param>
        /// <returns>The outcome for each pair of elements, in the shape that both broadcast to.</returns>
        /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
        public Tensor<bool> NotEqualTo(Tensor<T> other) => Combine(x, other, (a, b) => a != b);

        /// <summary>x ≠ other; true where one of them is NaN.</summary>
        /// <param name="other">The right operand of every element.</param>
        /// <returns>The outcome for each pair of elements.</returns>
        public Tensor<bool> NotEqualTo(T other) => x.NotEqualTo(Scalar(other));
    }

    /// <param name="mask">Which elements to take from the first operand.</param>
    extension(Tensor<bool> mask)
    {
        /// <summary>The elements of <paramref name="a"/> where the mask is true, those of <paramref name="b"/> elsewhere.</summary>
        /// <typeparam name="T">The element type, <c>float</c> or <c>double</c>.</typeparam>
        /// <param name="a">The values where the mask is true; the shape broadcasts.</param>
        /// <param name="b">The values where the mask is false; the shape broadcasts.</param>
        /// <returns>The chosen elements, in the shape that all three broadcast to.</returns>
        /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
        public Tensor<T> Where<T>(Tensor<T> a, Tensor<T> b) where T : unmanaged, IFloatingPointIeee754<T>
        {
            ArgumentNullException.ThrowIfNull(mask);
            ArgumentNullException.ThrowIfNull(a);
            ArgumentNullException.ThrowIfNull(b);
            var lengths = Shape.Broadcast(nameof(mask), mask.Lengths.ToArray(), a.Lengths.ToArray(), b.Lengths.ToArray());
            var choices = Expand(a, lengths).Zip(Expand(b, lengths));
            return Build([.. Expand(mask, lengths).Zip(choices, (first, choice) => first ? choice.First : choice.Second)], lengths);
        }

        /// <summary>The elements of <paramref name="a"/> where the mask is true, those of <paramref name="b"/> elsewhere.</summary>
        /// <typeparam name="T">The element type, <c>float</c> or <c>double</c>.</typeparam>
        /// <param name="a">The values where the mask is true; the shape broadcasts.</param>
        /// <param name="b">The value where the mask is false.</param>
        /// <returns>The chosen elements, in the shape that the mask and the tensor broadcast to.</returns>
        /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
        public Tensor<T> Where<T>(Tensor<T> a, T b) where T : unmanaged, IFloatingPointIeee754<T> => mask.Where(a, Scalar(b));

        /// <summary>The elements of <paramref name="a"/> where the mask is true, those of <paramref name="b"/> elsewhere.</summary>
        /// <typeparam name="T">The element type, <c>float</c> or <c>double</c>.</typeparam>
        /// <param name="a">The value where the mask is true.</param>
        /// <param name="b">The values where the mask is false; the shape broadcasts.</param>
        /// <returns>The chosen elements, in the shape that the mask and the tensor broadcast to.</returns>
        /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
        public Tensor<T> Where<T>(T a, Tensor<T> b) where T : unmanaged, IFloatingPointIeee754<T> => mask.Where(Scalar(a), b);

        /// <summary>The elements of <paramref name="a"/> where the mask is true, those of <paramref name="b"/> elsewhere.</summary>
        /// <typeparam name="T">The element type, <c>float</c> or <c>double</c>.</typeparam>
        /// <param name="a">The value where the mask is true.</param>
        /// <param name="b">The value where the mask is false.</param>
        /// <returns>The chosen elements, in the shape that the mask has.</returns>
        public Tensor<T> Where<T>(T a, T b) where T : unmanaged, IFloatingPointIeee754<T> => mask.Where(Scalar(a), Scalar(b));
    }
}
