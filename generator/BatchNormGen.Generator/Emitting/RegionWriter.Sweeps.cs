using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <content>The sweeps: the calls in each width, and the methods that run along the lanes.</content>
internal sealed partial class RegionWriter
{
    /// <summary>The calls that run a sweep in every width: the widest as far as it goes, then the next.</summary>
    private void WriteCall(CodeWriter writer, int number, string? chunkFrom, string? chunkTo)
    {
        var sweep = _region.Sweeps[number - 1];
        writer.Comment(Describe(number));
        var arguments = string.Concat(CallArguments(sweep).Select(argument => ", " + argument));
        if (IsFlat(sweep))
        {
            var extent = _scope.Extent(Lanes);
            var columns = Body(number).Columns;
            var (start, end) = Boundaries(writer, sweep, $"{chunkFrom} * {extent}", $"{chunkTo} * {extent}");
            foreach (var (name, local) in columns) writer.Line($"ReadOnlySpan<{Element}> {local} = Repeated.Of<{Element}>({Fields.Use(name)}, {start}, scratch);");
            WriteWidths(writer, "Sweep", number, start, string.Concat(columns.Select(column => ", " + column.Local).Prepend(", " + end)), end);
            return;
        }
        if (!ByColumns)
        {
            // Over elements alone the chunk is a range of lanes; else it is a range of the outermost loop, or a block of instances.
            var lanesOnly = Nest.Length == 1 && chunkFrom is not null;
            var range = lanesOnly ? $", {chunkTo}" : InBlocks ? ", block, blockEnd" : $", {chunkFrom}, {chunkTo}";
            if (!lanesOnly) WriteWidths(writer, "Sweep", number, "0", range + arguments);
            else
            {
                var (start, end) = Boundaries(writer, sweep, chunkFrom!, chunkTo!);
                WriteWidths(writer, "Sweep", number, start, $", {end}{arguments}", end);
            }
            return;
        }
        var outer = OuterRows.Select((loop, i) => (Loop: loop, From: i == 0 ? chunkFrom : null, To: i == 0 ? chunkTo : null)).ToList();
        var (rowsFrom, rowsTo) = outer.Count > 0 || chunkFrom is null ? ("0", _scope.Extent(Rows)) : (chunkFrom, chunkTo!);
        Nested(0);

        void Nested(int depth)
        {
            if (depth < outer.Count)
            {
                var (loop, from, to) = outer[depth];
                writer.Block($"for (int {loop.Variable} = {from ?? "0"}; {loop.Variable} < {to ?? _scope.Extent(loop)}; {loop.Variable}++)", () => Nested(depth + 1));
                return;
            }
            var blocks = Blocks(sweep).ToList();
            if (blocks.Count == 0)
            {
                WriteWidths(writer, "Sweep", number, "0", $", {rowsFrom}, {rowsTo}{arguments}");
                return;
            }
            writer.Block($"for (int block = {rowsFrom}, sumRows = Chunks.SumRows({_scope.Extent(Lanes)}); block < {rowsTo}; block += sumRows)", () =>
            {
                writer.Line($"int blockEnd = Math.Min(block + sumRows, {rowsTo});");
                WriteWidths(writer, "Sweep", number, "0", $", block, blockEnd{arguments}");
                foreach (var accumulator in sweep.Accumulators.Where(IsColumnSum))
                    writer.Line(accumulator.Squares is null ? $"Partials.Add<{Element}>({accumulator.Name}Block, {accumulator.Name});" : $"{accumulator.Name}Moments.AddBlock();");
            });
        }
    }

    /// <summary>By columns: whether a sum goes through a block of rows.</summary>
    private static bool IsColumnSum(Accumulator accumulator) => !accumulator.AcrossInstances && accumulator.Kind == Reduction.Sum;

    /// <summary>By columns: the sums of a block of rows, as a sweep gets them, and what is given to it.</summary>
    private static IEnumerable<(string Parameter, string Argument)> Blocks(Sweep sweep)
    {
        foreach (var accumulator in sweep.Accumulators.Where(IsColumnSum))
        {
            if (accumulator.Squares is null) yield return (accumulator.Name + "Block", accumulator.Name + "Block");
            else
                foreach (var part in new[] { "ShiftedBlock", "SquaresBlock" }) yield return (accumulator.Name + part, $"{accumulator.Name}Moments.{part}");
        }
    }

