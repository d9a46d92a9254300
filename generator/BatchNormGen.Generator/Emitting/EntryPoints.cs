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
    private const string Checks = "global::BatchNormGen.Kernels.Arguments";

    private readonly CodeWriter _writer;
    private readonly Plan _plan;
    private readonly KernelWriter _forward;
    private readonly KernelWriter _backward;
    private readonly Layer _layer;

    private EntryPoints(CodeWriter writer, Plan plan, KernelWriter forward, KernelWriter backward) =>
        (_writer, _plan, _forward, _backward, _layer) = (writer, plan, forward, backward, plan.ClosedForm.Layer);

    public static void Write(CodeWriter writer, Plan plan, KernelWriter forward, KernelWriter backward)
    {
        var points = new EntryPoints(writer, plan, forward, backward);
        if (points.Signature.IsPartial)
        {
            points.WriteDeclaration();
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

    private string InputList() => string.Join(", ", Signature.Parameters.Select(parameter => $"{TypeOf(parameter)} {parameter.Name}"));

    /// <summary>One type for a single result, a tuple with named elements for several.</summary>
    private string TupleType(IReadOnlyList<Result> results) =>
        results.Count == 1 ? TypeOf(results[0]) : $"({string.Join(", ", results.Select(result => $"{TypeOf(result)} {result.Name}"))})";

    private static string Tuple(IEnumerable<string> names) => names.ToList() is [var single] ? single : $"({string.Join(", ", names)})";

    private void WriteDeclaration()
    {
        if (!Signature.HasDocumentation) _writer.Line($"/// <summary>The layer as it is written, stage by stage; <see cref=\"{Name}Fused({string.Join(", ", Signature.Parameters.Select(parameter => CrefType(parameter)))})\"/> computes the same in few sweeps.</summary>");
        _writer.Line($"{Method} partial {TupleType(_plan.ClosedForm.Outputs)} {Name}({InputList()});");
    }

    private static string CrefType(Parameter parameter) => TypeOf(parameter).Replace('<', '{').Replace('>', '}');

    // ---- Forward ------------------------------------------------------------------------------------------------------

    private void WriteForward()
    {
        var outputs = _plan.ClosedForm.Outputs;
        Summary($"Computes <c>{Name}</c> in {Sweeps(_plan.Forward)} and keeps what the backward needs.");
        InputDocs();
        _writer.Line($"/// <returns>The result, and the cache for <c>{Name}Backward</c>, which also refers to the inputs: do not change them before.</returns>");
        ArgumentDocs(nulls: true);
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Block($"{Method} ({string.Join(", ", outputs.Select(output => $"{TypeOf(output)} {output.Name}").Append($"{Cache} cache"))}) {Name}Forward({InputList()})", () =>
        {
            NullChecks();
            WriteInputs();
            _writer.Line($"var cache = new {Cache}();");
            Allocate(outputs);
            _writer.Line($"{Name}Forward({string.Join(", ", Signature.Parameters.Select(parameter => parameter.Name).Concat(outputs.Select(OutArgument)).Append("cache"))});");
            foreach (var tensor in TensorParameters.Where(parameter => _backward.Tensors.Contains(parameter.Name))) _writer.Line($"cache.{tensor.Name} = {tensor.Name};");
            _writer.Line($"return ({string.Join(", ", outputs.Select(output => output.Name).Append("cache"))});");
        });
    }

    private void WriteForwardInto()
    {
        var outputs = _plan.ClosedForm.Outputs;
        var parameters = Signature.Parameters.Select(parameter => $"{(parameter.IsTensor ? ReadOnlySpanOf(parameter.Type) : parameter.Type)} {parameter.Name}")
            .Concat(outputs.Select(output => IsScalar(output) ? $"out {Element} {output.Name}" : $"{SpanOf(Element)} {output.Name}"))
            .Append($"{Cache} cache");
        Summary($"Computes <c>{Name}</c> in {Sweeps(_plan.Forward)} into memory of the caller, and keeps what the backward needs. Allocates nothing once the cache has its size.");
        InputDocs();
        foreach (var output in outputs) Doc(output.Name, IsScalar(output) ? "Receives the result." : $"Receives the result, {LayerSource.Brackets(output.Layout)}; must not overlap an input.");
        Doc("cache", "Receives what the backward needs; used again from step to step.");
        ArgumentDocs(nulls: true);
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Block($"{Method} void {Name}Forward({string.Join(", ", parameters)})", () =>
        {
            NotNull("cache");
            WriteInputs();
            WriteOutputs(outputs, inputs: TensorParameters.Select(parameter => parameter.Name));
            _writer.Line($"cache.Prepare({string.Join(", ", KernelWriter.Axes(_plan))});");
            foreach (var scalar in Signature.Parameters.Where(parameter => _backward.Scalars.Contains(parameter.Name))) _writer.Line($"cache.{scalar.Name} = {scalar.Name};");
            WriteKernelCall(_forward, "Forward", SavedFromCache());
            ScalarResults(outputs);
            _writer.Line("cache.isFilled = true;");
        });
    }

    private void WriteFused()
    {
        var outputs = _plan.ClosedForm.Outputs;
        Summary($"Computes what <c>{Name}</c> computes, in {Sweeps(_plan.Forward)}; keeps nothing.");
        InputDocs();
        ArgumentDocs(nulls: true);
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Block($"{Method} {TupleType(outputs)} {Name}Fused({InputList()})", () =>
        {
            NullChecks();
            WriteInputs();
            Allocate(outputs);
            foreach (var output in outputs.Where(output => !IsScalar(output)))
                _writer.Line($"global::System.Span<{Element}> {output.Name}Elements = {Checks}.Dense<{Element}>({output.Name}.AsTensorSpan(), nameof({output.Name}), \"{LayerSource.AxisList(output.Layout)}\", {output.Layout.Length});");
            foreach (var output in outputs.Where(IsScalar)) _writer.Line($"global::System.Span<{Element}> {output.Name}Elements = new(ref {output.Name});");
            foreach (var saved in _plan.Saved)
                foreach (var part in Scope.Parts(saved.Name, saved.Wide))
                    _writer.Line($"using var {part} = new global::BatchNormGen.Kernels.Scratch<{Element}>({CacheWriter.Length(saved.Loops)});");
            WriteKernelCall(_forward, "Forward", _plan.Saved.SelectMany(saved => Scope.Parts(saved.Name, saved.Wide)).Select(part => part + ".Span"));
            _writer.Line($"return {Tuple(outputs.Select(output => output.Name))};");
        });
    }

    // ---- Backward -----------------------------------------------------------------------------------------------------

    private void WriteBackward()
    {
        var gradients = _plan.ClosedForm.Gradients;
        var incoming = Incoming();
        Summary($"The gradients of <c>{Name}</c> at the inputs of the forward that filled <paramref name=\"cache\"/>, in {Sweeps(_plan.Backward)}.");
        IncomingDocs();
        Doc("cache", $"What <c>{Name}Forward</c> returned.");
        _writer.Line($"/// <returns>{GradientWords(gradients)}</returns>");
        ArgumentDocs(nulls: true);
        _writer.Line("/// <exception cref=\"global::System.InvalidOperationException\">The cache was not filled by the forward that returns it, which alone refers to the inputs.</exception>");
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Block($"{Method} {TupleType(gradients)} {Name}Backward({string.Join(", ", incoming.Select(item => $"{item.Type} {item.Name}").Append($"{Cache} cache"))})", () =>
        {
            foreach (var item in incoming.Where(item => !item.IsScalar)) NotNull(item.Name);
            NotNull("cache");
            var needed = TensorParameters.Where(parameter => _backward.Tensors.Contains(parameter.Name)).ToList();
            var missing = needed.Count == 0 ? "!cache.isFilled" : $"!cache.isFilled || {string.Join(" || ", needed.Select(tensor => $"cache.{tensor.Name} is null"))}";
            var reason = needed.Count == 0
                ? $"The cache is empty: call {Name}Forward first."
                : $"The cache does not refer to the inputs: it is empty or was filled by the {Name}Forward over spans. Pass the inputs to the {Name}Backward over spans.";
            _writer.Line($"if ({missing}) throw new global::System.InvalidOperationException(\"{reason}\");");
            foreach (var axis in KernelWriter.Axes(_plan)) _writer.Line($"int {axis} = cache.{axis};");
            Allocate(gradients);
            var inputs = TensorParameters.Select(parameter => _backward.Tensors.Contains(parameter.Name) ? $"cache.{parameter.Name}" : "default");
            _writer.Line($"{Name}Backward({string.Join(", ", incoming.Select(item => item.Name).Concat(inputs).Append("cache").Concat(gradients.Select(OutArgument)))});");
            _writer.Line($"return {Tuple(gradients.Select(gradient => gradient.Name))};");
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
        Summary($"The gradients of <c>{Name}</c> in {Sweeps(_plan.Backward)}, into memory of the caller. Allocates nothing.");
        IncomingDocs();
        foreach (var parameter in TensorParameters)
            Doc(parameter.Name, _backward.Tensors.Contains(parameter.Name) ? $"The input of the forward, {LayerSource.Brackets(parameter.Layout!.Value)}." : "Not read; may be <c>default</c>.");
        Doc("cache", $"What <c>{Name}Forward</c> filled for these inputs.");
        foreach (var gradient in gradients)
            Doc(gradient.Name, IsScalar(gradient) ? "Receives the gradient." : $"Receives the gradient, {LayerSource.Brackets(gradient.Layout)}; <c>default</c> where it is not wanted. {Aliasing(gradient)}");
        ArgumentDocs(nulls: true);
        _writer.Line("/// <exception cref=\"global::System.InvalidOperationException\">The cache is empty.</exception>");
        _writer.Line(LayerSource.GeneratedCode);
        _writer.Block($"{Method} void {Name}Backward({string.Join(", ", parameters)})", () =>
        {
            NotNull("cache");
            _writer.Line($"if (!cache.isFilled) throw new global::System.InvalidOperationException(\"The cache is empty: call {Name}Forward first.\");");
            foreach (var axis in KernelWriter.Axes(_plan)) _writer.Line($"int {axis} = cache.{axis};");
            foreach (var item in incoming.Where(item => _backward.Tensors.Contains(item.Name))) WriteExpected(item.Name, item.Layout);
            foreach (var parameter in TensorParameters.Where(parameter => _backward.Tensors.Contains(parameter.Name))) WriteExpected(parameter.Name, parameter.Layout!.Value);
            WriteOptional(gradients);
            WriteKernelCall(_backward, "Backward", SavedFromCache(), cached: true);
            ScalarResults(gradients);
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
            _writer.Line($"var (value, cache) = {Name}Forward({string.Join(", ", Signature.Parameters.Select(parameter => parameter.Name))});");
            _writer.Line($"var {Tuple(gradients.Select(gradient => gradient.Name))} = {Name}Backward(1, cache);");
            _writer.Line($"return ({string.Join(", ", gradients.Select(gradient => gradient.Name).Prepend("value"))});");
        });
    }

    /// <summary>The gradients that come in.</summary>
    private List<(string Name, string Type, bool IsScalar, IReadOnlyList<Index?> Layout)> Incoming() =>
        [.. _layer.Outputs.Select(output => (ReverseWalk.IncomingName(_layer, output), output.Layout.Count == 0 ? Element : LayerSource.Tensor(Element), output.Layout.Count == 0, (IReadOnlyList<Index?>)output.Layout))];

    // ---- Checks and calls ---------------------------------------------------------------------------------------------

    private void NotNull(string name) => _writer.Line($"global::System.ArgumentNullException.ThrowIfNull({name});");

    private void NullChecks()
    {
        foreach (var parameter in TensorParameters) NotNull(parameter.Name);
    }

    /// <summary>Checks ranks and layout, reads the extents where an axis appears first, and compares them where it appears again.</summary>
    private void WriteInputs()
    {
        var known = new HashSet<string>();
        foreach (var parameter in TensorParameters)
        {
            var layout = parameter.Layout!.Value;
            WriteDense(parameter.Name, parameter.Type, layout);
            for (var i = 0; i < layout.Count; i++)
                if (layout[i] is { Axis: { Extent: null } axis } && known.Add(axis.Name)) _writer.Line($"int {axis.Name} = checked((int){parameter.Name}.Lengths[{i}]);");
            WriteShape(parameter.Name, layout);
        }
    }

    private void WriteDense(string name, string element, IReadOnlyList<Index?> layout) =>
        _writer.Line($"global::System.ReadOnlySpan<{element}> {name}Elements = {Checks}.Dense<{element}>((global::System.Numerics.Tensors.ReadOnlyTensorSpan<{element}>){name}, nameof({name}), \"{LayerSource.AxisList(layout)}\", {layout.Count});");

    private void WriteShape(string name, IReadOnlyList<Index?> layout) =>
        _writer.Line($"{Checks}.Shape({name}.Lengths, {LayerSource.Brackets(layout)}, nameof({name}), \"{LayerSource.AxisList(layout)}\");");

    private void WriteExpected(string name, IReadOnlyList<Index?> layout)
    {
        WriteDense(name, Element, layout);
        WriteShape(name, layout);
    }

    private void WriteOutputs(IReadOnlyList<Result> outputs, IEnumerable<string> inputs)
    {
        foreach (var output in outputs.Where(output => !IsScalar(output)))
        {
            _writer.Line($"global::System.Span<{Element}> {output.Name}Elements = {Checks}.Dense<{Element}>({output.Name}, nameof({output.Name}), \"{LayerSource.AxisList(output.Layout)}\", {output.Layout.Length});");
            WriteShape(output.Name, output.Layout);
        }
        WriteScalarTargets(outputs);
        var written = outputs.Where(output => !IsScalar(output)).ToList();
        for (var i = 0; i < written.Count; i++)
        {
            foreach (var input in TensorParameters.Where(parameter => parameter.Type == Element)) Disjoint(written[i].Name, input.Name, "Disjoint");
            for (var j = 0; j < i; j++) Disjoint(written[i].Name, written[j].Name, "Disjoint");
        }
    }

    private void WriteScalarTargets(IEnumerable<Result> results)
    {
        foreach (var result in results.Where(IsScalar))
        {
            _writer.Line($"{result.Name} = 0;");
            _writer.Line($"{Element} {result.Name}Value = 0;");
            _writer.Line($"global::System.Span<{Element}> {result.Name}Elements = new(ref {result.Name}Value);");
        }
    }

    private void ScalarResults(IEnumerable<Result> results)
    {
        foreach (var result in results.Where(IsScalar)) _writer.Line($"{result.Name} = {result.Name}Value;");
    }

    private void WriteOptional(IReadOnlyList<Result> gradients)
    {
        var written = gradients.Where(gradient => !IsScalar(gradient)).ToList();
        foreach (var gradient in written)
        {
            _writer.Line($"global::System.Span<{Element}> {gradient.Name}Elements = default;");
            _writer.Block($"if (!{Checks}.IsDefault({gradient.Name}))", () =>
            {
                _writer.Line($"{gradient.Name}Elements = {Checks}.Dense<{Element}>({gradient.Name}, nameof({gradient.Name}), \"{LayerSource.AxisList(gradient.Layout)}\", {gradient.Layout.Length});");
                WriteShape(gradient.Name, gradient.Layout);
            });
        }
        WriteScalarTargets(gradients);
        for (var i = 0; i < written.Count; i++)
        {
            foreach (var input in _backward.Tensors) Disjoint(written[i].Name, input, InPlace.IsSafe(_plan, written[i], input) ? "DisjointOrSame" : "Disjoint");
            for (var j = 0; j < i; j++) Disjoint(written[i].Name, written[j].Name, "Disjoint");
        }
    }

    private void Disjoint(string written, string other, string check) =>
        _writer.Line($"{Checks}.{check}<{Element}>({written}Elements, nameof({written}), {other}Elements, nameof({other}));");

    private void Allocate(IEnumerable<Result> results)
    {
        foreach (var result in results)
            _writer.Line(IsScalar(result)
                ? $"{Element} {result.Name} = 0;"
                : $"{LayerSource.Tensor(Element)} {result.Name} = global::System.Numerics.Tensors.Tensor.CreateFromShapeUninitialized<{Element}>({LayerSource.Brackets(result.Layout)});");
    }

    private static string OutArgument(Result result) => IsScalar(result) ? $"out {result.Name}" : result.Name;

    private IEnumerable<string> SavedFromCache() =>
        from saved in _plan.Saved
        from part in Scope.Parts(saved.Name, saved.Wide)
        select $"new global::System.Span<{Element}>(cache.{part}, 0, {CacheWriter.Length(saved.Loops)})";

    private void WriteKernelCall(KernelWriter kernel, string method, IEnumerable<string> saved, bool cached = false)
    {
        var results = method == "Forward" ? _plan.ClosedForm.Outputs : _plan.ClosedForm.Gradients;
        var own = new HashSet<string>(Signature.Parameters.Select(parameter => parameter.Name));
        var arguments = kernel.Tensors.Select(tensor => tensor + "Elements")
            .Concat(kernel.Scalars.Select(scalar => cached && own.Contains(scalar) ? "cache." + scalar : scalar))
            .Concat(KernelWriter.Axes(_plan))
            .Concat(results.Select(result => result.Name + "Elements"))
            .Concat(saved);
        _writer.Line($"{LayerSource.KernelsOf(Signature)}.{method}({string.Join(", ", arguments)});");
    }

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
            Doc(item.Name, item.IsScalar ? "The gradient that comes in for the result." : $"The gradient that comes in for the result, {LayerSource.Brackets(item.Layout)}.{(_backward.Tensors.Contains(item.Name) ? "" : " Not read.")}");
    }

    private string Aliasing(Result gradient)
    {
        var safe = _backward.Tensors.Where(input => InPlace.IsSafe(_plan, gradient, input)).ToList();
        return safe.Count == 0 ? "Must not overlap an input." : $"May be the memory of {string.Join(" or ", safe.Select(input => $"<paramref name=\"{input}\"/>"))}, else must not overlap an input.";
    }

    private void ArgumentDocs(bool nulls)
    {
        if (nulls) _writer.Line("/// <exception cref=\"global::System.ArgumentNullException\">An argument is null.</exception>");
        _writer.Line("/// <exception cref=\"global::System.ArgumentException\">A shape does not fit, a tensor is not dense, or memory overlaps. Nothing has been written.</exception>");
    }

    private static string GradientWords(IReadOnlyList<Result> gradients) =>
        gradients.Count == 1 ? $"The gradient {gradients[0].Name}, of the shape of its parameter." : "The gradients, each of the shape of its parameter.";

    private static string Sweeps(Kernel kernel) => kernel.Sweeps.Count() switch
    {
        0 => "a few operations",
        1 => "one sweep over the data",
        2 => "two sweeps over the data",
        3 => "three sweeps over the data",
        var count => $"{count} sweeps over the data",
    };
}
