using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <summary>
/// Writes one region: a struct whose methods are the sweeps, and the statements that start it. The struct lies on the
/// stack of the caller, so that threads share its spans and nothing is allocated.
/// </summary>
internal sealed class RegionWriter
{
    /// <summary>
    /// Rows that are taken together: enough to add to a column's sum rarely, few enough for the processor to fetch each
    /// row ahead as a stream of its own. Rows of 1024 floats: 4 took 6.9 ms where 8 took 9.3 and 16 took 12.2.
    /// </summary>
    private const int BlockRows = 4;

    /// <summary>By columns, chunks are whole multiples of this many rows, so that merging their sums costs little against making them.</summary>
    private const int ChunkRows = 128;

    /// <summary>Rows that are added in the element type before they go into the sums in double.</summary>
    private const int SumRows = 64;

    /// <summary>The first rows of a stretch, whose means are its pivots: one block, so that one pass over it ends with the mean.</summary>
    private const int PivotRows = BlockRows;

    /// <summary>Vectors that are added in the element type before they go into a sum in double.</summary>
    private const int BlockVectors = 64;

    /// <summary>Ends the names of parameters that bring the small values of the instance at hand.</summary>
    private const string Here = "Here";

    private readonly Region _region;
    private readonly Scope _scope;
    private readonly string _struct;
    private readonly bool _optional;
    private readonly Printer _printer;
    private readonly HashSet<Named> _used;

    /// <param name="region">What to write.</param>
    /// <param name="scope">The variables of the kernel.</param>
    /// <param name="structName">The name of the struct.</param>
    /// <param name="optional">Whether the caller may leave out results.</param>
    /// <param name="printer">Writes formulas for comments.</param>
    public RegionWriter(Region region, Scope scope, string structName, bool optional, Printer printer)
    {
        (_region, _struct, _optional, _printer) = (region, structName, optional, printer);
        _scope = scope with { Fields = scope.Fields.Fresh() };
        foreach (var sum in Accumulators.SelectMany(accumulator => accumulator.Values)) Fields.Declare("Span<double>", PartsOf(sum));
        _used = [.. UsedLater()];
        foreach (var small in FieldValues)
            foreach (var part in Scope.Parts(small.Name, small.Wide)) Fields.Declare(small.Loops.IsEmpty ? Element : $"Span<{Element}>", part);
        Fields.Declare("int", "chunks");
        Fields.Declare("int", "sweep");
    }

    private Fields Fields => _scope.Fields;
    private string Element => _scope.Element;
    private bool PerInstance => !_region.Instances.IsEmpty;
    private bool ByColumns => _region.LanesKept && !_region.Reduced.IsEmpty;
    private Loop Lanes => _region.Lanes!;
    private IEnumerable<Accumulator> Accumulators => _region.Sweeps.SelectMany(sweep => sweep.Accumulators);
    private IEnumerable<Small> Values => _region.Finishes.SelectMany(finish => finish.Values);

    /// <summary>The loops that a sweep method runs itself, the outermost first.</summary>
    private ImmutableArray<Loop> Nest =>
        ByColumns ? [Lanes, Rows]
        : _region.Reduced.IsEmpty ? [Lanes]
        : _region.Reduced;

    /// <summary>By columns: the innermost of the reduced loops, which runs inside the loop over lanes.</summary>
    private Loop Rows => _region.Reduced[_region.Reduced.Length - 1];

    /// <summary>By columns: the reduced loops outside of the blocks of rows.</summary>
    private ImmutableArray<Loop> OuterRows => ByColumns ? _region.Reduced.RemoveAt(_region.Reduced.Length - 1) : [];

    /// <summary>Without instances: the loop that is cut into chunks.</summary>
    private Loop Chunked => _region.Reduced.IsEmpty ? Lanes : _region.Reduced[0];

    /// <summary>Small values that sweeps read from fields of the struct, where they are not stored anyway.</summary>
    private IEnumerable<Small> FieldValues => PerInstance ? [] : Values.Where(value => _used.Contains(value.Value) && _scope.Find(value.Value) is null);

    private bool IsSmallRegion => _region.Lanes is null;

    /// <summary>The values of one finish that sweeps or later finishes read.</summary>
    private IEnumerable<Named> UsedLater()
    {
        for (var i = 0; i < _region.Finishes.Length; i++)
        {
            var later = _region.Sweeps.SelectMany(sweep => sweep.Accumulators.Select(accumulator => accumulator.Body).Concat(sweep.Writes.Select(write => write.Value)))
                .Concat(_region.Finishes.Skip(i + 1).SelectMany(finish => finish.Values.Select(value => value.Value.Value).Concat(finish.Writes.Select(write => write.Value))))
                .Nodes(stop: node => node is Named named && Values.Any(value => value.Value == named)).ToList();
            foreach (var value in _region.Finishes[i].Values)
                if (later.Contains(value.Value)) yield return value.Value;
        }
    }

    // ---- The statements that start the region -------------------------------------------------------------------------

