using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>
/// Writes one region: a struct whose methods are the sweeps, and the statements that start it. The struct lies on the
/// stack of the caller, so that threads share its spans and nothing is allocated.
/// </summary>
internal sealed partial class RegionWriter
{
    /// <summary>By columns, chunks are whole multiples of this many rows, so that merging their sums costs little against making them.</summary>
    private const int ChunkRows = 128;

    /// <summary>The first rows of a stretch, whose means are its pivots.</summary>
    private const int PivotRows = 4;

    /// <summary>Rows of an instance that lie far apart are called for so many rows ahead: a short row is done long before memory answers.</summary>
    private const int RowsAhead = 4;

    /// <summary>Vectors that are added in the element type, in each register, before they go into a sum in double.</summary>
    private const int BlockVectors = 64;

    /// <summary>Instances that are added in the element type before their sums go into sums in double.</summary>
    private const int SumInstances = 64;

    /// <summary>Elements of an instance that a sweep takes before it goes on to a neighbour: to go on costs as much as some dozens.</summary>
    private const int ElementsInTurn = 128;

    /// <summary>Ends the names of what brings the small values of the instances at hand.</summary>
    public const string Here = "Here";

    /// <summary>Ends the names of spans that bring small values to later finishes, unrounded.</summary>
    private const string Exact = "Exact";

    private readonly Region _region;
    private readonly Scope _scope;
    private readonly string _struct;
    private readonly Func<string, bool> _isResult;
    private readonly Func<string, bool> _isGradient;
    private readonly Printer _printer;

    /// <summary>The small values of the region.</summary>
    private readonly Dictionary<Named, Small> _small;

    /// <summary>Its reductions.</summary>
    private readonly HashSet<Named> _sums;

    /// <summary>The small values that sweeps read.</summary>
    private readonly HashSet<Named> _swept;

    /// <summary>Those of one finish that later ones read.</summary>
    private readonly HashSet<Named> _finished;
    private readonly HashSet<(string Function, string Element)> _called = [];

    /// <summary>All that a result is made from.</summary>
    private readonly Dictionary<Result, HashSet<Expr>> _reached = [];

    /// <param name="region">What to write.</param>
    /// <param name="scope">The variables of the kernel.</param>
    /// <param name="structName">The name of the struct.</param>
    /// <param name="isResult">Whether what a sweep writes is a result, and not a tensor for a later step.</param>
    /// <param name="isGradient">Whether a result is a gradient, which the caller may leave out, or have added to what there is.</param>
    /// <param name="printer">Writes formulas for comments.</param>
    public RegionWriter(Region region, Scope scope, string structName, Func<string, bool> isResult, Func<string, bool> isGradient, Printer printer)
    {
        (_region, _struct, _isResult, _isGradient, _printer) = (region, structName, isResult, isGradient, printer);
        _scope = scope with { Fields = scope.Fields.Fresh() };
        _small = Values.ToDictionary(small => small.Value);
        _sums = [.. Accumulators.SelectMany(accumulator => accumulator.Values)];
        _swept = [.. _region.Sweeps.SelectMany(sweep => sweep.Bodies).Nodes(stop: IsSmall).OfType<Named>().Where(IsSmall)];
        _finished = [.. ReadByFinishes()];
        foreach (var sum in _sums) Fields.Declare("Span<double>", PartsOf(sum));
        foreach (var small in FieldValues)
            foreach (var part in Scope.Parts(small.Name, small.Wide)) Fields.Declare(small.Loops.IsEmpty ? Element : $"Span<{Element}>", part);
        Fields.Declare("bool", ArgumentChecks.Accumulate);
        Fields.Declare("int", "chunks");
        Fields.Declare("int", "sweep");
    }

    /// <summary>Begins to borrow memory.</summary>
    private const string BeginScratch = "using var scratch = new Scratch();";

    private Fields Fields => _scope.Fields;
    private string Element => _scope.Element;
    private bool PerInstance => !_region.Instances.IsEmpty;
    private bool ByColumns => _region.LanesKept && !_region.Reduced.IsEmpty;

    /// <summary>Whether a sweep takes a block of instances, one after the other: between two sweeps there is more to do than along a short row.</summary>
    private bool InBlocks => PerInstance && !ByColumns;
    private Loop Lanes => _region.Lanes!;
    private IEnumerable<Accumulator> Accumulators => _region.Sweeps.SelectMany(sweep => sweep.Accumulators);
    private IEnumerable<Small> Values => _region.Finishes.SelectMany(finish => finish.Values);

