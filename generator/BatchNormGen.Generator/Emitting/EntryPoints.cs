using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Differentiating;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>
/// Writes the methods that users call. All arguments are checked here, before anything is written; the kernels trust
/// them.
/// </summary>
internal sealed class EntryPoints
{
    private readonly CodeWriter _writer;
    private readonly Plan _plan;
    private readonly KernelWork _sweeps;
    private readonly Work _work;
    private readonly ArgumentChecks _checks;
    private readonly Layer _layer;

    private EntryPoints(CodeWriter writer, Plan plan, KernelWork sweeps, Work work) =>
        (_writer, _plan, _sweeps, _work, _checks, _layer) = (writer, plan, sweeps, work, new(writer, plan.ClosedForm.Layer.Signature, plan.ClosedForm.Layer.Conditions), plan.ClosedForm.Layer);

    /// <param name="writer">Where to write.</param>
    /// <param name="plan">The layer.</param>
    /// <param name="sweeps">The work of the fused forward.</param>
    /// <param name="work">The work of the forward and the backward.</param>
    public static void Write(CodeWriter writer, Plan plan, KernelWork sweeps, Work work)
    {
        var points = new EntryPoints(writer, plan, sweeps, work);
        if (points.Signature.DeclaringHalf is { } half)
        {
            points.WriteDeclaration(half);
            writer.Line();
        }
        points.WriteForward();
        writer.Line();
        points.WriteForwardInto();
        if (!plan.ClosedForm.Gradients.IsEmpty)
        {
            writer.Line();
            points.WriteBackward();
            writer.Line();
            points.WriteBackwardInto();
        }
        writer.Line();
        points.WriteFused();
        if (points.HasScalarOutput && !plan.ClosedForm.Gradients.IsEmpty)
        {
            writer.Line();
            points.WriteValueAndGradients();
        }
    }

    private Signature Signature => _layer.Signature;
    private string Element => Signature.Element;
    private string Name => Signature.Name;
    private string Cache => Name + "Cache";
    private string Method => $"{Signature.Accessibility} static";
    private bool HasScalarOutput => _layer.Outputs.Length == 1 && IsScalar(_plan.ClosedForm.Outputs[0]);
    private IEnumerable<Parameter> TensorParameters => Signature.Parameters.Where(parameter => parameter.IsTensor);

    private static bool IsScalar(Result result) => result.Layout.IsEmpty;

    private string TypeOf(Result result) => IsScalar(result) ? Element : LayerSource.Tensor(Element);

    private static string TypeOf(Parameter parameter) => parameter.IsTensor ? LayerSource.Tensor(parameter.Type) : parameter.Type;

    private static string SpanOf(string element) => $"global::System.Numerics.Tensors.TensorSpan<{element}>";

    private static string ReadOnlySpanOf(string element) => $"global::System.Numerics.Tensors.ReadOnlyTensorSpan<{element}>";

    private string InputList() => string.Join(", ", Signature.Parameters.Select(parameter => $"{TypeOf(parameter)} {parameter.Name}{(parameter.Default is null ? "" : " = " + parameter.Default)}"));

    /// <summary>One type for a single result, a tuple with named elements for several.</summary>
    private string TupleType(IReadOnlyList<Result> results) =>
        results.Count == 1 ? TypeOf(results[0]) : $"({string.Join(", ", results.Select(result => $"{TypeOf(result)} {result.Name}"))})";

    private void WriteDeclaration(DeclaringHalf half)
    {
        if (!Signature.HasDocumentation) _writer.Line($"/// <summary>The layer as it is written, stage by stage; <see cref=\"{Name}Fused({string.Join(", ", Signature.Parameters.Select(parameter => CrefType(parameter)))})\"/> computes the same in few sweeps.</summary>");
        _writer.Line(half.Text);
    }

    private static string CrefType(Parameter parameter) => TypeOf(parameter).Replace('<', '{').Replace('>', '}');

    // ---- Forward ------------------------------------------------------------------------------------------------------

    private void WriteForward()
    {
        var outputs = _plan.ClosedForm.Outputs;
        Summary($"Computes <c>{Name}</c> {_work.ForwardPace} and keeps what the backward needs.");
        InputDocs();
        _writer.Line($"/// <returns>The result, and the cache for <c>{Name}Backward</c>, which also refers to {_work.Refers}: do not change them before.</returns>");
        ArgumentDocs(nulls: true);
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Block($"{Method} ({string.Join(", ", outputs.Select(output => $"{TypeOf(output)} {output.Name}").Append($"{Cache} cache"))}) {Name}Forward({InputList()})", () =>
        {
            _checks.NotNullInputs();
            _checks.Inputs();
            _work.Forward();
        });
    }

