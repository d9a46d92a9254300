using System.Numerics;
using System.Numerics.Tensors;

namespace BatchNormGen;

public static partial class StagedOperations
{
    /// <typeparam name="T">The element type, <c>float</c> or <c>double</c>.</typeparam>
    /// <param name="x">The operand, of any shape.</param>
    extension<T>(Tensor<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// The operand itself, as a constant: no gradient goes back through it. On an output of a differentiable method it means
        /// that no gradient comes in for that output.
        /// </summary>
        /// <returns>The operand.</returns>
        public Tensor<T> StopGradient() => x;
    }
}
