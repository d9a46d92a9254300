using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>Tells in mathematical notation what the layer is, how its backward was found, and what it costs.</summary>
internal static class Derivation
{
    private const int Width = 96;

    /// <summary>The number of leaves up to which a formula is written out.</summary>
    private const int Readable = 60;

    /// <summary>The stages, the simplification, the closed form, and what it costs.</summary>
    public static List<string> OfClosedForm(Plan plan)
    {
        var form = plan.ClosedForm;
        var lines = OfStages(form);
        if (!form.Gradients.IsEmpty)
        {
            lines.Add("");
            lines.Add("Simplified: the stages put into each other, then rule by rule");
            var printer = new Printer(form.Names);
            for (var i = 0; i < form.Rewritings.Count; i++)
            {
                var rewriting = form.Rewritings[i];
                lines.Add($"  {i + 1}. {rewriting.Rule.Name}: {rewriting.Rule.Law}");
                Wrap(lines, "       ", printer.PrintValue(rewriting.Before));
                Wrap(lines, "     = ", printer.PrintValue(rewriting.After));
            }
            lines.Add("");
            lines.Add("The closed form");
            foreach (var definition in WriteClosedForm(form)) Wrap(lines, "  ", definition);
        }
        lines.Add("");
        lines.AddRange(Cost.Write(plan));
        return lines;
    }

    /// <summary>The stages, and the backward through them.</summary>
    public static List<string> OfStages(ClosedForm form)
    {
        var signature = form.Layer.Signature;
        var lines = new List<string>();
        lines.Add($"{signature.Name}: a layer over {string.Join(", ", signature.Parameters.Where(parameter => parameter.IsTensor).Select(parameter => parameter.Name + LayerSource.Brackets(parameter.Layout!.Value)))}.");
        lines.Add("");
        lines.Add("The stages");
        for (var i = 0; i < form.Layer.Stages.Length; i++)
            Wrap(lines, $"  ({i + 1}) ", Printer.Plain.PrintDefinition(form.Layer.Stages[i].Name, form.Layer.Stages[i].Value));
        if (form.Gradients.IsEmpty) return lines;
        lines.Add("");
        lines.Add("Backward through the stages, the last one first: what each operand receives");
        foreach (var step in form.Staged.Steps)
        {
            var number = $"  ({form.Layer.Stages.IndexOf(step.Stage) + 1}) ";
            foreach (var contribution in step.Contributions)
            {
                Wrap(lines, number, $"{Printer.Indexed(contribution.Name, contribution.Target.Free)} ← {Printer.Plain.Print(contribution.Value)}");
                number = new string(' ', number.Length);
            }
        }
        return lines;
    }

    /// <summary>
    /// The gradients by the names of the forward alone: the gradients of stages are what was simplified away. Where they
    /// were not, and the formulas would be long, they are the names of its parts.
    /// </summary>
    public static IEnumerable<string> WriteClosedForm(ClosedForm form)
    {
        var forward = new HashSet<string>(form.Layer.Stages.Select(stage => stage.Name));
        var brief = new Printer(form.Names.Where(pair => forward.Contains(pair.Value)).ToDictionary(pair => pair.Key, pair => pair.Value));
        var factoring = new Factoring(form.Graph);
        var results = form.Gradients.Select(result => (result.Name, Layout: IndexSet.Of(result.Layout), Value: factoring.Apply(result.Value))).ToList();
        if (results.All(result => brief.IsWithin(result.Value, Readable)))
            return results.Select(result => $"{Printer.Indexed(result.Name, result.Layout)} = {brief.PrintValue(result.Value)}");

        var printer = new Printer(form.Names);
        var parts = new HashSet<Expr>();
        foreach (var result in form.Gradients) Collect(result.Value);
        return parts.Except(form.Gradients.Select(result => result.Value)).OrderBy(part => part.Id)
            .Select(part => $"{Printer.Indexed(form.Names[part], part.Free)} = {printer.PrintValue(part)}")
            .Concat(results.Select(result => $"{Printer.Indexed(result.Name, result.Layout)} = {printer.PrintValue(result.Value)}"));

        void Collect(Expr value)
        {
            var below = value.Operands.Nodes(stop: node => form.Names.ContainsKey(node));
            foreach (var part in below.Where(node => form.Names.TryGetValue(node, out var name) && !forward.Contains(name)).ToList())
                if (parts.Add(part)) Collect(part);
        }
    }

    /// <summary>Adds a line, broken where it is too long at the signs of a sum.</summary>
    private static void Wrap(List<string> lines, string prefix, string text)
    {
        var indent = new string(' ', prefix.Length + 2);
        var line = prefix + text;
        while (line.Length > Width)
        {
            var at = LastBreak(line);
            if (at <= indent.Length) break;
            lines.Add(line.Substring(0, at).TrimEnd());
            line = indent + line.Substring(at);
        }
        lines.Add(line);
    }

    private static int LastBreak(string line)
    {
        for (var i = Width; i > Width / 3; i--)
            if (i + 1 < line.Length && line[i - 1] == ' ' && line[i] is '+' or '−' or '=' && line[i + 1] == ' ') return i;
        for (var i = Width; i > Width / 3; i--)
            if (line[i] == '·') return i;
        return -1;
    }
}
