using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;

namespace BatchNormGen.Generator.Emitting;

/// <summary>
/// Writes the body of a sweep over lanes V, whatever their width. Each statement stands at the outermost loop that
/// knows all it needs, so what does not change inside a loop is loaded before it.
/// </summary>
internal sealed class VectorCode
{
    /// <summary>The highest power that is written as a product.</summary>
    public const int HighestRepeated = 4;

    private enum Precedence { Sum, Product, Unary }

    /// <summary>The JIT stops inlining at some 370 operations in a method; what is not counted is loads, stores and arithmetic.</summary>
    public const int MostOperations = 250;

    private readonly Scope _scope;
    private readonly ImmutableArray<Loop> _nest;
    private readonly Loop _lanes;
    private readonly Func<Named, string?> _parameter;
    private readonly Func<Named, bool> _isWide;
    private readonly HashSet<Expr> _defined = [];
    private readonly List<string>[] _statements;
    private readonly Dictionary<Expr, string> _locals = [];
    private readonly Dictionary<Expr, string> _masks = [];
    private readonly Dictionary<string, string> _offsets = new(StringComparer.Ordinal);
    private readonly Dictionary<Expr, int> _uses = [];

    /// <summary>erfc(u) and e^(−u²) of the same u, each by both: what finds the one finds the other on the way.</summary>
    private readonly Dictionary<Apply, (Apply Function, Apply Gaussian)> _pairs = [];
    private readonly Dictionary<string, string> _arrays = new(StringComparer.Ordinal);

    /// <summary>The types of the arrays, by the locals that hold them.</summary>
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly Names _names;
    private readonly ISet<(string Function, string Element)> _called;
    private readonly Func<IReadOnlyList<Loop>, bool> _inRows;
    private readonly bool _isFlat;
    private readonly Block? _block;
    private readonly Dictionary<string, string> _rowsHere = new(StringComparer.Ordinal);
    private readonly List<(string Name, string Local)> _columns = [];
    private readonly List<Row> _rowsOf = [];
    private readonly List<(string Element, string Array, string At)> _loaded = [];
    private readonly List<(int Level, string Type, string Name)> _declared = [];
    private int _inlined;

    /// <param name="scope">How to refer to arrays and extents.</param>
    /// <param name="nest">The loops of the sweep, the outermost first.</param>
    /// <param name="lanes">The one of them that vectors run along.</param>
    /// <param name="parameter">The ending of the parameter that brings a small value of this region, or what an earlier sweep has kept of the elements; empty for one in a field.</param>
    /// <param name="isWide">Whether a small value comes as high and low.</param>
    /// <param name="taken">Names that locals must not have.</param>
    /// <param name="values">All expressions that will be written.</param>
    /// <param name="called">Receives the functions that are called by a method of their own.</param>
    /// <param name="inRows">Which tensors with several axes are read row by row, each as a span of its own; null for none.</param>
    /// <param name="isFlat">Whether values of columns come by parameters, for a sweep over all rows as if they were one.</param>
    /// <param name="block">How the values of an instance are found where the sweep takes a block of instances.</param>
    public VectorCode(Scope scope, ImmutableArray<Loop> nest, Loop lanes, Func<Named, string?> parameter, Func<Named, bool> isWide, IEnumerable<string> taken, IEnumerable<Expr> values, ISet<(string Function, string Element)> called, Func<IReadOnlyList<Loop>, bool>? inRows = null, bool isFlat = false, Block? block = null)
    {
        (_called, _inRows, _isFlat, _block) = (called, inRows ?? (_ => false), isFlat, block);
        (_scope, _nest, _lanes, _parameter, _isWide) = (scope, nest, lanes, parameter, isWide);
        _statements = [.. Enumerable.Range(0, nest.Length + 1).Select(_ => new List<string>())];
        _names = new Names(taken.Concat(scope.Space.Loops.SelectMany(loop => new[] { loop.Variable, loop.Extent })));
        foreach (var value in values) Count(value);
        FindPairs();
    }

    /// <summary>Whether something is not contiguous along the lanes, so that only single lanes can read it.</summary>
    public bool IsStrided { get; private set; }

    /// <summary>In a flat sweep: the arrays of one value for each column, and the parameters that bring them.</summary>
    public IReadOnlyList<(string Name, string Local)> Columns => _columns;

