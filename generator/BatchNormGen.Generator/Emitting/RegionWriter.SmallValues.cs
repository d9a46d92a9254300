using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Simplifying;

namespace BatchNormGen.Generator.Emitting;

/// <content>The small values and small results between the sweeps.</content>
internal sealed partial class RegionWriter
{
    /// <summary>The small values and results after a sweep; those that have lanes are computed in a loop over them.</summary>
    private void WriteFinish(CodeWriter writer, int number, HashSet<Named> locals)
    {
        var finish = _region.Finishes[number];
        var writes = finish.Writes;
        if (InBlocks)
        {
            ForInstances(writer, "block", "blockEnd", body =>
            {
                var own = new HashSet<Named>();
                WriteValues(body, number, finish.Values, own);
                WriteResults(body, writes, own);
            });
            return;
        }
        var single = finish.Values.Where(value => !value.Loops.Contains(Lanes)).ToList();
        WriteValues(writer, number, single, locals);
        var column = finish.Values.Except(single).ToList();
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
        var single = finish.Values.Except(column).Where(value => !IsUsed(value.Value)).Select(value => value.Value).ToList();
        return column.Count + finish.Writes.Length > 0
            && (single.Count == 0 || !column.Select(value => value.Value.Value).Concat(finish.Writes.Select(write => write.Value)).Nodes().Any(single.Contains));
    }

    private void WriteVectorFinish(CodeWriter writer, int number)
    {
        var finish = _region.Finishes[number];
        var values = finish.Values.Where(value => value.Loops.Contains(Lanes)).ToList();
        var expressions = values.Select(value => value.Value.Value).Concat(finish.Writes.Select(write => write.Value)).ToList();
        var code = new VectorCode(_scope with { Element = "double" }, [Lanes], Lanes, ParameterOf, IsWide, Taken, expressions, _called);
        var needed = new HashSet<Expr>(expressions.Nodes().Concat(values.Select(value => value.Value)));
        foreach (var sum in _sums.Where(needed.Contains))
        {
            var local = code.Fresh(sum.Name);
            code.AddStatement(1, $"V {local} = V.Load({code.Array(PartsOf(sum))}, {Lanes.Variable});");
            code.Define(sum, local);
        }
        foreach (var value in values)
        {
            var name = value.Value.Value is Reduce ? code.Write(value.Value) : code.Fresh(value.Name);
            string? rest = null;
            if (IsTwoSum(value, out var a, out var b))
            {
                var (first, second) = (code.Fresh(name + "First"), code.Fresh(name + "Second"));
                code.AddStatement(1, $"V {first} = {code.Write(a)};");
                code.AddStatement(1, $"V {second} = {code.Write(b)};");
                code.AddStatement(1, $"V {name} = {first} + {second};");
                rest = $"V.RestOfSum({first}, {second}, {name})";
            }
            else if (value.Value.Value is not Reduce) code.AddStatement(1, $"V {name} = {code.Write(value.Value.Value)};");
            code.Define(value.Value, name);
            if (_scope.Find(value.Value) is not null || IsFieldValue(value)) Store(name, value, rest);
        }
        foreach (var write in finish.Writes)
        {
            var target = code.Array(write.Name);
            if (!_isGradient(write.Name))
            {
                code.AddStatement(1, $"{Parenthesized(code.WriteOperand(write.Value))}.{StoreMethod}({target}, {Lanes.Variable});");
                continue;
            }
            var local = code.Fresh(write.Name);
            code.AddStatement(1, $"V {local} = {code.Write(write.Value)};");
            code.AddStatement(1, $"if ({code.Setting(ArgumentChecks.Accumulate)} && !{target}.IsEmpty) {local} += V.{StoreMethod.Replace("Store", "Load")}({target}, {Lanes.Variable});");
            code.AddStatement(1, $"if (!{target}.IsEmpty) {local}.{StoreMethod}({target}, {Lanes.Variable});");
        }
        writer.Line($"/// <summary>{Xml(string.Join("; ", values.Where(value => value.Value.Value is not Reduce).Select(value => _printer.PrintDefinition(value.Name, value.Value.Value)).Concat(finish.Writes.Select(write => $"{write.Name}[{IndexSet.Of(write.Layout)}] = {_printer.PrintValue(write.Value)}"))))}</summary>");
        WriteMethod(writer, $"Columns{number}", [], body =>
        {
            Lines(body, code.Statements(0));
            body.Block($"for (int {Lanes.Variable} = start; {Lanes.Variable} < end; {Lanes.Variable} += V.Count)", () => Lines(body, code.Statements(1)));
        }, element: "double");

        void Store(string name, Small value, string? rest)
        {
            if (!value.Wide)
            {
                code.AddStatement(1, $"{name}.{StoreMethod}({code.Array(value.Name)}, {Lanes.Variable});");
                return;
            }
            var high = code.Array(value.Name + "High");
            code.AddStatement(1, $"{name}.{StoreMethod}({high}, {Lanes.Variable});");
            var low = $"V.Rest({name}, V.{StoreMethod.Replace("Store", "Load")}({high}, {Lanes.Variable}))";
            code.AddStatement(1, $"{(rest is null ? low : $"({low} + {rest})")}.{StoreMethod}({code.Array(value.Name + "Low")}, {Lanes.Variable});");
        }

        static string Parenthesized(string text) => text.IndexOf(' ') < 0 || text.StartsWith("V.", StringComparison.Ordinal) || text.StartsWith("(", StringComparison.Ordinal) ? text : $"({text})";
    }

