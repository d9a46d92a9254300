using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;

namespace BatchNormGen.Generator.Emitting;

/// <content>Sweeps along rows: what is done at one place, and the places that are taken in turn.</content>
internal sealed partial class RegionWriter
{
    /// <summary>What lies in a span from some place on. Of a gradient that is not wanted, nothing.</summary>
    private string From(Row row, string span, string place) => $"{(_isGradient(row.Tensor) ? $"{span}.IsEmpty ? default : " : "")}{span}[{place}..]";

    private SweepStep StepOf(int number, VectorCode code, IReadOnlyList<Register> registers, IReadOnlyList<string> inner)
    {
        List<string> body = [.. code.Statements(IsFlat(_region.Sweeps[number - 1]) ? 1 : Nest.Length), .. inner];
        var text = string.Join("\n", body);
        var outside = MethodParameters(_region.Sweeps[number - 1]).Select(parameter => (Type: parameter.Substring(0, parameter.LastIndexOf(' ')), Name: NameOf(parameter)))
            .Concat(code.Rows.Select(row => (row.Type, Name: row.Local)))
            .Concat(code.Outside)
            .Concat(Extents.Concat(Nest.Select(loop => loop.Variable)).Select(name => (Type: "int", Name: name)))
            .Concat(registers.Select(register => (Type: "ref V", register.Name)))
            .Where(local => Mentions(text, local.Name));
        return new(code, $"Step{number}", ResultsOf(_region.Sweeps[number - 1]).Any() ? "V, TWriter" : "V", body, [.. outside], IsFlat(_region.Sweeps[number - 1]) || ChoiceOf(_region.Sweeps[number - 1]) is not null ? 1 : SweepStep.PlacesOf(code, body, registers.Count > 0), TakesRest(number, code));
    }

    /// <summary>
    /// Whether a sweep takes less than a vector at the end of a row by a vector that begins before that, and leaves out what it has taken already: where
    /// it adds up and writes no results, which may lie where they are made from.
    /// </summary>
    private bool TakesRest(int number, VectorCode code)
    {
        var sweep = _region.Sweeps[number - 1];
        return InBlocks && sweep.Writes.IsEmpty && !sweep.Accumulators.IsEmpty && sweep.Accumulators.All(accumulator => !accumulator.Loops.Contains(Lanes))
            && !code.IsStrided && code.Inlined < VectorCode.MostOperations / 2 && ChoiceOf(sweep) is null;
    }

    private void WriteStep(CodeWriter writer, SweepStep step)
    {
        writer.Line($"/// <summary>Takes {(ByColumns ? "one more row" : "more elements of a row")}.</summary>");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        var constraint = step.Types == "V" ? "" : " where TWriter : struct, IWriter";
        writer.Block($"private static void {step.Method}<{step.Types}>({string.Join(", ", step.Parameters.Select(parameter => $"{parameter.Type} {parameter.Name}"))}) where V : struct, ILanes<V, {Element}>{constraint}", () => Lines(writer, step.Body));
        writer.Line();
    }