    /// <summary>Writes the statements of the kernel's method; <see cref="WriteStruct"/> must have run.</summary>
    public void WriteStart(CodeWriter writer)
    {
        if (!IsSmallRegion) writer.Line($"int chunks = {ChunkCount()};");
        foreach (var accumulator in Accumulators.Where(IsField))
            foreach (var sum in accumulator.Values) writer.Line($"using var {PartsOf(sum)} = new Scratch<double>(chunks * {ParenthesizedLength(accumulator.Loops)});");
        foreach (var value in FieldValues.Where(value => !value.Loops.IsEmpty))
            foreach (var part in Scope.Parts(value.Name, value.Wide)) writer.Line($"using var {part} = new Scratch<{Element}>({Access.Length(value.Loops)});");
        var scratch = new HashSet<string>(Accumulators.Where(IsField).SelectMany(accumulator => accumulator.Values).Select(PartsOf)
            .Concat(FieldValues.Where(value => !value.Loops.IsEmpty).SelectMany(value => Scope.Parts(value.Name, value.Wide))));
        var scalars = new HashSet<string>(FieldValues.Where(value => value.Loops.IsEmpty).SelectMany(value => Scope.Parts(value.Name, value.Wide)));

        writer.Line($"var sweeps = new {_struct}");
        writer.Line("{");
        writer.Indented(() =>
        {
            foreach (var (_, name) in Fields.Used.Where(field => field.Name != "sweep" && !scalars.Contains(field.Name)))
                writer.Line($"{name} = {name}{(scratch.Contains(name) ? ".Span" : "")},");
        });
        writer.Line("};");
        if (IsSmallRegion) writer.Line("sweeps.Finish();");
        else if (PerInstance)
        {
            writer.Line($"Workers.Run(ref sweeps, chunks, {Work()});");
            if (!_region.Totals.IsEmpty) writer.Line("sweeps.Total();");
        }
        else
            for (var i = 0; i < _region.Finishes.Length; i++)
            {
                if (i > 0) WriteLaunch(writer, i);
                if (HasFinish(i)) writer.Line($"sweeps.Finish{i}();");
            }
    }

    private void WriteLaunch(CodeWriter writer, int number)
    {
        var results = Results().ToList();
        var sweep = _region.Sweeps[number - 1];
        var needing = results.Where(result => sweep.Writes.Contains(result) || sweep.Accumulators.Any(accumulator => Needs(result, accumulator))).ToList();
        var condition = _optional && needing.Count < results.Count ? $"if ({string.Join(" || ", needing.Select(result => $"!{result.Name}.IsEmpty"))}) " : "";
        var launch = _region.Sweeps.Length > 1 ? $"sweeps.sweep = {number}; " : "";
        if (condition.Length == 0)
        {
            if (launch.Length > 0) writer.Line(launch.TrimEnd());
            writer.Line($"Workers.Run(ref sweeps, chunks, {Work()});");
            return;
        }
        writer.Block(condition.TrimEnd(), () =>
        {
            if (launch.Length > 0) writer.Line(launch.TrimEnd());
            writer.Line($"Workers.Run(ref sweeps, chunks, {Work()});");
        });
    }

    private IEnumerable<Result> Results() => _region.Sweeps.SelectMany(sweep => sweep.Writes).Concat(_region.Finishes.SelectMany(finish => finish.Writes));

    /// <summary>Whether a result needs a sum, perhaps by way of another sum.</summary>
    private static bool Needs(Result result, Accumulator accumulator) => result.Value.Nodes().Any(node => accumulator.Values.Contains(node));

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

    /// <summary>The field for the parts of a sum. Where the sum itself is stored, the array of the sum has its name.</summary>
    private string PartsOf(Named sum) => _scope.Find(sum) is { Wide: false } ? sum.Name + "Parts" : sum.Name;

    // ---- The struct ---------------------------------------------------------------------------------------------------

    public void WriteStruct(CodeWriter writer)
    {
        // The sweeps first: what they use decides what the others pass on.
        var sweeps = new CodeWriter();
        for (var i = 0; i < _region.Finishes.Length; i++)
        {
            if (!IsVectorFinish(i)) continue;
            sweeps.Line();
            WriteVectorFinish(sweeps, i);
        }
        for (var i = 0; i < _region.Sweeps.Length; i++)
        {
            sweeps.Line();
            if (MomentsOf(i + 1).Count > 0)
            {
                WritePivot(sweeps, i + 1);
                sweeps.Line();
            }
            WriteSweep(sweeps, i + 1);
        }
        var body = new CodeWriter();
        if (IsSmallRegion) body.Block("public void Finish()", () => WriteSmallRegion(body));
        else if (PerInstance) WriteInstances(body);
        else WriteChunks(body);

        writer.Line($"private ref struct {_struct}{(IsSmallRegion ? "" : " : ISweep")}");
        writer.Line("{");
        writer.Indented(() =>
        {
            foreach (var group in Fields.Used.GroupBy(field => field.Type))
                writer.Line($"public {group.Key} {string.Join(", ", group.Select(field => field.Name))};");
            writer.Line();
            writer.Raw(body.ToString());
            if (sweeps.ToString().Length > 0) writer.Raw(sweeps.ToString());
        });
        writer.Line("}");
    }

    private void WriteSmallRegion(CodeWriter writer) => Loops(writer, _region.Instances, () => WriteValues(writer, 0, _region.Finishes[0].Values, []));

    private void WriteChunks(CodeWriter writer)
    {
        var range = _region.Reduced.IsEmpty ? $", {BlockVectors}" : ByColumns && OuterRows.IsEmpty ? $", {ChunkRows}" : "";
        writer.Block("public void Run(int chunk)", () =>
        {
            if (_region.Sweeps.Length > 1)
            {
                writer.Comment("Every other sweep runs backwards: it finds in cache what the one before it touched last.");
                writer.Line($"if ({Fields.Use("sweep")} % 2 == 0) chunk = {Fields.Use("chunks")} - 1 - chunk;");
            }
            writer.Line($"var (from, to) = Chunks.Range({_scope.Extent(Chunked)}, {Fields.Use("chunks")}, chunk{range});");
            if (_region.Sweeps.Length == 1) WriteChunk(writer, 1);
            else
                writer.Block($"switch ({Fields.Use("sweep")})", () =>
                {
                    for (var i = 1; i <= _region.Sweeps.Length; i++)
                    {
                        writer.Line($"case {i}:");
                        var number = i;
                        writer.Indented(() => writer.Block("", () => WriteChunk(writer, number)));
                        writer.Indented(() => writer.Line("break;"));
                    }
                });
        });
        for (var i = 0; i < _region.Finishes.Length; i++)
        {
            if (!HasFinish(i)) continue;
            var number = i;
            writer.Line();
            writer.Block($"public void Finish{i}()", () =>
            {
                if (number > 0)
                    foreach (var accumulator in _region.Sweeps[number - 1].Accumulators)
                        writer.Line(accumulator.Squares is null
                            ? $"Partials.Merge({Fields.Use(PartsOf(accumulator.Value))}, {Fields.Use("chunks")});"
                            : $"Moments.Merge({Fields.Use(PartsOf(accumulator.Value))}, {Fields.Use(PartsOf(accumulator.Squares))}, {Fields.Use("chunks")}, {_scope.Extent(Rows)}, {ChunkRows});");
                WriteFinish(writer, number, []);
            });
        }
    }

