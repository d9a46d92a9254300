using System.Collections.Immutable;
using System.Globalization;

namespace BatchNormGen.Generator.Emitting;

/// <summary>The locals of lanes in which a sweep collects a reduction.</summary>
/// <param name="Locals">The locals: the first, and those that share its work where the sweep takes several places in turn.</param>
/// <param name="Fold">How the reduction is computed.</param>
internal sealed record Register(ImmutableArray<string> Locals, Fold Fold)
{
    public string Name => Locals[0];

    /// <summary>The statement that takes what one local holds into another.</summary>
    public string Join(int place, int other) => string.Format(CultureInfo.InvariantCulture, Fold.Step, Locals[place], Locals[other]);
}
