using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;
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
        var nodes = Expressions().Nodes(stop: node => node is Named named && IsSavedBefore(named)).ToList();
        var order = plan.ClosedForm.Staged.Incoming.Concat(plan.ClosedForm.Layer.Signature.Parameters.Select(parameter => parameter.Name)).ToImmutableArray();
        Tensors = [.. nodes.OfType<Read>().Where(read => !read.Indices.IsEmpty).Select(read => read.Tensor).Distinct().OrderBy(name => order.IndexOf(name))];
        Scalars = [.. nodes.OfType<Scalar>().Select(scalar => scalar.Name).Concat(nodes.OfType<Read>().Where(read => read.Indices.IsEmpty).Select(read => read.Tensor)).Distinct().OrderBy(name => order.IndexOf(name))];
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
    }

    /// <summary>The axes whose extents are known when the layer is called.</summary>
    public static IEnumerable<string> Axes(Plan plan) =>
        plan.Space.Loops.SelectMany(loop => loop.Indices).Select(index => index.Axis).Where(axis => axis.Extent is null).Select(axis => axis.Name).Distinct();

    public void Write(CodeWriter writer)
    {
        var fields = new Fields();
        foreach (var (type, name) in Parameters()) fields.Declare(type, name);
        var joined = _plan.Space.Loops.Where(loop => loop.IsJoined).ToList();
        foreach (var loop in joined) fields.Declare("int", loop.Extent);
        foreach (var kept in _kernel.Kept)
            foreach (var part in Scope.Parts(kept.Name, kept.Wide)) fields.Declare($"Span<{Element}>", part);

        var names = new Dictionary<Expr, string>();
        foreach (var pair in _plan.ClosedForm.Names) names[pair.Key] = pair.Value;
        var printer = new Printer(names);
        var regions = new List<(RegionWriter Writer, CodeWriter Struct)>();
        for (var i = 0; i < _kernel.Regions.Length; i++)
        {
            var name = $"{_direction}Sweeps{(_kernel.Regions.Length > 1 ? $"{i + 1}" : "")}";
            var region = new RegionWriter(_kernel.Regions[i], new(_plan.Space, Element, fields, _plan.Saved.AddRange(_kernel.Kept)), name, _isBackward, printer);
            var text = new CodeWriter();
            region.WriteStruct(text);
            regions.Add((region, text));
        }

        writer.Block($"public static void {_direction}({string.Join(", ", Parameters().Select(parameter => parameter.Type + " " + parameter.Name))})", () =>
        {
            foreach (var loop in joined) writer.Line($"int {loop.Extent} = {string.Join(" * ", loop.Indices.Select(index => index.Axis.Name))};");
            foreach (var kept in _kernel.Kept)
                foreach (var part in Scope.Parts(kept.Name, kept.Wide))
                {
                    writer.Line($"using var {part}Scratch = new Scratch<{Element}>({Access.Length(kept.Loops)});");
                    writer.Line($"Span<{Element}> {part} = {part}Scratch.Span;");
                }
            if (regions.Count == 1) regions[0].Writer.WriteStart(writer);
            else
                foreach (var (region, _) in regions) writer.Block("", () => region.WriteStart(writer));
        });
        foreach (var (_, text) in regions)
        {
            writer.Line();
            writer.Raw(text.ToString());
        }
    }

    private string TypeOf(string name) =>
        _plan.ClosedForm.Layer.Signature.Parameters.FirstOrDefault(parameter => parameter.Name == name)?.Type ?? Element;

    private bool IsSavedBefore(Named named) => _isBackward && _plan.Saved.Any(saved => saved.Value == named);

    private IEnumerable<Expr> Expressions()
    {
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