    private bool HasFinish(int number) =>
        _region.Finishes[number].Values.Length + _region.Finishes[number].Writes.Length > 0
        || number > 0 && _region.Sweeps[number - 1].Accumulators.Length > 0;

    private void WriteChunk(CodeWriter writer, int number)
    {
        foreach (var accumulator in _region.Sweeps[number - 1].Accumulators)
        {
            if (!ByColumns) writer.Line($"double {accumulator.Name} = 0;");
            else
                foreach (var sum in accumulator.Values) writer.Line($"Span<double> {sum.Name} = {Fields.Use(PartsOf(sum))}.Slice(chunk * {_scope.Extent(Lanes)}, {_scope.Extent(Lanes)});");
        }
        if (ByColumns)
            foreach (var (block, _) in ColumnSums(_region.Sweeps[number - 1])) writer.Line($"using var {block} = new Scratch<{Element}>({_scope.Extent(Lanes)});");
        if (MomentsOf(number).Count > 0) WriteStretches(writer, number);
        else WriteCall(writer, number, chunkFrom: "from", chunkTo: "to");
        if (!ByColumns)
            foreach (var accumulator in _region.Sweeps[number - 1].Accumulators) writer.Line($"{Fields.Use(PartsOf(accumulator.Value))}[chunk] = {accumulator.Name};");
    }

    private List<Accumulator> MomentsOf(int number) => [.. _region.Sweeps[number - 1].Accumulators.Where(accumulator => accumulator.Squares is not null)];

    /// <summary>
    /// Sums and squares together: the rows are taken in stretches, each with pivots near the means, and joined to those
    /// before.
    /// </summary>
    private void WriteStretches(CodeWriter writer, int number)
    {
        foreach (var moments in MomentsOf(number))
            foreach (var (type, name) in MomentSpans(moments)) writer.Line($"using var {name} = new Scratch<{type}>({_scope.Extent(Lanes)});");
        writer.Block("for (int stretch = from; stretch < to; stretch += Moments.Stretch)", () =>
        {
            writer.Line("int stretchEnd = Math.Min(stretch + Moments.Stretch, to);");
            writer.Comment("Pivots: the means of the first rows.");
            var pivots = string.Concat(MomentsOf(number).Select(moments => $", {moments.Name}Pivot.Span"));
            WriteWidths(writer, "Pivot", number, "0", $", stretch, Math.Min(stretch + {PivotRows}, stretchEnd){pivots}");
            WriteCall(writer, number, "stretch", "stretchEnd");
            foreach (var moments in MomentsOf(number))
                writer.Line($"Moments.Fold<{Element}>({moments.Name}, {moments.Squares!.Name}, stretch - from, {string.Join(", ", MomentSpans(moments).Select(span => span.Name + ".Span"))}, stretchEnd - stretch);");
        });
    }

    private IEnumerable<(string Type, string Name)> MomentSpans(Accumulator moments) =>
        [(Element, moments.Name + "Pivot"), ("double", moments.Name + "Shifted"), ("double", moments.Name + "Squares")];

    private void WritePivot(CodeWriter writer, int number)
    {
        var moments = MomentsOf(number);
        var parameters = moments.Select(accumulator => accumulator.Name + "Pivot").ToList();
        var code = new VectorCode(_scope, Nest, Lanes, ParameterOf, IsWide, parameters.Concat(Taken), moments.Select(accumulator => accumulator.Body));
        var registers = moments.Select(accumulator => code.Fresh(accumulator.Name + "Lanes")).ToList();
        var inner = moments.Select((accumulator, i) => $"{registers[i]} += {code.Write(accumulator.Body)};").ToList();
        var stores = moments.Select((accumulator, i) => $"({registers[i]} / V.Constant(to - from)).Store({parameters[i]}, {Lanes.Variable});").ToList();
        writer.Line($"/// <summary>The means of some rows of {string.Join(", ", moments.Select(accumulator => Xml(_printer.PrintValue(((Reduce)accumulator.Value.Value).Body))))}.</summary>");
        WriteMethod(writer, $"Pivot{number}", ["int from", "int to", .. parameters.Select(name => $"Span<{Element}> {name}")], body => WriteColumns(body, code, registers, inner, stores));
    }

