#if TORCH
using BatchNormGen.Benchmarks.Measured;
using BatchNormGen.Benchmarks.Torch;

namespace BatchNormGen.Benchmarks.Contenders;

internal static partial class AllContenders
{
    static partial void AddTorch(List<Contender> contenders, Workload workload)
    {
        if (TorchLibrary.IsLoaded)
        {
            contenders.Add(TorchContender.Native(workload));
            contenders.Add(TorchContender.Staged(workload));
        }
    }

    static partial void DescribeTorch(ref string status) => status = TorchLibrary.Status;
}
#endif
