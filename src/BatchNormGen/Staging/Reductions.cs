using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using static BatchNormGen.Eager;

namespace BatchNormGen;

public static partial class StagedOperations
{
    /// <typeparam name="T">The element type, <c>float</c> or <c>double</c>.</typeparam>
    /// <param name="x">The operand, of any shape.</param>
    extension<T>(Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>The sum of all elements. The sum of no elements is 0.</summary>
        /// <returns>The sum.</returns>
        public T Sum() => ReduceAll(x, Statistics.Sum);

        /// <summary>The sum along one axis. The sum of no elements is 0.</summary>
        /// <param name="axis">The axis to reduce; a negative one counts from the end.</param>
        /// <param name="keepDims">Whether a reduced axis stays, with extent 1.</param>
        /// <returns>The sums, in the shape of the operand without the axis.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The axis does not exist.</exception>
        public Tensor<T> Sum(int axis, bool keepDims = false) => Reduce(x, axis, keepDims, Statistics.Sum);

        /// <summary>The sum over several axes. The sum of no elements is 0.</summary>
        /// <param name="axes">The axes to reduce; negative ones count from the end. None at all leaves every element a group of its own.</param>
        /// <param name="keepDims">Whether a reduced axis stays, with extent 1.</param>
        /// <returns>The sums, in the shape of the operand without the axes.</returns>
        /// <exception cref="ArgumentOutOfRangeException">An axis does not exist.</exception>
        /// <exception cref="ArgumentException">An axis is named twice.</exception>
        public Tensor<T> Sum(ReadOnlySpan<int> axes, bool keepDims = false) => Reduce(x, axes, keepDims, Statistics.Sum);

        /// <summary>The mean of all elements. The mean of no elements is NaN.</summary>
        /// <returns>The mean.</returns>
        public T Mean() => ReduceAll(x, Statistics.Mean);

        /// <summary>The mean along one axis. The mean of no elements is NaN.</summary>
        /// <param name="axis">The axis to reduce; a negative one counts from the end.</param>
        /// <param name="keepDims">Whether a reduced axis stays, with extent 1.</param>
        /// <returns>The means, in the shape of the operand without the axis.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The axis does not exist.</exception>
        public Tensor<T> Mean(int axis, bool keepDims = false) => Reduce(x, axis, keepDims, Statistics.Mean);

        /// <summary>The mean over several axes. The mean of no elements is NaN.</summary>
        /// <param name="axes">The axes to reduce; negative ones count from the end. None at all leaves every element a group of its own.</param>
        /// <param name="keepDims">Whether a reduced axis stays, with extent 1.</param>
        /// <returns>The means, in the shape of the operand without the axes.</returns>
        /// <exception cref="ArgumentOutOfRangeException">An axis does not exist.</exception>
        /// <exception cref="ArgumentException">An axis is named twice.</exception>
        public Tensor<T> Mean(ReadOnlySpan<int> axes, bool keepDims = false) => Reduce(x, axes, keepDims, Statistics.Mean);

        /// <summary>The largest of all elements. It is NaN where there is a NaN. Equal maxima share the gradient evenly.</summary>
        /// <returns>The largest element.</returns>
        /// <exception cref="ArgumentException">There is no element to choose from.</exception>
        public T Max() => ReduceAll(x, Statistics.Max);

        /// <summary>The largest element along one axis. It is NaN where there is a NaN. Equal maxima share the gradient evenly.</summary>
        /// <param name="axis">The axis to reduce; a negative one counts from the end.</param>
        /// <param name="keepDims">Whether a reduced axis stays, with extent 1.</param>
        /// <returns>The largest elements, in the shape of the operand without the axis.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The axis does not exist.</exception>
        /// <exception cref="ArgumentException">There is no element to choose from.</exception>
        public Tensor<T> Max(int axis, bool keepDims = false) => Reduce(x, axis, keepDims, Statistics.Max);

        /// <summary>The largest element over several axes. It is NaN where there is a NaN. Equal maxima share the gradient evenly.</summary>
        /// <param name="axes">The axes to reduce; negative ones count from the end. None at all leaves every element a group of its own.</param>
        /// <param name="keepDims">Whether a reduced axis stays, with extent 1.</param>
        /// <returns>The largest elements, in the shape of the operand without the axes.</returns>
        /// <exception cref="ArgumentOutOfRangeException">An axis does not exist.</exception>
        /// <exception cref="ArgumentException">An axis is named twice, or a group has no element.</exception>
        public Tensor<T> Max(ReadOnlySpan<int> axes, bool keepDims = false) => Reduce(x, axes, keepDims, Statistics.Max);

        /// <summary>The smallest of all elements. It is NaN where there is a NaN. Equal minima share the gradient evenly.</summary>
        /// <returns>The smallest element.</returns>
        /// <exception cref="ArgumentException">There is no element to choose from.</exception>
        public T Min() => ReduceAll(x, Statistics.Min);

        /// <summary>The smallest element along one axis. It is NaN where there is a NaN. Equal minima share the gradient evenly.</summary>
        /// <param name="axis">The axis to reduce; a negative one counts from the end.</param>
        /// <param name="keepDims">Whether a reduced axis stays, with extent 1.</param>
        /// <returns>The smallest elements, in the shape of the operand without the axis.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The axis does not exist.</exception>
        /// <exception cref="ArgumentException">There is no element to choose from.</exception>
        public Tensor<T> Min(int axis, bool keepDims = false) => Reduce(x, axis, keepDims, Statistics.Min);

        /// <summary>The smallest element over several axes. It is NaN where there is a NaN. Equal minima share the gradient evenly.</summary>
        /// <param name="axes">The axes to reduce; negative ones count from the end. None at all leaves every element a group of its own.</param>
        /// <param name="keepDims">Whether a reduced axis stays, with extent 1.</param>
        /// <returns>The smallest elements, in the shape of the operand without the axes.</returns>
        /// <exception cref="ArgumentOutOfRangeException">An axis does not exist.</exception>
        /// <exception cref="ArgumentException">An axis is named twice, or a group has no element.</exception>
        public Tensor<T> Min(ReadOnlySpan<int> axes, bool keepDims = false) => Reduce(x, axes, keepDims, Statistics.Min);

        /// <summary>The variance of all elements. The squared deviations from the mean are added and divided by the number of elements less the correction, or by 0 where that is negative.</summary>
        /// <param name="correction">What is subtracted from the number of elements before dividing by it: 0 for the variance of the elements, 1 for the unbiased estimate (Bessel).</param>
        /// <returns>The variance.</returns>
        public T Variance(int correction = 0) => ReduceAll(x, values => Statistics.Variance(values, correction));

        /// <summary>The variance along one axis. The squared deviations from the mean are added and divided by the number of elements less the correction, or by 0 where that is negative.</summary>
        /// <param name="axis">The axis to reduce; a negative one counts from the end.</param>
        /// <param name="correction">What is subtracted from the number of elements before dividing by it: 0 for the variance of the elements, 1 for the unbiased estimate (Bessel).</param>
        /// <param name="keepDims">Whether a reduced axis stays, with extent 1.</param>
        /// <returns>The variances, in the shape of the operand without the axis.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The axis does not exist.</exception>
        [OverloadResolutionPriority(1)]
        public Tensor<T> Variance(int axis, int correction = 0, bool keepDims = false) => Reduce(x, axis, keepDims, values => Statistics.Variance(values, correction));

        /// <summary>The variance over several axes. The squared deviations from the mean are added and divided by the number of elements less the correction, or by 0 where that is negative.</summary>
        /// <param name="axes">The axes to reduce; negative ones count from the end. None at all leaves every element a group of its own.</param>
        /// <param name="correction">What is subtracted from the number of elements before dividing by it: 0 for the variance of the elements, 1 for the unbiased estimate (Bessel).</param>
        /// <param name="keepDims">Whether a reduced axis stays, with extent 1.</param>
        /// <returns>The variances, in the shape of the operand without the axes.</returns>
        /// <exception cref="ArgumentOutOfRangeException">An axis does not exist.</exception>
        /// <exception cref="ArgumentException">An axis is named twice.</exception>
        public Tensor<T> Variance(ReadOnlySpan<int> axes, int correction = 0, bool keepDims = false) => Reduce(x, axes, keepDims, values => Statistics.Variance(values, correction));

        /// <summary>The standard deviation of all elements. It is the square root of the variance.</summary>
        /// <param name="correction">What is subtracted from the number of elements before dividing by it: 0 for the variance of the elements, 1 for the unbiased estimate (Bessel).</param>
        /// <returns>The standard deviation.</returns>
        public T StandardDeviation(int correction = 0) => ReduceAll(x, values => Math.Sqrt(Statistics.Variance(values, correction)));

        /// <summary>The standard deviation along one axis. It is the square root of the variance.</summary>
        /// <param name="axis">The axis to reduce; a negative one counts from the end.</param>
        /// <param name="correction">What is subtracted from the number of elements before dividing by it: 0 for the variance of the elements, 1 for the unbiased estimate (Bessel).</param>
        /// <param name="keepDims">Whether a reduced axis stays, with extent 1.</param>
        /// <returns>The standard deviations, in the shape of the operand without the axis.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The axis does not exist.</exception>
        [OverloadResolutionPriority(1)]
        public Tensor<T> StandardDeviation(int axis, int correction = 0, bool keepDims = false) => Reduce(x, axis, keepDims, values => Math.Sqrt(Statistics.Variance(values, correction)));

        /// <summary>The standard deviation over several axes. It is the square root of the variance.</summary>
        /// <param name="axes">The axes to reduce; negative ones count from the end. None at all leaves every element a group of its own.</param>
        /// <param name="correction">What is subtracted from the number of elements before dividing by it: 0 for the variance of the elements, 1 for the unbiased estimate (Bessel).</param>
        /// <param name="keepDims">Whether a reduced axis stays, with extent 1.</param>
        /// <returns>The standard deviations, in the shape of the operand without the axes.</returns>
        /// <exception cref="ArgumentOutOfRangeException">An axis does not exist.</exception>
        /// <exception cref="ArgumentException">An axis is named twice.</exception>
        public Tensor<T> StandardDeviation(ReadOnlySpan<int> axes, int correction = 0, bool keepDims = false) => Reduce(x, axes, keepDims, values => Math.Sqrt(Statistics.Variance(values, correction)));

        /// <summary>The logarithm of the sum of the exponentials of all elements. It is computed as max + log Σ e^(x − max), without overflow. That of no elements is −∞.</summary>
        /// <returns>The logarithm of the sum of the exponentials.</returns>
        public T LogSumExp() => ReduceAll(x, Statistics.LogSumExp);

        /// <summary>The logarithm of the sum of the exponentials along one axis. It is computed as max + log Σ e^(x − max), without overflow. That of no elements is −∞.</summary>
        /// <param name="axis">The axis to reduce; a negative one counts from the end.</param>
        /// <param name="keepDims">Whether a reduced axis stays, with extent 1.</param>
        /// <returns>The logarithms, in the shape of the operand without the axis.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The axis does not exist.</exception>
        public Tensor<T> LogSumExp(int axis, bool keepDims = false) => Reduce(x, axis, keepDims, Statistics.LogSumExp);

        /// <summary>The logarithm of the sum of the exponentials over several axes. It is computed as max + log Σ e^(x − max), without overflow. That of no elements is −∞.</summary>
        /// <param name="axes">The axes to reduce; negative ones count from the end. None at all leaves every element a group of its own.</param>
        /// <param name="keepDims">Whether a reduced axis stays, with extent 1.</param>
        /// <returns>The logarithms, in the shape of the operand without the axes.</returns>
        /// <exception cref="ArgumentOutOfRangeException">An axis does not exist.</exception>
        /// <exception cref="ArgumentException">An axis is named twice.</exception>
        public Tensor<T> LogSumExp(ReadOnlySpan<int> axes, bool keepDims = false) => Reduce(x, axes, keepDims, Statistics.LogSumExp);

        /// <summary>The 2-norm, √(Σ x²), of all elements. The norm of no elements is 0.</summary>
        /// <returns>The 2-norm.</returns>
        public T Norm() => ReduceAll(x, Statistics.Norm);

        /// <summary>The 2-norm, √(Σ x²), along one axis. The norm of no elements is 0.</summary>
        /// <param name="axis">The axis to reduce; a negative one counts from the end.</param>
        /// <param name="keepDims">Whether a reduced axis stays, with extent 1.</param>
        /// <returns>The 2-norms, in the shape of the operand without the axis.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The axis does not exist.</exception>
        public Tensor<T> Norm(int axis, bool keepDims = false) => Reduce(x, axis, keepDims, Statistics.Norm);

        /// <summary>The 2-norm, √(Σ x²), over several axes. The norm of no elements is 0.</summary>
        /// <param name="axes">The axes to reduce; negative ones count from the end. None at all leaves every element a group of its own.</param>
        /// <param name="keepDims">Whether a reduced axis stays, with extent 1.</param>
        /// <returns>The 2-norms, in the shape of the operand without the axes.</returns>
        /// <exception cref="ArgumentOutOfRangeException">An axis does not exist.</exception>
        /// <exception cref="ArgumentException">An axis is named twice.</exception>
        public Tensor<T> Norm(ReadOnlySpan<int> axes, bool keepDims = false) => Reduce(x, axes, keepDims, Statistics.Norm);
    }
}
