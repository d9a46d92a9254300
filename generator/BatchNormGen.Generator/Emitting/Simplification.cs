using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>Writes how each value comes to its closed form, from its staged formula by one rule after the other.</summary>
internal sealed class Simplification
{
    private static readonly string[] Ordinals = ["first", "second", "third", "fourth", "fifth", "sixth"];

    private readonly Page _page;
    private readonly ClosedForm _form;
    private readonly Notation _notation;
    private readonly Steps _steps;
    private readonly Explanation _explanation;
    private readonly Factoring _factoring, _factoringLong;

    /// <summary>Writes by the names of the forward and of the gradients so far.</summary>
    private readonly Printer _printer;

    /// <summary>The number of steps that were written before these.</summary>
    private readonly int _before;

    /// <summary>The gradients that have been explained, and so can be written by their names.</summary>
    private readonly Dictionary<Expr, string> _known = [];

    public Simplification(Page page, ClosedForm form, Notation notation, Steps steps)
    {
        (_page, _form, _notation, _steps, _before) = (page, form, notation, steps, steps.Count);
        _explanation = new(form);
        _factoring = new(_explanation.Graph, notation.IsNamed);
        _factoringLong = new(_explanation.Graph, value => notation.IsNamed(value) || _known.ContainsKey(value));
        _printer = notation.With(_known);
    }

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
        _form.Staged.Steps.FirstOrDefault(step => step.Gradient == gradient) is { } step ? "through " + step.Stage.Name
        : "of " + _form.Staged.Results.First(result => result.Value == gradient).Parameter.Name;

    private void Write(Explained value, string heading, ref bool isFirst)
    {
        var name = _notation.Printer.PrintName(value.Value.Name, value.Value.Free);
        var staged = _notation.Staged.PrintValue(value.Value);
        var result = _notation.IsReadable(value.Result) ? _notation.Printer.PrintValue(_factoring.Apply(value.Result)) : _printer.PrintValue(_factoringLong.Apply(value.Result));
        if (value.Steps.IsEmpty && value.Again.IsEmpty && result == staged) return;

        if (isFirst) _page.Heading("Simplified, one value after the other: those before it put in, then rule by rule");
        isFirst = false;
        _page.Lines.Add("  " + heading);
        _page.Write("    ", $"{name} = {staged}");
        foreach (var rewriting in value.Steps) Write(rewriting, value);
        if (!value.Again.IsEmpty) _page.Lines.Add($"    as in {string.Join(", ", value.Again.Select(number => (_before + number).ToString(CultureInfo.InvariantCulture)))}");
        _page.Write("    so ", $"{name} = {result}");
    }

    /// <summary>Whether the name of a value says more than the value itself.</summary>
    private bool IsLong(Explained value) => value.Result is Reduce || value.Result.Operands.Length > 0 && !_notation.Printer.IsWithin(value.Result, 2);

    private void Write(Rewriting rewriting, Explained value)
    {
        _steps.Write(rewriting, _printer);
        if (rewriting.Rule == Rules.Split)
            foreach (var reason in Reasons(rewriting.Before, rewriting.After, value)) _page.Lines.Add("       kept: " + reason);
    }

    /// <summary>Why splitting a sum pays: what of its terms is gone, and what of the rest is computed anyway.</summary>
    private IEnumerable<string> Reasons(Expr sum, Expr split, Explained value)
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
                if (NeededFor(part, value) is { } needed) yield return Tell($"{_printer.PrintValue(part)} is needed for {needed} anyway");
        if (!isTold) yield return "fewer sums are left";

        string Tell(string reason)
        {
            isTold = true;
            return reason;
        }
    }

    /// <summary>The sums that a reader sees in some formulas.</summary>
    private IEnumerable<Expr> Sums(IEnumerable<Expr> formulas) => formulas.Nodes(stop: node => node is Reduce || _notation.IsNamed(node)).Where(node => node is Reduce && !_notation.IsNamed(node));

    private static bool IsZero(Expr value) => value is Constant { Value.IsZero: true };

    /// <summary>The result that has a sum in it, whatever becomes of the value at hand; null where there is none.</summary>
    private string? NeededFor(Expr sum, Explained value)
    {
        for (var i = 0; i < _form.Gradients.Length; i++)
            if (!_form.Staged.Results[i].Value.Nodes().Contains(value.Value) && _form.Gradients[i].Value.Nodes().Contains(sum)) return _form.Gradients[i].Name;
        return _form.Outputs.FirstOrDefault(output => output.Value.Nodes().Contains(sum))?.Name;
    }
}
