using System.Collections.Generic;
using System.Linq;
using System.Threading;
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
    /// <summary>The stages up to which the simplification is told; nobody would read that of a longer layer to its end.</summary>
    private const int Told = 64;

    /// <summary>The stages, the simplification, the closed form, and what it costs.</summary>
    public static List<string> OfClosedForm(Plan plan, CancellationToken token = default)
    {
        var form = plan.ClosedForm;
        var notation = new Notation(form);
        var page = new Page(token);
        var steps = new Steps(page, notation);
        WriteStages(page, form, notation);
        WriteStableForms(page, form, notation, steps);
        if (!form.Gradients.IsEmpty)
        {
            WriteBackward(page, form, notation);
            if (!notation.Definitions.IsEmpty)
            {
                page.Heading("For short");
                foreach (var (name, value) in notation.Definitions) page.Write("  ", notation.Printer.PrintDefinition(name, value));
            }
            if (form.Staged.Steps.Length <= Told && !form.IsCut) new Simplification(page, form, notation, steps).Write();
            page.Heading("The closed form");
            foreach (var formula in ClosedFormOf(form, notation)) page.Write("  ", formula);
        }
        page.Lines.Add("");
        page.Lines.AddRange(Cost.Write(plan));
        return page.Lines;
    }

    /// <summary>The stages, and the backward through them.</summary>
    public static List<string> OfStages(ClosedForm form, CancellationToken token = default)
    {
        var (page, notation) = (new Page(token), new Notation(form));
        WriteStages(page, form, notation);
        if (!form.Gradients.IsEmpty) WriteBackward(page, form, notation);
        return page.Lines;
    }

    /// <summary>The stages as the user wrote them.</summary>
    private static void WriteStages(Page page, ClosedForm form, Notation notation)
    {
        var signature = form.Layer.Signature;
        page.Lines.Add($"{signature.Name}: a layer over {string.Join(", ", signature.Parameters.Where(parameter => parameter.IsTensor).Select(parameter => parameter.Name + LayerSource.Brackets(parameter.Layout!.Value)))}.");
        page.Heading("The stages");
        var written = form.Stabilized.ToDictionary(stage => stage.After, stage => stage.Before);
        for (var i = 0; i < form.Layer.Stages.Length; i++)
        {
            var stage = form.Layer.Stages[i];
            page.Write($"  ({i + 1}) ", notation.Staged.PrintDefinition(stage.Name, written.TryGetValue(stage, out var before) ? before : stage));
        }
    }

    /// <summary>The stages that were brought to another form before anything else.</summary>
    private static void WriteStableForms(Page page, ClosedForm form, Notation notation, Steps steps)
    {
        if (form.Stabilized.IsEmpty) return;
        page.Heading("Stable forms: the same in exact arithmetic, without the overflow and the cancellation");
        foreach (var stage in form.Stabilized)
        {
            page.Lines.Add($"  {stage.After.Name}: a stage");
            page.Write("    ", notation.Staged.PrintDefinition(stage.After.Name, stage.Before));
            var printer = notation.Before(stage.After);
            foreach (var rewriting in stage.Rewritings) steps.Write(rewriting, printer);
            page.Write("    so ", notation.Staged.PrintDefinition(stage.After.Name, stage.After));
        }
    }

    private static void WriteBackward(Page page, ClosedForm form, Notation notation)
    {
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