    /// <summary>The calls of one method in all widths; those of the narrower ones only where something is left for them.</summary>
    private void WriteWidths(CodeWriter writer, string stem, int number, string from, string arguments, string? end = null)
    {
        end ??= _scope.Extent(Lanes);
        var method = $"{stem}{number}";
        var element = stem == "Columns" ? "double" : Element;
        if (stem != "Columns" && (Body(number).IsStrided || ChoiceOf(_region.Sweeps[number - 1]) is not null))
        {
            writer.Line($"{method}<Lane<{element}>>({from}{arguments});");
            return;
        }
        var done = stem == "Sweep" ? $"done{number}" : stem.ToLowerInvariant();
        writer.Line($"int {done} = Lanes512<{element}>.IsSupported ? {method}<Lanes512<{element}>>({from}{arguments}) : {from};");
        foreach (var lanes in new[] { "Lanes256", "Lanes128" }) writer.Line($"if ({done} < {end}) {done} = {method}<{lanes}<{element}>>({done}{arguments});");
        writer.Line($"if ({done} < {end}) {method}<Lane<{element}>>({done}{arguments});");
    }

    /// <summary>Small values of the instance that the sweep reads, by way of parameters.</summary>
    private IEnumerable<Small> Parameters(Sweep sweep)
    {
        if (!PerInstance) return [];
        var read = new HashSet<Expr>(sweep.Bodies.Nodes(stop: node => IsSmall(node) || IsTaken(sweep, node)));
        return Values.Where(value => read.Contains(value.Value) && _scope.Find(value.Value) is null);
    }

    private bool IsSmall(Expr node) => node is Named named && _small.ContainsKey(named);

    private static bool IsTaken(Sweep sweep, Expr node) => node is Named named && sweep.Takes.Contains(named);

    private IEnumerable<string> CallArguments(Sweep sweep)
    {
        if (!InBlocks)
            foreach (var loop in _region.Instances.Concat(OuterRows)) yield return loop.Variable;
        foreach (var value in Parameters(sweep))
        {
            var cast = Element == "double" ? "" : "(float)";
            if (IsPlainSum(value)) yield return value.Name;
            else if (IsInSpan(value))
                foreach (var part in Scope.Parts(value.Name, value.Wide)) yield return part + Here;
            else
            {
                yield return cast + LocalName(value.Value);
                if (!value.Wide) continue;
                var low = $"{LocalName(value.Value)} - {cast}{LocalName(value.Value)}";
                yield return IsTwoSum(value, out _, out _) ? $"{cast}(({low}) + {RestOf(value)})" : $"{cast}({low})";
            }
        }
        foreach (var row in sweep.Takes.Concat(sweep.Keeps)) yield return row.Name + Here;
        if (HasLanes(sweep)) yield return "lanes";
        foreach (var accumulator in sweep.Accumulators)
        {
            if (IsBlocked(accumulator)) yield return accumulator.Name + "Block";
            else if (IsPassed(accumulator))
                foreach (var sum in accumulator.Values) yield return IsSpan(accumulator) ? sum.Name : "ref " + sum.Name;
            else if (accumulator.Squares is not null) yield return accumulator.Name + "Moments.Pivots";
        }
        if (ByColumns)
            foreach (var (_, argument) in Blocks(sweep)) yield return argument;
    }

    private IEnumerable<string> MethodParameters(Sweep sweep)
    {
        if (IsFlat(sweep))
        {
            yield return "int to";
            foreach (var (_, local) in Body(Number(sweep)).Columns) yield return $"ReadOnlySpan<{Element}> {local}";
            yield break;
        }
        if (ByColumns || InBlocks)
        {
            yield return "int from";
            yield return "int to";
        }
        else
        {
            if (Nest.Length > 1) yield return "int rowFrom";
            yield return Nest.Length > 1 ? "int rowTo" : "int to";
        }
        if (!InBlocks)
            foreach (var loop in _region.Instances.Concat(OuterRows)) yield return "int " + loop.Variable;
        foreach (var value in Parameters(sweep))
            foreach (var part in Scope.Parts(value.Name, value.Wide)) yield return (IsPlainSum(value) ? "ReadOnlySpan<double> " : IsInSpan(value) ? $"ReadOnlySpan<{Element}> " : Element + " ") + part + Here;
        foreach (var taken in sweep.Takes) yield return $"ReadOnlySpan<{Element}> {taken.Name}{Here}";
        foreach (var kept in sweep.Keeps) yield return $"Span<{Element}> {kept.Name}{Here}";
        if (HasLanes(sweep)) yield return $"Span<{Element}> lanes";
        foreach (var accumulator in sweep.Accumulators)
        {
            if (IsBlocked(accumulator)) yield return $"Span<{Element}> {accumulator.Name}Block";
            else if (IsPassed(accumulator))
                foreach (var sum in accumulator.Values) yield return (IsSpan(accumulator) ? "Span<double> " : "ref double ") + sum.Name;
            else if (accumulator.Squares is not null) yield return $"ReadOnlySpan<{Element}> {accumulator.Name}Pivot";
        }
        if (ByColumns)
            foreach (var (parameter, _) in Blocks(sweep)) yield return $"Span<{Element}> {parameter}";
    }