    private void WriteInstances(CodeWriter writer)
    {
        writer.Block("public void Run(int chunk)", () =>
        {
            writer.Line($"var (from, to) = Chunks.Range({_scope.Length(_region.Instances)}, {Fields.Use("chunks")}, chunk);");
            foreach (var accumulator in Accumulators.Where(accumulator => accumulator.AcrossInstances))
            {
                var length = _scope.Length(accumulator.Loops);
                writer.Line($"Span<double> {accumulator.Name} = {Fields.Use(PartsOf(accumulator.Value))}.Slice(chunk * {(accumulator.Loops.Length > 1 ? $"({length})" : length)}, {length});");
            }
            if (ByColumns) WriteColumnScratch(writer);
            var single = _region.Instances.Length == 1;
            var variable = single ? _region.Instances[0].Variable : "instance";
            writer.Block($"for (int {variable} = from; {variable} < to; {variable}++)", () =>
            {
                if (!single) WriteInstanceIndices(writer);
                var locals = new HashSet<Named>();
                WriteFinish(writer, 0, locals);
                for (var i = 1; i <= _region.Sweeps.Length; i++)
                {
                    foreach (var accumulator in _region.Sweeps[i - 1].Accumulators.Where(accumulator => !accumulator.AcrossInstances))
                        writer.Line(ByColumns ? $"{accumulator.Name}.Clear();" : $"double {accumulator.Name} = 0;");
                    WriteCall(writer, i, chunkFrom: null, chunkTo: null);
                    WriteFinish(writer, i, locals);
                }
            });
        });
        if (_region.Totals.IsEmpty) return;
        writer.Line();
        writer.Block("public void Total()", () =>
        {
            foreach (var accumulator in Accumulators.Where(accumulator => accumulator.AcrossInstances))
                writer.Line($"Partials.Merge({Fields.Use(PartsOf(accumulator.Value))}, {Fields.Use("chunks")});");
            var code = new ScalarCode(_scope, SumOf);
            foreach (var total in _region.Totals)
            {
                var loops = Access.LoopsOf(_scope.Space, total.Layout);
                Loops(writer, loops, () => WriteResult(writer, total, code));
            }
        });
    }

    /// <summary>The place of a merged sum.</summary>
    private string? SumOf(Named named) =>
        Accumulators.FirstOrDefault(accumulator => accumulator.Value == named) is { } sum ? $"{Fields.Use(PartsOf(sum.Value))}[{_scope.Offset(sum.Loops)}]" : null;

    private void WriteInstanceIndices(CodeWriter writer)
    {
        var rest = "instance";
        for (var i = _region.Instances.Length - 1; i > 0; i--)
        {
            var loop = _region.Instances[i];
            writer.Line($"int {loop.Variable} = {rest} % {_scope.Extent(loop)};");
            rest = $"{(i == _region.Instances.Length - 1 ? rest : $"({rest})")} / {_scope.Extent(loop)}";
        }
        writer.Line($"int {_region.Instances[0].Variable} = {rest};");
    }

    private void WriteColumnScratch(CodeWriter writer)
    {
        var length = _scope.Extent(Lanes);
        foreach (var accumulator in Accumulators.Where(accumulator => !accumulator.AcrossInstances))
        {
            writer.Line($"using var {accumulator.Name}Scratch = new Scratch<double>({length});");
            writer.Line($"Span<double> {accumulator.Name} = {accumulator.Name}Scratch.Span;");
        }
        foreach (var (block, _) in _region.Sweeps.SelectMany(ColumnSums)) writer.Line($"using var {block} = new Scratch<{Element}>({length});");
        foreach (var value in Values.Where(IsColumn))
            foreach (var part in Scope.Parts(value.Name, value.Wide))
            {
                writer.Line($"using var {part}Scratch = new Scratch<{Element}>({length});");
                writer.Line($"Span<{Element}> {part}{Here} = {part}Scratch.Span;");
            }
    }

    /// <summary>Whether a small value of an instance is a column of values, one for each lane.</summary>
    private bool IsColumn(Small value) => PerInstance && ByColumns && value.Loops.Contains(Lanes) && _used.Contains(value.Value) && _scope.Find(value.Value) is null;

    // ---- Small values -------------------------------------------------------------------------------------------------

    /// <summary>The small values and results after a sweep; those that have lanes are computed in a loop over them.</summary>
    private void WriteFinish(CodeWriter writer, int number, HashSet<Named> locals)
    {
        var finish = _region.Finishes[number];
        var single = finish.Values.Where(value => !value.Loops.Contains(Lanes)).ToList();
        WriteValues(writer, number, single, locals);
        var column = finish.Values.Except(single).ToList();
        var writes = finish.Writes;
        if (!ByColumns) WriteResults(writer, writes, locals);
        else if (IsVectorFinish(number)) WriteWidths(writer, "Columns", number, "0", "");
        else if (column.Count + writes.Length > 0)
            Loops(writer, [Lanes], () =>
            {
                var inner = new HashSet<Named>(locals);
                WriteValues(writer, number, column, inner);
                WriteResults(writer, writes, inner);
            });
    }

    /// <summary>
    /// Whether small values of all columns are computed along lanes of double. Inside an instance they lie in local
    /// arrays, and a value without lanes in a local variable: there a plain loop does.
    /// </summary>
    private bool IsVectorFinish(int number)
    {
        if (IsSmallRegion || PerInstance || !ByColumns) return false;
        var finish = _region.Finishes[number];
        var column = finish.Values.Where(value => value.Loops.Contains(Lanes)).ToList();
        var single = finish.Values.Except(column).Where(value => !_used.Contains(value.Value)).Select(value => value.Value).ToList();
        return column.Count + finish.Writes.Length > 0
            && !column.Select(value => value.Value.Value).Concat(finish.Writes.Select(write => write.Value)).Nodes().Any(single.Contains);
    }