    /// <summary>The rows of tensors that the statements inside all loops read or write.</summary>
    public IReadOnlyList<Row> Rows => _rowsOf;

    /// <summary>What is loaded for all lanes, but for values of columns: the type of the elements, the array and the place of the first.</summary>
    public IEnumerable<(string Element, string Array, string At)> Loaded => _loaded.Distinct();

    /// <summary>The locals that stand outside of the innermost loop, with their types.</summary>
    public IEnumerable<(string Type, string Name)> Outside => _declared.Where(local => local.Level < _nest.Length).Select(local => (local.Type, local.Name));

    /// <summary>The operations of the functions that are inlined.</summary>
    public int Inlined => _inlined;

    /// <summary>The statements that stand inside the first <paramref name="level"/> loops and before the next.</summary>
    public IReadOnlyList<string> Statements(int level) => _statements[level];

    /// <summary>Says which local holds a value, all of it, from here on.</summary>
    public void Define(Expr node, string local)
    {
        _locals[node] = local;
        _defined.Add(node);
    }

    public void AddStatement(int level, string statement) => _statements[level].Add(statement);

    /// <summary>Says that a local of lanes is declared outside of the innermost loop, by who writes that.</summary>
    public void DeclareElsewhere(string name) => _declared.Add((0, "V", name));

    /// <summary>The declaration of a local.</summary>
    public void Declare(int level, string name, string value, string type = "V")
    {
        _statements[level].Add($"{type} {name} = {value};");
        _declared.Add((level, type, name));
    }

    /// <summary>The level of the innermost loop that an expression mentions.</summary>
    public int Level(IEnumerable<Index> indices)
    {
        var set = new HashSet<Index>(indices);
        for (var level = _nest.Length; level > 0; level--)
            if (_nest[level - 1].Indices.Any(set.Contains)) return level;
        return 0;
    }

    public string Fresh(string stem) => _names.FreshLocal(stem);

    /// <summary>As many locals of one stem as a sweep may take places in turn.</summary>
    public ImmutableArray<string> FreshOnes(string stem) => [.. Enumerable.Range(0, SweepStep.MostPlaces).Select(_ => Fresh(stem))];

    public string Write(Expr node) => Write(node, Precedence.Sum);

    /// <summary>As <see cref="Write(Expr)"/>, in parentheses where an operator could tear it apart.</summary>
    public string WriteOperand(Expr node) => Write(node, Precedence.Unary);

    /// <summary>The local that holds the position of an element over some loops.</summary>
    public string At(IReadOnlyList<Loop> loops)
    {
        var text = _scope.Offset(loops);
        if (loops.Count <= 1) return text;
        if (_offsets.TryGetValue(text, out var local)) return local;
        _offsets.Add(text, local = Fresh("at"));
        Declare(Level(loops.SelectMany(loop => loop.Indices)), local, text, "int");
        return local;
    }

    /// <summary>The elements of all lanes: the local that holds their array, or the row that they lie in, and the place of the first.</summary>
    public (string Array, string At) Place(string name, IReadOnlyList<Loop> loops)
    {
        if (loops[loops.Count - 1] != _lanes) IsStrided = true;
        else if (loops.Count > 1 && _inRows(loops)) return (RowOf(name, loops), _lanes.Variable);
        return (Array(name), At(loops));
    }

    private string RowOf(string name, IReadOnlyList<Loop> loops)
    {
        if (_rowsOf.FirstOrDefault(row => row.Tensor == name && row.Loops.SequenceEqual(loops)) is { } known) return known.Local;
        var row = new Row(name, Array(name), _scope.Fields.TypeOf(name), [.. loops], FreshOnes(name + "Row"));
        _types.Add(row.Local, row.Type);
        _rowsOf.Add(row);
        return row.Local;
    }

    /// <summary>
    /// The local that holds an array of the struct: <c>xs</c> for x. Copied once, since what is behind a field of a
    /// shared struct would have to be loaded again in every step.
    /// </summary>
    public string Array(string name)
    {
        if (_arrays.TryGetValue(name, out var local)) return local;
        _arrays.Add(name, local = Fresh(name + "s"));
        _types.Add(local, _scope.Fields.TypeOf(name));
        Copy(name, local);
        return local;
    }