    /// <summary>How lanes of double are written to arrays of the element type.</summary>
    private string StoreMethod => Element == "float" ? "StoreSingle" : "Store";

    private void WriteValues(CodeWriter writer, int number, IEnumerable<Small> values, HashSet<Named> locals)
    {
        foreach (var value in values)
        {
            string? rest = null;
            if (IsTwoSum(value, out var a, out var b))
            {
                rest = RestOf(value);
                writer.Line($"(double {LocalName(value.Value)}, double {rest}) = Scalars.TwoSum({Code(locals).Write(a)}, {Code(locals).Write(b)});");
            }
            else if (!(InBlocks && _sums.Contains(value.Value)))
            {
                var definition = value.Value.Value is Reduce ? Local(value.Value, [])! : Code(locals).Write(value.Value.Value);
                writer.Line($"double {LocalName(value.Value)} = {definition};");
            }
            locals.Add(value.Value);
            WriteStores(writer, value, rest);
            if (IsExact(value)) writer.Line($"{value.Name}{Exact}[{InSpan}] = {value.Name};");
        }
        if (IsSmallRegion) WriteResults(writer, _region.Finishes[number].Writes, locals);
    }

    /// <summary>Whether a value in two parts is a sum of two whose rounding the second part shall hold as well.</summary>
    private static bool IsTwoSum(Small value, out Expr a, out Expr b)
    {
        (a, b) = value.Value.Value is Add { Terms: [var first, var second] } ? (first, second) : (value.Value, value.Value);
        return value.Wide && a != b && WideValues.HoldsExtremum(value.Value.Value);
    }

    /// <summary>The variable that holds what the rounding of a sum of two lost.</summary>
    private string RestOf(Small value) => LocalName(value.Value) + "Rest";

    private void WriteStores(CodeWriter writer, Small value, string? rest)
    {
        var name = Local(value.Value, [value.Value])!;
        var stored = _scope.Find(value.Value);
        if (stored is not null) Store(part => $"{Fields.Use(part)}[{_scope.Offset(stored.Loops)}]", stored.Wide);
        else if (IsInSpan(value)) Store(part => $"{part}{Here}[{InSpan}]", value.Wide);
        else if (IsFieldValue(value)) Store(part => value.Loops.IsEmpty ? Fields.Use(part) : $"{Fields.Use(part)}[{_scope.Offset(value.Loops)}]", value.Wide);

        void Store(Func<string, string> target, bool wide)
        {
            var cast = Element == "double" ? "" : "(float)";
            if (!wide)
            {
                writer.Line($"{target(value.Name)} = {cast}{name};");
                return;
            }
            writer.Line($"{target(value.Name + "High")} = {cast}{name};");
            var low = $"Scalars.Rest({name}, {target(value.Name + "High")})";
            writer.Line($"{target(value.Name + "Low")} = {(rest is null ? cast + low : cast.Length == 0 ? $"{low} + {rest}" : $"{cast}({low} + {rest})")};");
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
        if (!_isGradient(result.Name))
        {
            writer.Line($"{target} = {(Element == "float" ? $"(float)({value})" : value)};");
            return;
        }
        writer.Block($"if (!{Fields.Use(result.Name)}.IsEmpty)", () =>
        {
            var total = result.Name + "Value";
            writer.Line($"double {total} = {value};");
            writer.Line($"if ({Fields.Use(ArgumentChecks.Accumulate)}) {total} += {target};");
            writer.Line($"{target} = {(Element == "float" ? "(float)" : "")}{total};");
        });
    }

    private ScalarCode Code(HashSet<Named> locals) => new(_scope, named => Local(named, locals), PlaceOf);

    /// <summary>The variable that holds a value in scalar code.</summary>
    private string? Local(Named named, HashSet<Named> locals)
    {
        if (InBlocks && _sums.Contains(named)) return $"{named.Name}[{InSpan}]";
        if (locals.Contains(named)) return LocalName(named);
        if (InBlocks && _finished.Contains(named)) return $"{named.Name}{Exact}[{InSpan}]";
        if (_sums.Contains(named))
            return !PerInstance ? $"{Fields.Use(PartsOf(named))}[{(ByColumns ? Lanes.Variable : "0")}]" : ByColumns ? $"{named.Name}[{Lanes.Variable}]" : named.Name;
        if (!_small.TryGetValue(named, out var small)) return null;
        return small.Wide && PlaceOf(named, named.Name + "High") is { } high ? $"((double){high} + {PlaceOf(named, named.Name + "Low")})" : PlaceOf(named, named.Name);
    }

    /// <summary>The place of a value of this region, or of one of its parts, in scalar code; null where it is stored anyway.</summary>
    private string? PlaceOf(Named named, string part) =>
        !_small.TryGetValue(named, out var small) || _scope.Find(named) is not null ? null
        : IsInSpan(small) ? $"{part}{Here}[{InSpan}]"
        : small.Loops.IsEmpty ? Fields.Use(part)
        : $"{Fields.Use(part)}[{_scope.Offset(small.Loops)}]";

    /// <summary>A sum by columns keeps its name for the span; the value of one column gets another.</summary>
    private string LocalName(Named named) => named.Value is Reduce && ByColumns ? named.Name + "Value" : named.Name;
}