    private void WriteRows(CodeWriter writer, int number, SweepStep step, List<Register> registers, List<string> starts, List<string> flushes)
    {
        var (code, places) = (step.Code, step.Places);
        var block = places * BlockVectors;
        var joined = flushes.Count > 0 && AreRowsJoined(_region.Sweeps[number - 1]);
        var isOfMoments = MomentsOf(number).Count > 0;
        var isPivoted = _region.Sweeps[number - 1].Accumulators.Any(accumulator => accumulator is { Pivoted: true, Squares: null });
        Lines(writer, code.Statements(0));
        if (step.TakesRest)
        {
            writer.Comment("Less than a vector at the end of a row is taken by one that begins before it, and leaves out what has been taken.");
            writer.Line($"int rest = {_scope.Extent(Lanes)} - end;");
            if (registers.Any(register => register.IsSum)) writer.Line("V isRest = V.GreaterThanOrEqual(V.Positions(0), V.Broadcast(V.Count - rest));");
        }
        if (!InBlocks) Nested(0);
        else if (AreNeighbours && joined) Neighbours(_region.Reduced[0].Variable, Lanes.Variable, _scope.Extent(_region.Reduced[0]));
        else if (AreNeighbours)
            InTurns(_region.Reduced[0].Variable, "0", _scope.Extent(_region.Reduced[0]), ofInstance => ofInstance(() =>
            {
                Lines(writer, code.Statements(Nest.Length - 1));
                Row(Lanes.Variable);
            }));
        else OfInstances(() => Nested(_region.Instances.Length));

        void Nested(int depth)
        {
            var loop = Nest[depth];
            var (from, to) = depth == 0 && Nest.Length > 1 ? ("rowFrom", "rowTo") : ("0", _scope.Extent(loop));
            if (depth < Nest.Length - (joined ? 2 : 1))
                writer.Block($"for (int {loop.Variable} = {from}; {loop.Variable} < {to}; {loop.Variable}++)", () =>
                {
                    Lines(writer, code.Statements(depth + 1));
                    Nested(depth + 1);
                });
            else if (joined) JoinedRows(loop.Variable, Nest[depth + 1].Variable, from, to);
            else Row(loop.Variable);
        }

        void Row(string d)
        {
            BeginRow();
            if (ChoiceOf(_region.Sweeps[number - 1]) is { } choice) Chosen(d, choice);
            else if (flushes.Count == 0) writer.Block($"for (int {d} = start; {d} < end; {d} += V.Count)", () => Lines(writer, step.Body));
            else writer.Block($"for (int {d} = start; {d} < end;)", () => BlockOfRow(d));
        }

        // What is left at the end of a row.
        string Last(string isLast) => step.TakesRest ? $" + ({isLast} ? rest : 0)" : "";

        void BeginRow()
        {
            foreach (var row in code.Rows) writer.Line($"{row.Type} {row.Local} = {From(row, row.Array, $"({row.Start(_scope)})")};");
        }

        // The element that is chosen, in place of the loop along the row.
        void Chosen(string d, Read choice)
        {
            writer.Comment("Every other element of the row would add 0.");
            writer.Line($"int {d} = {(Access.ElementOf(_scope.Fields.TypeOf(choice.Tensor)) == "int" ? "" : "(int)")}{code.Array(choice.Tensor)}[{_scope.Offset(Access.LoopsOf(_scope.Space, choice.Indices))}];");
            writer.Line($"if ((uint){d} >= (uint)end) continue;");
            ClearRegisters();
            Lines(writer, step.Body);
            Lines(writer, flushes);
        }

        void BlockOfRow(string d)
        {
            if (isOfMoments) writer.Line($"int taken = {d};");
            if (isPivoted) writer.Line($"int count = Math.Min((end - {d}) / V.Count, {block});");
            Lines(writer, starts);
            foreach (var register in registers) writer.Line($"V {register.Name} = {register.Fold.Lanes};");
            writer.Line($"int stop = {d} + {(isPivoted ? "count * V.Count" : $"Math.Min(end - {d}, {block} * V.Count)")};");
            RepeatAndJoin(d);
            Rest(d);
            TakeRest(d);
            if (isPivoted && step.TakesRest) writer.Line($"int rests = {d} == end && rest > 0 ? 1 : 0;");
            if (isOfMoments) writer.Line($"int added = {d} - taken{Last($"{d} == end")};");
            Lines(writer, flushes);
        }

        // A row may be shorter than a block: its registers go on with the next row then, and are added up once.
        void JoinedRows(string n, string d, string from, string to)
        {
            OfBlocks(from, to, () =>
            {
                writer.Line($"int {n} = first, {d} = block;");
                Lines(writer, starts);
                ClearRegisters();
                writer.Block($"for (; {n} < last; {n}++)", () =>
                {
                    Lines(writer, code.Statements(Nest.Length - 1));
                    BeginRow();
                    if (step.IsRepeated) Repeat(d, from: $"{d} = block");
                    else writer.Line($"{d} = block;");
                    Rest(d);
                    TakeRest(d);
                });
                JoinRegisters();
            }, () => Lines(writer, flushes));
        }

        // Blocks of rows, or of parts of long ones: what is added up of each, and what becomes of it.
        void OfBlocks(string from, string to, Action addUp, Action finish)
        {
            if (isOfMoments) writer.Line($"int taken = {to} * start;");
            writer.Line($"int blockRows = Math.Max({block} * V.Count / (end - start), 1);");
            writer.Block($"for (int first = {from}; first < {to}; first += blockRows)", () =>
            {
                writer.Line($"int last = Math.Min(first + blockRows, {to});");
                writer.Block($"for (int block = start; block < end; block += {block} * V.Count)", () =>
                {
                    writer.Line($"int stop = Math.Min(block + {block} * V.Count, end);");
                    addUp();
                    if (isPivoted) writer.Line("int count = (last - first) * ((stop - block) / V.Count);");
                    if (isPivoted && step.TakesRest) writer.Line("int rests = stop == end && rest > 0 ? last - first : 0;");
                    if (isOfMoments) writer.Line($"int added = (last - first) * (stop - block{Last("stop == end")});");
                    finish();
                    if (isOfMoments) writer.Line("taken += added;");
                });
            });
        }

        // A block of neighbours, a few rows of each in turn: what is to be done for an instance goes around what is to be done for its rows.
        void InTurns(string n, string from, string to, Action<Action<Action>> writeInstance)
        {
            writer.Line($"int turnRows = to - from > 1 ? Math.Max({ElementsInTurn} / {_scope.Extent(Lanes)}, 1) : {to}{(from == "0" ? "" : $" - {from}")};");
            writer.Block($"for (int turn = {from}; turn < {to}; turn += turnRows)", () =>
            {
                writer.Line($"int turnEnd = Math.Min(turn + turnRows, {to});");
                OfInstances(() => writeInstance(row => writer.Block($"for (int {n} = turn; {n} < turnEnd; {n}++)", row)));
            });
        }

        void OfInstances(Action write)
        {
            var around = writer;
            ForInstances(writer, "from", "to", body =>
            {
                writer = body;
                for (var depth = 1; depth <= _region.Instances.Length; depth++) Lines(writer, code.Statements(depth));
                write();
            });
            writer = around;
        }

        // What is added up of each neighbour waits in memory meanwhile, in lanes as it is.
        void Neighbours(string n, string d, string to)
        {
            OfBlocks("0", to, () => InTurns(n, "first", "last", ofRows =>
            {
                BeginInstance(starts);
                for (var i = 0; i < registers.Count; i++)
                    writer.Line($"V {string.Join(", ", registers[i].Locals.Take(places).Select((local, place) => $"{local} = {(place == 0 ? $"turn > first ? V.Load(lanes, {Place(i)}) : " : "")}{registers[i].Fold.Lanes}"))};");
                ofRows(() =>
                {
                    Lines(writer, code.Statements(Nest.Length - 1));
                    BeginRow();
                    writer.Line($"int {d} = block;");
                    Repeat(d, from: "");
                    Rest(d);
                    TakeRest(d);
                });
                JoinRegisters();
                for (var i = 0; i < registers.Count; i++) writer.Line($"{registers[i].Name}.Store(lanes, {Place(i)});");
            }), () => OfInstances(() =>
            {
                BeginInstance(starts.Where(start => flushes.Any(flush => Mentions(flush, start.Split(' ')[1]))));
                for (var i = 0; i < registers.Count; i++) writer.Line($"V {registers[i].Name} = V.Load(lanes, {Place(i)});");
                Lines(writer, flushes);
            }));

            void BeginInstance(IEnumerable<string> pivots)
            {
                Lines(writer, pivots);
                writer.Line($"int place = ({Instance} - from) * {(registers.Count > 1 ? $"{registers.Count} * " : "")}V.Count;");
            }

            static string Place(int register) => register == 0 ? "place" : register == 1 ? "place + V.Count" : $"place + {register} * V.Count";
        }

        void ClearRegisters()
        {
            foreach (var register in registers) writer.Line($"V {string.Join(", ", register.Locals.Take(places).Select(local => $"{local} = {register.Fold.Lanes}"))};");
        }

        // A short row is done before further registers are worth their joining.
        void RepeatAndJoin(string d)
        {
            if (!step.IsRepeated) return;
            writer.Block($"if ({d} <= stop - {places} * V.Count)", () =>
            {
                foreach (var register in registers) writer.Line($"V {string.Join(", ", register.Locals.Take(places).Skip(1).Select(local => $"{local} = {register.Fold.Lanes}"))};");
                Repeat(d, from: "");
                JoinRegisters();
            });
        }

        void Repeat(string d, string from)
        {
            if (!step.IsRepeated) return;
            writer.Block($"for ({from}; {d} <= stop - {places} * V.Count; {d} += {places} * V.Count)", () =>
            {
                for (var i = 0; i < places; i++)
                    Lines(writer, step.Once(local => registers.FirstOrDefault(register => register.Name == local) is { } register ? register.Locals[i] : local == d && i > 0 ? $"{d} + {(i > 1 ? $"{i} * " : "")}V.Count" : local));
            });
        }

        void Rest(string d) => writer.Block($"for (; {d} < stop; {d} += V.Count)", () => Lines(writer, step.Once(local => local)));

        void TakeRest(string d)
        {
            if (!step.TakesRest) return;
            writer.Block($"if ({d} == end && rest > 0)", () =>
            {
                foreach (var register in registers) writer.Line($"V {register.Rest} = {register.Fold.Lanes};");
                Lines(writer, step.Once(local => registers.FirstOrDefault(register => register.Name == local)?.Rest ?? (local == d ? $"end + rest - V.Count" : local)));
                foreach (var register in registers) writer.Line(register.TakeRest());
            });
        }

        void JoinRegisters()
        {
            if (!step.IsRepeated) return;
            for (var half = places / 2; half > 0; half /= 2)
                foreach (var register in registers)
                    for (var i = 0; i < half; i++) writer.Line(register.Join(i, i + half));
        }
    }

