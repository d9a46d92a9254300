using System.Numerics;
using System.Numerics.Tensors;
using static BatchNormGen.Eager;

namespace BatchNormGen;

public static partial class StagedOperations
{
    /// <typeparam name="T">The element type, <c>float</c> or <c>double</c>.</typeparam>
    /// <param name="x">The operand, of any shape; the result has the same one.</param>
    extension<T>(Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>max(x, 0). The gradient at 0 is 0.</summary>
        /// <returns>The operand with its negative elements replaced by 0; NaN stays NaN.</returns>
        public Tensor<T> Relu() => Map(x, v => Math.Max(v, 0));

        /// <summary>x above 0, slope · x elsewhere (Maas, Hannun and Ng, 2013).</summary>
        /// <param name="slope">The slope for negative elements.</param>
        /// <returns>The operand with its negative elements multiplied by the slope.</returns>
        public Tensor<T> LeakyRelu(T slope) => Map(x, v => v > 0 ? v : Double(slope) * v);

        /// <summary>x above 0, alpha · (e^x − 1) elsewhere (Clevert, Unterthiner and Hochreiter, 2015).</summary>
        /// <param name="alpha">Minus the value that the function approaches at −∞.</param>
        /// <returns>The operand with its negative elements bent towards −alpha.</returns>
        public Tensor<T> Elu(T alpha) => Map(x, v => v > 0 ? v : Double(alpha) * SpecialFunctions.ExpM1(v));

        /// <summary>The Gaussian error linear unit, x/2 (1 + erf(x/√2)) (Hendrycks and Gimpel, 2016).</summary>
        /// <returns>The operand, each element times the probability that a standard normal variable is below it; NaN at −∞.</returns>
        public Tensor<T> Gelu() => x.Gelu(GeluApproximation.None);

        /// <summary>The Gaussian error linear unit, in the form that is asked for (Hendrycks and Gimpel, 2016).</summary>
        /// <param name="approximation">The form: with the error function, or with the hyperbolic tangent.</param>
        /// <returns>The operand, each element times the probability, or its approximation, that a standard normal variable is below it; NaN at −∞.</returns>
        /// <exception cref="ArgumentOutOfRangeException">The form is not one that is defined.</exception>
        public Tensor<T> Gelu(GeluApproximation approximation) => approximation switch
        {
            GeluApproximation.None => Map(x, SpecialFunctions.Gelu),
            GeluApproximation.Tanh => Map(x, SpecialFunctions.GeluTanh),
            _ => throw new ArgumentOutOfRangeException(nameof(approximation), approximation, $"There is no such form of Gelu; expected {nameof(GeluApproximation.None)} or {nameof(GeluApproximation.Tanh)}."),
        };

        /// <summary>The sigmoid linear unit, x/(1 + e^−x) (Elfwing, Uchibe and Doya, 2017).</summary>
        /// <returns>The operand, each element times its logistic function; NaN at −∞.</returns>
        public Tensor<T> Silu() => Map(x, v => v * SpecialFunctions.Sigmoid(v));

        /// <summary>x tanh(log(1 + e^x)) (Misra, 2019).</summary>
        /// <returns>The operand, each element times the hyperbolic tangent of its softplus; NaN at −∞.</returns>
        public Tensor<T> Mish() => Map(x, v => v * Math.Tanh(SpecialFunctions.Softplus(v)));

        /// <summary>x between −1 and 1, the nearer bound elsewhere. The gradient at the bounds is 1.</summary>
        /// <returns>The operand clamped to [−1, 1].</returns>
        public Tensor<T> HardTanh() => x.Clamp(-T.One, T.One);
    }
}
