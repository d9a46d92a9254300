using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Tests.Simplifying;

/// <summary>Each rule of the table lowers the measure of docs/architecture.md, so that no row of uses is without end.</summary>
public class TerminationTests
{
    public static TheoryData<string> Names => [.. Layers.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_use_of_the_table_lowers_the_measure(string name)
    {
        var uses = new List<Rewriting>();
        ClosedForm.Of(Passes.Read(Layers.All[name]), CancellationToken.None, observe: uses.Add);
        foreach (var (rule, before, after) in uses.Where(use => Rules.Table.Contains(use.Rule)))
        {
            var (above, below) = (Measure(before), Measure(after));
            Assert.True(below.CompareTo(above) < 0, $"{rule.Name}: {before} has {above}, {after} has {below}");
        }
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
