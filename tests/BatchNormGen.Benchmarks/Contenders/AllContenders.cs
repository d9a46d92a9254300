using BatchNormGen.Benchmarks.Measured;

namespace BatchNormGen.Benchmarks.Contenders;

/// <summary>Everyone who takes part, generated code first. The peer joins where it was compiled in and its native library loads.</summary>
internal static partial class AllContenders
{
    /// <summary>The columns of every table, whether or not each takes part.</summary>
    public static readonly string[] Names = ["generated", "torch native", "torch staged", "staged C#"];

    /// <summary>The stages as C# are slow: worth their time only up to a million elements.</summary>
    private const int LargestStaged = 1 << 20;

    public static IReadOnlyList<Contender> For(Workload workload)
    {
        var problem = new Problem<float>(workload);
        List<Contender> contenders = [new CallsContender(Names[0], problem, workload.Layer.Generated(problem))];
        AddTorch(contenders, workload);
        if (workload.X.Values.Length <= LargestStaged)
        {
            problem = new(workload);
            if (workload.Layer.Staged(problem) is { } calls)
            {
                contenders.Add(new CallsContender(Names[3], problem, calls));
            }
        }
        return contenders;
    }

    /// <summary>Says in one line whether the peer takes part, and if not, why.</summary>
    public static string PeerStatus
    {
        get
        {
            var status = "torch: not compiled in; build with -p:Torch=true for its columns.";
            DescribeTorch(ref status);
            return status;
        }
    }

    static partial void AddTorch(List<Contender> contenders, Workload workload);

    static partial void DescribeTorch(ref string status);
}