    private void WriteForwardInto()
    {
        var outputs = _plan.ClosedForm.Outputs;
        var parameters = Signature.Parameters.Select(parameter => $"{(parameter.IsTensor ? ReadOnlySpanOf(parameter.Type) : parameter.Type)} {parameter.Name}")
            .Concat(outputs.Select(output => IsScalar(output) ? $"out {Element} {output.Name}" : $"{SpanOf(Element)} {output.Name}"))
            .Append($"{Cache} cache");
        Summary($"Computes <c>{Name}</c> {_work.ForwardPace} into memory of the caller, and keeps what the backward needs. {_work.ForwardAllocation}");
        InputDocs();
        foreach (var output in outputs) Doc(output.Name, IsScalar(output) ? "Receives the result." : $"Receives the result, {LayerSource.Brackets(output.Layout)}; must not overlap an input.");
        Doc("cache", "Receives what the backward needs; used again from step to step.");
        ArgumentDocs(nulls: true);
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Block($"{Method} void {Name}Forward({string.Join(", ", parameters)})", () =>
        {
            _checks.NotNull("cache");
            _checks.Inputs();
            _checks.Outputs(outputs);
            _work.ForwardInto();
        });
    }

    private void WriteFused()
    {
        Summary($"Computes what <c>{Name}</c> computes, {_sweeps.ForwardPace}; keeps nothing.");
        InputDocs();
        ArgumentDocs(nulls: true);
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Block($"{Method} {TupleType(_plan.ClosedForm.Outputs)} {Name}Fused({InputList()})", () =>
        {
            _checks.NotNullInputs();
            _checks.Inputs();
            _sweeps.Fused(_checks);
        });
    }

    // ---- Backward -----------------------------------------------------------------------------------------------------

    private void WriteBackward()
    {
        var gradients = _plan.ClosedForm.Gradients;
        var incoming = Incoming();
        Summary($"The gradients of <c>{Name}</c> at the inputs of the forward that filled <paramref name=\"cache\"/>, {_work.BackwardPace}.");
        IncomingDocs();
        Doc("cache", $"What <c>{Name}Forward</c> returned.");
        _writer.Line($"/// <returns>{GradientWords(gradients)}</returns>");
        ArgumentDocs(nulls: true);
        _writer.Line($"/// <exception cref=\"global::System.InvalidOperationException\">{_work.Unfit}</exception>");
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Block($"{Method} {TupleType(gradients)} {Name}Backward({string.Join(", ", incoming.Select(item => $"{item.Type} {item.Name}").Append($"{Cache} cache"))})", () =>
        {
            foreach (var item in incoming.Where(item => !item.IsScalar)) _checks.NotNull(item.Name);
            _checks.NotNull("cache");
            _work.Backward(_checks);
        });
        if (!HasScalarOutput) return;
        _writer.Line();
        Summary($"As the other overload, where <c>{Name}</c> is the loss itself: its own gradient is 1.");
        Doc("cache", $"What <c>{Name}Forward</c> returned.");
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Line($"{Method} {TupleType(gradients)} {Name}Backward({Cache} cache) => {Name}Backward(1, cache);");
    }

    private void WriteBackwardInto()
    {
        var gradients = _plan.ClosedForm.Gradients;
        var incoming = Incoming();
        var parameters = incoming.Select(item => $"{(item.IsScalar ? Element : ReadOnlySpanOf(Element))} {item.Name}")
            .Concat(TensorParameters.Select(parameter => $"{ReadOnlySpanOf(parameter.Type)} {parameter.Name}"))
            .Append($"{Cache} cache")
            .Concat(gradients.Select(gradient => IsScalar(gradient) ? $"out {Element} {gradient.Name}" : $"{SpanOf(Element)} {gradient.Name}"));
        Summary($"The gradients of <c>{Name}</c> {_work.BackwardPace}, into memory of the caller. {_work.BackwardAllocation}");
        IncomingDocs();
        foreach (var parameter in TensorParameters)
            Doc(parameter.Name, _work.Reads(parameter.Name) ? $"The input of the forward, {LayerSource.Brackets(parameter.Layout!.Value)}." : "Not read; may be <c>default</c>.");
        Doc("cache", $"What <c>{Name}Forward</c> filled for these inputs.");
        foreach (var gradient in gradients)
            Doc(gradient.Name, IsScalar(gradient) ? "Receives the gradient." : $"Receives the gradient, {LayerSource.Brackets(gradient.Layout)}; <c>default</c> where it is not wanted. {Aliasing(gradient)}");
        ArgumentDocs(nulls: true);
        _writer.Line("/// <exception cref=\"global::System.InvalidOperationException\">The cache is empty.</exception>");
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Block($"{Method} void {Name}Backward({string.Join(", ", parameters)})", () =>
        {
            _checks.NotNull("cache");
            _work.ThrowIfEmpty();
            _work.CachedExtents();
            foreach (var item in incoming.Where(item => !item.IsScalar && _work.Reads(item.Name))) _checks.Expected(item.Name, Element, item.Layout);
            foreach (var parameter in TensorParameters.Where(parameter => _work.Reads(parameter.Name)))
            {
                _checks.Expected(parameter.Name, parameter.Type, parameter.Layout!.Value);
                _checks.Conditions(parameter.Name);
            }
            _checks.Gradients(gradients, _work.Overlaps);
            _work.BackwardInto();
        });
    }