    private void WriteVectorFinish(CodeWriter writer, int number)
    {
        var finish = _region.Finishes[number];
        var values = finish.Values.Where(value => value.Loops.Contains(Lanes)).ToList();
        var expressions = values.Select(value => value.Value.Value).Concat(finish.Writes.Select(write => write.Value)).ToList();
        var code = new VectorCode(_scope with { Element = "double" }, [Lanes], Lanes, ParameterOf, IsWide, Taken, expressions);
        foreach (var sum in Accumulators.SelectMany(accumulator => accumulator.Values).Where(sum => values.Any(value => value.Value == sum) || expressions.Nodes().Contains(sum)))
        {
            var local = code.Fresh(sum.Name);
            code.AddStatement(1, $"V {local} = V.Load({code.Array(PartsOf(sum))}, {Lanes.Variable});");
            code.Define(sum, local);
        }
        foreach (var value in values)
        {
            var name = value.Value.Value is Reduce ? code.Write(value.Value) : code.Fresh(value.Name);
            if (value.Value.Value is not Reduce) code.AddStatement(1, $"V {name} = {code.Write(value.Value.Value)};");
            code.Define(value.Value, name);
            if (_scope.Find(value.Value) is not null || FieldValues.Contains(value)) Store(name, value);
        }
        foreach (var write in finish.Writes)
        {
            var target = code.Array(write.Name);
            code.AddStatement(1, $"{(_optional ? $"if (!{target}.IsEmpty) " : "")}{Parenthesized(code.WriteOperand(write.Value))}.{StoreMethod}({target}, {Lanes.Variable});");
        }
        writer.Line($"/// <summary>{Xml(string.Join("; ", values.Where(value => value.Value.Value is not Reduce).Select(value => _printer.PrintDefinition(value.Name, value.Value.Value)).Concat(finish.Writes.Select(write => $"{write.Name}[{IndexSet.Of(write.Layout)}] = {_printer.PrintValue(write.Value)}"))))}</summary>");
        WriteMethod(writer, $"Columns{number}", [], body =>
        {
            Lines(body, code.Statements(0));
            body.Block($"for (int {Lanes.Variable} = start; {Lanes.Variable} < end; {Lanes.Variable} += V.Count)", () => Lines(body, code.Statements(1)));
        }, element: "double");

        void Store(string name, Small value)
        {
            if (!value.Wide)
            {
                code.AddStatement(1, $"{name}.{StoreMethod}({code.Array(value.Name)}, {Lanes.Variable});");
                return;
            }
            var high = code.Array(value.Name + "High");
            code.AddStatement(1, $"{name}.{StoreMethod}({high}, {Lanes.Variable});");
            code.AddStatement(1, $"({name} - V.LoadSingle({high}, {Lanes.Variable})).{StoreMethod}({code.Array(value.Name + "Low")}, {Lanes.Variable});");
        }

        static string Parenthesized(string text) => text.IndexOf(' ') < 0 || text.StartsWith("V.", StringComparison.Ordinal) || text.StartsWith("(", StringComparison.Ordinal) ? text : $"({text})";
    }

    /// <summary>How lanes of double are written to arrays of the element type.</summary>
    private string StoreMethod => Element == "float" ? "StoreSingle" : "Store";

    private void WriteValues(CodeWriter writer, int number, IEnumerable<Small> values, HashSet<Named> locals)
    {
        foreach (var value in values)
        {
            var isScalarSum = value.Value.Value is Reduce && PerInstance && !ByColumns;
            if (!isScalarSum)
            {
                var definition = value.Value.Value is Reduce ? Local(value.Value, [])! : Code(locals).Write(value.Value.Value);
                writer.Line($"double {LocalName(value.Value)} = {definition};");
            }
            locals.Add(value.Value);
            WriteStores(writer, value);
        }
        if (IsSmallRegion) WriteResults(writer, _region.Finishes[number].Writes, locals);
    }

    private void WriteStores(CodeWriter writer, Small value)
    {
        var name = LocalName(value.Value);
        var stored = _scope.Find(value.Value);
        if (stored is not null) Store(part => $"{Fields.Use(part)}[{_scope.Offset(stored.Loops)}]", stored.Wide);
        else if (IsColumn(value)) Store(part => $"{part}{Here}[{Lanes.Variable}]", value.Wide);
        else if (FieldValues.Contains(value)) Store(part => value.Loops.IsEmpty ? Fields.Use(part) : $"{Fields.Use(part)}[{_scope.Offset(value.Loops)}]", value.Wide);

        void Store(Func<string, string> target, bool wide)
        {
            var cast = Element == "double" ? "" : "(float)";
            if (!wide)
            {
                writer.Line($"{target(value.Name)} = {cast}{name};");
                return;
            }
            writer.Line($"{target(value.Name + "High")} = {cast}{name};");
            writer.Line($"{target(value.Name + "Low")} = {cast}({name} - {target(value.Name + "High")});");
        }
    }

    private void WriteResults(CodeWriter writer, IEnumerable<Result> results, HashSet<Named> locals)
    {
        foreach (var result in results) WriteResult(writer, result, Code(locals));
    }

    private void WriteResult(CodeWriter writer, Result result, ScalarCode code)
    {
        var target = $"{Fields.Use(result.Name)}[{_scope.Offset(Access.LoopsOf(_scope.Space, result.Layout))}]";
        var value = code.Write(result.Value);
        if (Element == "float") value = $"(float)({value})";
        writer.Line($"{(_optional ? $"if (!{Fields.Use(result.Name)}.IsEmpty) " : "")}{target} = {value};");
    }

    private ScalarCode Code(HashSet<Named> locals) => new(_scope, named => Local(named, locals));

    /// <summary>The variable that holds a value in scalar code.</summary>
    private string? Local(Named named, HashSet<Named> locals)
    {
        if (locals.Contains(named)) return LocalName(named);
        if (Accumulators.SelectMany(accumulator => accumulator.Values).Contains(named))
            return !PerInstance ? $"{Fields.Use(PartsOf(named))}[{(ByColumns ? Lanes.Variable : "0")}]" : ByColumns ? $"{named.Name}[{Lanes.Variable}]" : named.Name;
        if (Values.FirstOrDefault(value => value.Value == named) is not { } small || _scope.Find(named) is not null) return null;
        Func<string, string> part = IsColumn(small)
            ? name => $"{name}{Here}[{Lanes.Variable}]"
            : name => small.Loops.IsEmpty ? Fields.Use(name) : $"{Fields.Use(name)}[{_scope.Offset(small.Loops)}]";
        return small.Wide ? $"((double){part(named.Name + "High")} + {part(named.Name + "Low")})" : part(named.Name);
    }

