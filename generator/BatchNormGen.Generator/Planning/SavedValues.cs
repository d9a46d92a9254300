using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// Decides what the forward keeps for the backward. The formulas of both are one graph. On one side of it stands what only
/// the forward shall compute: reductions, and for <see cref="Saving.Most"/> elementary functions of elements. On the other
/// stands what needs the incoming gradients. A cut between them is a set of values from which the backward can be computed
/// without repeating the former, and the cut of the fewest bytes is the answer (the minimum-cut
/// partitioner of AOTAutograd does the same with tensors). All else that the backward needs costs little to compute again, and starts from the inputs.
/// </summary>
internal sealed class SavedValues
{
    /// <summary>What an axis is taken to be long where the text does not say: a value over fewer axes is the smaller one.</summary>
    private const long Extent = 1024;

    private const long Largest = 1L << 40;

    private readonly Graph _graph;
    private readonly ISet<string> _ofBackward;
    private readonly IReadOnlyList<Expr> _definitions;
    private readonly HashSet<Expr> _outputs;
    private readonly List<IndexSet> _sizes;
    private readonly bool _hasWide;
    private readonly HashSet<Expr> _wide = [];
    private readonly Dictionary<Expr, Facts> _facts = [];
    private readonly Dictionary<(Expr, Saving), IReadOnlyList<Group>> _groups = [];
    private readonly HashSet<Expr> _madeGroups = [];

    /// <param name="graph">Holds the lowered formulas.</param>
    /// <param name="formulas">What the forward and the backward compute.</param>
    /// <param name="flow">The tensors between their steps.</param>
    /// <param name="element">The element type.</param>
    public SavedValues(Graph graph, Formulas formulas, TensorFlow flow, string element)
    {
        (_graph, _ofBackward, _definitions, _hasWide) = (graph, flow.OfBackward, flow.Definitions(formulas.Gradients), element == "float");
        _outputs = [.. formulas.Outputs.Select(output => output.Value)];
        _sizes = [.. _definitions.Nodes().Select(node => node.Free).Distinct()];
        foreach (var root in _definitions) Of(root);
        foreach (var sum in formulas.Values.Nodes().OfType<Add>())
            foreach (var small in WideValues.Subtracted(sum)) MarkWide(small);
    }

    /// <summary>What is kept, in the order in which the backward asks for it.</summary>
    public Choice Choose(Saving saving)
    {
        if (saving == Saving.Least) return new(this, saving, []);
        if (saving == Saving.Most && !_facts.Values.Any(facts => facts.NeedsFunction && !facts.OfIncoming)) saving = Saving.Balanced;
        return new Network(this, saving).Choose();
    }

    /// <summary>Whether a value is smaller than a tensor that it is made from.</summary>
    public bool IsSmall(Expr node) => node is Named { Value: Reduce } || !Of(node).Widest.IsSubsetOf(node.Free);

    /// <summary>Whether deviations are taken from a value, or from what is made of it: it takes two numbers.</summary>
    public bool IsWide(Expr node) => _wide.Contains(node);

    private void MarkWide(Expr node)
    {
        if (WideValues.IsExact(node) || !_hasWide && !WideValues.HoldsExtremum(node.Definition()) || !_wide.Add(node) || node.Definition() is Reduce) return;
        foreach (var operand in node.Definition().Operands) MarkWide(operand);
    }

    private bool IsCostly(Expr node, Saving saving) => Of(node) is var facts && (facts.NeedsReduction || saving == Saving.Most && facts.NeedsFunction);

