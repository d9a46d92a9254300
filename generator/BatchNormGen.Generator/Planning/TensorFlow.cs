using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Planning;

/// <summary>Which tensors between the steps belong to which direction, and what is made from what.</summary>
internal sealed class TensorFlow
{
    private readonly IReadOnlyList<Intermediate> _all;
    private readonly Dictionary<string, Intermediate> _byName;
    private readonly HashSet<string> _ofBackward;

    /// <param name="all">The tensors, each after those it is made from.</param>
    /// <param name="incoming">The gradients that come in with the backward.</param>
    public TensorFlow(IReadOnlyList<Intermediate> all, IEnumerable<string> incoming)
    {
        _all = all;
        _byName = all.ToDictionary(intermediate => intermediate.Name);
        _ofBackward = [.. incoming];
        foreach (var intermediate in all)
            if (Sources(intermediate).Nodes().OfType<Read>().Any(read => _ofBackward.Contains(read.Tensor))) _ofBackward.Add(intermediate.Name);
    }

    /// <summary>The tensors that only the backward can know: the incoming gradients, and what is made from them.</summary>
    public ISet<string> OfBackward => _ofBackward;

    public Intermediate? Find(string tensor) => _byName.TryGetValue(tensor, out var found) ? found : null;

    /// <summary>What a tensor is made from.</summary>
    public static IEnumerable<Expr> Sources(Intermediate intermediate) => intermediate switch
    {
        OperandTensor operand => [operand.Value],
        ProductTensor product => [product.Left, product.Right],
        CustomTensor custom => custom.Arguments,
        _ => [],
    };

    /// <summary>What the backward computes: the gradients, and the tensors that they need and the forward does not know.</summary>
    public IReadOnlyList<Expr> Definitions(IEnumerable<Result> gradients) => Definitions(gradients, _ofBackward.Contains);

    private IReadOnlyList<Expr> Definitions(IEnumerable<Result> gradients, System.Func<string, bool> isOfBackward)
    {
        var values = gradients.Select(gradient => gradient.Value).ToList();
        return [.. values, .. Needed(values, isOfBackward).SelectMany(Sources)];
    }

    /// <summary>The tensors of the forward that the backward reads.</summary>
    /// <param name="gradients">What the backward gives out.</param>
    /// <param name="saved">The small values that it need not compute.</param>
    /// <param name="least">Whether it computes what sweeps can make again, and reads only products and what users' methods return.</param>
    public ImmutableArray<Intermediate> Saved(IEnumerable<Result> gradients, IReadOnlyList<Named> saved, bool least)
    {
        var values = new HashSet<Named>(saved);
        var read = new HashSet<string>(Definitions(gradients, IsOfBackward).Nodes(stop: node => node is Named named && values.Contains(named)).OfType<Read>().Select(read => read.Tensor));
        return [.. _all.Where(intermediate => read.Contains(intermediate.Name) && !IsOfBackward(intermediate.Name))];

        bool IsOfBackward(string tensor) => _ofBackward.Contains(tensor) || least && Find(tensor) is OperandTensor;
    }

    /// <summary>The tensors that some values need, each after those it is made from, as far as <paramref name="follow"/> allows.</summary>
    public IReadOnlyList<Intermediate> Needed(IEnumerable<Expr> values, System.Func<string, bool> follow, ISet<Named>? stored = null)
    {
        var needed = new HashSet<Intermediate>();
        var pending = new Stack<Expr>(values);
        var seen = new HashSet<Expr>();
        while (pending.Count > 0)
        {
            var node = pending.Pop();
            if (!seen.Add(node) || node is Named named && stored?.Contains(named) == true) continue;
            if (node is Read read && Find(read.Tensor) is { } intermediate && follow(read.Tensor) && needed.Add(intermediate))
                foreach (var source in Sources(intermediate)) pending.Push(source);
            foreach (var operand in node.Operands) pending.Push(operand);
        }
        return [.. _all.Where(needed.Contains)];
    }
}
