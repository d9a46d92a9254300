#if TORCH
using BatchNormGen.Benchmarks.Torch;
using static TorchSharp.torch;

namespace BatchNormGen.Benchmarks;

internal sealed partial class ProductTimes
{
    static partial void AddTorch(List<Action> contenders, ProductShape shape, int count, float[] a, float[] b)
    {
        if (!TorchLibrary.IsLoaded)
        {
            return;
        }

        set_num_threads(count);
        var left = shape.TransposedA ? tensor(a, [shape.K, shape.M]).t() : tensor(a, [shape.M, shape.K]);
        var right = shape.TransposedB ? tensor(b, [shape.N, shape.K]).t() : tensor(b, [shape.K, shape.N]);
        contenders.Add(() => mm(left, right).Dispose());
    }
}
#endif
