using System.Collections.Generic;
using System.Globalization;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>Writes uses of rules, counted through; the law of a rule where it is used first.</summary>
internal sealed class Steps(Page page, Notation notation)
{
    private readonly HashSet<Rule> _told = [];

    /// <summary>How many were written so far.</summary>
    public int Count { get; private set; }

    public void Write(Rewriting rewriting, Printer printer)
    {
        var (left, right) = (printer.PrintValue(rewriting.Before), printer.PrintValue(rewriting.After));
        // A name may stand for just what the rule changes.
        if (left == right) (left, right) = (notation.Staged.PrintValue(rewriting.Before), notation.Staged.PrintValue(rewriting.After));
        Count++;
        page.Lines.Add($"    {Count.ToString(CultureInfo.InvariantCulture)}. {rewriting.Rule.Name}{(_told.Add(rewriting.Rule) ? ": " + rewriting.Rule.Law : "")}");
        page.Write("         ", left);
        page.Write("       = ", right);
    }
}