    private void WriteValueAndGradients()
    {
        var gradients = _plan.ClosedForm.Gradients;
        Summary($"The value of <c>{Name}</c> and its gradients in one go.");
        InputDocs();
        ArgumentDocs(nulls: true);
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Block($"{Method} ({string.Join(", ", gradients.Select(gradient => $"{TypeOf(gradient)} {gradient.Name}").Prepend($"{Element} value"))}) {Name}ValueAndGradients({InputList()})", () =>
        {
            _writer.Line($"var ({_plan.ClosedForm.Outputs[0].Name}, cache) = {Name}Forward({string.Join(", ", Signature.Parameters.Select(parameter => parameter.Name))});");
            _writer.Line($"var {LayerSource.Tuple(gradients.Select(gradient => gradient.Name))} = {Name}Backward(1, cache);");
            _writer.Line($"return ({string.Join(", ", gradients.Select(gradient => gradient.Name).Prepend(_plan.ClosedForm.Outputs[0].Name))});");
        });
    }

    /// <summary>The gradients that come in.</summary>
    private List<(string Name, string Type, bool IsScalar, IReadOnlyList<Index?> Layout)> Incoming() =>
        [.. _layer.Differentiated.Select(output => (ReverseWalk.IncomingName(_layer, output), output.Layout.Count == 0 ? Element : LayerSource.Tensor(Element), output.Layout.Count == 0, (IReadOnlyList<Index?>)output.Layout))];

    // ---- Documentation ------------------------------------------------------------------------------------------------

    private void Summary(string text) => _writer.Line($"/// <summary>{text}</summary>");

    private void Doc(string name, string text) => _writer.Line($"/// <param name=\"{name}\">{text.TrimEnd()}</param>");

    private void InputDocs()
    {
        foreach (var parameter in Signature.Parameters) Doc(parameter.Name, parameter.IsTensor ? $"A tensor of shape {LayerSource.Brackets(parameter.Layout!.Value)}." : "A scalar.");
    }

    private void IncomingDocs()
    {
        foreach (var item in Incoming())
            Doc(item.Name, item.IsScalar ? "The gradient that comes in for the result." : $"The gradient that comes in for the result, {LayerSource.Brackets(item.Layout)}.{(_work.Reads(item.Name) ? "" : " Not read.")}");
    }

    private string Aliasing(Result gradient)
    {
        var overlaps = _work.Overlaps(gradient).ToList();
        if (overlaps.Count == 0) return "May overlap an input.";
        var same = overlaps.Where(overlap => overlap.Check == "DisjointOrSame").Select(overlap => $"<paramref name=\"{overlap.Tensor}\"/>").ToList();
        return same.Count == 0 ? "Must not overlap an input." : $"May be the memory of {string.Join(" or ", same)}, else must not overlap an input.";
    }

    private void ArgumentDocs(bool nulls)
    {
        if (nulls) _writer.Line("/// <exception cref=\"global::System.ArgumentNullException\">An argument is null.</exception>");
        _writer.Line("/// <exception cref=\"global::System.ArgumentException\">A shape does not fit, a tensor is not dense, or memory overlaps. Nothing has been written.</exception>");
    }

    private static string GradientWords(IReadOnlyList<Result> gradients) =>
        gradients.Count == 1 ? $"The gradient {gradients[0].Name}, of the shape of its parameter." : "The gradients, each of the shape of its parameter.";
}
