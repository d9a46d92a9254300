using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using BatchNormGen.Generator.Differentiating;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>
/// A method for which all is decided: a plan for each case, and of a generic method for each element type. What users see
/// is written once; which variant it leads to is decided when it is called.
/// </summary>
/// <param name="Signature">The method as users call it.</param>
/// <param name="Variants">By element type, then in the order of the cases.</param>
/// <param name="Notes">What the user has to be told, by the names of the model.</param>
internal sealed record MethodPlan(Signature Signature, ImmutableArray<Variant> Variants, ImmutableArray<Note> Notes)
{
    /// <summary>The local and the field that hold the number of the case.</summary>
    public const string CaseNumber = "caseNumber";

    public static MethodPlan Of(Method method, CancellationToken token) => Of(method, layer => ClosedForm.Of(layer, token), token);

    /// <summary>The plan of a method whose formulas are simplified in some way.</summary>
    public static MethodPlan Of(Method method, Func<Layer, ClosedForm> simplify, CancellationToken token)
    {
        var models = method.Cases;
        method = CodeNames.Apply(method);
        var forms = method.Cases.Select(@case => (@case.Choices, Form: simplify(@case.Layer))).ToList();
        token.ThrowIfCancellationRequested();
        var variants =
            from element in method.Signature.Elements
            from variant in forms.Select((form, number) => (form.Choices, form.Form, Number: number))
            let form = variant.Form with { Layer = variant.Form.Layer with { Signature = variant.Form.Layer.Signature.In(element) } }
            select new Variant(variant.Number, variant.Choices, Planner.Run(form, token), KernelsOf(method, element, variant.Number));
        var notes = forms.SelectMany((form, number) => form.Form.Notes.Select(note => note with { Case = number, Stage = InModel(form.Form.Layer, models[number].Layer, note.Stage) }));
        return new(method.Signature, [.. variants], [.. notes]);
    }

    /// <summary>The name of a stage before it was made one that code can have.</summary>
    private static string? InModel(Layer layer, Layer model, string? stage)
    {
        for (var i = 0; i < layer.Stages.Length; i++)
            if (layer.Stages[i].Name == stage) return model.Stages[i].Name;
        return null;
    }

    /// <summary>A method without choices.</summary>
    public static MethodPlan Of(Plan plan)
    {
        var signature = plan.ClosedForm.Layer.Signature;
        return new(signature, [new(0, new([]), plan, signature.Name + "Kernels")], plan.ClosedForm.Notes);
    }

    private static string KernelsOf(Method method, string element, int number) =>
        $"{method.Signature.Name}{(method.Signature.TypeParameter is null ? "" : element == "float" ? "Single" : "Double")}Kernels{(method.Cases.Count == 1 ? "" : $"{number + 1}")}";

    /// <summary>One variant of each case, for what does not depend on the element type.</summary>
    public ImmutableArray<Variant> Cases { get; } = [.. Variants.Where(variant => variant.Element == Variants[0].Element)];

    public bool HasCases => Cases.Length > 1;

    public ImmutableArray<Result> Outputs => Variants[0].Plan.ClosedForm.Outputs;

    public ImmutableArray<Result> Gradients => Variants[0].Plan.ClosedForm.Gradients;

    /// <summary>The gradients that come in, in any case.</summary>
    public IReadOnlyList<(string Name, EquatableArray<Index?> Layout)> Incoming { get; } =
        [.. from variant in Variants
            let layer = variant.Plan.ClosedForm.Layer
            from output in layer.Differentiated
            group (Name: ReverseWalk.IncomingName(layer, output), output.Layout, Order: layer.Outputs.IndexOf(output)) by ReverseWalk.IncomingName(layer, output) into same
            orderby same.First().Order
            select (same.Key, same.First().Layout)];

    /// <summary>The axes whose extents are known when the method is called.</summary>
    public IReadOnlyList<string> Axes { get; } = [.. Variants.SelectMany(variant => KernelWriter.Axes(variant.Plan)).Distinct()];

    /// <summary>What the cache needs to know before it is filled.</summary>
    public IEnumerable<string> PrepareArguments => HasCases ? Axes.Prepend(CaseNumber) : Axes;