    private void Copy(string name, string local)
    {
        _statements[0].Insert(_arrays.Count - 1, $"{_scope.Fields.TypeOf(name)} {local} = {_scope.Fields.Use(name)};");
        _declared.Add((0, _scope.Fields.TypeOf(name), local));
    }

    /// <summary>The parameter that brings an array of one value for each column.</summary>
    private string Column(string name)
    {
        if (_columns.FirstOrDefault(column => column.Name == name).Local is { } known) return known;
        var local = Fresh(name + "s");
        _columns.Add((name, local));
        _types.Add(local, _scope.Fields.TypeOf(name));
        return local;
    }

    /// <summary>The local that holds a setting of the struct, which is copied once for the same reason.</summary>
    public string Setting(string name)
    {
        if (_arrays.TryGetValue(name, out var local)) return local;
        _arrays.Add(name, local = Fresh(name));
        Copy(name, local);
        return local;
    }

    private void Count(Expr node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        _uses.TryGetValue(node, out var uses);
        _uses[node] = uses + 1;
        if (uses > 0 || IsSmall(node)) return;
        foreach (var operand in node.Operands) Count(operand);
        if (node is not Product product) return;
        foreach (var factor in product.Factors)
            if (factor.Exponent.Abs() > 1) Count(factor.Base);
    }

    private void FindPairs()
    {
        var functions = _uses.Keys.OfType<Apply>().OrderBy(apply => apply.Id).ToList();
        foreach (var function in functions.Where(apply => apply.Function.FindsGaussian))
        {
            if (Monomial.Expanded(function.Arguments[0], 2) is not { } square) continue;
            if (functions.FirstOrDefault(apply => apply.Function == Functions.Exp && Monomial.Expanded(apply.Arguments[0], 1)?.IsMinus(square) == true) is not { } gaussian) continue;
            if (!_pairs.ContainsKey(gaussian)) _pairs[function] = _pairs[gaussian] = (function, gaussian);
        }
    }

    /// <summary>One call for a pair, and a local for each.</summary>
    private void CallPair(Apply function, Apply gaussian)
    {
        var argument = Write(function.Arguments[0]);
        var (first, second) = (Fresh(function.Function.Local), Fresh(gaussian.Function.Local));
        Declare(Level(function.Free), first, $"V.{function.Function.Name}({argument}, out V {second})");
        _declared.Add((Level(function.Free), "V", second));
        (_locals[function], _locals[gaussian]) = (first, second);
    }

    private bool IsShared(Expr node) => _uses.TryGetValue(node, out var uses) && uses > 1;

    private bool IsSmall(Expr node) => node is Named named && (_scope.Find(named) is not null || _parameter(named) is not null);

