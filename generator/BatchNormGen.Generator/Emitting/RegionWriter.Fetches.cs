using System.Collections.Generic;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;

namespace BatchNormGen.Generator.Emitting;

/// <content>What a sweep has fetched before it is needed.</content>
internal sealed partial class RegionWriter
{
    /// <summary>Calls for memory before it is needed, where the processor would come too late with that by itself.</summary>
    private IEnumerable<string> Fetches(int number, VectorCode code) =>
        IsOnePass(_region.Sweeps[number - 1]) ? FetchesAhead(number, code) : FetchesOfRows(number, code).Concat(FetchesOfNext(number, code));

    /// <summary>The pass over an instance whose functions take longest; the last of those that take as long.</summary>
    private int LongestPass() => Enumerable.Range(1, _region.Sweeps.Length).OrderByDescending(number => Functions(_region.Sweeps[number - 1])).ThenByDescending(number => number).First();

    private int Functions(Sweep sweep) => sweep.Bodies.Nodes(stop: node => IsSmall(node) || IsTaken(sweep, node)).OfType<Apply>().Distinct().Sum(apply => apply.Function.Operations);

    /// <summary>What comes next in each tensor.</summary>
    private IEnumerable<string> FetchesAhead(int number, VectorCode code) =>
        ResultsOf(_region.Sweeps[number - 1]).Any() ? code.Loaded.Select(load => $"TWriter.FetchSource<{load.Element}>({load.Array}, {load.At});") : [];

    /// <summary>In the first pass over an instance whose rows lie far apart, as those of a channel do: the row that comes after a few others.</summary>
    private IEnumerable<string> FetchesOfRows(int number, VectorCode code)
    {
        if (ByColumns || !PerInstance || number > 1 || _region.Reduced.Length < 2) yield break;
        var rows = _region.Reduced[_region.Reduced.Length - 2];
        foreach (var row in code.Rows.Where(row => row.Loops.Contains(rows)))
        {
            var step = row.Step(_scope, rows);
            if (step != _scope.Extent(Lanes)) yield return $"Ahead.Fetch<{Access.ElementOf(row.Type)}>({row.Local}, {Lanes.Variable} + {RowsAhead} * {step});";
        }
    }

    /// <summary>
    /// In passes over a block of instances, which are in cache: has the next block fetched. The processor would begin with that when it comes to it, and have
    /// waited for nothing in between. What is read of it first is called for in the pass that computes longest, and where it will be written to in
    /// the last.
    /// </summary>
    private IEnumerable<string> FetchesOfNext(int number, VectorCode code)
    {
        if (ByColumns || Cost.Passes(_region, _scope.Space) < 2) yield break;
        var all = _region.Instances.Concat(_region.Reduced).Append(Lanes).Distinct().OrderBy(loop => _scope.Space.Loops.IndexOf(loop)).ToList();
        var length = _scope.Length([.. all.Skip(all.FindLastIndex(_region.Instances.Contains) + 1)]);
        var read = (number == 1 ? code : Body(1)).Rows.Where(row => row.Loops.SequenceEqual(all)).Select(row => row.Tensor).Except(_region.Sweeps[0].Writes.Select(write => write.Name)).ToList();
        var written = _region.Sweeps[number - 1].Writes.Where(write => IsWhole(write.Layout)).Select(write => write.Name);
        if (number == LongestPass())
            foreach (var name in read) yield return Fetch("Ahead.Fetch", name);
        if (number == _region.Sweeps.Length)
            foreach (var name in written.Distinct()) yield return Fetch(_isResult(name) ? "TWriter.FetchTarget" : "Ahead.Fetch", name);

        string Fetch(string method, string name)
        {
            var (array, at) = code.Place(name, all);
            if (!code.Outside.Any(local => local.Name == "ahead")) code.Declare(0, "ahead", $"(to - from) * {(length.Contains(" ") ? $"({length})" : length)}", "int");
            return $"{method}<{Access.ElementOf(_scope.Fields.TypeOf(name))}>({array}, {at} + ahead);";
        }

        bool IsWhole(IEnumerable<Index?> layout) => Access.LoopsOf(_scope.Space, layout).SequenceEqual(all);
    }
}
