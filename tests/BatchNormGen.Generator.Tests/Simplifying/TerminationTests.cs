using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Tests.Simplifying;

/// <summary>Each rule of the table lowers the measure of docs/architecture.md, so that no row of uses is without end.</summary>
public class TerminationTests
{
    /// <summary>Layers whose gradients need the rules that the others do not.</summary>
    private static readonly Dictionary<string, string> Losses = new()
    {
        ["entropy"] = Loss("var p = x.Softmax(axis: 1); return -(p * p.Log()).Sum(axis: 1).Mean();"),
        ["smoothed"] = Loss("var l = x.Softmax(axis: 1).Log(); return -((1 - s) * l.Gather(labels, axis: 1) + s * l.Mean(axis: 1)).Mean();"),
        ["focal"] = Loss("var p = x.Softmax(axis: 1).Gather(labels, axis: 1); return -((1 - p).Pow(s) * p.Log()).Mean();"),
    };

    private static string Loss(string body) => Layers.Source("""double Loss([Shape("N, C")] Tensor<double> x, [Shape("N")] Tensor<int> labels, double s)""", body);

    public static TheoryData<string> Names => [.. Layers.All.Keys, .. Losses.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_use_of_the_table_lowers_the_measure(string name)
    {
        var uses = new List<Rewriting>();
        ClosedForm.Of(Passes.Read(Layers.All.TryGetValue(name, out var source) ? source : Losses[name]), CancellationToken.None, observe: uses.Add);
        foreach (var (rule, before, after) in uses.Where(use => Rules.Table.Contains(use.Rule)))
        {
            var (above, below) = (Measure(before), Measure(after));
            Assert.True(below.CompareTo(above) < 0, $"{rule.Name}: {before} has {above}, {after} has {below}");
        }
    }

    [Fact]
    public void The_losses_use_what_is_multiplied_out()
    {
        var used = Losses.Values.SelectMany(source => Passes.Simplify(source).Rewritings).Select(use => use.Rule).ToHashSet();
        Assert.Superset(new HashSet<Rule> { Rules.Expand, StableRules.Share, StableRules.Whole }, used);
    }

    /// <summary>The weight, the pairs of a coefficient and a reduction around it, and the nodes.</summary>
    private static (double Weight, int Pairs, int Nodes) Measure(Expr node, int around = 0)
    {
        var parts = node.Operands.Select(operand => Measure(operand, node is Reduce ? around + 1 : around)).ToList();
        var pairs = parts.Sum(part => part.Pairs) + (node is Product { Coefficient.IsOne: false } ? around : 0);
        var weight = node switch
        {
            Add or Apply or Custom => 1 + parts.Sum(part => part.Weight),
            Product product => product.Factors.Zip(parts, (factor, part) => factor.Exponent.IsOne ? part.Weight : 1.5 * part.Weight).Sum() * (product.Coefficient.IsOne ? 1 : 1.25),
            Reduce reduce => Math.Pow(4, reduce.Over.Count()) * parts[0].Weight,
            _ => 2,
        };
        return (weight, pairs, 1 + parts.Sum(part => part.Nodes));
    }
}
