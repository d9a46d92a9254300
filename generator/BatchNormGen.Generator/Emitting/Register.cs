using System.Collections.Immutable;
using System.Globalization;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Emitting;

/// <summary>The locals of lanes in which a sweep collects a reduction.</summary>
/// <param name="Locals">The locals: the first, and those that share its work where the sweep takes several places in turn.</param>
/// <param name="Fold">How the reduction is computed.</param>
/// <param name="Rest">The local for what is left at the end of a row.</param>
internal sealed record Register(ImmutableArray<string> Locals, Fold Fold, string Rest)
{
    public string Name => Locals[0];

    /// <summary>Whether what is added twice counts twice.</summary>
    public bool IsSum => Fold == Fold.Of(Reduction.Sum);

    /// <summary>The statement that takes what is left. An extremum may have met the others before.</summary>
    public string TakeRest() => string.Format(CultureInfo.InvariantCulture, Fold.Step, Name, IsSum ? $"V.Where(isRest, {Rest})" : Rest);

    /// <summary>The statement that takes what one local holds into another.</summary>
    public string Join(int place, int other) => string.Format(CultureInfo.InvariantCulture, Fold.Step, Locals[place], Locals[other]);
}
