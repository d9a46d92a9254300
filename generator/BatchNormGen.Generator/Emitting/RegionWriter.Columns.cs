using System.Collections.Generic;
using System.Linq;

namespace BatchNormGen.Generator.Emitting;

/// <content>Sweeps by columns: the rows that are taken together, and all rows as one.</content>
internal sealed partial class RegionWriter
{
    private void WriteColumns(CodeWriter writer, SweepStep step, List<Register> registers, IEnumerable<string> flushes)
    {
        var (d, n) = (Lanes.Variable, Rows.Variable);
        Lines(writer, step.Code.Statements(0));
        if (step.IsRepeated)
        {
            writer.Comment("Four rows at a time, far apart: streams that the processor fetches ahead. Then those that are left, one by one.");
            writer.Line($"int apart = (to - from) / {step.Places}, left = from + {step.Places} * apart;");
        }
        writer.Block(step.IsRepeated ? $"for (int {n} = apart > 0 ? from : left; {n} < to; {n} = {n} + 1 == from + apart ? left : {n} + 1)" : $"for (int {n} = from; {n} < to; {n}++)", () =>
        {
            if (step.IsRepeated) writer.Line($"int step = {n} < left ? apart : 0;");
            foreach (var row in step.Code.Rows)
            {
                var next = $"step * {row.Step(_scope, Rows)}";
                writer.Line($"{row.Type} {string.Join(", ", row.Locals.Take(step.Places).Select((local, i) => $"{local} = {(i == 0 ? From(row, row.Array, $"({row.Start(_scope)})") : From(row, row.Locals[i - 1], $"({next})"))}"))};");
            }
            writer.Block($"for (int {d} = start; {d} < end; {d} += V.Count)", () =>
            {
                Lines(writer, step.Code.Statements(1));
                foreach (var register in registers) writer.Line($"V {register.Name} = {register.Fold.Lanes};");
                Lines(writer, step.Once(local => local));
                if (step.IsRepeated)
                    writer.Block("if (step > 0)", () =>
                    {
                        for (var i = 1; i < step.Places; i++) Lines(writer, step.Once(local => step.Code.Rows.FirstOrDefault(row => row.Local == local) is { } row ? row.Locals[i] : local == n ? $"{n} + {(i > 1 ? $"{i} * " : "")}step" : local));
                    });
                Lines(writer, flushes);
            });
        });
    }

    /// <summary>A sweep over a few rows at once.</summary>
    private void WriteFewRows(CodeWriter writer, VectorCode code, IReadOnlyList<string> registers, IEnumerable<string> inner, IEnumerable<string> stores)
    {
        var (d, n) = (Lanes.Variable, Rows.Variable);
        Lines(writer, code.Statements(0));
        writer.Block($"for (int {d} = start; {d} < end; {d} += V.Count)", () =>
        {
            Lines(writer, code.Statements(1));
            foreach (var register in registers) writer.Line($"V {register} = V.Zero;");
            writer.Block($"for (int {n} = from; {n} < to; {n}++)", () =>
            {
                Lines(writer, code.Statements(2));
                Lines(writer, inner);
            });
            Lines(writer, stores);
        });
    }

    /// <summary>A sweep over all rows as if they were one.</summary>
    private void WriteFlat(CodeWriter writer, VectorCode code, IEnumerable<string> inner)
    {
        var (place, column, columns) = (Flat.Variable, Lanes.Variable, _scope.Extent(Lanes));
        Lines(writer, code.Statements(0));
        writer.Comment("All rows as one: lanes that begin in a row may end in the next, where the values of the columns come round again.");
        writer.Block($"for (int {place} = start, {column} = start % {columns}; {place} < end; {column} = Repeated.Next({column}, {columns}))", () =>
        {
            writer.Line($"int stop = Math.Min({columns}, {column} + end - {place});");
            writer.Line($"{place} -= {column};");
            foreach (var row in code.Rows) writer.Line($"{row.Type} {row.Local} = {From(row, row.Array, place)};");
            writer.Block($"for (; {column} < stop; {column} += V.Count)", () =>
            {
                Lines(writer, code.Statements(1));
                Lines(writer, inner);
            });
            writer.Line($"{place} += {column};");
        });
    }
}
