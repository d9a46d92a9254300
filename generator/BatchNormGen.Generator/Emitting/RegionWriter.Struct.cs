using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <content>The struct: its fields, and the methods that run chunks or instances.</content>
internal sealed partial class RegionWriter
{
    public void WriteStruct(CodeWriter writer)
    {
        // The sweeps first: what they use decides what the others pass on.
        var sweeps = new CodeWriter(writer.Token);
        for (var i = 0; i < _region.Finishes.Length; i++)
        {
            if (!IsVectorFinish(i)) continue;
            sweeps.Line();
            WriteVectorFinish(sweeps, i);
        }
        for (var i = 0; i < _region.Sweeps.Length; i++)
        {
            sweeps.Line();
            if (ByColumns && MomentsOf(i + 1).Count > 0)
            {
                WritePivot(sweeps, i + 1);
                sweeps.Line();
            }
            WriteSweep(sweeps, i + 1);
        }
        var body = new CodeWriter(writer.Token);
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
            foreach (var (function, element) in _called.OrderBy(called => called.Function, StringComparer.Ordinal))
            {
                writer.Line();
                writer.Comment("By itself, since a sweep with all its functions inlined would be too large for the JIT.");
                writer.Line("[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]");
                writer.Line($"private static V {VectorCode.CallName(function, element)}<V>(V value) where V : struct, ILanes<V, {element}> => V.{function}(value);");
            }
        });
        writer.Line("}");
    }

    private void WriteSmallRegion(CodeWriter writer) => Loops(writer, _region.Instances, () => WriteValues(writer, 0, _region.Finishes[0].Values, []));

    private void WriteChunks(CodeWriter writer)
    {
        var range = _region.Reduced.IsEmpty ? $", {BlockVectors}" : ByColumns && OuterRows.IsEmpty ? $", {ChunkRows}" : "";
        writer.Block("public void Run(int chunk)", () =>
        {
            writer.Line($"var (from, to) = Chunks.Range({_scope.Extent(Chunked)}, {Fields.Use("chunks")}, chunk{range});");
            if (_region.Sweeps.Length == 1) WithScratch(writer, body => WriteChunk(body, 1));
            else
                writer.Block($"switch ({Fields.Use("sweep")})", () =>
                {
                    for (var i = 1; i <= _region.Sweeps.Length; i++)
                    {
                        writer.Line($"case {i}:");
                        var number = i;
                        writer.Indented(() => writer.Block("", () => WithScratch(writer, body => WriteChunk(body, number))));
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
                            ? $"Partials.{Fold.Of(accumulator.Kind).Merge}({Fields.Use(PartsOf(accumulator.Value))}, {Fields.Use("chunks")});"
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
            if (!ByColumns) writer.Line($"double {accumulator.Name} = {Fold.Of(accumulator.Kind).Start};");
            else
                foreach (var sum in accumulator.Values)
                {
                    writer.Line($"Span<double> {sum.Name} = {Fields.Use(PartsOf(sum))}.Slice(chunk * {_scope.Extent(Lanes)}, {_scope.Extent(Lanes)});");
                    if (accumulator.Kind != Reduction.Sum) writer.Line($"{sum.Name}.{Fold.Of(accumulator.Kind).Clear};");
                }
        }
        if (ByColumns)
            foreach (var accumulator in _region.Sweeps[number - 1].Accumulators.Where(IsColumnSum))
                writer.Line(accumulator.Squares is null
                    ? Zeros(Element, accumulator.Name + "Block", _scope.Extent(Lanes))
                    : $"var {accumulator.Name}Moments = new StretchMoments<{Element}>({_scope.Extent(Lanes)}, scratch);");
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
        writer.Block("for (int stretch = from; stretch < to; stretch += Moments.Stretch)", () =>
        {
            writer.Line("int stretchEnd = Math.Min(stretch + Moments.Stretch, to);");
            writer.Comment("Pivots: the means of the first rows.");
            var pivots = string.Concat(MomentsOf(number).Select(moments => $", {moments.Name}Moments.Pivots"));
            WriteWidths(writer, "Pivot", number, "0", $", stretch, Math.Min(stretch + {PivotRows}, stretchEnd){pivots}");
            WriteCall(writer, number, "stretch", "stretchEnd");
            foreach (var moments in MomentsOf(number))
                writer.Line($"{moments.Name}Moments.Fold({moments.Name}, {moments.Squares!.Name}, stretch - from, stretchEnd - stretch);");
        });
    }

    private void WritePivot(CodeWriter writer, int number)
    {
        var moments = MomentsOf(number);
        var parameters = moments.Select(accumulator => accumulator.Name + "Pivot").ToList();
        var code = new VectorCode(_scope, Nest, Lanes, ParameterOf, IsWide, parameters.Concat(Taken), moments.Select(accumulator => accumulator.Body), _called);
        var registers = moments.Select(accumulator => code.Fresh(accumulator.Name + "Lanes")).ToList();
        var inner = moments.Select((accumulator, i) => $"{registers[i]} += {code.Write(accumulator.Body)};").ToList();
        var stores = moments.Select((accumulator, i) => $"({registers[i]} / V.Constant(to - from)).Store({parameters[i]}, {Lanes.Variable});").ToList();
        writer.Line($"/// <summary>The means of some rows of {string.Join(", ", moments.Select(accumulator => Xml(_printer.PrintValue(((Reduce)accumulator.Value.Value).Body))))}.</summary>");
        WriteMethod(writer, $"Pivot{number}", ["int from", "int to", .. parameters.Select(name => $"Span<{Element}> {name}")], body => WriteFewRows(body, code, registers, inner, stores));
    }

    private void WriteInstances(CodeWriter writer)
    {
        writer.Block("public void Run(int chunk)", () =>
        {
            writer.Line($"var (from, to) = Chunks.Range({_scope.Length(_region.Instances)}, {Fields.Use("chunks")}, chunk);");
            WithScratch(writer, WriteChunkOfInstances);
        });
        if (_region.Totals.IsEmpty) return;
        writer.Line();
        writer.Block("public void Total()", () =>
        {
            foreach (var accumulator in Accumulators.Where(accumulator => accumulator.AcrossInstances))
                writer.Line($"Partials.{Fold.Of(accumulator.Kind).Merge}({Fields.Use(PartsOf(accumulator.Value))}, {Fields.Use("chunks")});");
            var code = new ScalarCode(_scope, SumOf);
            foreach (var total in _region.Totals)
            {
                var loops = Access.LoopsOf(_scope.Space, total.Layout);
                Loops(writer, loops, () => WriteResult(writer, total, code));
            }
        });
    }

    private void WriteChunkOfInstances(CodeWriter writer)
    {
        foreach (var accumulator in Accumulators.Where(accumulator => accumulator.AcrossInstances))
        {
            var length = _scope.Length(accumulator.Loops);
            var parts = Fields.Use(PartsOf(accumulator.Value));
            writer.Line($"Span<double> {accumulator.Name} = {(IsOptional(accumulator) ? $"{parts}.IsEmpty ? default : " : "")}{parts}.Slice(chunk * {(accumulator.Loops.Length > 1 ? $"({length})" : length)}, {length});");
            if (accumulator.Kind != Reduction.Sum) writer.Line($"{accumulator.Name}.{Fold.Of(accumulator.Kind).Clear};");
            if (IsBlocked(accumulator)) writer.Line(Zeros(Element, accumulator.Name + "Block", length));
        }
        if (InBlocks) WriteBlocks(writer);
        else
        {
            WriteColumnScratch(writer);
            ForInstances(writer, "from", "to", WritePasses);
        }
    }

    /// <summary>Blocks of instances: each sweep takes all of a block before the next does, and so does what is to be done between them.</summary>
    private void WriteBlocks(CodeWriter writer)
    {
        writer.Line($"int together = Math.Min(Chunks.Together({(AreNeighbours ? $"{_scope.Extent(Lanes)}, (long){InstanceLength}" : InstanceLength)}), to - from);");
        if (_region.Sweeps.Max(LanesOf) is var most && most > 0) writer.Line(Take(Element, "lanes", $"together * {(most > 1 ? $"{most} * " : "")}Lanes512<{Element}>.Count"));
        foreach (var kept in _region.Sweeps.SelectMany(sweep => sweep.Keeps)) writer.Line(Take(Element, kept.Name + Here, $"together * {_scope.Extent(Lanes)}"));
        foreach (var sum in Accumulators.Where(accumulator => !accumulator.AcrossInstances).SelectMany(accumulator => accumulator.Values)) writer.Line(Take("double", sum.Name, "together"));
        foreach (var value in Values.Where(IsExact)) writer.Line(Take("double", value.Name + Exact, "together"));
        foreach (var part in Values.Where(IsInSpan).SelectMany(value => Scope.Parts(value.Name, value.Wide))) writer.Line(Take(Element, part + Here, "together"));
        writer.Block("for (int block = from; block < to; block += together)", () =>
        {
            writer.Line("int blockEnd = Math.Min(block + together, to);");
            WritePasses(writer);
            var blocked = Accumulators.Where(IsBlocked).ToList();
            if (blocked.Count == 0) return;
            writer.Line($"if ((blockEnd - from) % {SumInstances} > 0 && blockEnd < to) continue;");
            foreach (var accumulator in blocked) writer.Line($"{Guard(accumulator)}Partials.Add<{Element}>({accumulator.Name}Block, {accumulator.Name});");
        });
    }

    /// <summary>A span that is borrowed for what is written before it is read.</summary>
    private static string Take(string type, string name, string length) => $"Span<{type}> {name} = scratch.Take<{type}>({length});";

    /// <summary>A span of zeros that is borrowed.</summary>
    private static string Zeros(string type, string name, string length) => $"Span<{type}> {name} = scratch.Zeros<{type}>({length});";

    /// <summary>What a chunk does, after it has begun to borrow memory if it needs any.</summary>
    private static void WithScratch(CodeWriter writer, Action<CodeWriter> writeBody)
    {
        var body = new CodeWriter(writer.Token);
        writeBody(body);
        var text = body.ToString();
        if (Mentions(text, "scratch")) writer.Line(BeginScratch);
        if (text.Length > 0) writer.Raw(text);
    }

    /// <summary>The sweeps over an instance or a block of them, and what is to be done between them.</summary>
    private void WritePasses(CodeWriter writer)
    {
        var locals = new HashSet<Named>();
        WriteFinish(writer, 0, locals);
        for (var i = 1; i <= _region.Sweeps.Length; i++)
        {
            foreach (var accumulator in _region.Sweeps[i - 1].Accumulators.Where(accumulator => !accumulator.AcrossInstances))
                foreach (var sum in accumulator.Values) writer.Line($"{sum.Name}.{Fold.Of(accumulator.Kind).Clear};");
            if (Wanted(_region.Sweeps[i - 1], Fields.Use) is not { } condition) WriteCall(writer, i, chunkFrom: null, chunkTo: null);
            else writer.Block($"if ({condition})", () => WriteCall(writer, i, chunkFrom: null, chunkTo: null));
            WriteFinish(writer, i, locals);
        }
    }

    /// <summary>A loop over instances, with those of their indices that it needs; nothing where there is nothing to do.</summary>
    private void ForInstances(CodeWriter writer, string from, string to, Action<CodeWriter> writeBody)
    {
        var body = new CodeWriter(writer.Token);
        writeBody(body);
        var text = body.ToString();
        if (text.Length == 0) return;
        writer.Block($"for (int {Instance} = {from}; {Instance} < {to}; {Instance}++)", () =>
        {
            if (_region.Instances.Length > 1) WriteInstanceIndices(writer, text);
            writer.Raw(text);
        });
    }

    /// <summary>The place of a merged sum.</summary>
    private string? SumOf(Named named) =>
        Accumulators.FirstOrDefault(accumulator => accumulator.Value == named) is { } sum ? $"{Fields.Use(PartsOf(sum.Value))}[{_scope.Offset(sum.Loops)}]" : null;

    private void WriteInstanceIndices(CodeWriter writer, string text)
    {
        var rest = "instance";
        for (var i = _region.Instances.Length - 1; i > 0; i--)
        {
            var loop = _region.Instances[i];
            if (Mentions(text, loop.Variable)) writer.Line($"int {loop.Variable} = {rest} % {_scope.Extent(loop)};");
            rest = $"{(i == _region.Instances.Length - 1 ? rest : $"({rest})")} / {_scope.Extent(loop)}";
        }
        if (Mentions(text, _region.Instances[0].Variable)) writer.Line($"int {_region.Instances[0].Variable} = {rest};");
    }

    private void WriteColumnScratch(CodeWriter writer)
    {
        var length = _scope.Extent(Lanes);
        foreach (var accumulator in Accumulators.Where(accumulator => !accumulator.AcrossInstances)) writer.Line(Take("double", accumulator.Name, length));
        foreach (var accumulator in Accumulators.Where(IsColumnSum)) writer.Line(Zeros(Element, accumulator.Name + "Block", length));
        foreach (var part in Values.Where(IsInSpan).SelectMany(value => Scope.Parts(value.Name, value.Wide))) writer.Line(Take(Element, part + Here, length));
    }

    /// <summary>Whether a small value lies in a span, where it is not stored anyway: by columns one for each lane of the instance, else one for each instance of the block.</summary>
    private bool IsInSpan(Small value) =>
        PerInstance && _scope.Find(value.Value) is null && (ByColumns ? value.Loops.Contains(Lanes) && IsUsed(value.Value) : _swept.Contains(value.Value) && !IsPlainSum(value));

    /// <summary>Whether a small value of an instance in a block is handed on to later finishes. A sum lies in a span anyway.</summary>
    private bool IsExact(Small value) => InBlocks && _finished.Contains(value.Value) && !_sums.Contains(value.Value);

    /// <summary>Whether a small value of an instance in a block is a sum as it is: a sweep reads the span of that.</summary>
    private bool IsPlainSum(Small value) => InBlocks && !value.Wide && _sums.Contains(value.Value);

    /// <summary>The place of such a value.</summary>
    private string InSpan => ByColumns ? Lanes.Variable : $"{Instance} - block";
}
