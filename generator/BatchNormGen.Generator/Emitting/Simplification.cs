using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>Writes how each value comes to its closed form, from its staged formula by one rule after the other.</summary>
internal sealed class Simplification(Page page, ClosedForm form, Notation notation, Steps steps)
{
    private static readonly string[] Ordinals = ["first", "second", "third", "fourth", "fifth", "sixth"];

    private readonly Explanation _explanation = new(form);
    /// <summary>The number of steps that were written before these.</summary>
    private readonly int _before = steps.Count;

    /// <summary>The gradients that have been explained, and so can be written by their names.</summary>
    private readonly Dictionary<Expr, string> _known = [];

    public void Write()
    {
        var isFirst = true;
        foreach (var stage in _explanation.Stages.Where(stage => !stage.Steps.IsEmpty)) Write(stage, $"{stage.Value.Name}: a stage", ref isFirst);
        foreach (var gradient in _explanation.Gradients)
        {
            Write(gradient, $"{gradient.Value.Name}: the gradient {Of(gradient.Value)}", ref isFirst);
            if (IsLong(gradient) && !_known.ContainsKey(gradient.Result)) _known.Add(gradient.Result, gradient.Value.Name);
        }
    }

    /// <summary>What a gradient is the gradient of, in words.</summary>
    private string Of(Named gradient) =>
        form.Staged.Steps.FirstOrDefault(step => step.Gradient == gradient) is { } step ? "through " + step.Stage.Name
        : "of " + form.Staged.Results.First(result => result.Value == gradient).Parameter.Name;

    private void Write(Explained value, string heading, ref bool isFirst)
    {
        var printer = notation.With(_known);
        var name = notation.Printer.PrintName(value.Value.Name, value.Value.Free);
        var staged = notation.Staged.PrintValue(value.Value);
        var result = (notation.IsReadable(value.Result) ? notation.Printer : printer).PrintValue(new Factoring(new Graph(form.Graph)).Apply(value.Result));
        if (value.Steps.IsEmpty && value.Again.IsEmpty && result == staged) return;

        if (isFirst) page.Heading("Simplified, one value after the other: those before it put in, then rule by rule");
        isFirst = false;
        page.Lines.Add("  " + heading);
        page.Write("    ", $"{name} = {staged}");
        foreach (var rewriting in value.Steps) Write(rewriting, value, printer);
        if (!value.Again.IsEmpty) page.Lines.Add($"    as in {string.Join(", ", value.Again.Select(number => (_before + number).ToString(CultureInfo.InvariantCulture)))}");
        page.Write("    so ", $"{name} = {result}");
    }

    /// <summary>Whether the name of a value says more than the value itself.</summary>
    private bool IsLong(Explained value) => value.Result is Reduce || value.Result.Operands.Length > 0 && !notation.Printer.IsWithin(value.Result, 2);

    private void Write(Rewriting rewriting, Explained value, Printer printer)
    {
        steps.Write(rewriting, printer);
        if (rewriting.Rule == Rules.Split)
            foreach (var reason in Reasons(rewriting.Before, rewriting.After, value, printer)) page.Lines.Add("       kept: " + reason);
    }

    /// <summary>Why splitting a sum pays: what of its terms is gone, and what of the rest is computed anyway.</summary>
    private IEnumerable<string> Reasons(Expr sum, Expr split, Explained value, Printer printer)
    {
        var terms = ((Add)split).Terms.Select(_explanation.ResultOf).ToList();
        var result = _explanation.ResultOf(sum);
        var isTold = false;
        for (var i = 0; i < terms.Count; i++)
            if (IsZero(terms[i])) yield return Tell($"the {(i < Ordinals.Length ? Ordinals[i] : (i + 1).ToString(CultureInfo.InvariantCulture) + "th")} sum is 0");
        var rest = terms.Count(term => !IsZero(term));
        if (rest > 1 && IsZero(result)) yield return Tell("the terms cancel");
        else if (rest > 1 && (result is Add left ? left.Terms.Length : 1) < rest) yield return Tell("terms cancel");
        if (!IsZero(result))
            foreach (var part in Sums(terms).Except(Sums([((Reduce)sum).Body])))
                if (NeededFor(part, value) is { } needed) yield return Tell($"{printer.PrintValue(part)} is needed for {needed} anyway");
        if (!isTold) yield return "fewer sums are left";

        string Tell(string reason)
        {
            isTold = true;
            return reason;
        }
    }

    /// <summary>The sums that a reader sees in some formulas.</summary>
    private IEnumerable<Expr> Sums(IEnumerable<Expr> formulas) => formulas.Nodes(stop: node => node is Reduce || notation.IsNamed(node)).Where(node => node is Reduce && !notation.IsNamed(node));

    private static bool IsZero(Expr value) => value is Constant { Value.IsZero: true };

    /// <summary>The result that has a sum in it, whatever becomes of the value at hand; null where there is none.</summary>
    private string? NeededFor(Expr sum, Explained value)
    {
        for (var i = 0; i < form.Gradients.Length; i++)
            if (!form.Staged.Results[i].Value.Nodes().Contains(value.Value) && form.Gradients[i].Value.Nodes().Contains(sum)) return form.Gradients[i].Name;
        return form.Outputs.FirstOrDefault(output => output.Value.Nodes().Contains(sum))?.Name;
    }
}