    /// <summary>Whether a sweep works on the result itself; sums by columns go through blocks.</summary>
    private bool IsPassed(Accumulator accumulator) => !ByColumns || !IsColumnSum(accumulator);

    /// <summary>Whether a sum has several places while the sweep runs.</summary>
    private bool IsSpan(Accumulator accumulator) => ByColumns || PerInstance;

    /// <summary>What a sum of an unwanted gradient is left out by. Not from a block: to ask at each element would take longer than to add.</summary>
    private string Guard(Accumulator accumulator) => IsOptional(accumulator) ? $"if (!{accumulator.Name}.IsEmpty) " : "";

    /// <summary>The place of a sum of the instance that a sweep is at.</summary>
    private string PlaceOfSum(Accumulator accumulator, string target) => accumulator.AcrossInstances ? $"[{target}]" : InBlocks ? $"[{Instance} - from]" : "";

    private void WriteSweep(CodeWriter writer, int number)
    {
        var sweep = _region.Sweeps[number - 1];
        var code = Body(number);
        var names = sweep.Accumulators.Where(accumulator => !accumulator.Loops.Contains(Nest[Nest.Length - 1])).ToDictionary(accumulator => accumulator, accumulator => new Register(code.FreshOnes(accumulator.Name + "Lanes"), Fold.Of(accumulator.Kind), code.Fresh(accumulator.Name + "Rest")));
        var inner = new List<string>();
        var stores = new List<string>();
        var starts = new List<string>();
        var flushes = new List<string>();
        var registers = names.Values.ToList();
        foreach (var accumulator in sweep.Accumulators)
        {
            if (accumulator.Squares is not null)
            {
                WriteMoments(accumulator);
                continue;
            }
            var target = accumulator.AcrossInstances ? code.At(accumulator.Loops) : Lanes.Variable;
            var lanesKept = accumulator.Loops.Contains(Lanes);
            var fold = Fold.Of(accumulator.Kind);
            if (accumulator.Pivoted && !ByColumns) WritePivoted(accumulator, names[accumulator].Name);
            else if (names.TryGetValue(accumulator, out var locals))
            {
                var register = locals.Name;
                inner.Add(accumulator.Kind == Reduction.Sum ? Accumulate(register, accumulator.Body, code) : string.Format(CultureInfo.InvariantCulture, fold.Step, register, code.Write(accumulator.Body)));
                flushes.Add(Guard(accumulator) + (lanesKept && IsColumnSum(accumulator) ? AddBlock(register, accumulator.Name + "Block")
                    : lanesKept ? $"V.{fold.To}({register}, {accumulator.Name}, {target});"
                    : string.Format(CultureInfo.InvariantCulture, fold.Join, accumulator.Name + PlaceOfSum(accumulator, target), register)));
            }
            else if (IsBlocked(accumulator)) inner.Add($"{Added($"V.Load({accumulator.Name}Block, {target})", accumulator.Body, code)}.Store({accumulator.Name}Block, {target});");
            else inner.Add(Guard(accumulator) + (lanesKept ? $"V.{fold.To}({code.Write(accumulator.Body)}, {accumulator.Name}, {target});"
                : string.Format(CultureInfo.InvariantCulture, fold.Join, $"{accumulator.Name}[{target}]", code.Write(accumulator.Body))));
        }
        foreach (var write in sweep.Writes)
        {
            var value = code.Write(write.Value);
            var local = code.Fresh(write.Name);
            var (target, at) = code.Place(write.Name, Access.LoopsOf(_scope.Space, write.Layout));
            inner.Add($"V {local} = {value};");
            stores.Add(_isResult(write.Name)
                ? $"TWriter.Write({local}, {target}, {at}, {code.Setting(WritingOf(write.Name))});"
                : $"{local}.Store({target}, {at});");
        }
        stores.AddRange(sweep.Keeps.Select(kept => $"{code.Write(kept)}.Store({code.RowHere(kept.Name, "Span")}, {Lanes.Variable});"));
        inner.AddRange(stores);
        inner.AddRange(Fetches(number, code));

        var step = StepOf(number, code, registers, inner);
        if (step.IsMethod) WriteStep(writer, step);
        writer.Line($"/// <summary>{Xml(Describe(number))}</summary>");
        WriteMethod(writer, $"Sweep{number}", [.. MethodParameters(sweep)], body =>
        {
            if (IsFlat(sweep)) WriteFlat(body, code, inner);
            else if (ByColumns) WriteColumns(body, step, registers, flushes);
            else WriteRows(body, number, step, registers, starts, flushes);
        }, results: [.. ResultsOf(sweep).Select(result => result.Name)], done: step.TakesRest ? _scope.Extent(Lanes) : "end");

        // Σ x = Σ (x − p) + count·p, where p is the first element of each lane in the block.
        void WritePivoted(Accumulator accumulator, string register)
        {
            var read = (Read)accumulator.Body;
            var pivot = code.Fresh(read.Tensor + "Pivot");
            var element = code.Write(read);
            starts.Add($"V {pivot} = {FirstOf(read)};");
            code.DeclareElsewhere(pivot);
            inner.Add($"{register} += {element} - {pivot};");
            var rest = TakesRest(number, code) ? $" + rests * V.Sum(V.Where(isRest, {pivot}))" : "";
            flushes.Add($"{accumulator.Name}{PlaceOfSum(accumulator, "")} += V.Sum({register}) + count * V.Sum({pivot}){rest};");
        }

        // The first vector of the block.
        string FirstOf(Read read)
        {
            var loops = Access.LoopsOf(_scope.Space, read.Indices);
            var (array, at) = loops[loops.Length - 1] == Lanes && !AreRowsJoined(sweep) ? code.Place(read.Tensor, loops) : (code.Array(read.Tensor), _scope.Offset(loops));
            return $"V.Load({array}, {(AreNeighbours && AreRowsJoined(sweep) ? OfFirst(at) : at)})";
        }

        // Σ (f − p) and Σ (f − p)² about the pivot p: of columns the means of the first rows, along a row the mean of the first vector of the block.
        void WriteMoments(Accumulator accumulator)
        {
            var (pivot, shifted) = (code.Fresh(accumulator.Name + "PivotLanes"), names[accumulator].Name);
            var squares = new Register(code.FreshOnes(accumulator.Name + "SquaresLanes"), Fold.Of(Reduction.Sum), code.Fresh(accumulator.Name + "SquaresRest"));
            var deviation = code.Fresh("deviation");
            registers.Add(squares);
            if (ByColumns) code.Declare(1, pivot, $"V.Load({accumulator.Name}Pivot, {Lanes.Variable})");
            else
            {
                code.DeclareElsewhere(pivot);
                var mean = $"V.Sum({FirstOf((Read)accumulator.Body)}) / V.Count";
                starts.Add($"{Element} {accumulator.Name}Pivot = {(Element == "double" ? mean : $"({Element})({mean})")};");
                starts.Add($"V {pivot} = V.Broadcast({accumulator.Name}Pivot);");
            }
            inner.Add($"V {deviation} = {code.Write(accumulator.Body)} - {pivot};");
            inner.Add($"{shifted} += {deviation};");
            inner.Add($"{squares.Name} = V.MultiplyAdd({deviation}, {deviation}, {squares.Name});");
            if (ByColumns)
            {
                flushes.Add(AddBlock(shifted, accumulator.Name + "ShiftedBlock"));
                flushes.Add(AddBlock(squares.Name, accumulator.Name + "SquaresBlock"));
            }
            else flushes.Add($"Moments.Fold({accumulator.Name}, {accumulator.Squares!.Name}, {Instance} - from, taken, {accumulator.Name}Pivot, V.Sum({shifted}), V.Sum({squares.Name}), added);");
        }
    }

