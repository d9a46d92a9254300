using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// Cuts expressions where products of matrices are: each product becomes a tensor of its own, and so does an operand that
/// is not a tensor as it stands. What is left between the cuts is work for sweeps, which read these tensors like any other.
/// </summary>
/// <param name="graph">Where the expressions are made.</param>
/// <param name="names">Gives names to operands.</param>
/// <param name="order">The indices in the order of memory.</param>
internal sealed class Intermediates(Graph graph, Names names, IReadOnlyList<Index> order)
{
    private readonly Dictionary<Expr, Expr> _cut = [];
    /// <summary>The values that have a tensor; whatever else uses one reads it from there.</summary>
    private readonly Dictionary<Expr, Read> _stored = [];
    private readonly List<Intermediate> _all = [];

    /// <summary>The tensors, each after those it is made from.</summary>
    public IReadOnlyList<Intermediate> All => _all;

    /// <summary>
    /// Gives a tensor to what is compared with itself: with its own extremum, [f = max f], or over other indices, [f[i] = f[j]]. Computed
    /// again, f may round otherwise, and then no element would be the largest. The f of the mask may have other indices than that of the
    /// extremum: [f[j,i] = max_(i,j) f[i,j]].
    /// </summary>
    public void KeepCompared(IEnumerable<Expr> values)
    {
        var masks = values.Nodes().OfType<Apply>().Where(apply => apply.Function == Functions.EqualTo).OrderBy(mask => mask.Id).ToList();
        foreach (var (compared, body, map) in masks.Select(WithItself).OfType<(Expr Compared, Expr Body, IReadOnlyDictionary<Index, Index> Map)>().OrderBy(item => item.Compared.Id))
        {
            if (Cut(body) is not Read and var value) _cut[body] = Operand(value, isCompared: true);
            if (compared != body && Cut(body) is Read tensor) _cut[compared] = graph.Read(tensor.Tensor, [.. tensor.Indices.Select(index => index is null ? null : map[index])]);
        }
        foreach (var value in masks.Where(IsWithElement).SelectMany(mask => mask.Arguments).Distinct().OrderBy(value => value.Id))
            if (Cut(value) is not Read and var computed) _cut[value] = Operand(computed, isCompared: true);
    }

    /// <summary>What is compared with itself: the f of the mask, that which is computed, and which index of the one stands for which of the other.</summary>
    private (Expr Compared, Expr Body, IReadOnlyDictionary<Index, Index> Map)? WithItself(Apply mask)
    {
        var (a, b) = (mask.Arguments[0], mask.Arguments[1]);
        if (b.Definition() is Reduce { Kind: not Reduction.Sum } extremum)
            return Renaming.Between(graph, extremum.Body.Definition(), a.Definition()) is { } map && extremum.Free.All(index => map[index] == index) ? (a, extremum.Body, map) : null;
        return !a.Free.IsEmpty && a.Free.Count == b.Free.Count && Computed(a) is not null && Renaming.Between(graph, a.Definition(), b.Definition()) is { } other ? (b, a, other) : null;
    }

    /// <summary>
    /// Whether one value is compared with what is made from it, such as one of its elements, [f[i] = Σ_i [label = i]·f[i]]:
    /// the gradients of the two are found in different sweeps, and the shares that they get of a tie have to add up to 1.
    /// </summary>
    private bool IsWithElement(Apply mask) =>
        WithItself(mask) is null
        && mask.Arguments.OrderByDescending(argument => argument.Free.Count).ToList() is [var larger, var smaller]
        && larger.Free != smaller.Free && smaller.Free.IsSubsetOf(larger.Free)
        && Computed(larger) is { } computed && smaller.Nodes().Contains(computed);

    /// <summary>What has to be computed of a value, but for a factor that a reduction would leave outside; null where it is in memory.</summary>
    private static Expr? Computed(Expr value) => value.Definition() switch
    {
        Read or Constant or Scalar => null,
        Product { Factors: [{ Exponent.IsOne: true, Base: var only }] } => Computed(only),
        var computed => computed,
    };

