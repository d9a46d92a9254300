using System;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Reading;

/// <summary>
/// Makes stages of the steps of an operation that is made of others, so that its derivation can be followed step by step:
/// of <c>x.Variance(axis: 0)</c> xMean and xDeviation.
/// </summary>
/// <param name="graph">Where the expressions are made.</param>
/// <param name="operand">What the operation is applied to.</param>
/// <param name="keep">Makes a stage of a value, under a name like the given one.</param>
internal sealed class SubStages(Graph graph, Value operand, Func<string, Value, Expr> keep)
{
    public Graph Graph => graph;

    /// <summary>The value as a stage, named after the operand and what the step is.</summary>
    public Expr Stage(string step, Expr value)
    {
        if (value is Read or Named or Constant) return value;
        var stem = operand.Expr switch
        {
            Read read => read.Tensor,
            Named named => named.Name,
            _ => "",
        };
        var name = stem.Length == 0 ? char.ToLowerInvariant(step[0]) + step.Substring(1) : stem + step;
        return keep(name, new(value, [.. operand.Layout.Select(index => index is not null && index.Atoms.All(value.Free.Contains) ? index : null)]));
    }
}
