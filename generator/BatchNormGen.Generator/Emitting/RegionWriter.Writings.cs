using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <content>How results are written: through the caches or past them.</content>
internal sealed partial class RegionWriter
{
    /// <summary>The results of one run that may be written past the caches: <c>Workers.Run</c> pins no more.</summary>
    private const int MostStreamed = 4;

    /// <summary>The variable that says how a result is written.</summary>
    public static string WritingOf(string result) => result + "Writing";

    /// <summary>The variable that says which element of a result is the first at the start of a cache line.</summary>
    public static string AlignedOf(string result) => result + "Aligned";

    /// <summary>The results whose place decides where elements are cut; <see cref="WriteStruct"/> must have run.</summary>
    public IEnumerable<string> Aligned => Results().Select(result => result.Name).Where(name => Fields.Used.Any(used => used.Name == AlignedOf(name)));

    /// <summary>The results whose way of writing the sweeps ask for; <see cref="WriteStruct"/> must have run.</summary>
    public IEnumerable<string> Written => Results().Select(result => result.Name).Where(name => Fields.Used.Any(used => used.Name == WritingOf(name)));

    /// <summary>
    /// The results that may be written past the caches, each with what else <c>Writings.Of</c> is told. A sweep that goes through memory once is cut where
    /// lines begin. One of several passes over a row has to take the row as it lies, and has more to lose.
    /// </summary>
    public IEnumerable<(string Result, string Condition)> Streamable =>
        from sweep in _region.Sweeps
        from result in StreamableOf(sweep)
        select (result, IsOnePass(sweep) ? "" : $", row: {_scope.Extent(Lanes)}{Follows(result, Body(Number(sweep)))}");

    /// <summary>Whether a result lies right behind one of the tensors that are read beside it.</summary>
    private string Follows(string result, VectorCode code)
    {
        var asked = code.Rows.Where(row => row.Tensor != result && code.Loaded.Any(load => load.Array == row.Local && load.Element == Element)).Select(row => $"Writings.Follows<{Element}>({result}, {row.Tensor})").ToList();
        return asked.Count == 0 ? "" : $", follows: {string.Join(" || ", asked)}";
    }

    /// <summary>Those results of a sweep that may be written past the caches, of all that are written in one run the first few.</summary>
    private IEnumerable<string> StreamableOf(Sweep sweep) =>
        (PerInstance ? _region.Sweeps : [sweep]).Where(other => IsOnePass(other) || PerInstance && !Body(Number(other)).IsStrided).SelectMany(ResultsOf).Take(MostStreamed).Intersect(ResultsOf(sweep)).Select(result => result.Name);

    /// <summary>The results that a sweep writes, without tensors for later steps.</summary>
    private IEnumerable<Result> ResultsOf(Sweep sweep) => sweep.Writes.Where(write => _isResult(write.Name));

    /// <summary>Whether a sweep goes through memory once and writes all that it reads it for, so that nothing else is to be done meanwhile.</summary>
    private bool IsOnePass(Sweep sweep) => sweep.Accumulators.IsEmpty && !PerInstance && (IsFlat(sweep) || !ByColumns && Nest.Length == 1) && !Body(Number(sweep)).IsStrided;

    /// <summary>The elements of a chunk: where a result may go past the caches, they end where lines do.</summary>
    private (string Start, string End) Boundaries(CodeWriter writer, Sweep sweep, string start, string end)
    {
        if (StreamedBy(sweep) is not { } result) return (start, end);
        var (length, aligned) = (Fields.Use(result.Name) + ".Length", Fields.Use(AlignedOf(result.Name)));
        writer.Line($"int start = Writings.Boundary<{Element}>({start}, {length}, {aligned});");
        writer.Line($"int end = Writings.Boundary<{Element}>({end}, {length}, {aligned});");
        return ("start", "end");
    }

    /// <summary>The result by whose place the elements of a sweep are cut; null where the sweep does not write results alone, one element after the other.</summary>
    private Result? StreamedBy(Sweep sweep) =>
        IsOnePass(sweep) ? ResultsOf(sweep).FirstOrDefault() : null;
}
