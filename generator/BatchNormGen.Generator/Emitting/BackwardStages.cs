using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Differentiating;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>
/// Writes the backward as a student does: the stages in reverse, and for each what its operands receive. The first share
/// of a gradient declares its variable, further ones are added to it.
/// </summary>
internal sealed class BackwardStages
{
    private readonly Layer _layer;
    private readonly Graph _graph;
    private readonly Names _names;
    private readonly StageVariables _variables;
    private readonly EagerCode _eager;
    private readonly CodeWriter _writer = new();
    private readonly ImmutableArray<string> _results;
    private readonly IReadOnlyDictionary<Named, StageValue> _stages;

    /// <summary>What each gradient amounts to so far, by its name in the formulas; an incoming gradient has no variable of its own yet.</summary>
    private readonly Dictionary<string, (Eager Code, bool HasVariable)> _gradients = new(StringComparer.Ordinal);

    /// <summary>For a variable that only gives another name to a tensor: that tensor.</summary>
    private readonly Dictionary<string, string> _sameAs = new(StringComparer.Ordinal);

    private BackwardStages(ClosedForm form, ForwardStages forward, Names names)
    {
        (_layer, _names, _stages) = (form.Layer, names, forward.Variables);
        _results = [.. form.Gradients.Select(gradient => gradient.Name)];
        _graph = new Graph(form.Staged.Graph);
        _variables = new(_graph);
        _variables.Declare(Incoming(form).Concat(ForwardStages.Parameters(Signature)), Signature.Element);
        foreach (var pair in forward.Variables)
        {
            if (pair.Key.Value is Add or Product or Apply or Reduce) _variables.Declare(pair.Key.Value, pair.Value);
            _variables.Declare(pair.Key, pair.Value);
        }
        _eager = new(_graph, Signature.Element, _variables, smallFirst: true);
        Seed();
    }

    private Signature Signature => _layer.Signature;

    public static StageMethod Write(ClosedForm form, ForwardStages forward, Names names)
    {
        var stages = new BackwardStages(form, forward, names);
        foreach (var step in form.Staged.Steps) stages.Write(step);
        stages.Complete(form.Gradients, form.Staged.Incoming);

        ImmutableArray<StageValue> incoming = [.. Incoming(form)];
        foreach (var gradient in incoming) stages._variables.Use(gradient.Name);
        var results = form.Gradients.Select(gradient => new StageValue(gradient.Name, form.Layer.Signature.Element, gradient.Layout));
        return StageMethod.Of("Backward", [.. incoming, .. ForwardStages.Parameters(form.Layer.Signature), .. forward.Variables.Values], form.Layer.Conditions, stages._variables, [.. results], stages._writer);
    }

    /// <summary>The gradients that come in, one for each output that has one.</summary>
    private static IEnumerable<StageValue> Incoming(ClosedForm form) =>
        form.Layer.Differentiated.Zip(form.Staged.Incoming, (output, name) => new StageValue(name, form.Layer.Signature.Element, [.. output.Layout]));

    /// <summary>The incoming gradients are the first shares of what the outputs receive.</summary>
    private void Seed()
    {
        foreach (var output in _layer.Differentiated)
        {
            var layout = _variables.Peek(output.Value)!.Layout;
            var incoming = ReverseWalk.IncomingName(_layer, output);
            var share = _graph.Sum(IndexSet.Of(output.Layout).Except(output.Value.Free), _graph.Read(incoming, [.. output.Layout]));
            var code = _eager.Express(share, layout);
            var name = ReverseWalk.NameOf(((Named)output.Value).Name);
            if (share is Read && !_gradients.ContainsKey(name)) _gradients.Add(name, (code, HasVariable: false));
            else Receive(name, isNegative: false, code, layout);
        }
    }

    private void Write(BackwardStep step)
    {
        _writer.Comment($"({_layer.Stages.IndexOf(step.Stage) + 1}) {Printer.Plain.PrintDefinition(step.Stage.Name, step.Stage.Value)}");
        var incoming = _gradients[ReverseWalk.NameOf(step.Stage.Name)].Code;
        _variables.Declare(step.Gradient, new StageValue(incoming.Text, Signature.Element, incoming.Layout));
        step = step with { Contributions = [.. step.Contributions.Select(contribution => WithIndices(contribution, step.Gradient, incoming))] };
        KeepMasks(step);
        foreach (var contribution in step.Contributions)
        {
            var layout = _variables.Peek(contribution.Target)!.Layout;
            var (isNegative, value) = _eager.ExpressSigned(contribution.Value, layout);
            var isFirstOfTensor = !layout.IsEmpty && !_gradients.ContainsKey(contribution.Name);
            if (value.IsScalar && isFirstOfTensor && isNegative) (isNegative, value) = (false, new("-" + value.In(Binding.Product), []));
            var code = value.IsScalar && isFirstOfTensor ? _eager.Fill(value, layout) : _eager.Fit(value, layout);
            Receive(contribution.Name, isNegative, code with { Layout = Declared(contribution.Target, code.Layout) }, layout);
        }
    }