    /// <summary>The numbers that choose the one element of each instance that a sweep needs; null for a sweep that needs all.</summary>
    private Read? ChoiceOf(Sweep sweep) => InBlocks && _region.Reduced is [var only] && only == Lanes ? sweep.Choice(Lanes) : null;

    /// <summary>Whether the registers of a sweep go on from row to row: what it reduces has no place of its own for each row.</summary>
    private bool AreRowsJoined(Sweep sweep) => _region.Reduced.Length > 1 && !sweep.Accumulators.Any(accumulator => accumulator.Loops.Contains(_region.Reduced[_region.Reduced.Length - 2]));

    /// <summary>Whether what a sweep adds up of each instance waits in memory while it takes a row of the next.</summary>
    private bool HasLanes(Sweep sweep) => LanesOf(sweep) > 0;

    /// <summary>The vectors that wait for each instance.</summary>
    private int LanesOf(Sweep sweep) => AreNeighbours && AreRowsJoined(sweep) ? sweep.Accumulators.Where(accumulator => !accumulator.Loops.Contains(Lanes)).Sum(accumulator => accumulator.Values.Count()) : 0;

    /// <summary>A place in the first row of a block, out of that in any.</summary>
    private string OfFirst(string place) => Regex.Replace(Regex.Replace(place, $@"\b{_region.Reduced[0].Variable}\b", "first"), $@"\b{Lanes.Variable}\b", "block");
}
