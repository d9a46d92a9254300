using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Reading;

/// <summary>
/// Makes stages of the steps of an operation that is made of others, so that its derivation can be followed step by step:
/// of <c>logits.Softmax(axis: 1)</c> logitsMax, logitsExp and logitsSum.
/// </summary>
/// <param name="scope">Takes the stages.</param>
/// <param name="operand">What the operation is applied to.</param>
internal sealed class SubStages(Scope scope, Value operand)
{
    public Graph Graph => scope.Graph;

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
        return scope.Stage(name, new(value, [.. operand.Layout.Select(index => index is not null && index.Atoms.All(value.Free.Contains) ? index : null)]));
    }
}
