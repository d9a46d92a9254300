using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>Writes one direction of a layer: a method over flat spans, and a struct for each of its regions.</summary>
internal sealed class KernelWriter
{
    private readonly Plan _plan;
    private readonly Kernel _kernel;
    private readonly string _direction;
    private readonly bool _isBackward;

    public KernelWriter(Plan plan, bool backward)
    {
        (_plan, _isBackward) = (plan, backward);
        (_kernel, _direction) = backward ? (plan.Backward, "Backward") : (plan.Forward, "Forward");
        var savedBefore = new HashSet<Expr>(backward ? plan.Saved.Select(saved => saved.Value) : []);
        var nodes = Expressions().Nodes(stop: savedBefore.Contains).ToList();
        var order = plan.ClosedForm.Staged.Incoming.Concat(plan.ClosedForm.Layer.Signature.Parameters.Select(parameter => parameter.Name))
            .Select((name, place) => (name, place)).ToDictionary(pair => pair.name, pair => pair.place);
        Tensors = [.. nodes.OfType<Read>().Where(read => !read.Indices.IsEmpty && order.ContainsKey(read.Tensor)).Select(read => read.Tensor).Distinct().OrderBy(name => order[name])];
        Scalars = [.. nodes.OfType<Scalar>().Select(scalar => scalar.Name).Concat(nodes.OfType<Read>().Where(read => read.Indices.IsEmpty).Select(read => read.Tensor)).Distinct().OrderBy(name => order.TryGetValue(name, out var place) ? place : -1)];
    }

    /// <summary>The tensors that this direction reads.</summary>
    public ImmutableArray<string> Tensors { get; }

    /// <summary>The scalars that it reads.</summary>
    public ImmutableArray<string> Scalars { get; }

    private string Element => _plan.ClosedForm.Layer.Signature.Element;

    private ImmutableArray<Result> Results => _isBackward ? _plan.ClosedForm.Gradients : _plan.ClosedForm.Outputs;

    /// <summary>The parameters of the method, in the order in which the entry points pass them.</summary>
    public IEnumerable<(string Type, string Name)> Parameters()
    {
        foreach (var tensor in Tensors) yield return ($"ReadOnlySpan<{TypeOf(tensor)}>", tensor);
        foreach (var scalar in Scalars) yield return (TypeOf(scalar), scalar);
        foreach (var axis in Axes(_plan)) yield return ("int", axis);
        foreach (var result in Results) yield return ($"Span<{Element}>", result.Name);
        foreach (var saved in _plan.Saved)
            foreach (var part in Scope.Parts(saved.Name, saved.Wide)) yield return (_isBackward ? $"ReadOnlySpan<{Element}>" : $"Span<{Element}>", part);
        foreach (var tensor in _plan.SavedTensors) yield return (_isBackward ? $"ReadOnlySpan<{Element}>" : $"Span<{Element}>", tensor.Name);
        if (_isBackward) yield return ("bool", ArgumentChecks.Accumulate);
    }

    /// <summary>The axes whose extents are known when the layer is called.</summary>
    public static IEnumerable<string> Axes(Plan plan) =>
        plan.Space.Loops.SelectMany(loop => loop.Indices).Select(index => index.Axis).Concat(plan.ClosedForm.Layer.Conditions.OfType<AxisSplit>().SelectMany(split => split.Parts.Prepend(split.Whole))).Where(axis => axis.Extent is null).Select(axis => axis.Name).Distinct();

