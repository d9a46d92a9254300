using System;
using System.Collections.Generic;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Simplifying;

/// <summary>One use of a rule.</summary>
internal sealed record Rewriting(Rule Rule, Expr Before, Expr After);

/// <summary>The rules that were used, in their order. What was tried and dropped is taken back.</summary>
/// <param name="observe">Sees every use of a rule, also in a try that is dropped.</param>
internal sealed class Record(Action<Rewriting>? observe = null)
{
    private readonly List<Rewriting> _steps = [];

    public IReadOnlyList<Rewriting> Steps => _steps;

    /// <summary>A place to which <see cref="TakeBack"/> can return.</summary>
    public int Mark => _steps.Count;

    public void Add(Rule rule, Expr before, Expr after)
    {
        var rewriting = new Rewriting(rule, before, after);
        _steps.Add(rewriting);
        observe?.Invoke(rewriting);
    }

    public void TakeBack(int mark) => _steps.RemoveRange(mark, _steps.Count - mark);
}