    /// <summary>The loops that a sweep method runs itself, the outermost first.</summary>
    private ImmutableArray<Loop> Nest =>
        ByColumns ? [Lanes, Rows]
        : [.. _region.Instances, .. _region.Reduced.IsEmpty ? [Lanes] : _region.Reduced];

    /// <summary>
    /// Whether the rows of an instance lie apart, with those of other instances between them: the channels of images. Then a block of neighbours is
    /// gone through nearly in the order of memory, a few rows of each in turn.
    /// </summary>
    private bool AreNeighbours =>
        InBlocks && _region.Reduced is [var outer, var lanes] && lanes == Lanes && _region.Instances.All(loop => _scope.Space.Loops.IndexOf(loop) is var place && place > _scope.Space.Loops.IndexOf(outer) && place < _scope.Space.Loops.IndexOf(Lanes));

    /// <summary>The variable that counts instances.</summary>
    private string Instance => _region.Instances.Length == 1 ? _region.Instances[0].Variable : "instance";

    /// <summary>The number of elements of an instance, as a C# expression.</summary>
    private string InstanceLength => _scope.Length([.. _region.Reduced.Append(Lanes).Distinct()]);

    /// <summary>By columns: the innermost of the reduced loops, which runs inside the loop over lanes.</summary>
    private Loop Rows => _region.Reduced[_region.Reduced.Length - 1];

    /// <summary>By columns: the reduced loops outside of the blocks of rows.</summary>
    private ImmutableArray<Loop> OuterRows => ByColumns ? _region.Reduced.RemoveAt(_region.Reduced.Length - 1) : [];

    /// <summary>Without instances: the loop that is cut into chunks.</summary>
    private Loop Chunked => _region.Reduced.IsEmpty ? Lanes : _region.Reduced[0];

    /// <summary>By columns: rows and lanes as one loop, for a sweep that writes alone. Rows of any length have no ends of their own then.</summary>
    private Loop Flat => new([.. Rows.Indices, .. Lanes.Indices]);

    /// <summary>Whether a sweep can run over all rows as if they were one: each element has a place of its own, or belongs to its column.</summary>
    private bool IsFlat(Sweep sweep)
    {
        if (!ByColumns || PerInstance || !OuterRows.IsEmpty || !sweep.Accumulators.IsEmpty) return false;
        var nodes = sweep.Writes.Select(write => write.Value).Nodes(stop: node => node is Named named && IsArray(named)).ToList();
        return sweep.Writes.All(write => IsWhole(Access.LoopsOf(_scope.Space, write.Layout)))
            && nodes.All(node => node switch
            {
                Position => false,
                Read read => Access.LoopsOf(_scope.Space, read.Indices) is var loops && (loops.IsEmpty || IsWhole(loops) || loops is [var loop] && loop == Lanes && _scope.Fields.TypeOf(read.Tensor).Contains($"<{Element}>")),
                Named named when IsArray(named) => (_scope.Find(named)?.Loops ?? _scope.Space.LoopsOf(named.Free)) is var loops && (loops.IsEmpty || loops is [var loop] && loop == Lanes),
                _ => true,
            });

        bool IsWhole(ImmutableArray<Loop> loops) => loops is [var rows, var lanes] && rows == Rows && lanes == Lanes;

        bool IsArray(Named named) => _small.ContainsKey(named) || _scope.Find(named) is not null;
    }

    /// <summary>Small values that sweeps read from fields of the struct, where they are not stored anyway.</summary>
    private IEnumerable<Small> FieldValues => Values.Where(IsFieldValue);

    private bool IsFieldValue(Small value) => !PerInstance && IsUsed(value.Value) && _scope.Find(value.Value) is null;

    /// <summary>Whether sweeps or later finishes read a small value.</summary>
    private bool IsUsed(Named value) => _swept.Contains(value) || _finished.Contains(value);

    private bool IsSmallRegion => _region.Lanes is null;

    /// <summary>The values of one finish that later ones read.</summary>
    private IEnumerable<Named> ReadByFinishes()
    {
        var last = new Dictionary<Expr, int>();
        for (var i = 0; i < _region.Finishes.Length; i++)
            foreach (var node in _region.Finishes[i].Values.Select(value => value.Value.Value).Concat(_region.Finishes[i].Writes.Select(write => write.Value)).Nodes(stop: node => IsSmall(node) || node is Named { Value: Reduce })) last[node] = i;
        for (var i = 0; i < _region.Finishes.Length; i++)
            foreach (var value in _region.Finishes[i].Values)
                if (last.TryGetValue(value.Value, out var use) && use > i) yield return value.Value;
    }

