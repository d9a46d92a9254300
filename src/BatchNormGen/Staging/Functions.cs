using System.Numerics;
using System.Numerics.Tensors;
using static BatchNormGen.Eager;

namespace BatchNormGen;

/// <summary>
/// The operations that a staged method is written with, beside the operators of <see cref="Tensor{T}"/> itself: plain, slow and
/// right by reading. They define what generated code must compute.
/// </summary>
/// <remarks>
/// <para>
/// T is <c>float</c> or <c>double</c>. Every formula is evaluated in double, sums included, and rounded once to T, so that a
/// float result is as good as a float can hold. Sums in double are plain sums in row-major order.
/// </para>
/// <para>
/// Axes count from 0, negative ones from the end. Shapes broadcast as in NumPy: aligned from the last axis, extents equal or 1.
/// Operands may be slices or permuted views; they may be empty. Nothing writes to an operand.
/// </para>
/// <para>
/// A <see cref="Tensor{T}"/> has at least one axis. Where NumPy gives an array of rank 0, such as a sum over the only axis, the
/// result here has shape [1], which broadcasts in the same way.
/// </para>
/// <para>
/// NaN gives NaN. Operands that are missing are an <see cref="ArgumentNullException"/>, axes that do not exist an
/// <see cref="ArgumentOutOfRangeException"/>, and shapes that do not fit an <see cref="ArgumentException"/>, each with the shape at hand and the one expected.
/// </para>
/// </remarks>
public static partial class StagedOperations
{
    /// <typeparam name="T">The element type, <c>float</c> or <c>double</c>.</typeparam>
    /// <param name="x">The operand, of any shape; the result has the same one.</param>
    extension<T>(Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>x^exponent, element by element.</summary>
        /// <param name="exponent">The exponent of every element.</param>
        /// <returns>The powers; NaN for a negative base with an exponent that is no integer, and 1 where the exponent is 0.</returns>
        public Tensor<T> Pow(T exponent) => x.Pow(Scalar(exponent));

        /// <summary>x^exponents, element by element.</summary>
        /// <param name="exponents">The exponents; their shape broadcasts with that of the operand.</param>
        /// <returns>The powers, in the shape that both broadcast to.</returns>
        /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
        public Tensor<T> Pow(Tensor<T> exponents) => Combine(x, exponents, (a, b) => Round<T>(Math.Pow(Double(a), Double(b))));

        /// <summary>x².</summary>
        /// <returns>The squares.</returns>
        public Tensor<T> Square() => Map(x, v => v * v);

        /// <summary>√x.</summary>
        /// <returns>The square roots; NaN below 0.</returns>
        public Tensor<T> Sqrt() => Map(x, Math.Sqrt);

        /// <summary>1/√x.</summary>
        /// <returns>The reciprocal square roots; infinity at 0, NaN below.</returns>
        public Tensor<T> ReciprocalSqrt() => Map(x, v => 1 / Math.Sqrt(v));

        /// <summary>1/x.</summary>
        /// <returns>The reciprocals; infinity of the same sign at 0.</returns>
        public Tensor<T> Reciprocal() => Map(x, v => 1 / v);

        /// <summary>|x|. The gradient at 0 is 0.</summary>
        /// <returns>The absolute values.</returns>
        public Tensor<T> Abs() => Map(x, Math.Abs);

        /// <summary>The sign of x: −1, 0 or 1. The gradient is 0.</summary>
        /// <returns>The signs; NaN for NaN.</returns>
        public Tensor<T> Sign() => Map(x, v => v > 0 ? 1 : v < 0 ? -1 : v == 0 ? 0 : v);

        /// <summary>e^x.</summary>
        /// <returns>The exponentials.</returns>
        public Tensor<T> Exp() => Map(x, Math.Exp);

        /// <summary>e^x − 1, accurate near 0.</summary>
        /// <returns>The exponentials less 1.</returns>
        public Tensor<T> ExpM1() => Map(x, SpecialFunctions.ExpM1);

        /// <summary>The natural logarithm of x.</summary>
        /// <returns>The logarithms; −∞ at 0, NaN below.</returns>
        public Tensor<T> Log() => Map(x, Math.Log);

        /// <summary>log(1 + x), accurate near 0.</summary>
        /// <returns>The logarithms; −∞ at −1, NaN below.</returns>
        public Tensor<T> LogP1() => Map(x, SpecialFunctions.LogP1);

        /// <summary>The logarithm of x to base 2.</summary>
        /// <returns>The logarithms; −∞ at 0, NaN below.</returns>
        public Tensor<T> Log2() => Map(x, Math.Log2);

        /// <summary>The sine of x, an angle in radians.</summary>
        /// <returns>The sines; NaN at ±∞.</returns>
        public Tensor<T> Sin() => Map(x, Math.Sin);

        /// <summary>The cosine of x, an angle in radians.</summary>
        /// <returns>The cosines; NaN at ±∞.</returns>
        public Tensor<T> Cos() => Map(x, Math.Cos);

        /// <summary>The hyperbolic tangent of x.</summary>
        /// <returns>The hyperbolic tangents, between −1 and 1.</returns>
        public Tensor<T> Tanh() => Map(x, Math.Tanh);

        /// <summary>The logistic function, 1/(1 + e^−x), without overflow.</summary>
        /// <returns>Values between 0 and 1.</returns>
        public Tensor<T> Sigmoid() => Map(x, SpecialFunctions.Sigmoid);

        /// <summary>The error function, 2/√π ∫₀ˣ e^−t² dt, to the last digits of a double.</summary>
        /// <returns>Values between −1 and 1.</returns>
        public Tensor<T> Erf() => Map(x, SpecialFunctions.Erf);

        /// <summary>log(1 + e^x), without overflow.</summary>
        /// <returns>Values above 0; x itself where x is large.</returns>
        public Tensor<T> Softplus() => Map(x, SpecialFunctions.Softplus);
    }
}