    /// <summary>
    /// A gradient that is the same along an axis may be laid out along it nevertheless, to have the shape of its stage. What is made of it then
    /// has to say so: Σ_k dc·b[k,j] becomes Σ_k dc[i,k]·b[k,j].
    /// </summary>
    private Contribution WithIndices(Contribution contribution, Expr gradient, Eager code)
    {
        if (gradient.Free == IndexSet.Of(code.Layout)) return contribution;
        var read = _graph.Read(code.Text, code.Layout);
        _variables.Declare(read, new StageValue(code.Text, Signature.Element, code.Layout));
        var done = new Dictionary<Expr, Expr> { [gradient] = read };
        var value = Replaced(contribution.Value);
        return value.Free.IsSubsetOf(contribution.Target.Free) ? contribution with { Value = value } : contribution;

        Expr Replaced(Expr node) =>
            done.TryGetValue(node, out var known) ? known : done[node] = node is Named ? node : _graph.With(node, Replaced);
    }

    /// <summary>Masks that a stage needs several times get a variable: where the largest elements are, and how many.</summary>
    private void KeepMasks(BackwardStep step)
    {
        var nodes = step.Contributions.Select(contribution => contribution.Value).Nodes(stop: node => _variables.Peek(node) is not null).ToList();
        var masks =
            from node in nodes
            where _variables.Peek(node) is null
            from operand in node.Operands
            where operand is Apply && operand.IsMask() && _variables.Peek(operand) is null
            group operand by operand into uses
            where uses.Count() > 1
            select uses.Key;
        foreach (var mask in masks.ToList())
        {
            if (_eager.ExpressMask(mask) is not { } code) continue;
            var variable = new StageValue(_names.Fresh(NameOf(mask)), StageValue.Mask, code.Layout);
            _writer.Line($"{variable.Type} {variable.Name} = {code.Text};");
            _variables.Declare(mask, variable);
        }
    }

    private static string NameOf(Expr mask) => mask is Apply { Arguments: [_, var extremum] }
        ? ((extremum as Named)?.Value ?? extremum) switch
        {
            Reduce { Kind: Reduction.Max } => "isMax",
            Reduce { Kind: Reduction.Min } => "isMin",
            _ => "mask",
        }
        : "mask";

    /// <summary>The layout over the indices of the declaration: a share for x[j,i] is laid out as one for x[i,j].</summary>
    private ImmutableArray<Index?> Declared(Expr target, ImmutableArray<Index?> layout)
    {
        if (layout.IsEmpty) return layout;
        var declared = target is Read read
            ? [.. Signature.Parameters.First(parameter => parameter.Name == read.Tensor).Layout!.Value]
            : _stages.First(stage => stage.Key.Name == ((Named)target).Name).Value.Layout;
        return [.. layout.Select((index, axis) => index is null ? null : declared[axis + declared.Length - layout.Length])];
    }

    /// <param name="name">The gradient's name in the formulas.</param>
    /// <param name="isNegative">Whether <paramref name="share"/> is to be subtracted.</param>
    /// <param name="share">What is added to the gradient.</param>
    /// <param name="target">The layout of what the gradient belongs to.</param>
    private void Receive(string name, bool isNegative, Eager share, ImmutableArray<Index?> target)
    {
        var isFirst = !_gradients.TryGetValue(name, out var known);
        var text = !isFirst ? $"{known.Code.Text} {(isNegative ? "- " + share.In(Binding.Product) : "+ " + share.In(Binding.Sum))}"
            : isNegative ? "-" + share.In(Binding.Product)
            : share.Text;
        var variable = known.HasVariable ? known.Code.Text : _results.Contains(name) ? name : _names.Fresh(ReverseWalk.NameOfTotal(_layer, name));
        var layout = isFirst ? share.Layout : Layouts.Broadcast(known.Code.Layout, share.Layout);
        var type = known.HasVariable ? "" : (layout.IsEmpty ? Signature.Element : $"Tensor<{Signature.Element}>") + " ";
        var missing = target.Indices().Count > layout.Indices().Count && isFirst ? $"  // the same for every {string.Join(", ", target.Indices().Except(layout.Indices()).Select(index => index.Name))}" : "";
        _writer.Line($"{type}{variable} = {text};{missing}");
        _gradients[name] = (new(variable, layout), HasVariable: true);
        _sameAs[variable] = _sameAs.TryGetValue(text, out var same) ? same : text;
    }

    /// <summary>Brings the gradients of the parameters to their full shapes, each in memory of its own.</summary>
    private void Complete(IEnumerable<Result> results, IEnumerable<string> incoming)
    {
        var returned = new HashSet<string>(incoming, StringComparer.Ordinal);
        foreach (var result in results)
        {
            if (!_gradients.TryGetValue(result.Name, out var known))
            {
                var shape = string.Join(", ", result.Layout.Select(index => _variables.Extent(index?.Axis)));
                _writer.Line(result.Layout.IsEmpty
                    ? $"{Signature.Element} {result.Name} = 0;  // no gradient reaches it"
                    : $"Tensor<{Signature.Element}> {result.Name} = Tensor.CreateFromShape<{Signature.Element}>([{shape}]);  // no gradient reaches it");
            }
            else if (!known.Code.Layout.SequenceEqual(result.Layout)) _writer.Line($"{result.Name} = {_eager.Fill(known.Code, result.Layout).Text};");
            else if (!result.Layout.IsEmpty && !returned.Add(_sameAs[result.Name])) _writer.Line($"{result.Name} = {_eager.Fill(known.Code, result.Layout).Text};  // a copy, which the caller may change");
        }
    }
}
