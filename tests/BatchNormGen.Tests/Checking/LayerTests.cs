using System.Numerics.Tensors;
using BatchNormGen.Tests.Layers;

namespace BatchNormGen.Tests.Checking;

// From here on this is the example of README.md, where Generics are called Layers. A test compares the two.
public class LayerTests
{
    [Fact]
    public void The_gradient_of_batch_norm_is_right() => GradientCheck.Run(
        inputs: [("x", Draw(7, 19)), ("gamma", Draw(19)), ("beta", Draw(19))],
        forward: t => Generics.BatchNormForward(t[0], t[1], t[2], 1e-5f),
        backward: (dout, cache) => Generics.BatchNormBackward(dout, cache) is var (dx, dgamma, dbeta) ? [dx, dgamma, dbeta] : [],
        twin: t => Generics.BatchNorm(t[0], t[1], t[2], 1e-5)).ThrowIfFailed();

    private static Tensor<float> Draw(params nint[] lengths)
    {
        var tensor = Tensor.CreateFromShape<float>(lengths);
        Tensor.FillGaussianNormalDistribution<float>(tensor, new Random(1));
        return tensor;
    }
}