    /// <summary>Writes the statements of the kernel's method; <see cref="WriteStruct"/> must have run.</summary>
    public void WriteStart(CodeWriter writer)
    {
        if (!IsSmallRegion) writer.Line($"int chunks = {ChunkCount()};");
        var scalars = new HashSet<string>(FieldValues.Where(value => value.Loops.IsEmpty).SelectMany(value => Scope.Parts(value.Name, value.Wide)));
        var borrowed = Borrowed().ToDictionary(field => field.Name, field => field.From);
        if (borrowed.Count > 0) writer.Line(BeginScratch);
        // Field by field: an initializer would fill a second one and copy it, which for few elements takes a tenth of the time.
        writer.Line($"{_struct} sweeps = default;");
        foreach (var (_, name) in Fields.Used.Where(field => field.Name != "sweep" && !scalars.Contains(field.Name)))
            writer.Line($"sweeps.{name} = {(borrowed.TryGetValue(name, out var from) ? from : name)};");
        if (IsSmallRegion) writer.Line("sweeps.Finish();");
        else if (PerInstance)
        {
            writer.Line(Run(_region.Sweeps));
            if (!_region.Totals.IsEmpty) writer.Line("sweeps.Total();");
        }
        else
            for (var i = 0; i < _region.Finishes.Length; i++)
            {
                if (i > 0) WriteLaunch(writer, i);
                if (HasFinish(i)) writer.Line($"sweeps.Finish{i}();");
            }
    }

    /// <summary>The fields whose memory is borrowed, and how.</summary>
    private IEnumerable<(string Name, string From)> Borrowed()
    {
        foreach (var accumulator in Accumulators.Where(IsField))
            foreach (var sum in accumulator.Values)
            {
                var length = $"chunks * {ParenthesizedLength(accumulator.Loops)}";
                yield return (PartsOf(sum), $"scratch.Zeros<double>({(IsOptional(accumulator) ? $"{Wanted(result => Needs(result, accumulator))} ? {length} : 0" : length)})");
            }
        foreach (var value in FieldValues.Where(value => !value.Loops.IsEmpty))
            foreach (var part in Scope.Parts(value.Name, value.Wide)) yield return (part, $"scratch.Take<{Element}>({Access.Length(value.Loops)})");
    }

    /// <summary>The name of a parameter that is declared so.</summary>
    private static string NameOf(string parameter) => parameter.Substring(parameter.LastIndexOf(' ') + 1);

    private string Run(ImmutableArray<Sweep> sweeps, bool fromEnd = false) => $"Workers.Run(ref sweeps, chunks, {Work()}{string.Concat(sweeps.SelectMany(StreamableOf).Select(name => ", " + name))}{(fromEnd ? ", fromEnd: true" : "")});";

    private void WriteLaunch(CodeWriter writer, int number)
    {
        // Every other sweep begins at the end: it finds in cache what the one before it touched last.
        var run = Run([_region.Sweeps[number - 1]], fromEnd: number % 2 == 0);
        var launch = _region.Sweeps.Length > 1 ? $"sweeps.sweep = {number}; " : "";
        if (Wanted(_region.Sweeps[number - 1]) is not { } condition)
        {
            if (launch.Length > 0) writer.Line(launch.TrimEnd());
            writer.Line(run);
            return;
        }
        writer.Block($"if ({condition})", () =>
        {
            if (launch.Length > 0) writer.Line(launch.TrimEnd());
            writer.Line(run);
        });
    }

    /// <summary>The condition that a sweep is needed for a gradient that is wanted; null where it is needed anyway.</summary>
    private string? Wanted(Sweep sweep, Func<string, string>? field = null)
    {
        var served = Served(sweep).ToList();
        return served.SelectMany(other => other.Accumulators).SelectMany(accumulator => accumulator.Values).Any(sum => _scope.Find(sum) is not null)
            ? null
            : Wanted(result => served.Any(other => other.Writes.Contains(result) || other.Accumulators.Any(accumulator => Needs(result, accumulator))), field);
    }

    /// <summary>A sweep, those that take what it keeps, and so on.</summary>
    private IEnumerable<Sweep> Served(Sweep sweep) =>
        _region.Sweeps.Where(other => other.Takes.Any(sweep.Keeps.Contains)).SelectMany(Served).Prepend(sweep).Distinct();

    /// <summary>The condition that one of the gradients is wanted that need something; null where they all need it, or what is no gradient does.</summary>
    private string? Wanted(Func<Result, bool> needs, Func<string, string>? field = null)
    {
        var results = Results().ToList();
        var needing = results.Where(needs).ToList();
        return needing.Count > 0 && needing.Count < results.Count && needing.All(result => _isGradient(result.Name))
            ? string.Join(" || ", needing.Select(result => $"!{(field is null ? result.Name : field(result.Name))}.IsEmpty"))
            : null;
    }