    private string AddBlock(string register, string block) => $"(V.Load({block}, {Lanes.Variable}) + {register}).Store({block}, {Lanes.Variable});";

    /// <summary>
    /// A method that runs along the lanes in one width, and returns how far it came. One that writes results exists once for each way of writing: to
    /// ask for it at each element would take a third of the time again.
    /// </summary>
    private void WriteMethod(CodeWriter writer, string name, IReadOnlyList<string> parameters, Action<CodeWriter> writeBody, string? element = null, ImmutableArray<string> results = default, string done = "end")
    {
        var extent = parameters.FirstOrDefault() == "int to" ? "to" : _scope.Extent(Lanes);
        var list = string.Concat(parameters.Select(parameter => ", " + parameter));
        var lanes = $"where V : struct, ILanes<V, {element ?? Element}>";
        var writes = !results.IsDefaultOrEmpty;
        if (writes)
        {
            var writings = results.Select(result => Fields.Use(WritingOf(result))).ToList();
            var arguments = string.Concat(parameters.Select(parameter => ", " + (parameter.StartsWith("ref ", StringComparison.Ordinal) ? "ref " : "") + NameOf(parameter)));
            writer.Block($"private int {name}<V>(int start{list}) {lanes} => {(writings.Count == 1 ? writings[0] : $"Writings.Common([{string.Join(", ", writings)}])")} switch", () =>
            {
                writer.Line($"Writing.Replace => {name}<V, Replacing>(start{arguments}),");
                if (results.Any(Streamable.Select(streamable => streamable.Result).Contains)) writer.Line($"Writing.Stream => {name}<V, Streaming>(start{arguments}),");
                writer.Line($"_ => {name}<V, Deciding>(start{arguments}),");
            }, end: "};");
            writer.Line();
        }
        // Not inlined: the JIT, once it has seen that they are hot, would do that and then run out of its budget inside, at ten times the time.
        writer.Line("[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]");
        writer.Block($"private int {name}<V{(writes ? ", TWriter" : "")}>(int start{list}) {lanes}{(writes ? " where TWriter : struct, IWriter" : "")}", () =>
        {
            var body = new CodeWriter(writer.Token);
            body.Line($"int end = V.IsSupported ? {extent} - ({extent} - start) % V.Count : start;");
            body.Line("if (start == end) return end;");
            writeBody(body);
            foreach (var known in Extents.Where(known => Mentions(body.ToString(), known))) writer.Line($"int {known} = this.{known};");
            writer.Raw(body.ToString());
            writer.Line($"return {done};");
        });
    }