    private string Write(Expr node, Precedence outer)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_locals.TryGetValue(node, out var local)) return local;
        switch (node)
        {
            case Constant or Scalar or Extent or Read { Indices.IsEmpty: true }:
                return Broadcast(node);
            case Read read:
                return Local(read, read.Tensor, Load(read.Tensor, Access.LoopsOf(_scope.Space, read.Indices)));
            case Position { Index: var index }:
                return Local(node, index.Name, _lanes.Contains(index) ? $"V.Positions({index.Name})" : $"V.Constant({index.Name})");
            case Named named when IsSmall(named):
                return _isWide(named) && JoinsParts(named)
                    ? Local(named, named.Name, $"{LoadSmall(named, named.Name, named.Name + "High")} + {LoadSmall(named, named.Name, named.Name + "Low")}")
                    : LoadSmall(named, named.Name, _isWide(named) ? named.Name + "High" : named.Name);
            case Apply { Arguments: [Named value] } part when part.Function == Functions.High:
                return Write(value);
            case Apply { Arguments: [Named value] } part when part.Function == Functions.Low:
                return Local(node, value.Name + "Low", LoadPart(value, value.Name + "Low"));
            case Named or Apply when node.IsMask():
                return $"V.Where({WriteMask(node)}, {One})";
            case Named named:
                return Local(named, named.Name, Write(named.Value));
            case Apply half when _pairs.TryGetValue(half, out var pair) && _inlined + pair.Function.Function.Operations <= MostOperations:
                _inlined += pair.Function.Function.Operations;
                CallPair(pair.Function, pair.Gaussian);
                return _locals[half];
        }
        var text = node switch
        {
            Add sum => (WriteSum(sum), Precedence.Sum),
            Product product => WriteProduct(product),
            Apply apply => (Call(apply), Precedence.Unary),
            _ => throw new InvalidOperationException($"{node} cannot stand in a sweep."),
        };
        return IsShared(node)
            ? Local(node, "value", text.Item1)
            : text.Item2 < outer ? $"({text.Item1})" : text.Item1;
    }

    private string Local(Expr node, string stem, string text) => _locals[node] = NewLocal(node, stem, text);

    private string NewLocal(Expr node, string stem, string text)
    {
        var name = Fresh(stem);
        Declare(Level(node.Free), name, text);
        return name;
    }

    private string One => $"V.Broadcast({Literals.Of(Rational.One, _scope.Element)})";

    /// <summary>
    /// A function, inlined as long as the method does not get too large for that: then nothing in it would be inlined any
    /// more, at fifty times the time. Beyond, the function is called by a method of its own, at twice the time.
    /// </summary>
    private string Call(Apply apply)
    {
        var given = apply.Function == Functions.Where && apply.Arguments[2] is Constant { Value.IsZero: true } ? apply.Arguments.RemoveAt(2) : apply.Arguments;
        var arguments = string.Join(", ", given.Select((argument, place) => apply.Function.TakesMask && place == 0 ? WriteMask(argument) : Write(argument)));
        var operations = apply.Function.Operations;
        if (operations == 1 || _inlined + operations <= MostOperations)
        {
            _inlined += operations;
            return $"V.{apply.Function.Name}({arguments})";
        }
        _called.Add((apply.Function.Name, _scope.Element));
        return $"{CallName(apply.Function.Name, _scope.Element)}({arguments})";
    }

    /// <summary>The method by which a function is called that is not inlined.</summary>
    public static string CallName(string function, string element) => "Call" + function + (element == "double" ? "OfDoubles" : "");

    /// <summary>A mask as lanes of set or cleared bits, which <c>V.Where</c> takes.</summary>
    private string WriteMask(Expr mask)
    {
        if (_masks.TryGetValue(mask, out var local)) return local;
        if (_locals.TryGetValue(mask, out var number)) return $"V.NotEqualTo({number}, V.Zero)";
        if (mask is Named small && IsSmall(small)) return $"V.NotEqualTo({LoadSmall(small, small.Name, small.Name)}, V.Zero)";
        if (mask is Named named) return _masks[mask] = NewLocal(mask, named.Name, WriteMask(named.Value));
        if (mask is Apply { Function: var function, Arguments: [Read read] } && function == Functions.Holds) return _masks[mask] = NewLocal(mask, read.Tensor, LoadMask(read));
        var text = Call((Apply)mask);
        return IsShared(mask) ? _masks[mask] = NewLocal(mask, "mask", text) : text;
    }

    /// <summary>The truth values of a parameter, along the lanes or the same in all of them.</summary>
    private string LoadMask(Read read)
    {
        var loops = Access.LoopsOf(_scope.Space, read.Indices);
        if (!loops.Contains(_lanes)) return $"V.NotEqualTo({Array(read.Tensor)}[{At(loops)}] ? {One} : V.Zero, V.Zero)";
        var (array, at) = Place(read.Tensor, loops);
        return $"V.LoadMask({array}, {at})";
    }

    private string Broadcast(Expr node)
    {
        if (node is Constant { Value.IsZero: true }) return "V.Zero";
        var value = node switch
        {
            Constant constant => Literals.Of(constant.Value, _scope.Element),
            Scalar scalar => $"({_scope.Element}){_scope.Fields.Use(scalar.Name)}",
            Extent extent => $"({_scope.Element}){_scope.Fields.Use(extent.Axis.Name)}",
            _ => _scope.Fields.Use(((Read)node).Tensor),
        };
        return node is Constant ? $"V.Broadcast({value})" : Local(node, node is Scalar named ? named.Name : "count", $"V.Broadcast({value})");
    }

    private string Load(string name, IReadOnlyList<Loop> loops)
    {
        if (!loops.Contains(_lanes)) return $"V.Broadcast({Array(name)}[{At(loops)}])";
        var isColumn = _isFlat && loops.Count == 1;
        var (array, at) = isColumn ? (Column(name), _lanes.Variable) : Place(name, loops);
        if (!isColumn) _loaded.Add((Access.ElementOf(_types[array]), array, at));
        return IntegersOf(array) is { } integer ? $"V.LoadIntegers<{integer}>({array}, {at})" : $"V.{LoadMethod(array)}({array}, {at})";
    }

    /// <summary>The integer type of the elements of an array; null for one of numbers.</summary>
    private string? IntegersOf(string array)
    {
        var type = _types[array];
        var element = Access.ElementOf(type);
        return element is "float" or "double" ? null : element;
    }

    /// <summary>Lanes of double read arrays of float as well.</summary>
    private string LoadMethod(string array) =>
        _scope.Element == "double" && _types[array].Contains("<float>") ? "LoadSingle" : "Load";

    /// <summary>Whether the two parts of a value are read as one: where lanes are of double, two floats fit.</summary>
    private bool JoinsParts(Named named) => _scope.Element == "double" && _scope.Fields.IsSingle(named.Name + "High");

    /// <summary>Loads a small value, or one of its two parts, from its array or from the parameter that brings it.</summary>
    private string LoadSmall(Named named, string stem, string part)
    {
        var text = LoadPart(named, part);
        var name = Fresh(part);
        var level = Level(LoopsOf(named).SelectMany(loop => loop.Indices).Where(index => _nest.Any(loop => loop.Contains(index))));
        Declare(_block is not null && _parameter(named) is not null ? Math.Max(level, _block.Loops) : level, name, text);
        if (part == stem || part == stem + "High") _locals[named] = name;
        return name;
    }

    private string LoadPart(Named named, string part) => _parameter(named) is { } parameter
        ? parameter.Length > 0 ? LoadParameter(named, part, parameter) : LoadField(part, LoopsOf(named))
        : Load(part, LoopsOf(named));

    private ImmutableArray<Loop> LoopsOf(Named named) => _scope.Find(named)?.Loops ?? _scope.Space.LoopsOf(named.Free);

    private string LoadParameter(Named named, string part, string ending) =>
        LoopsOf(named).Contains(_lanes) ? $"V.Load({(_block is null ? part + ending : RowHere(part, "ReadOnlySpan"))}, {_lanes.Variable})"
        : _block is null ? $"V.Broadcast({part}{ending})"
        : $"V.Broadcast({(_scope.Element == "float" && part == named.Name && _block.IsSum(named) ? "(float)" : "")}{part}{ending}[{_block.At}])";

    /// <summary>In a sweep over a block: the row that is kept of the elements of the instance at hand.</summary>
    public string RowHere(string name, string span)
    {
        if (_rowsHere.TryGetValue(name, out var local)) return local;
        _rowsHere.Add(name, local = Fresh(name + "Row"));
        var start = $"({_block!.At}) * {_scope.Extent(_lanes)}";
        Declare(_block.Loops, local, $"{name}{RegionWriter.Here}[({start})..]", $"{span}<{_scope.Element}>");
        return local;
    }

    private string LoadField(string field, ImmutableArray<Loop> loops) => loops.IsEmpty ? $"V.Broadcast({_scope.Fields.Use(field)})" : Load(field, loops);

    /// <summary>
    /// Elements first, then what is subtracted from them, high parts before low ones; products come last and are fused
    /// with the addition.
    /// </summary>
    private string WriteSum(Add sum)
    {
        var terms = sum.Terms.Select(term => SplitSign(term)).ToList();
        var simple = terms.Where(term => !IsFusable(term.Value)).ToList();
        var text = "";
        foreach (var (negative, value) in simple.OrderBy(term => IsSmall(term.Value) ? 1 : 0)) Append(negative, Write(value, Precedence.Product));
        foreach (var (negative, value) in simple)
            if (value is Named named && IsSmall(named) && _isWide(named) && !_defined.Contains(named) && !JoinsParts(named)) Append(negative, LoadSmall(named, named.Name, named.Name + "Low"));
        foreach (var (_, value) in terms.Where(term => IsFusable(term.Value)))
        {
            if (text.Length == 0)
            {
                text = Write(value, Precedence.Product);
                continue;
            }
            var (a, b) = Halves((Product)value);
            text = $"V.MultiplyAdd({a}, {b}, {text})";
        }
        return text;

        void Append(bool negative, string term) =>
            text = text.Length == 0 ? (negative ? "-" : "") + term : $"{text} {(negative ? "-" : "+")} {term}";
    }

    private static (bool Negative, Expr Value) SplitSign(Expr term) =>
        term is Product { Coefficient: var c, Factors: [{ Exponent.IsOne: true, Base: var value }] } && c == Rational.MinusOne ? (true, value) : (false, term);

    private bool IsFusable(Expr term) =>
        term is Product product && !IsShared(term) && IsRepeated(product) && Operands(product).Count() >= 2;

    /// <summary>Whether a product is its factors one by one, a low power repeated: no quotient, no root, nothing that selects.</summary>
    public static bool IsRepeated(Product product) =>
        product.Factors.All(factor => factor.Exponent.IsInteger && factor.Exponent.Sign > 0 && !(factor.Exponent > HighestRepeated) && !factor.Base.IsMask());

    /// <summary>The factors of a product one by one, a whole power repeated.</summary>
    public static IEnumerable<Expr> Operands(Product product) =>
        product.Factors.SelectMany(factor => Enumerable.Repeat(factor.Base, (int)factor.Exponent.Numerator));

    private (string A, string B) Halves(Product product)
    {
        var operands = Operands(product).ToList();
        var last = operands[operands.Count - 1];
        operands.RemoveAt(operands.Count - 1);
        if (operands.Count == 1 && product.Coefficient.IsOne) return (Write(operands[0]), Write(last));
        var first = string.Join(" * ", operands.Select(operand => Write(operand, Precedence.Unary)));
        if (product.Coefficient == Rational.MinusOne) first = "-" + (operands.Count > 1 ? $"({first})" : first);
        else if (!product.Coefficient.IsOne) first = $"V.Broadcast({Literals.Of(product.Coefficient, _scope.Element)}) * {first}";
        return (first, Write(last));
    }

    private (string Text, Precedence Precedence) WriteProduct(Product product)
    {
        if (!product.HasMask()) return WriteFactors(product.Coefficient, product.Factors);

        // [p] · y is y where p holds and 0 elsewhere, also where y is infinite.
        var mask = product.Factors.Where(factor => factor.IsBracket()).Select(factor => WriteMask(factor.Base)).Aggregate((a, b) => $"V.And({a}, {b})");
        var rest = product.Factors.RemoveAll(factor => factor.IsBracket());
        var kept = !rest.IsEmpty ? WriteFactors(product.Coefficient, rest).Text
            : product.Coefficient.IsOne ? One
            : $"V.Broadcast({Literals.Of(product.Coefficient, _scope.Element)})";
        return ($"V.Where({mask}, {kept})", Precedence.Unary);
    }

    private (string Text, Precedence Precedence) WriteFactors(Rational coefficient, ImmutableArray<Factor> factors)
    {
        var above = new List<string>();
        var below = new List<string>();
        foreach (var factor in factors)
        {
            if (factor.Exponent == -Rational.Half) above.Add($"V.ReciprocalSqrt({Write(factor.Base)})");
            else (factor.Exponent.Sign > 0 ? above : below).AddRange(WritePower(factor.Base, factor.Exponent.Abs()));
        }
        if (!coefficient.Abs().IsOne) above.Insert(0, $"V.Broadcast({Literals.Of(coefficient, _scope.Element)})");
        var sign = coefficient == Rational.MinusOne ? "-" : "";
        if (above.Count == 0) return ($"{sign}V.Reciprocal({string.Join(" * ", below)})", Precedence.Unary);
        if (below.Count == 0 && above.Count == 1) return (sign + above[0], sign.Length > 0 ? Precedence.Product : Precedence.Unary);
        var text = sign + string.Join(" * ", above);
        if (below.Count > 0) text += " / " + (below.Count == 1 ? below[0] : $"({string.Join(" * ", below)})");
        return (text, Precedence.Product);
    }

    private IEnumerable<string> WritePower(Expr @base, Rational exponent)
    {
        if (exponent.IsOne) return [Write(@base, Precedence.Unary)];
        if (exponent == Rational.Half) return [$"V.Sqrt({Write(@base)})"];
        if (!exponent.IsInteger || exponent > HighestRepeated) return [$"V.Pow({Write(@base)}, {Literals.Of(exponent, _scope.Element)})"];
        var atom = _locals.TryGetValue(@base, out var local) ? local : Write(@base, Precedence.Unary);
        if (atom.IndexOf('(') >= 0) atom = Local(@base, "value", atom);
        return Enumerable.Repeat(atom, (int)exponent.Numerator);
    }
}
