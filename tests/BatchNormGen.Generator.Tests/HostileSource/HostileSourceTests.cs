using System.Collections.Concurrent;

namespace BatchNormGen.Generator.Tests.HostileSource;

/// <summary>
/// Whatever is in a file, the generator, the suppressor and the fixes answer, in bounded time: with code that compiles, or with
/// diagnostics. The environment variable <c>HOSTILE_SOURCES</c> asks for more texts, <c>HOSTILE_SOURCES_FROM</c> for other ones.
/// </summary>
public sealed class HostileSourceTests(ITestOutputHelper output)
{
    /// <summary>So many that go wrong are made smaller and reported; the others mostly go wrong for the same reasons.</summary>
    private const int Reported = 5;

    [Fact]
    public void Mutated_sources_get_code_that_compiles_or_diagnostics()
    {
        var seeds = Enumerable.Range(Settings.Number("HOSTILE_SOURCES_FROM", 0), Settings.Number("HOSTILE_SOURCES", 1000));
        var faults = new ConcurrentBag<(Mutant Mutant, Fault Fault)>();
        Parallel.ForEach(seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = TestContext.Current.CancellationToken }, seed =>
        {
            var mutant = Mutant.Draw(seed);
            if (Trial.Run(mutant.Sample, mutant.Text) is { } fault) faults.Add((mutant, fault));
        });
        var reports = faults.OrderBy(found => found.Mutant.Seed).DistinctBy(found => found.Fault.Kind).Take(Reported).Select(found => $"{found.Mutant}\n{found.Fault.Text}\n{Reducer.Reduce(found.Mutant, found.Fault)}").ToList();
        foreach (var report in reports) output.WriteLine(report);
        Assert.True(faults.IsEmpty, $"{faults.Count} texts go wrong, the mutants {string.Join(", ", faults.Select(found => found.Mutant.Seed).Order())}:\n\n{string.Join("\n\n", reports)}");
    }

    [Fact]
    public void The_first_layer_of_each_file_is_sound_as_it_is() =>
        Assert.All(Sample.All, layers => Assert.Null(Trial.Run(layers[0], layers[0].Text)));
}