    /// <summary>Whether a sum over instances has no memory where no gradient needs it.</summary>
    private bool IsOptional(Accumulator accumulator) =>
        accumulator.AcrossInstances && PerInstance && accumulator.Values.All(sum => _scope.Find(sum) is null) && Wanted(result => Needs(result, accumulator)) is not null;

    private IEnumerable<Result> Results() => _region.Sweeps.SelectMany(sweep => sweep.Writes).Concat(_region.Finishes.SelectMany(finish => finish.Writes)).Concat(_region.Totals);

    /// <summary>Whether a result needs a sum, perhaps by way of another sum.</summary>
    private bool Needs(Result result, Accumulator accumulator)
    {
        if (!_reached.TryGetValue(result, out var reached)) _reached.Add(result, reached = [.. result.Value.Nodes()]);
        return accumulator.Values.Any(reached.Contains);
    }

    private string ChunkCount()
    {
        var rows = PerInstance ? _region.Instances : [Chunked];
        var rest = _region.Instances.Concat(_region.Reduced).Append(Lanes).Distinct().Except(rows).ToList();
        var granularity = ByColumns && !PerInstance && OuterRows.IsEmpty ? $", {ChunkRows}" : _region.Reduced.IsEmpty && !PerInstance ? $", {BlockVectors}" : "";
        return $"Chunks.Of({Access.Length(rows)}, {LongLength(rest)}{granularity})";
    }

    private string Work() => LongLength([.. _region.Instances.Concat(_region.Reduced).Append(Lanes).Distinct()]);

    private static string LongLength(IReadOnlyList<Loop> loops) => loops.Count < 2 ? Access.Length(loops) : "(long)" + Access.Length(loops);

    private static string ParenthesizedLength(IReadOnlyList<Loop> loops) => loops.Count > 1 ? $"({Access.Length(loops)})" : Access.Length(loops);

    /// <summary>Sums that live in a field: parts of a sum over chunks. The others are variables of the instance.</summary>
    private bool IsField(Accumulator accumulator) => !PerInstance || accumulator.AcrossInstances;

    /// <summary>
    /// Whether a sum over instances goes through a block in the element type, as those of rows by columns do: it has one place for each lane, and to
    /// widen each of its terms would take longer than to make them.
    /// </summary>
    private bool IsBlocked(Accumulator accumulator) =>
        Element == "float" && PerInstance && !ByColumns && accumulator.AcrossInstances && accumulator.Kind == Reduction.Sum && accumulator.Loops.Contains(Lanes);

    /// <summary>The field for the parts of a sum. Where the sum itself is stored, or kept for a later sweep, that has its name.</summary>
    private string PartsOf(Named sum) => _scope.Find(sum) is { Wide: false } || _small.TryGetValue(sum, out var small) && !small.Wide && IsFieldValue(small) ? sum.Name + "Parts" : sum.Name;

    private string Describe(int number)
    {
        var sweep = _region.Sweeps[number - 1];
        var formulas = sweep.Keeps.Concat(sweep.Accumulators.SelectMany(accumulator => accumulator.Values)).Select(value => _printer.PrintDefinition(value.Name, value.Value))
            .Concat(sweep.Writes.Select(write => $"{write.Name}[{IndexSet.Of(write.Layout)}] = {_printer.PrintValue(write.Value)}"));
        return string.Join("; ", formulas);
    }

    /// <summary>Whether code uses a variable: its name stands there by itself, and not as a member of something.</summary>
    private static bool Mentions(string code, string name)
    {
        if (char.IsDigit(name[0])) return false;
        for (var at = code.IndexOf(name, StringComparison.Ordinal); at >= 0; at = code.IndexOf(name, at + 1, StringComparison.Ordinal))
            if ((at == 0 || code[at - 1] != '.' && !IsPartOfName(code[at - 1])) && (at + name.Length == code.Length || !IsPartOfName(code[at + name.Length]))) return true;
        return false;

        static bool IsPartOfName(char character) => char.IsLetterOrDigit(character) || character == '_';
    }

    private static string Xml(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    private static void Lines(CodeWriter writer, IEnumerable<string> lines)
    {
        foreach (var line in lines) writer.Line(line);
    }

    private void Loops(CodeWriter writer, IReadOnlyList<Loop> loops, Action body)
    {
        Nested(0);

        void Nested(int depth)
        {
            if (depth == loops.Count) body();
            else writer.Block($"for (int {loops[depth].Variable} = 0; {loops[depth].Variable} < {_scope.Extent(loops[depth])}; {loops[depth].Variable}++)", () => Nested(depth + 1));
        }
    }
}
