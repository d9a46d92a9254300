using System.Collections.Generic;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Emitting;

/// <summary>How a reduction is computed: where it starts, and how parts of it are joined.</summary>
/// <param name="Start">The value for no elements.</param>
/// <param name="Clear">The method that gives a span this value.</param>
/// <param name="Lanes">The same in all lanes.</param>
/// <param name="Step">Takes one more element into lanes: of {0}, {1}.</param>
/// <param name="Join">Joins lanes with the number {0}: of {0}, {1}.</param>
/// <param name="To">The method that joins lanes with the numbers of a span.</param>
/// <param name="Merge">The method that joins the parts of chunks.</param>
internal sealed record Fold(string Start, string Clear, string Lanes, string Step, string Join, string To, string Merge)
{
    private static readonly IReadOnlyDictionary<Reduction, Fold> Table = new Dictionary<Reduction, Fold>
    {
        [Reduction.Sum] = new("0", "Clear()", "V.Zero", "{0} += {1};", "{0} += V.Sum({1});", "AddTo", "Merge"),
        [Reduction.Max] = new("double.NegativeInfinity", "Fill(double.NegativeInfinity)", "V.Constant(double.NegativeInfinity)", "{0} = V.Maximum({0}, {1});", "{0} = Math.Max({0}, V.MaxOf({1}));", "MaximumTo", "MergeMaxima"),
        [Reduction.Min] = new("double.PositiveInfinity", "Fill(double.PositiveInfinity)", "V.Constant(double.PositiveInfinity)", "{0} = V.Minimum({0}, {1});", "{0} = Math.Min({0}, V.MinOf({1}));", "MinimumTo", "MergeMinima"),
    };

    public static Fold Of(Reduction kind) => Table[kind];
}
