using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// Gives what is kept a place of its own in the formulas: a small value a name, and a value for every element a tensor, which
/// the forward writes in a sweep.
/// </summary>
internal sealed class Keeping
{
    private readonly Graph _graph;
    private readonly Names _names;
    private readonly IReadOnlyList<Index> _order;
    private readonly SavedValues.Choice _choice;
    private readonly IReadOnlyDictionary<Expr, string> _outputs;
    private readonly Dictionary<Expr, Expr> _done = [];
    private readonly List<Intermediate> _tensors = [];

    private Keeping(Graph graph, Names names, IReadOnlyList<Index> order, SavedValues.Choice choice, Formulas formulas)
    {
        (_graph, _names, _order, _choice) = (graph, names, order, choice);
        _outputs = formulas.Outputs.GroupBy(output => output.Value).ToDictionary(same => same.Key, same => same.First().Name);
        if (choice.Values.All(value => value is Named && choice.Joint.IsSmall(value)))
        {
            (Formulas, Saved) = (formulas, [.. choice.Values.Cast<Named>()]);
            return;
        }
        foreach (var tensor in formulas.Tensors)
        {
            var changed = Apply(tensor);
            _tensors.Add(changed);
        }
        Formulas = new(
            [.. formulas.Outputs.Select(result => result with { Value = Apply(result.Value) })],
            [.. formulas.Gradients.Select(result => result with { Value = Apply(result.Value) })],
            _tensors);
        Saved = [.. choice.Values.Select(Apply).OfType<Named>()];
    }

    /// <param name="graph">Where the formulas are made.</param>
    /// <param name="names">Gives names to what has none.</param>
    /// <param name="order">The indices in the order of memory.</param>
    /// <param name="choice">What is kept.</param>
    /// <param name="formulas">The formulas so far.</param>
    public static Keeping Of(Graph graph, Names names, IReadOnlyList<Index> order, SavedValues.Choice choice, Formulas formulas) => new(graph, names, order, choice, formulas);

    /// <summary>The formulas by what is kept.</summary>
    public Formulas Formulas { get; }

    /// <summary>The small values that are kept, in the order of the cache.</summary>
    public ImmutableArray<Named> Saved { get; }

    private Intermediate Apply(Intermediate tensor)
    {
        if (tensor is CustomTensor custom) return custom with { Arguments = [.. custom.Arguments.Select(Apply)] };
        if (tensor is not OperandTensor operand) return tensor;

        // A tensor that is there anyway holds what is to be kept.
        var isKept = _choice.Contains(operand.Value) && !_choice.Joint.IsSmall(operand.Value) && !_done.ContainsKey(operand.Value) && Layout(operand.Value).SequenceEqual(operand.Layout);
        if (isKept) _done.Add(operand.Value, _graph.Read(operand.Name, [.. operand.Layout]));
        return operand with { Value = isKept ? WithParts(operand.Value) : Apply(operand.Value) };
    }

    private Expr Apply(Expr node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_done.TryGetValue(node, out var known)) return known;
        var changed = WithParts(node);
        return _done[node] = _choice.Contains(node) ? Keep(node, changed) : changed;
    }

    private Expr Keep(Expr node, Expr changed)
    {
        var name = (node as Named)?.Name;
        if (_choice.Joint.IsSmall(node)) return changed is Named ? changed : _graph.Named(_names.Fresh(NameFor(node)), changed);
        name = name is null || _tensors.Any(tensor => tensor.Name == name) ? _names.Fresh(NameFor(node)) : name;
        _tensors.Add(new OperandTensor(name, Layout(node), changed is Named { Value: not Reduce and var value } ? value : changed));
        return _graph.Read(name, [.. Layout(node)]);
    }

    private ImmutableArray<Index> Layout(Expr node) => [.. _order.Where(node.Free.Contains)];

    /// <summary>A name from what is kept: <c>savedOutput</c>, <c>expZ</c>, the <c>offset</c> of elements.</summary>
    private string NameFor(Expr node) =>
        _outputs.TryGetValue(node, out var output) ? "saved" + Capitalized(output)
        : node is Apply apply ? char.ToLowerInvariant(apply.Function.Name[0]) + apply.Function.Name.Substring(1) + Capitalized(apply.Arguments[0] is Named named ? named.Name : apply.Arguments[0] is Read read ? read.Tensor : "saved")
        : !_choice.Joint.IsSmall(node) ? "saved"
        : node is Add ? "offset"
        : "scale";

    private static string Capitalized(string name) => char.ToUpperInvariant(name[0]) + name.Substring(1);

    /// <summary>The node over what its parts became: what is kept of a sum or product as one value takes the place of its members.</summary>
    private Expr WithParts(Expr node)
    {
        var groups = _choice.GroupsOf(node).ToList();
        if (groups.Count == 0) return _graph.With(node, Apply);
        var operands = SavedValues.OperandsOf(node);
        var rest = Enumerable.Range(0, operands.Length).Where(place => !groups.Any(group => group.Places.Contains(place))).ToList();
        return node is Product product
            ? _graph.Multiply(rest.Select(place => _graph.Power(Apply(product.Factors[place].Base), product.Factors[place].Exponent)).Prepend(_graph.Constant(product.Coefficient)).Concat(groups.Select(group => Apply(group.Value))))
            : _graph.Add(rest.Select(place => Apply(operands[place])).Concat(groups.Select(group => group.IsSubtracted ? _graph.Negate(Apply(group.Value)) : Apply(group.Value))));
    }
}
