using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Reading;

/// <summary>A tensor or a scalar of the body: an expression, and the index variable of each axis.</summary>
/// <param name="Expr">The element at these indices.</param>
/// <param name="Layout">The index of each axis, null for an axis of extent 1; empty for a scalar.</param>
internal sealed record Value(Expr Expr, ImmutableArray<Index?> Layout)
{
    public static Value Scalar(Expr expr) => new(expr, []);

    /// <summary>The shape as the user writes it: <c>[N, 1, D]</c>.</summary>
    public string Shape => Write(Layout);

    public static string Write(IEnumerable<Index?> layout) => "[" + string.Join(", ", layout.Select(WriteAxis)) + "]";

    public static string WriteAxis(Index? index) => index?.Axis.Name ?? "1";
}
