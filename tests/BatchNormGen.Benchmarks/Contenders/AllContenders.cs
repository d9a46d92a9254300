namespace BatchNormGen.Benchmarks.Contenders;

/// <summary>Everyone who takes part, generated code first. The peer joins where it was compiled in and its native library loads.</summary>
internal static partial class AllContenders
{
    /// <summary>The columns of every table, whether or not each takes part.</summary>
    public static readonly string[] Names = ["generated", "torch native", "torch staged", "staged C#"];

    public static IReadOnlyList<Contender> For(Workload workload)
    {
        List<Contender> contenders = [GeneratedContender.Create(workload)];
        AddTorch(contenders, workload);
        if (StagedContender.IsWorthwhile(workload))
        {
            contenders.Add(new StagedContender(workload));
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