    /// <summary>The parameters that choose, with the values that they may have.</summary>
    public IEnumerable<(Parameter Parameter, ImmutableArray<string> Values)> Choosing =>
        from parameter in Signature.Parameters
        let values = Cases.SelectMany(@case => @case.Choices).Where(choice => choice.Parameter == parameter.Name).Select(choice => choice.Value).Distinct().ToImmutableArray()
        where !values.IsEmpty
        select (parameter, values);

    /// <summary>The condition that one of some cases is at hand; null where that are all.</summary>
    public string? Condition(Func<Variant, bool> holds)
    {
        var numbers = Variants.Where(holds).Select(variant => variant.Case).Distinct().ToList();
        return numbers.Count == Cases.Length ? null : $"{CaseNumber} is {string.Join(" or ", numbers.OrderBy(number => number))}";
    }

    /// <summary>Some cases in words: <c>mean = true, or mean = false and mode = Mode.Sum</c>.</summary>
    public string Describe(Func<Variant, bool> holds) =>
        string.Join(", or ", Cases.Where(@case => Variants.Any(variant => variant.Case == @case.Case && holds(variant))).Select(@case => @case.Describe()));

    /// <summary>Writes what depends on the variant, under the conditions that lead to it.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="write">Writes it for one variant.</param>
    /// <param name="inBraces">Whether that declares variables.</param>
    /// <param name="returns">Whether that ends with <c>return</c>.</param>
    public void Dispatch(CodeWriter writer, Action<Variant> write, bool inBraces = false, bool returns = false)
    {
        if (Signature.TypeParameter is not { Name: var type })
        {
            ByCase(Variants);
            return;
        }
        writer.Block($"if (typeof({type}) == typeof({Variants[0].Element}))", () => ByCase(Cases));
        writer.Block("else", () => ByCase([.. Variants.Skip(Cases.Length)]));

        void ByCase(ImmutableArray<Variant> variants)
        {
            if (variants is [var single]) write(single);
            else
                writer.Block($"switch ({CaseNumber})", () =>
                {
                    foreach (var variant in variants)
                    {
                        writer.Line($"{(variant.Case < variants.Length - 1 ? $"case {variant.Case}" : "default")}: // {variant.Describe()}");
                        writer.Indented(() =>
                        {
                            if (inBraces) writer.Block("", () => write(variant));
                            else write(variant);
                            if (!returns) writer.Line("break;");
                        });
                    }
                });
        }
    }
}

/// <summary>One case of a method in one element type.</summary>
/// <param name="Case">The number of the case, from 0.</param>
/// <param name="Choices">What leads to it.</param>
/// <param name="Plan">How it is computed.</param>
/// <param name="Kernels">The name of the class that does it.</param>
internal sealed record Variant(int Case, EquatableArray<Choice> Choices, Plan Plan, string Kernels)
{
    public KernelWriter Forward { get; } = new(Plan, backward: false);

    public KernelWriter Backward { get; } = new(Plan, backward: true);

    /// <summary>Which gradients may overwrite what the backward reads.</summary>
    public InPlace InPlace { get; } = new(Plan);

    public string Element => Plan.ClosedForm.Layer.Signature.Element;

    /// <summary>What has to hold.</summary>
    public EquatableArray<Condition> Conditions => Plan.ClosedForm.Layer.Conditions;

    /// <summary>The arrays that the forward keeps, and the axes that each is stored over.</summary>
    public IEnumerable<(string Name, IReadOnlyList<Index> Indices)> Saved =>
        (from saved in Plan.Saved
         from part in Scope.Parts(saved.Name, saved.Wide)
         select (part, (IReadOnlyList<Index>)[.. saved.Loops.SelectMany(loop => loop.Indices)]))
        .Concat(Plan.SavedTensors.Select(tensor => (tensor.Name, (IReadOnlyList<Index>)tensor.Layout)));

    /// <summary>The gradient of the same name in this variant.</summary>
    public Result Gradient(Result gradient) => Plan.ClosedForm.Gradients.First(own => own.Name == gradient.Name);

    /// <summary>What leads to it, in words.</summary>
    public string Describe() => string.Join(" and ", Choices.Select(choice => $"{choice.Parameter} = {Short(choice.Value)}"));

    /// <summary>A value without the namespace of its type.</summary>
    private static string Short(string value) => value.LastIndexOf('.') is > 0 and var dot ? value.Substring(value.LastIndexOfAny(['.', ':'], dot - 1) + 1) : value;
}