    /// <summary>A sum by columns keeps its name for the span; the value of one column gets another.</summary>
    private string LocalName(Named named) => named.Value is Reduce && ByColumns ? named.Name + "Here" : named.Name;

    // ---- Sweeps -------------------------------------------------------------------------------------------------------

    /// <summary>The calls that run a sweep in every width: the widest as far as it goes, then the next.</summary>
    private void WriteCall(CodeWriter writer, int number, string? chunkFrom, string? chunkTo)
    {
        var sweep = _region.Sweeps[number - 1];
        writer.Comment(Describe(number));
        var arguments = string.Concat(CallArguments(sweep).Select(argument => ", " + argument));
        if (!ByColumns)
        {
            // Over elements alone the chunk is a range of lanes; else it is a range of the outermost loop.
            var lanesOnly = Nest.Length == 1 && chunkFrom is not null;
            var range = lanesOnly ? $", {chunkTo}" : chunkFrom is null ? "" : $", {chunkFrom}, {chunkTo}";
            WriteWidths(writer, "Sweep", number, lanesOnly ? chunkFrom! : "0", range + arguments);
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
            var sums = ColumnSums(sweep).ToList();
            if (sums.Count == 0)
            {
                WriteWidths(writer, "Sweep", number, "0", $", {rowsFrom}, {rowsTo}{arguments}");
                return;
            }
            writer.Block($"for (int block = {rowsFrom}; block < {rowsTo}; block += {SumRows})", () =>
            {
                writer.Line($"int blockEnd = Math.Min(block + {SumRows}, {rowsTo});");
                WriteWidths(writer, "Sweep", number, "0", $", block, blockEnd{arguments}");
                foreach (var (block, target) in sums) writer.Line($"Partials.Add<{Element}>({block}.Span, {target});");
            });
        }
    }

    /// <summary>By columns: the sums of a block of rows, and the sums in double that they are added to.</summary>
    private static IEnumerable<(string Block, string Target)> ColumnSums(Sweep sweep)
    {
        foreach (var accumulator in sweep.Accumulators.Where(accumulator => !accumulator.AcrossInstances))
        {
            if (accumulator.Squares is null) yield return (accumulator.Name + "Block", accumulator.Name);
            else
            {
                yield return (accumulator.Name + "ShiftedBlock", accumulator.Name + "Shifted.Span");
                yield return (accumulator.Name + "SquaresBlock", accumulator.Name + "Squares.Span");
            }
        }
    }

    private void WriteWidths(CodeWriter writer, string stem, int number, string from, string arguments)
    {
        var method = $"{stem}{number}";
        var element = stem == "Columns" ? "double" : Element;
        if (stem != "Columns" && Body(number).IsStrided)
        {
            writer.Line($"{method}<Lane<{element}>>({from}{arguments});");
            return;
        }
        var done = stem == "Sweep" ? $"done{number}" : stem.ToLowerInvariant();
        writer.Line($"int {done} = {method}<Lanes512<{element}>>({from}{arguments});");
        writer.Line($"{done} = {method}<Lanes256<{element}>>({done}{arguments});");
        writer.Line($"{done} = {method}<Lanes128<{element}>>({done}{arguments});");
        writer.Line($"{method}<Lane<{element}>>({done}{arguments});");
    }

    /// <summary>Small values of the instance that the sweep reads, by way of parameters.</summary>
    private IEnumerable<Small> Parameters(Sweep sweep)
    {
        if (!PerInstance) return [];
        var read = sweep.Accumulators.Select(accumulator => accumulator.Body).Concat(sweep.Writes.Select(write => write.Value)).Nodes(stop: IsSmall).ToList();
        return Values.Where(value => read.Contains(value.Value) && _scope.Find(value.Value) is null);
    }

    private bool IsSmall(Expr node) => node is Named named && Values.Any(value => value.Value == named);

    private IEnumerable<string> CallArguments(Sweep sweep)
    {
        foreach (var loop in _region.Instances.Concat(OuterRows)) yield return loop.Variable;
        foreach (var value in Parameters(sweep))
        {
            var cast = Element == "double" ? "" : "(float)";
            if (IsColumn(value))
                foreach (var part in Scope.Parts(value.Name, value.Wide)) yield return part + Here;
            else
            {
                yield return cast + LocalName(value.Value);
                if (value.Wide) yield return $"{cast}({LocalName(value.Value)} - {cast}{LocalName(value.Value)})";
            }
        }
        foreach (var accumulator in sweep.Accumulators)
        {
            if (!ByColumns || accumulator.AcrossInstances) yield return IsSpan(accumulator) ? accumulator.Name : "ref " + accumulator.Name;
            else if (accumulator.Squares is not null) yield return accumulator.Name + "Pivot.Span";
        }
        if (ByColumns)
            foreach (var (block, _) in ColumnSums(sweep)) yield return block + ".Span";
    }

