using System.Collections.Generic;
using System.Linq;
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
    private readonly MethodPlan _plan;
    private readonly KernelWork _sweeps;
    private readonly Work _work;
    private readonly ArgumentChecks _checks;

    private EntryPoints(CodeWriter writer, MethodPlan plan, KernelWork sweeps, Work work) =>
        (_writer, _plan, _sweeps, _work, _checks) = (writer, plan, sweeps, work, new(writer, plan));

    /// <param name="writer">Where to write.</param>
    /// <param name="plan">The method.</param>
    /// <param name="sweeps">The work of the fused forward.</param>
    /// <param name="work">The work of the forward and the backward.</param>
    public static void Write(CodeWriter writer, MethodPlan plan, KernelWork sweeps, Work work)
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
        if (!plan.Gradients.IsEmpty)
        {
            writer.Line();
            points.WriteBackward();
            writer.Line();
            points.WriteBackwardInto();
        }
        writer.Line();
        points.WriteFused();
        if (points.IsLoss && !plan.Gradients.IsEmpty)
        {
            writer.Line();
            points.WriteValueAndGradients();
        }
        if (!plan.HasCases) return;
        writer.Line();
        points.WriteCase();
    }

    private Signature Signature => _plan.Signature;
    private string Element => Signature.Element;
    private string Name => Signature.Name;
    private string Generic => LayerSource.Generic(Signature);
    private string Where => LayerSource.Where(Signature);
    private string Cache => Name + "Cache" + Generic;
    private string Method => $"{Signature.Accessibility} static";
    private bool HasScalarOutput => _plan.Outputs.Length == 1 && IsScalar(_plan.Outputs[0]);
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
        if (!Signature.HasDocumentation) _writer.Line($"/// <summary>The layer as it is written, stage by stage; <see cref=\"{Name}Fused{Generic.Replace('<', '{').Replace('>', '}')}({string.Join(", ", Signature.Parameters.Select(parameter => CrefType(parameter)))})\"/> computes the same in few sweeps.</summary>");
        _writer.Line(half.Text);
    }

    private static string CrefType(Parameter parameter) => TypeOf(parameter).Replace('<', '{').Replace('>', '}');

    // ---- Forward ------------------------------------------------------------------------------------------------------

    private void WriteForward()
    {
        var outputs = _plan.Outputs;
        Summary($"Computes <c>{Name}</c> {_work.ForwardPace} and keeps what the backward needs.");
        InputDocs();
        _writer.Line($"/// <returns>The result, and the cache for <c>{Name}Backward</c>, which also refers to {_work.Refers}: do not change them before.</returns>");
        ForwardDocs();
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Block($"{Method} ({string.Join(", ", outputs.Select(output => $"{TypeOf(output)} {output.Name}").Append($"{Cache} cache"))}) {Name}Forward{Generic}({InputList()}){Where}", () =>
        {
            _checks.NotNullInputs();
            _checks.Inputs(".AsReadOnlyTensorSpan()");
            _work.Forward();
        });
    }

    private void WriteForwardInto()
    {
        var outputs = _plan.Outputs;
        var parameters = Signature.Parameters.Select(parameter => $"{(parameter.IsTensor ? ReadOnlySpanOf(parameter.Type) : parameter.Type)} {parameter.Name}")
            .Concat(outputs.Select(output => IsScalar(output) ? $"out {Element} {output.Name}" : $"{SpanOf(Element)} {output.Name}"))
            .Append($"{Cache} cache");
        Summary($"Computes <c>{Name}</c> {_work.ForwardPace} into memory of the caller, and keeps what the backward needs. {_work.ForwardAllocation}");
        InputDocs();
        foreach (var output in outputs) Doc(output.Name, IsScalar(output) ? "Receives the result." : $"Receives the result, {LayerSource.Brackets(output.Layout)}; must not overlap an input.");
        Doc("cache", "Receives what the backward needs; used again from step to step.");
        ForwardDocs();
        _writer.Line("/// <exception cref=\"global::System.InvalidOperationException\">Another call uses the cache. Nothing has been written.</exception>");
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Block($"{Method} void {Name}Forward{Generic}({string.Join(", ", parameters)}){Where}", () =>
        {
            _checks.NotNull("cache");
            _work.UseCache();
            _checks.Inputs();
            _checks.Outputs(outputs);
            _work.ForwardInto();
        });
    }

    private void WriteFused()
    {
        Summary($"Computes what <c>{Name}</c> computes, {_sweeps.ForwardPace}; keeps nothing.");
        InputDocs();
        ForwardDocs();
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Block($"{Method} {TupleType(_plan.Outputs)} {Name}Fused{Generic}({InputList()}){Where}", () =>
        {
            _checks.NotNullInputs();
            _checks.Inputs(".AsReadOnlyTensorSpan()");
            _sweeps.Fused(_checks);
        });
    }

    // ---- Backward -----------------------------------------------------------------------------------------------------

    private void WriteBackward()
    {
        var gradients = _plan.Gradients;
        var incoming = Incoming();
        Summary($"The gradients of <c>{Name}</c> at the inputs of the forward that filled <paramref name=\"cache\"/>, {_work.BackwardPace}.");
        IncomingDocs();
        Doc("cache", $"What <c>{Name}Forward</c> returned.");
        _writer.Line($"/// <returns>{GradientWords(gradients)}</returns>");
        ArgumentDocs(nulls: true);
        _writer.Line($"/// <exception cref=\"global::System.InvalidOperationException\">{_work.Unfit}</exception>");
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Block($"{Method} {TupleType(gradients)} {Name}Backward{Generic}({string.Join(", ", incoming.Select(item => $"{item.Type} {item.Name}").Append($"{Cache} cache"))}){Where}", () =>
        {
            foreach (var item in incoming.Where(item => !item.IsScalar)) _checks.NotNull(item.Name);
            _checks.NotNull("cache");
            _work.Backward(_checks);
        });
        if (!IsLoss) return;
        _writer.Line();
        Summary($"The gradients of <c>{Name}</c> where it is the loss itself: the gradient that comes in for it is 1.");
        Doc("cache", $"What <c>{Name}Forward</c> returned.");
        _writer.Line($"/// <returns>{GradientWords(gradients)}</returns>");
        _writer.Line("/// <exception cref=\"global::System.ArgumentNullException\">The cache is null.</exception>");
        _writer.Line($"/// <exception cref=\"global::System.InvalidOperationException\">{_work.Unfit}</exception>");
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Line($"{Method} {TupleType(gradients)} {Name}Backward{Generic}({Cache} cache){Where} => {Name}Backward{Generic}({LayerSource.One(Signature)}, cache);");
    }

    private void WriteBackwardInto()
    {
        var gradients = _plan.Gradients;
        var incoming = Incoming();
        var others = TensorParameters.Select(parameter => (Type: ReadOnlySpanOf(parameter.Type), Name: parameter.Name, Modifier: ""))
            .Append((Type: Cache, Name: "cache", Modifier: ""))
            .Concat(gradients.Select(gradient => IsScalar(gradient) ? (Type: Element, Name: gradient.Name, Modifier: "out ") : (Type: SpanOf(Element), Name: gradient.Name, Modifier: "")))
            .ToList();
        var parameters = incoming.Select(item => $"{(item.IsScalar ? Element : ReadOnlySpanOf(Element))} {item.Name}").Concat(Declared());
        Summary($"The gradients of <c>{Name}</c> {_work.BackwardPace}, into memory of the caller. {_work.BackwardAllocation}");
        IncomingDocs();
        OtherDocs();
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Block($"{Method} void {Name}Backward{Generic}({string.Join(", ", parameters)}){Where}", () =>
        {
            _checks.NotNull("cache");
            _work.UseCache();
            _work.ThrowIfEmpty();
            _work.Cached();
            foreach (var item in incoming.Where(item => !item.IsScalar && _work.Reads(item.Name))) _checks.Expected(item.Name, Element, item.Layout, ReadWhere(item.Name));
            foreach (var parameter in TensorParameters.Where(parameter => _work.Reads(parameter.Name)))
            {
                _checks.Expected(parameter.Name, parameter.Type, parameter.Layout!.Value, ReadWhere(parameter.Name));
                _checks.Conditions(parameter.Name);
            }
            _checks.Gradients(gradients, _work.Overlaps);
            _work.BackwardInto();
        });
        if (!IsLoss) return;
        _writer.Line();
        Summary($"The gradients of <c>{Name}</c> where it is the loss itself, into memory of the caller: the gradient that comes in for it is 1. {_work.BackwardAllocation}");
        OtherDocs();
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Line($"{Method} void {Name}Backward{Generic}({string.Join(", ", Declared())}){Where} =>");
        _writer.Indented(() => _writer.Line($"{Name}Backward{Generic}({string.Join(", ", others.Select(other => other.Modifier + other.Name).Prepend(LayerSource.One(Signature)).Append(ArgumentChecks.Accumulate))});"));

        IEnumerable<string> Declared() => others.Select(other => $"{other.Modifier}{other.Type} {other.Name}").Append($"bool {ArgumentChecks.Accumulate} = false");

        void OtherDocs()
        {
            foreach (var parameter in TensorParameters) Doc(parameter.Name, Reading(parameter));
            Doc("cache", $"What <c>{Name}Forward</c> filled for these inputs.");
            foreach (var gradient in gradients)
                Doc(gradient.Name, IsScalar(gradient) ? "Receives the gradient, whatever it held." : $"Receives the gradient, {LayerSource.Brackets(gradient.Layout)}; <c>default</c> where it is not wanted. {Aliasing(gradient)}");
            Doc(ArgumentChecks.Accumulate, "Whether gradients are added to what their memory holds, instead of overwriting it" + (gradients.Any(IsScalar) ? "; a scalar one is overwritten in any case." : "."));
            ArgumentDocs(nulls: true);
            _writer.Line("/// <exception cref=\"global::System.InvalidOperationException\">The cache is empty, or another call uses it. Nothing has been written.</exception>");
        }
    }

    /// <summary>Whether the result is a scalar for which a gradient comes in.</summary>
    private bool IsLoss => HasScalarOutput && _plan.Incoming.Count == 1;

    private string? ReadWhere(string tensor) => _plan.Condition(variant => _work.Reads(variant, tensor));

    private string Reading(Parameter parameter)
    {
        if (!_work.Reads(parameter.Name)) return "Not read; may be <c>default</c>.";
        var text = $"The input of the forward, {LayerSource.Brackets(parameter.Layout!.Value)}";
        return ReadWhere(parameter.Name) is null ? text + "." : $"{text}. Read where {_plan.Describe(variant => _work.Reads(variant, parameter.Name))}; else it may be <c>default</c>.";
    }

    /// <summary>Which case the arguments choose.</summary>
    private void WriteCase()
    {
        var choosing = _plan.Choosing.ToList();
        _writer.Line($"/// <summary>Which of its cases <c>{Name}</c> is for these arguments.</summary>");
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Block($"private static int {Name}Case({string.Join(", ", choosing.Select(item => $"{item.Parameter.Type} {item.Parameter.Name}"))})", () =>
        {
            foreach (var (parameter, values) in choosing.Where(item => item.Parameter.Type != "bool"))
                _writer.Line($"if ({parameter.Name} is not ({string.Join(" or ", values)})) throw new global::System.ArgumentOutOfRangeException(nameof({parameter.Name}), {parameter.Name}, \"{parameter.Name}: expected {string.Join(" or ", values.Select(value => value.Substring(value.LastIndexOf('.') + 1)))}.\");");
            var subject = string.Join(", ", choosing.Select(item => item.Parameter.Name));
            _writer.Line($"return {(choosing.Count == 1 ? subject : $"({subject})")} switch");
            _writer.Line("{");
            _writer.Indented(() =>
            {
                foreach (var @case in _plan.Cases)
                {
                    var pattern = string.Join(", ", choosing.Select(item => @case.Choices.FirstOrDefault(choice => choice.Parameter == item.Parameter.Name)?.Value ?? "_"));
                    _writer.Line($"{(@case.Case == _plan.Cases.Length - 1 ? "_" : choosing.Count == 1 ? pattern : $"({pattern})")} => {@case.Case},");
                }
            });
            _writer.Line("};");
        });
    }

    private void WriteValueAndGradients()
    {
        var gradients = _plan.Gradients;
        Summary($"The value of <c>{Name}</c> and its gradients in one go.");
        InputDocs();
        ForwardDocs();
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Block($"{Method} ({string.Join(", ", gradients.Select(gradient => $"{TypeOf(gradient)} {gradient.Name}").Prepend($"{Element} value"))}) {Name}ValueAndGradients{Generic}({InputList()}){Where}", () =>
        {
            _writer.Line($"var ({_plan.Outputs[0].Name}, cache) = {Name}Forward{Generic}({string.Join(", ", Signature.Parameters.Select(parameter => parameter.Name))});");
            _writer.Line($"var {LayerSource.Tuple(gradients.Select(gradient => gradient.Name))} = {Name}Backward{Generic}({LayerSource.One(Signature)}, cache);");
            _writer.Line($"return ({string.Join(", ", gradients.Select(gradient => gradient.Name).Prepend(_plan.Outputs[0].Name))});");
        });
    }

    /// <summary>The gradients that come in.</summary>
    private List<(string Name, string Type, bool IsScalar, IReadOnlyList<Index?> Layout)> Incoming() =>
        [.. _plan.Incoming.Select(incoming => (incoming.Name, incoming.Layout.Count == 0 ? Element : LayerSource.Tensor(Element), incoming.Layout.Count == 0, (IReadOnlyList<Index?>)incoming.Layout))];

    // ---- Documentation ------------------------------------------------------------------------------------------------

    private void Summary(string text) => _writer.Line($"/// <summary>{text}</summary>");

    private void Doc(string name, string text) => _writer.Line($"/// <param name=\"{name}\">{text.TrimEnd()}</param>");

    private void InputDocs()
    {
        foreach (var parameter in Signature.Parameters) Doc(parameter.Name, parameter.IsTensor ? $"A tensor of shape {LayerSource.Brackets(parameter.Layout!.Value)}." : IsChoosing(parameter) ? "Chooses what is computed." : "A scalar.");
    }

    private bool IsChoosing(Parameter parameter) => _plan.Choosing.Any(choosing => choosing.Parameter == parameter);

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
        if (Signature.TypeParameter is { Name: var type }) _writer.Line($"/// <typeparam name=\"{type.TrimStart('@')}\"><see cref=\"float\"/> or <see cref=\"double\"/>.</typeparam>");
        if (nulls) _writer.Line("/// <exception cref=\"global::System.ArgumentNullException\">An argument is null.</exception>");
        _writer.Line("/// <exception cref=\"global::System.ArgumentException\">A shape does not fit, a tensor is not dense, or memory overlaps. Nothing has been written.</exception>");
    }

    /// <summary>What the forward refuses besides.</summary>
    private void ForwardDocs()
    {
        ArgumentDocs(nulls: true);
        if (_plan.Choosing.Any(choosing => choosing.Parameter.Type != "bool")) _writer.Line("/// <exception cref=\"global::System.ArgumentOutOfRangeException\">A value is none of those that its type declares.</exception>");
        if (Signature.TypeParameter is not null) _writer.Line("/// <exception cref=\"global::System.NotSupportedException\">The elements are neither float nor double.</exception>");
    }

    private static string GradientWords(IReadOnlyList<Result> gradients) =>
        gradients.Count == 1 ? $"The gradient {gradients[0].Name}, of the shape of its parameter." : "The gradients, each of the shape of its parameter.";
}
