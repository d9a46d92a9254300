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
    private readonly IReadOnlyList<Intermediate> _given;
    private readonly IReadOnlyDictionary<Expr, string> _outputs;
    private readonly Dictionary<Expr, Expr> _done = [];
    private readonly HashSet<Intermediate> _taken = [];
    private readonly List<Intermediate> _tensors = [];

    /// <summary>The tensors that hold what is kept, and are there anyway.</summary>
    private readonly Dictionary<Expr, OperandTensor> _known = [];

    private Keeping(Graph graph, Names names, IReadOnlyList<Index> order, SavedValues.Choice choice, Formulas formulas)
    {
        (_graph, _names, _order, _choice, _given) = (graph, names, order, choice, formulas.Tensors);
        _outputs = formulas.Outputs.GroupBy(output => output.Value).ToDictionary(same => same.Key, same => same.First().Name);
        foreach (var value in choice.Values)
            if (formulas.Tensors.OfType<OperandTensor>().FirstOrDefault(tensor => tensor.Value == Definition(value) && tensor.Layout.SequenceEqual(Layout(value))) is { } known) _known.Add(value, known);
        if (_known.Count == 0 && choice.Values.All(value => value is Named named && choice.Joint.IsSmall(value) && IsFree(named.Name)))
        {
            (Formulas, Saved) = (formulas, [.. choice.Values.Cast<Named>().Select(value => (value, choice.Joint.IsWide(value)))]);
            return;
        }
        foreach (var tensor in formulas.Tensors) Take(tensor);
        Formulas = new(
            [.. formulas.Outputs.Select(result => result with { Value = Apply(result.Value) })],
            [.. formulas.Gradients.Select(result => result with { Value = Apply(result.Value) })],
            _tensors);
        Saved = [.. from value in choice.Values where Apply(value) is Named select ((Named)Apply(value), choice.Joint.IsWide(value))];
    }

    /// <param name="graph">Where the formulas are made.</param>
    /// <param name="names">Gives names to what has none.</param>
    /// <param name="order">The indices in the order of memory.</param>
    /// <param name="choice">What is kept.</param>
    /// <param name="formulas">The formulas so far.</param>
    public static Keeping Of(Graph graph, Names names, IReadOnlyList<Index> order, SavedValues.Choice choice, Formulas formulas) => new(graph, names, order, choice, formulas);

    /// <summary>The formulas by what is kept.</summary>
    public Formulas Formulas { get; }

    /// <summary>The small values that are kept, in the order of the cache, and whether deviations are taken from them.</summary>
    public ImmutableArray<(Named Value, bool IsWide)> Saved { get; }

    /// <summary>Adds a tensor, after those it is made from.</summary>
    private void Take(Intermediate tensor)
    {
        if (!_taken.Add(tensor)) return;
        var changed = tensor switch
        {
            CustomTensor custom => custom with { Arguments = [.. custom.Arguments.Select(Apply)] },
            OperandTensor operand => operand with { Value = _known.ContainsValue(operand) ? WithParts(operand.Value) : Apply(operand.Value) },
            _ => tensor,
        };
        _tensors.Add(changed);
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
        if (_known.TryGetValue(node, out var known))
        {
            Take(known);
            return known.Elements(_graph);
        }
        var name = node is Named named ? IsFree(named.Name) ? named.Name : _names.Fresh(named.Name) : _names.Fresh(NameFor(node));
        if (_choice.Joint.IsSmall(node)) return _graph.Named(name, changed is Named { Value: var value } ? value : changed);
        _tensors.Add(new OperandTensor(name, Layout(node), Definition(changed)));
        return _graph.Read(name, [.. Layout(node)]);
    }

    /// <summary>What a tensor is computed from; a reduction keeps the name that sweeps know it by.</summary>
    private static Expr Definition(Expr value) => value is Named { Value: not Reduce and var defined } ? defined : value;

    /// <summary>Whether no tensor has a name.</summary>
    private bool IsFree(string name) => _given.Concat(_tensors).All(tensor => tensor.Name != name);

    private ImmutableArray<Index> Layout(Expr node) => [.. _order.Where(node.Free.Contains)];

    /// <summary>A name from what is kept: <c>savedOutput</c>, <c>expZ</c>, the <c>offset</c> of elements.</summary>
    private string NameFor(Expr node) =>
        _outputs.TryGetValue(node, out var output) ? "saved" + Capitalized(output)
        : node is Apply apply ? apply.Function.Local + Capitalized(apply.Arguments[0] is Named named ? named.Name : apply.Arguments[0] is Read read ? read.Tensor : "")
        : !_choice.Joint.IsSmall(node) ? "saved"
        : node is Add ? "offset"
        : "scale";

    private static string Capitalized(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name.Substring(1);

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