    private IEnumerable<string> MethodParameters(Sweep sweep)
    {
        if (ByColumns)
        {
            yield return "int from";
            yield return "int to";
        }
        else if (!PerInstance)
        {
            if (Nest.Length > 1) yield return "int rowFrom";
            yield return Nest.Length > 1 ? "int rowTo" : "int to";
        }
        foreach (var loop in _region.Instances.Concat(OuterRows)) yield return "int " + loop.Variable;
        foreach (var value in Parameters(sweep))
            foreach (var part in Scope.Parts(value.Name, value.Wide)) yield return (IsColumn(value) ? $"ReadOnlySpan<{Element}> " : Element + " ") + part + Here;
        foreach (var accumulator in sweep.Accumulators)
        {
            if (!ByColumns || accumulator.AcrossInstances) yield return (IsSpan(accumulator) ? "Span<double> " : "ref double ") + accumulator.Name;
            else if (accumulator.Squares is not null) yield return $"ReadOnlySpan<{Element}> {accumulator.Name}Pivot";
        }
        if (ByColumns)
            foreach (var (block, _) in ColumnSums(sweep)) yield return $"Span<{Element}> {block}";
    }

    /// <summary>Whether a sum has several places while the sweep runs.</summary>
    private bool IsSpan(Accumulator accumulator) => ByColumns || accumulator.AcrossInstances;

    private void WriteSweep(CodeWriter writer, int number)
    {
        var sweep = _region.Sweeps[number - 1];
        var code = Body(number);
        var registers = sweep.Accumulators.Where(accumulator => !accumulator.Loops.Contains(Nest[Nest.Length - 1])).ToList();
        var names = registers.ToDictionary(accumulator => accumulator, accumulator => code.Fresh(accumulator.Name + "Lanes"));
        var inner = new List<string>();
        var stores = new List<string>();
        var starts = new List<string>();
        var flushes = new List<string>();
        var registerNames = names.Values.ToList();
        foreach (var accumulator in sweep.Accumulators)
        {
            if (accumulator.Squares is not null)
            {
                WriteMoments(accumulator);
                continue;
            }
            var target = accumulator.AcrossInstances ? code.At(accumulator.Loops) : Lanes.Variable;
            var lanesKept = accumulator.Loops.Contains(Lanes);
            if (accumulator.Pivoted && !ByColumns) WritePivoted(accumulator, names[accumulator]);
            else if (names.TryGetValue(accumulator, out var register))
            {
                inner.Add(Accumulate(register, accumulator.Body, code));
                flushes.Add(!accumulator.AcrossInstances && lanesKept ? AddBlock(register, accumulator.Name + "Block")
                    : lanesKept ? $"V.AddTo({register}, {accumulator.Name}, {target});"
                    : $"{accumulator.Name}{(accumulator.AcrossInstances ? $"[{target}]" : "")} += V.Sum({register});");
            }
            else inner.Add(lanesKept ? $"V.AddTo({code.Write(accumulator.Body)}, {accumulator.Name}, {target});" : $"{accumulator.Name}[{target}] += V.Sum({code.Write(accumulator.Body)});");
        }
        foreach (var write in sweep.Writes)
        {
            var value = code.Write(write.Value);
            var local = code.Fresh(write.Name);
            var target = code.Array(write.Name);
            var loops = Access.LoopsOf(_scope.Space, write.Layout);
            inner.Add($"V {local} = {value};");
            stores.Add($"{(_optional ? $"if (!{target}.IsEmpty) " : "")}{local}.Store({target}, {code.AtLanes(loops)});");
        }
        inner.AddRange(stores);

        writer.Line($"/// <summary>{Xml(Describe(number))}</summary>");
        WriteMethod(writer, $"Sweep{number}", MethodParameters(sweep), body =>
        {
            if (ByColumns) WriteColumns(body, code, registerNames, inner, flushes);
            else WriteRows(body, code, registerNames, starts, inner, flushes);
        });

        // Σ x = Σ (x − p) + count·p, where p is the first element of each lane in the block.
        void WritePivoted(Accumulator accumulator, string register)
        {
            var read = (Read)accumulator.Body;
            var pivot = code.Fresh(read.Tensor + "Pivot");
            var element = code.Write(read);
            starts.Add($"V {pivot} = V.Load({code.Array(read.Tensor)}, {_scope.Offset(Access.LoopsOf(_scope.Space, read.Indices))});");
            inner.Add($"{register} += {element} - {pivot};");
            flushes.Add($"{accumulator.Name} += V.Sum({register}) + count * V.Sum({pivot});");
        }

        // Σ (f − p) and Σ (f − p)² about the pivot p.
        void WriteMoments(Accumulator accumulator)
        {
            var (pivot, shifted, squares) = (code.Fresh(accumulator.Name + "PivotLanes"), names[accumulator], code.Fresh(accumulator.Name + "SquaresLanes"));
            var deviation = code.Fresh("deviation");
            registerNames.Add(squares);
            code.AddStatement(1, $"V {pivot} = V.Load({accumulator.Name}Pivot, {Lanes.Variable});");
            inner.Add($"V {deviation} = {code.Write(accumulator.Body)} - {pivot};");
            inner.Add($"{shifted} += {deviation};");
            inner.Add($"{squares} = V.MultiplyAdd({deviation}, {deviation}, {squares});");
            flushes.Add(AddBlock(shifted, accumulator.Name + "ShiftedBlock"));
            flushes.Add(AddBlock(squares, accumulator.Name + "SquaresBlock"));
        }
    }

    private string AddBlock(string register, string block) => $"(V.Load({block}, {Lanes.Variable}) + {register}).Store({block}, {Lanes.Variable});";

    /// <summary>A method that runs along the lanes in one width, and returns how far it came.</summary>
    private void WriteMethod(CodeWriter writer, string name, IEnumerable<string> parameters, Action<CodeWriter> writeBody, string? element = null)
    {
        var extent = element is null && !ByColumns && Nest.Length == 1 && !PerInstance ? "to" : _scope.Extent(Lanes);
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Block($"private int {name}<V>(int start{string.Concat(parameters.Select(parameter => ", " + parameter))}) where V : struct, ILanes<V, {element ?? Element}>", () =>
        {
            var body = new CodeWriter();
            body.Line($"int end = V.IsSupported ? {extent} - ({extent} - start) % V.Count : start;");
            body.Line("if (start == end) return end;");
            writeBody(body);
            foreach (var known in _scope.Space.Loops.Select(loop => loop.Extent).Distinct().Where(known => Mentions(body.ToString(), known))) writer.Line($"int {known} = this.{known};");
            writer.Raw(body.ToString());
            writer.Line("return end;");
        });
    }

