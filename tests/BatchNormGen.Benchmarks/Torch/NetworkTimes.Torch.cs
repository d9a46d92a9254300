#if TORCH
using BatchNormGen.Benchmarks.Torch;

namespace BatchNormGen.Benchmarks;

internal sealed partial class NetworkTimes
{
    static partial void AddTorch(List<Networks.Contender> contenders, Networks.Workload workload)
    {
        if (TorchLibrary.IsLoaded)
        {
            contenders.Add(new TorchNetwork(workload));
        }
    }
}
#endif
