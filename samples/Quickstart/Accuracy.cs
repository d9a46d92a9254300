using System.Numerics.Tensors;
using BatchNormGen;

namespace Quickstart;

/// <summary>Is the generated backward the gradient of the nine stages?</summary>
internal static class Accuracy
{
    /// <summary>Compares it with central differences of the stages as they are written, at random inputs and incoming gradient.</summary>
    public static GradientReport Check(int n, int d)
    {
        const double eps = 1e-5;
        var random = new Random(1);
        return GradientCheck.Run(
            [("x", random.NextTensor<double>(n, d)), ("gamma", random.NextTensor<double>(d)), ("beta", random.NextTensor<double>(d))],
            forward: t => Layers.BatchNormDouble(t[0], t[1], t[2], eps),
            backward: (t, dout) =>
            {
                var (_, cache) = Layers.BatchNormDoubleForward(t[0], t[1], t[2], eps);
                var (dx, dgamma, dbeta) = Layers.BatchNormDoubleBackward(dout, cache);
                return [dx, dgamma, dbeta];
            });
    }
}