    public Expr Cut(Expr node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_cut.TryGetValue(node, out var known)) return _stored.TryGetValue(known, out var tensor) ? tensor : known;
        var result = graph.With(node, Cut);
        return _cut[node] = Find(result) ?? (result is Custom custom ? Call(custom) : result is Named product && Contraction.Of(product.Value) is { } contraction ? Multiply(product, contraction) : result);
    }

    /// <summary>The result of a call, over the indices at which it is asked for.</summary>
    private Expr Call(Custom custom)
    {
        var known = _all.OfType<CustomTensor>().FirstOrDefault(tensor => tensor.Call.Result == custom.Result && IsSameCall(tensor.Call, custom));
        if (known is null)
        {
            // Its own indices are those of the first use; another use reads it with others.
            ImmutableArray<Index> layout = [.. custom.Indices.OfType<Index>()];
            ImmutableArray<Expr> arguments = [.. custom.Arguments.Select(argument => argument.Layout.IsEmpty ? argument.Value : Whole(argument))];
            _all.Add(known = new(names.Fresh(char.ToLowerInvariant(custom.Method.Name[0]) + custom.Method.Name.Substring(1)), layout, custom, arguments));
        }
        return graph.Read(known.Name, custom.Indices);
    }

    public static bool IsSameCall(Custom a, Custom b) => a.Method == b.Method && a.Arguments.Select(argument => argument.Key).SequenceEqual(b.Arguments.Select(argument => argument.Key));

    /// <summary>An argument as a tensor that has just the axes it is passed with.</summary>
    private Read Whole(CustomArgument argument)
    {
        if (argument.Value is Read read && read.Indices.SequenceEqual(argument.Layout.Atoms())) return read;
        ImmutableArray<Index> layout = [.. argument.Layout.Atoms().OfType<Index>()];
        if (Find(argument.Value) is { } known && known.Indices.SequenceEqual(layout)) return known;
        if (_all.OfType<OperandTensor>().FirstOrDefault(operand => operand.Value == Definition(argument.Value) && operand.Layout.SequenceEqual(layout)) is { } other) return other.Elements(graph);
        return Add(new OperandTensor(OperandName(argument.Value), layout, Definition(argument.Value)));
    }

    private Read Multiply(Named product, Contraction contraction)
    {
        var coefficient = ((Product)((Reduce)product.Value).Body).Coefficient;
        var left = Operand(coefficient, contraction.Left);
        var right = Operand(Rational.One, contraction.Right);
        return _stored[product] = Add(new ProductTensor(NameOf(product), Ordered(product.Free), left, right, contraction));
    }

    private Read Operand(Rational coefficient, ImmutableArray<Factor> factors) => Operand(graph.Product(coefficient, factors), isCompared: false);

    private Read Operand(Expr value, bool isCompared)
    {
        if (value is Read read) return read;
        if (Find(value) is { } known) return known;
        return _stored[value] = Add(new OperandTensor(OperandName(value), Ordered(value.Free), Definition(value), isCompared));
    }

    private Read Add(Intermediate tensor)
    {
        _all.Add(tensor);
        return tensor.Elements(graph);
    }

    /// <summary>What is computed into a tensor of its own; a reduction keeps the name that sweeps know it by.</summary>
    private static Expr Definition(Expr value) => value is Named { Value: not Reduce and var defined } ? defined : value;

    private string OperandName(Expr value) => value is Named { Value: Reduce } sum ? names.Fresh(sum.Name) : NameOf(value);

    private string NameOf(Expr value) => value is Named named && _all.All(other => other.Name != named.Name) ? named.Name : names.Fresh("operand");

    /// <summary>The tensor that holds a value, perhaps over other indices: y[j,i] where y[i,j] is there.</summary>
    private Read? Find(Expr value)
    {
        if (_stored.TryGetValue(value, out var known)) return known;
        if (value is not Named use) return null;
        foreach (var pair in _stored.ToList())
            if (pair.Key is Named definition && Renaming.Find(graph, definition, use) is { } map)
                return _stored[value] = (Read)graph.Read(pair.Value.Tensor, [.. pair.Value.Indices.Select(index => index is null ? null : map[index])]);
        return null;
    }

    private ImmutableArray<Index> Ordered(IndexSet indices) => [.. order.Where(indices.Contains)];
}
