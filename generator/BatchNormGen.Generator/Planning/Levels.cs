using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Planning;

/// <summary>
/// The sweep after which an expression is known: the level of a reduction is one above those that its body needs, and
/// what is stored is known from the start.
/// </summary>
/// <param name="stored">What is stored.</param>
/// <param name="squares">The sums of squared deviations, with the sum in whose sweep each of them is found.</param>
/// <param name="token">Ends the work when nobody waits for it any more.</param>
internal sealed class Levels(ISet<Named> stored, IReadOnlyDictionary<Named, Named> squares, CancellationToken token)
{
    private readonly Dictionary<Expr, int> _levels = [];
    private readonly HashSet<Expr> _storedValues = [.. stored.Select(named => named.Value)];

    public int Of(Expr node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        token.ThrowIfCancellationRequested();
        if (_levels.TryGetValue(node, out var known)) return known;
        if (node is Named second && squares.TryGetValue(second, out var first)) return _levels[node] = Of(first);
        var below = node is Named named && stored.Contains(named) ? 0 : node.Operands.Select(Of).DefaultIfEmpty(0).Max();
        return _levels[node] = node is Reduce && !_storedValues.Contains(node) ? below + 1 : below;
    }
}