    public void Write(CodeWriter writer)
    {
        var fields = new Fields();
        foreach (var (type, name) in Parameters()) fields.Declare(type, name);
        var joined = _plan.Space.Loops.Where(loop => loop.IsJoined).GroupBy(loop => loop.Extent).Select(group => group.First()).ToList();
        foreach (var loop in joined) fields.Declare("int", loop.Extent);
        foreach (var kept in _kernel.Kept)
            foreach (var part in Scope.Parts(kept.Name, kept.Wide)) fields.Declare($"Span<{Element}>", part);
        foreach (var tensor in _kernel.Tensors) fields.Declare($"Span<{Element}>", tensor.Name);
        foreach (var result in Results)
        {
            fields.Declare("Writing", RegionWriter.WritingOf(result.Name));
            fields.Declare("int", RegionWriter.AlignedOf(result.Name));
        }

        var names = new Dictionary<Expr, string>();
        foreach (var pair in _plan.ClosedForm.Names) names[pair.Key] = pair.Value;
        var printer = new Printer(names);
        var steps = new List<(Step Step, Action<CodeWriter> Start)>();
        var structs = new List<CodeWriter>();
        var (written, aligned, streamable) = (new List<string>(), new List<string>(), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var step in _kernel.Steps)
        {
            if (step is Multiplication multiplication) steps.Add((step, new ProductWriter(multiplication, Element, IsGradient(multiplication.Target)).Write));
            if (step is CustomCall call) steps.Add((step, new CustomWriter(call, Element).Write));
            if (step is not Region region) continue;
            var name = $"{_direction}Sweeps{(_kernel.Regions.Length > 1 ? $"{structs.Count + 1}" : "")}";
            var regionWriter = new RegionWriter(region, new(_plan.Space, Element, fields, _plan.Saved.AddRange(_kernel.Kept)), name, IsResult, IsGradient, printer);
            var text = new CodeWriter();
            regionWriter.WriteStruct(text);
            written.AddRange(regionWriter.Written);
            aligned.AddRange(regionWriter.Aligned);
            foreach (var (result, condition) in regionWriter.Streamable) streamable[result] = condition;
            structs.Add(text);
            steps.Add((step, regionWriter.WriteStart));
        }

        writer.Block($"public static void {_direction}({string.Join(", ", Parameters().Select(parameter => parameter.Type + " " + parameter.Name))})", () =>
        {
            foreach (var loop in joined) writer.Line($"int {loop.Extent} = {string.Join(" * ", loop.Indices.Select(index => index.Axis.Name))};");
            if (_kernel.Kept.Length + _kernel.Tensors.Length > 0) writer.Line("using var intermediates = new Scratch();");
            foreach (var kept in _kernel.Kept)
                foreach (var part in Scope.Parts(kept.Name, kept.Wide)) writer.Line($"Span<{Element}> {part} = intermediates.Take<{Element}>({Access.Length(kept.Loops)});");
            foreach (var tensor in _kernel.Tensors) writer.Line($"Span<{Element}> {tensor.Name} = intermediates.Take<{Element}>({ProductWriter.Length(tensor.Layout)});");
            WriteWritings(writer, [.. Results.Where(result => written.Contains(result.Name))], streamable);
            foreach (var result in Results.Where(result => aligned.Contains(result.Name)))
                writer.Line($"int {RegionWriter.AlignedOf(result.Name)} = Writings.FirstAligned<{Element}>({result.Name}, {RegionWriter.WritingOf(result.Name)});");
            if (steps is [{ Step: Region, Start: var start }]) start(writer);
            else
                foreach (var (step, start2) in steps) writer.Block(Condition(step), () => start2(writer));
        });
        foreach (var text in structs)
        {
            writer.Line();
            writer.Raw(text.ToString());
        }
    }

    /// <summary>Decides how the results of sweeps are written.</summary>
    private void WriteWritings(CodeWriter writer, ImmutableArray<Result> results, Dictionary<string, string> streamable)
    {
        var safe = new InPlace(_plan);
        var shared = (from result in results
                      where _isBackward
                      from tensor in Tensors
                      where TypeOf(tensor) == Element && safe.IsSafe(result, tensor)
                      select $"{result.Name} == {tensor}").ToList();
        if (shared.Count > 0) writer.Line($"bool inPlace = {string.Join(" || ", shared)};");
        if (results.Any(result => streamable.ContainsKey(result.Name)))
            writer.Line($"long touched = {string.Join(" + ", Tensors.Concat(Results.Select(result => result.Name)).Select((name, place) => $"{(place == 0 ? "(long)" : "")}{name}.Length"))};");
        foreach (var result in results)
            writer.Line($"Writing {RegionWriter.WritingOf(result.Name)} = Writings.Of<{Element}>({result.Name}{(_isBackward ? ", " + ArgumentChecks.Accumulate : "")}{(shared.Count > 0 ? ", inPlace" : "")}{(streamable.TryGetValue(result.Name, out var condition) ? $", touched: touched{condition}" : "")});");
    }

    /// <summary>What only an unwanted gradient needs is not computed.</summary>
    private string Condition(Step step) =>
        !_isBackward || step.NeededFor.IsEmpty || Results.All(result => step.NeededFor.Contains(result.Name)) || step.NeededFor.Any(name => Results.First(result => result.Name == name).Layout.IsEmpty) ? ""
        : $"if ({string.Join(" || ", step.NeededFor.Select(name => $"!{name}.IsEmpty"))})";

    private bool IsResult(string name) => Results.Any(result => result.Name == name);

    private bool IsGradient(string name) => _isBackward && IsResult(name);

    private string TypeOf(string name) =>
        _plan.ClosedForm.Layer.Signature.Parameters.FirstOrDefault(parameter => parameter.Name == name)?.Type ?? Element;

    private IEnumerable<Expr> Expressions()
    {
        foreach (var argument in _kernel.Steps.OfType<CustomCall>().SelectMany(call => call.Results[0].Arguments)) yield return argument;
        foreach (var product in _kernel.Steps.OfType<Multiplication>())
        {
            yield return product.Value.Left;
            yield return product.Value.Right;
        }
        foreach (var region in _kernel.Regions)
        {
            foreach (var sweep in region.Sweeps)
            {
                foreach (var accumulator in sweep.Accumulators) yield return accumulator.Body;
                foreach (var write in sweep.Writes) yield return write.Value;
            }
            foreach (var finish in region.Finishes)
            {
                foreach (var value in finish.Values)
                    if (value.Value.Value is not Reduce) yield return value.Value;
                foreach (var write in finish.Writes) yield return write.Value;
            }
            foreach (var total in region.Totals) yield return total.Value;
        }
    }
}
