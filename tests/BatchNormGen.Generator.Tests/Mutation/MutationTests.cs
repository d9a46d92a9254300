using System.Diagnostics;
using BatchNormGen.Generator.Tests.Algebra;
using BatchNormGen.Generator.Tests.Differentiating;
using BatchNormGen.Generator.Tests.Reading;
using BatchNormGen.Generator.Tests.Simplifying;

namespace BatchNormGen.Generator.Tests.Mutation;

/// <summary>Changes the entries of the tables one by one, and expects a test to fail each time.</summary>
public class MutationTests(ITestOutputHelper output)
{
    private const string Functions = "Algebra/Functions.cs", LocalGradients = "Differentiating/LocalGradients.cs", Rules = "Simplifying/Rules.cs", StableRules = "Simplifying/StableRules.cs", Compositions = "Reading/Compositions.cs";

    private static readonly Lazy<MutatedGenerator> Generator = new(() => new(
        [Functions, LocalGradients, Rules, StableRules, Compositions],
        [typeof(RuleTests), typeof(StableRuleTests), typeof(FunctionTests), typeof(LocalGradientTests), typeof(CompositionFormulaTests), typeof(StagedBackwardTests), typeof(ClosedFormTests), typeof(StableFormTests)]));

    [Theory]
    [InlineData(Functions)]
    [InlineData(LocalGradients)]
    [InlineData(Rules)]
    [InlineData(StableRules)]
    [InlineData(Compositions)]
    public void Every_change_of_a_table_is_noticed(string file)
    {
        var time = Stopwatch.StartNew();
        var mutants = Generator.Value.Of(file).ToList();
        output.WriteLine($"control {time.Elapsed}");
        time.Restart();
        var log = Environment.GetEnvironmentVariable("MUTLOG");
        var survivors = new List<Mutant>();
        foreach (var mutant in mutants)
        {
            var t = Stopwatch.StartNew();
            var killer = Generator.Value.Killer(mutant);
            if (killer is null) survivors.Add(mutant);
            if (log is not null) File.AppendAllText(log, $"{(killer is null ? "SURVIVED" : "killed")} {mutant} {t.ElapsedMilliseconds} ms {killer?.Split('\n')[0]}\n");
        }
        output.WriteLine($"{file}: {mutants.Count - survivors.Count} of {mutants.Count} {time.Elapsed}");
        Assert.True(survivors.Count == 0, string.Join("\n", survivors));
    }
}
