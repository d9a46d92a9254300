using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>
/// Tells in mathematical notation what the layer is, how its backward was found, and what it costs. The library's
/// <c>Derivation.Parse</c> reads what is written here.
/// </summary>
internal static class DerivationText
{
    /// <summary>The stages, the simplification, the closed form, and what it costs.</summary>
    public static List<string> OfClosedForm(Plan plan)
    {
        var form = plan.ClosedForm;
        var notation = new Notation(form);
        var page = OfStages(form, notation);
        if (!form.Gradients.IsEmpty)
        {
            var closed = ClosedFormOf(form, notation).ToList();
            if (!notation.Definitions.IsEmpty)
            {
                page.Heading("For short");
                foreach (var (name, value) in notation.Definitions) page.Write("  ", notation.Printer.PrintDefinition(name, value));
            }
            new Simplification(page, form, notation).Write();
            page.Heading("The closed form");
            foreach (var formula in closed) page.Write("  ", formula);
        }
        page.Lines.Add("");
        page.Lines.AddRange(Cost.Write(plan));
        return page.Lines;
    }

    /// <summary>The stages, and the backward through them.</summary>
    public static List<string> OfStages(ClosedForm form) => OfStages(form, new Notation(form)).Lines;

    private static Page OfStages(ClosedForm form, Notation notation)
    {
        var signature = form.Layer.Signature;
        var page = new Page();
        page.Lines.Add($"{signature.Name}: a layer over {string.Join(", ", signature.Parameters.Where(parameter => parameter.IsTensor).Select(parameter => parameter.Name + LayerSource.Brackets(parameter.Layout!.Value)))}.");
        page.Heading("The stages");
        for (var i = 0; i < form.Layer.Stages.Length; i++)
            page.Write($"  ({i + 1}) ", notation.Staged.PrintDefinition(form.Layer.Stages[i].Name, form.Layer.Stages[i].Value));
        if (form.Gradients.IsEmpty) return page;
        page.Heading("Backward through the stages, the last one first: what each operand receives");
        foreach (var step in form.Staged.Steps)
        {
            var number = $"  ({form.Layer.Stages.IndexOf(step.Stage) + 1}) ";
            foreach (var contribution in step.Contributions)
            {
                page.Write(number, $"{notation.Staged.PrintName(contribution.Name, contribution.Target.Free)} ← {notation.Staged.Print(contribution.Value)}");
                number = new string(' ', number.Length);
            }
        }
        return page;
    }

    /// <summary>The abbreviations and the gradients.</summary>
    public static IEnumerable<string> WriteClosedForm(ClosedForm form)
    {
        var notation = new Notation(form);
        return notation.Definitions.Select(definition => notation.Printer.PrintDefinition(definition.Name, definition.Value)).Concat(ClosedFormOf(form, notation));
    }

    /// <summary>
    /// The gradients by the names of the forward: the gradients of stages are what was simplified away. Where they were
    /// not, and the formulas would be long, they are the names of its parts.
    /// </summary>
    private static IEnumerable<string> ClosedFormOf(ClosedForm form, Notation notation)
    {
        if (notation.Results.All(result => notation.IsReadable(result.Value))) return notation.Results.Select(result => Define(result, notation.Printer));

        var printer = notation.With(form.Names);
        var forward = new HashSet<string>(form.Layer.Stages.Select(stage => stage.Name));
        var parts = new HashSet<Expr>();
        foreach (var result in form.Gradients) Collect(result.Value);
        return parts.Except(form.Gradients.Select(result => result.Value)).OrderBy(part => part.Id)
            .Select(part => printer.PrintDefinition(form.Names[part], part))
            .Concat(notation.Results.Select(result => Define(result, printer)));

        void Collect(Expr value)
        {
            var below = value.Operands.Nodes(stop: form.Names.ContainsKey);
            foreach (var part in below.Where(node => form.Names.TryGetValue(node, out var name) && !forward.Contains(name)).ToList())
                if (parts.Add(part)) Collect(part);
        }

        static string Define(Result result, Printer printer) => $"{Printer.Indexed(result.Name, result.Layout)} = {printer.PrintValue(result.Value)}";
    }
}
