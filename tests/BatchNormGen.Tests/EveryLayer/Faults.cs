namespace BatchNormGen.Tests.EveryLayer;

/// <summary>What is wrong with some layers. A test of many layers tells all of it, not only the first.</summary>
internal sealed class Faults
{
    private const int Shown = 30;

    private readonly List<string> all = [];

    public void Add(string fault)
    {
        lock (all)
        {
            all.Add(fault);
        }
    }

    public void AddRange(IEnumerable<string> faults)
    {
        foreach (string fault in faults)
        {
            Add(fault);
        }
    }

    /// <summary>Fails if there are any.</summary>
    public void AssertNone() => Assert.True(all.Count == 0, FormattableString.Invariant($"{all.Count} faults:\n{string.Join('\n', all.Take(Shown))}"));
}