    private string Accumulate(string register, Expr body, VectorCode code)
    {
        // a·b is added in one fused step.
        if (body is Product { Coefficient.IsOne: true } product && product.Factors.All(factor => factor.Exponent.IsInteger && factor.Exponent.Sign > 0 && factor.Base is not Apply { Function.Name: "Step" }))
        {
            var operands = product.Factors.SelectMany(factor => Enumerable.Repeat(factor.Base, (int)factor.Exponent.Numerator)).Select(operand => code.WriteOperand(operand)).ToList();
            if (operands.Count > 1) return $"{register} = V.MultiplyAdd({string.Join(" * ", operands.Take(operands.Count - 1))}, {operands[operands.Count - 1]}, {register});";
        }
        return $"{register} += {code.Write(body)};";
    }

    private void WriteColumns(CodeWriter writer, VectorCode code, IEnumerable<string> registers, List<string> inner, List<string> flushes)
    {
        Lines(writer, code.Statements(0));
        var (d, n) = (Lanes.Variable, Rows.Variable);
        writer.Block($"for (int block = from; block < to; block += {BlockRows})", () =>
        {
            writer.Line($"int blockEnd = Math.Min(block + {BlockRows}, to);");
            writer.Block($"for (int {d} = start; {d} < end; {d} += V.Count)", () =>
            {
                Lines(writer, code.Statements(1));
                foreach (var register in registers) writer.Line($"V {register} = V.Zero;");
                writer.Block($"for (int {n} = block; {n} < blockEnd; {n}++)", () =>
                {
                    Lines(writer, code.Statements(2));
                    Lines(writer, inner);
                });
                Lines(writer, flushes);
            });
        });
    }

    private void WriteRows(CodeWriter writer, VectorCode code, IEnumerable<string> registers, List<string> starts, List<string> inner, List<string> flushes)
    {
        Lines(writer, code.Statements(0));
        Nested(0);

        void Nested(int depth)
        {
            var loop = Nest[depth];
            if (depth < Nest.Length - 1)
            {
                var range = depth == 0 && !PerInstance ? ("rowFrom", "rowTo") : ("0", _scope.Extent(loop));
                writer.Block($"for (int {loop.Variable} = {range.Item1}; {loop.Variable} < {range.Item2}; {loop.Variable}++)", () =>
                {
                    Lines(writer, code.Statements(depth + 1));
                    Nested(depth + 1);
                });
                return;
            }
            var d = loop.Variable;
            if (flushes.Count == 0)
            {
                writer.Block($"for (int {d} = start; {d} < end; {d} += V.Count)", () =>
                {
                    Lines(writer, code.Statements(depth + 1));
                    Lines(writer, inner);
                });
                return;
            }
            writer.Block($"for (int {d} = start; {d} < end;)", () =>
            {
                var isPivoted = starts.Count > 0;
                if (isPivoted) writer.Line($"int count = Math.Min((end - {d}) / V.Count, {BlockVectors});");
                Lines(writer, starts);
                foreach (var register in registers) writer.Line($"V {register} = V.Zero;");
                var length = isPivoted ? "count * V.Count" : $"Math.Min(end - {d}, {BlockVectors} * V.Count)";
                writer.Block($"for (int stop = {d} + {length}; {d} < stop; {d} += V.Count)", () =>
                {
                    Lines(writer, code.Statements(depth + 1));
                    Lines(writer, inner);
                });
                Lines(writer, flushes);
            });
        }
    }

    /// <summary>Names that sweeps use for themselves.</summary>
    private static readonly string[] Taken = ["start", "end", "from", "to", "block", "blockEnd", "stop", "count", "V"];

    private readonly Dictionary<int, VectorCode> _bodies = [];

    private VectorCode Body(int number)
    {
        if (_bodies.TryGetValue(number, out var known)) return known;
        var sweep = _region.Sweeps[number - 1];
        var values = sweep.Accumulators.Select(accumulator => accumulator.Body).Concat(sweep.Writes.Select(write => write.Value)).ToList();
        var taken = MethodParameters(sweep).Select(parameter => parameter.Substring(parameter.LastIndexOf(' ') + 1))
            .Concat(Taken);
        return _bodies[number] = new VectorCode(_scope, Nest, Lanes, ParameterOf, IsWide, taken, values);
    }

    /// <summary>How a sweep gets a small value of this region: by a parameter of this ending, from a field, or not from here at all.</summary>
    private string? ParameterOf(Named named) =>
        !Values.Any(value => value.Value == named) || _scope.Find(named) is not null ? null : PerInstance ? Here : "";

    private bool IsWide(Named named) => _scope.Find(named)?.Wide ?? Values.First(value => value.Value == named).Wide;

    // ---- Text ---------------------------------------------------------------------------------------------------------

    private string Describe(int number)
    {
        var sweep = _region.Sweeps[number - 1];
        var formulas = sweep.Accumulators.SelectMany(accumulator => accumulator.Values).Select(sum => _printer.PrintDefinition(sum.Name, sum.Value))
            .Concat(sweep.Writes.Select(write => $"{write.Name}[{IndexSet.Of(write.Layout)}] = {_printer.PrintValue(write.Value)}"));
        return string.Join("; ", formulas);
    }

    private static bool Mentions(string code, string name) => Regex.IsMatch(code, $@"(?<![\w.]){Regex.Escape(name)}(?!\w)") && !char.IsDigit(name[0]);

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
