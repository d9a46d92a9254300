using System.Numerics;
using System.Numerics.Tensors;

namespace Quickstart;

internal static class RandomTensors
{
    extension(Random random)
    {
        /// <summary>A tensor of numbers from the standard normal distribution.</summary>
        public Tensor<T> NextTensor<T>(params ReadOnlySpan<nint> lengths) where T : IFloatingPoint<T>
        {
            var tensor = Tensor.CreateFromShape<T>(lengths);
            Tensor.FillGaussianNormalDistribution<T>(tensor, random);
            return tensor;
        }
    }
}