    private IEnumerable<string> Extents => _scope.Space.Loops.Select(loop => loop.Extent).Distinct();

    private static string Accumulate(string register, Expr body, VectorCode code) =>
        Product(body, code) is var (a, b) ? $"{register} = V.MultiplyAdd({a}, {b}, {register});" : $"{register} += {code.Write(body)};";

    /// <summary>A sum with one more term.</summary>
    private static string Added(string sum, Expr body, VectorCode code) =>
        Product(body, code) is var (a, b) ? $"V.MultiplyAdd({a}, {b}, {sum})" : $"({sum} + {code.Write(body)})";

    /// <summary>The halves of a product that is added in one fused step; null for anything else.</summary>
    private static (string A, string B)? Product(Expr body, VectorCode code)
    {
        if (body is Product { Coefficient.IsOne: true } product && VectorCode.IsRepeated(product))
        {
            var operands = VectorCode.Operands(product).Select(operand => code.WriteOperand(operand)).ToList();
            if (operands.Count > 1) return (string.Join(" * ", operands.Take(operands.Count - 1)), operands[operands.Count - 1]);
        }
        return null;
    }

    /// <summary>Names that sweeps use for themselves.</summary>
    private static readonly string[] Taken = ["start", "end", "from", "to", "first", "last", "taken", "added", "ahead", "block", "blockRows", "apart", "left", "step", "stop", "count", "at", "rest", "rests", "isRest", "lanes", "place", "turn", "turnEnd", "turnRows", "V", "TWriter"];

    private readonly Dictionary<int, VectorCode> _bodies = [];

    private int Number(Sweep sweep) => _region.Sweeps.IndexOf(sweep) + 1;

    private VectorCode Body(int number)
    {
        if (_bodies.TryGetValue(number, out var known)) return known;
        var sweep = _region.Sweeps[number - 1];
        var flat = IsFlat(sweep);
        var taken = flat ? Taken : MethodParameters(sweep).Select(NameOf).Concat(Taken);
        return _bodies[number] = new VectorCode(_scope, flat ? [Lanes] : Nest, Lanes, named => IsTaken(sweep, named) ? Here : ParameterOf(named), IsWide, taken, sweep.Bodies, _called, loops => !ByColumns || loops.Contains(Rows), flat, InBlocks ? new(_region.Instances.Length, $"{Instance} - from", _sums.Contains) : null);
    }

    /// <summary>How a sweep gets a small value of this region: by a parameter of this ending, from a field, or not from here at all.</summary>
    private string? ParameterOf(Named named) =>
        !_small.ContainsKey(named) || _scope.Find(named) is not null ? null : PerInstance ? Here : "";

    private bool IsWide(Named named) => _scope.Find(named)?.Wide ?? (_small.TryGetValue(named, out var small) && small.Wide);
}
