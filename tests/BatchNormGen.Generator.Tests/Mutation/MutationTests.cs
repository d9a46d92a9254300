using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;
using BatchNormGen.Generator.Tests.Algebra;
using BatchNormGen.Generator.Tests.Differentiating;
using BatchNormGen.Generator.Tests.Reading;
using BatchNormGen.Generator.Tests.Simplifying;

namespace BatchNormGen.Generator.Tests.Mutation;

/// <summary>Changes the entries of the tables one by one, and expects a test to fail each time.</summary>
public class MutationTests(ITestOutputHelper output)
{
    private const string FunctionTable = "Algebra/Functions.cs", Gradients = "Differentiating/LocalGradients.cs", RuleTable = "Simplifying/Rules.cs", StableRuleTable = "Simplifying/StableRules.cs", CompositionTable = "Reading/Compositions.cs";

    /// <summary>Changes that mean the same: the member, the expression that is changed, and why no test can tell.</summary>
    private static readonly (string Member, string Original, string Reason)[] Equivalents =
    [
        ("Distribute", "body", "A list of one is counted, and its element is not used."),
        ("Means", "(f, g)", "The two sums are factors of one product."),
        ("AlongTable", "x", "The other branch of 'is var' is never taken."),
    ];

    /// <summary>The generator with all mutants, and the tests that shall notice them, the quick ones first.</summary>
    private static readonly Lazy<MutatedGenerator> Generator = new(() => new(
        [FunctionTable, Gradients, RuleTable, StableRuleTable, CompositionTable],
        [typeof(FunctionTests), typeof(RuleTests), typeof(StableRuleTests), typeof(LocalGradientTests), typeof(CompositionFormulaTests), typeof(StagedBackwardTests)]));

    private static IEnumerable<Mutant> Of(string file) => Generator.Value.Mutants.Where(mutant => mutant.File == file);

    private static bool IsEquivalent(Mutant mutant) => Equivalents.Any(equivalent => equivalent.Member == mutant.Member && equivalent.Original == mutant.Original);

    [Theory]
    [InlineData(FunctionTable)]
    [InlineData(Gradients)]
    [InlineData(RuleTable)]
    [InlineData(StableRuleTable)]
    [InlineData(CompositionTable)]
    public void Every_change_of_a_table_fails_a_test(string file)
    {
        var mutants = Of(file).Where(mutant => !IsEquivalent(mutant)).ToList();
        var survivors = mutants.Where(mutant => !Generator.Value.IsKilled(mutant)).ToList();
        var counts = mutants.GroupBy(mutant => mutant.Operator).OrderBy(group => group.Key).Select(group => $"{group.Key} {group.Except(survivors).Count()} of {group.Count()}");
        output.WriteLine($"{file}: {mutants.Count - survivors.Count} of {mutants.Count} killed ({string.Join(", ", counts)}), {Of(file).Count(IsEquivalent)} more mean the same");
        Assert.True(survivors.Count == 0, $"No test fails with\n{string.Join("\n", survivors)}");
    }

    [Fact]
    public void Every_gradient_is_changed()
    {
        var graph = new Graph();
        var nonZero = Functions.Table.Sum(function => function.Derivatives(graph, [.. new[] { "a", "b", "c" }.Take(function.Arity).Select(graph.Scalar)], graph.Scalar("y")).Count(derivative => derivative != graph.Zero));
        Assert.Equal(nonZero, Signs(FunctionTable, nameof(Functions.Table), nameof(Functions.Erfc)));
        Assert.Equal(Functions.Powers.Length, Signs(FunctionTable, nameof(Functions.Powers)));
        Assert.Equal(Compositions.ElementWiseTable.Length, Signs(CompositionTable, nameof(Compositions.ElementWiseTable)));

        static int Signs(string file, params string[] members) => Of(file).Count(mutant => mutant.Operator == Operator.Sign && members.Contains(mutant.Member));
    }

    [Fact]
    public void Every_rule_is_switched_off()
    {
        var off = Generator.Value.Mutants.Where(mutant => mutant.Operator == Operator.Off).Select(mutant => mutant.Member).ToList();
        Assert.All([.. Rules.Table, Rules.Split, .. StableRules.Table], rule => Assert.Contains(rule.Apply.Method.Name, off));
    }

    [Fact]
    public void What_is_said_to_mean_the_same_is_there() =>
        Assert.All(Equivalents, equivalent => Assert.Contains(Generator.Value.Mutants, mutant => mutant.Member == equivalent.Member && mutant.Original == equivalent.Original));
}