    private Facts Of(Expr node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_facts.TryGetValue(node, out var known)) return known;
        var (ofIncoming, needsReduction, needsFunction, widest) = (node is Read read && _ofBackward.Contains(read.Tensor), node is Reduce, false, node.Free);
        foreach (var operand in node.Operands)
        {
            var facts = Of(operand);
            ofIncoming |= facts.OfIncoming;
            needsReduction |= facts.NeedsReduction;
            needsFunction |= facts.NeedsFunction;
            if (facts.Widest.Count > widest.Count) widest = facts.Widest;
        }
        needsFunction |= node is Apply apply && IsOfElements(apply);
        return _facts[node] = new(ofIncoming, needsReduction, needsFunction, widest);
    }

    /// <summary>Whether it is an elementary function of elements: of what nothing runs over more indices than.</summary>
    private bool IsOfElements(Apply node) => node.IsElementary() && !node.Free.IsEmpty && !_sizes.Any(size => size.Count > node.Free.Count && node.Free.IsSubsetOf(size));

    /// <param name="OfIncoming">Whether it needs what comes in with the backward.</param>
    /// <param name="NeedsReduction">Whether it needs a reduction.</param>
    /// <param name="NeedsFunction">Whether it needs an elementary function of elements.</param>
    /// <param name="Widest">The indices of the largest tensor that it is made from.</param>
    private readonly record struct Facts(bool OfIncoming, bool NeedsReduction, bool NeedsFunction, IndexSet Widest);

    /// <summary>Terms of a sum or factors of a product that can be kept as one value: the m + log(s) of x − m − log(s).</summary>
    /// <param name="Value">Their sum or product.</param>
    /// <param name="IsSubtracted">Whether the sum contains minus this value.</param>
    /// <param name="Places">Where they stand among the operands.</param>
    internal sealed record Group(Expr Value, bool IsSubtracted, ImmutableArray<int> Places);

    /// <summary>
    /// The groups of a node: all that could be kept, and the parts of it that run over the same indices. A mask is in none: it
    /// selects, and 0 times an infinite element is no zero.
    /// </summary>
    private IReadOnlyList<Group> GroupsOf(Expr node, Saving saving)
    {
        if (node is not (Add or Product)) return [];
        if (_groups.TryGetValue((node, saving), out var known)) return known;
        var operands = OperandsOf(node);
        var members = Enumerable.Range(0, operands.Length)
            .Where(place => operands[place] is var operand && !Of(operand).OfIncoming && IsCostly(operand, saving) && !(node is Product && operand.IsMask())).ToImmutableArray();
        var groups = new List<Group>();
        if (members.Length > 1)
        {
            if (members.Length < operands.Length) groups.Add(Make(members));
            foreach (var same in members.GroupBy(place => operands[place].Free))
                if (same.Count() is > 1 and var count && count < members.Length) groups.Add(Make([.. same]));
        }
        return _groups[(node, saving)] = groups;

        Group Make(ImmutableArray<int> places)
        {
            if (node is Product product) return new(_graph.Product(Rational.One, places.Select(place => product.Factors[place])), false, places);
            var isSubtracted = operands[places[0]] is Product { Coefficient.Sign: < 0 };
            var group = new Group(_graph.Add(places.Select(place => isSubtracted ? _graph.Negate(operands[place]) : operands[place])), isSubtracted, places);
            if (WideValues.IsDeviation(operands, node.Free)) MarkWide(group.Value);
            return group;
        }
    }

    /// <summary>The operands of a node; a deviation in a sum is taken apart, as its own terms may be kept together with others.</summary>
    public static ImmutableArray<Expr> OperandsOf(Expr node) =>
        node is Add sum && sum.Terms.Any(IsDeviation) ? [.. sum.Terms.SelectMany(term => IsDeviation(term) ? ((Named)term).Value.Operands : [term])] : node.Operands;

    private static bool IsDeviation(Expr term) => term is Named { Value: Add deviation } && WideValues.Subtracted(deviation).Any();

    /// <summary>What is kept.</summary>
    internal sealed class Choice(SavedValues joint, Saving saving, IReadOnlyList<Expr> values)
    {
        private readonly HashSet<Expr> _kept = [.. values];

        public SavedValues Joint => joint;

        /// <summary>The values in the order in which the backward asks for them.</summary>
        public IReadOnlyList<Expr> Values => values;

        /// <summary>Whether tensors that sweeps can make again are not kept either.</summary>
        public bool IsLeast => saving == Saving.Least;

        public bool Contains(Expr node) => _kept.Contains(node);

        /// <summary>The groups among the operands of a node that are kept as one value.</summary>
        public IEnumerable<Group> GroupsOf(Expr node) => Kept(joint.GroupsOf(node, saving), _kept);

        public static IEnumerable<Group> Kept(IReadOnlyList<Group> groups, HashSet<Expr> kept)
        {
            var covered = new HashSet<int>();
            foreach (var group in groups)
                if (kept.Contains(group.Value) && !group.Places.Any(covered.Contains))
                {
                    covered.UnionWith(group.Places);
                    yield return group;
                }
        }
    }

    /// <summary>The graph as a network through which the forward's values flow to the backward.</summary>
    private sealed class Network(SavedValues joint, Saving saving)
    {
        private readonly MinimumCut _cut = new();
        private readonly Dictionary<Expr, int> _vertices = [];
        private readonly HashSet<Expr> _repeated = [];

        public Choice Choose()
        {
            var seen = new HashSet<Expr>();
            foreach (var root in joint._definitions) Connect(root);
            if (_vertices.Count == 0) return new(joint, saving, []);
            var behind = _cut.Find();
            var kept = new HashSet<Expr>(_vertices.Where(pair => !behind[pair.Value] && behind[pair.Value + 1]).Select(pair => pair.Key));
            var ordered = new List<Expr>();
            seen.Clear();
            foreach (var root in joint._definitions) Collect(root);
            return new(joint, saving, ordered);

            void Connect(Expr node)
            {
                RuntimeHelpers.EnsureSufficientExecutionStack();
                if (!seen.Add(node)) return;
                if (joint.Of(node).OfIncoming)
                    foreach (var (input, isGroup) in Inputs(node)) Connected(input, isGroup);
                else if (joint.IsCostly(node, saving)) _cut.AddEdge(Vertex(node, isGroup: false) + 1, MinimumCut.Sink, MinimumCut.Endless);
            }

            void Connected(Expr input, bool isGroup)
            {
                if (!isGroup) Connect(input);
                else if (seen.Add(input)) _cut.AddEdge(Vertex(input, isGroup: true) + 1, MinimumCut.Sink, MinimumCut.Endless);
            }

            void Collect(Expr node)
            {
                RuntimeHelpers.EnsureSufficientExecutionStack();
                if (!seen.Add(node) || !joint.Of(node).OfIncoming && !joint.IsCostly(node, saving)) return;
                if (kept.Contains(node))
                {
                    ordered.Add(node);
                    return;
                }
                var groups = Choice.Kept(joint.GroupsOf(node, saving), kept).ToList();
                var operands = groups.Count == 0 ? node.Operands : OperandsOf(node);
                for (var place = 0; place < operands.Length; place++) Collect(groups.FirstOrDefault(group => group.Places.Contains(place))?.Value ?? operands[place]);
            }
        }

        /// <summary>The vertex at which a value is computed; the next one stands for the value at hand, and the edge between for keeping it.</summary>
        private int Vertex(Expr node, bool isGroup)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            var isKnown = _vertices.TryGetValue(node, out var vertex);
            if (!isKnown)
            {
                if (isGroup) joint._madeGroups.Add(node);
                _vertices.Add(node, vertex = _cut.AddVertex());
                _cut.AddEdge(vertex, _cut.AddVertex(), joint.Capacity(node));
            }
            var value = node.Definition();
            if (!isGroup && IsOfForward(value))
            {
                if (_repeated.Add(node)) _cut.AddEdge(MinimumCut.Source, vertex, MinimumCut.Endless);
            }
            else if (!isKnown)
                foreach (var (input, isPart) in Inputs(value)) _cut.AddEdge(Vertex(input, isPart) + 1, vertex, MinimumCut.Endless);
            return vertex;
        }

        /// <summary>
        /// Whether the backward shall not compute something by itself. A difference of small values would lose what their
        /// rounding lost, so it is not computed from values that were kept.
        /// </summary>
        private bool IsOfForward(Expr value) => value switch
        {
            Reduce => true,
            Apply apply => saving == Saving.Most && joint.IsOfElements(apply),
            Add sum => joint.IsSmall(sum) && sum.Terms.Count(term => joint.Of(term).NeedsReduction) > 1,
            _ => false,
        };

        /// <summary>What a value is made from, as far as it matters: groups in the place of their members.</summary>
        private IEnumerable<(Expr Value, bool IsGroup)> Inputs(Expr node)
        {
            var covered = new HashSet<int>();
            foreach (var group in joint.GroupsOf(node, saving))
                if (!group.Places.Any(covered.Contains))
                {
                    covered.UnionWith(group.Places);
                    yield return (group.Value, true);
                }
            var operands = OperandsOf(node);
            for (var place = 0; place < operands.Length; place++)
                if (!covered.Contains(place) && joint.Of(operands[place]) is var facts && (facts.OfIncoming || joint.IsCostly(operands[place], saving)))
                    yield return (operands[place], false);
        }
    }

    /// <summary>
    /// What keeping a value costs: its numbers first. Where they are as many, one value in two parts is preferred to two, the
    /// user's own values to others, and these to what was put together.
    /// </summary>
    private long Capacity(Expr node)
    {
        if (node.IsMask() || node.Definition() is Product product && product.HasMask()) return MinimumCut.Endless;
        var numbers = node.Free.Aggregate(IsWide(node) ? 2L : 1L, (size, index) => Math.Min(Largest, size * Math.Max(1, index.Axis.Extent ?? Extent)));
        return numbers * 256 + (node is Named || _outputs.Contains(node) || _madeGroups.Contains(node) && IsWide(node) ? 0 : _madeGroups.Contains(node) ? 2 : 1);
    }
}
