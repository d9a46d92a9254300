using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace BatchNormGen.Generator.Tests.HostileSource;

/// <summary>One way to spoil a text.</summary>
/// <param name="Name">What happens.</param>
/// <param name="Changes">The changes to the text of a file; none where the file has nothing of the kind.</param>
internal sealed record Mutation(string Name, Func<Draft, IEnumerable<TextChange>> Changes)
{
    private static readonly string[] Extremes =
        ["0", "-1", "1", "-0f", "int.MaxValue", "int.MinValue", "1e308", "1e-320", "1e39f", "double.NaN", "float.PositiveInfinity", "99999999999999999999999999", "0x7fffffffffffffff", "1e999", "null", "default", "\"\"", "'x'", "true", "1m", "1UL"];

    private static readonly string[] Shapes =
        ["", ",", "N,", "N, N", "0", "-1", "1", "1, 1", "2147483647", "2147483648", "99999999999999999999", "N D", "int", "é", "N, D, N", "D, N", "?", "N\\n", "_", "N, C, H, W", "x", "N, 3", "1, D", "n", "cache", "output",
            string.Join(", ", Enumerable.Range(0, 40).Select(axis => $"A{axis}"))];

    /// <summary>Not <c>nameof</c>: a namespace of that name hides the operator in all that is in it, generated code as well.</summary>
    private static readonly string[] Words =
        ["(", ")", "{", "}", "[", "]", "<", ">", ";", ",", ".", "..", "?", "?.", "??", ":", "::", "=>", "->", "=", "==", "!=", "+", "-", "*", "/", "%", "&", "&&", "|", "^", "~", "!", "++", "--", "+=", "-=", "*=", "/=", "<<", ">>", "@", "$", "#", "\"", "'", "/*", "*/", "//", "\\",
            "abstract", "as", "async", "await", "base", "bool", "break", "case", "catch", "checked", "class", "const", "continue", "default", "delegate", "do", "double", "dynamic", "else", "enum", "event", "extension", "false", "field", "fixed", "float", "for", "foreach", "get", "goto",
            "if", "in", "int", "interface", "internal", "is", "lock", "file", "namespace", "new", "not", "null", "object", "operator", "out", "override", "params", "partial", "public", "readonly", "record", "ref", "required", "return", "scoped", "sealed", "sizeof", "stackalloc", "static",
            "string", "struct", "switch", "this", "throw", "true", "try", "typeof", "unchecked", "unsafe", "using", "var", "virtual", "void", "when", "where", "while", "with", "yield", "[Differentiable]", "[NoGradient]", "[Gradient]", "[Shape(\"N\")]", "[GradientOf(nameof(F))]"];

    private static readonly string[] Types =
        ["float", "double", "int", "long", "bool", "string", "object", "dynamic", "void", "decimal", "Half", "T", "Tensor<float>", "Tensor<double>", "Tensor<int>", "Tensor<bool>", "Tensor<string>", "Tensor<>", "Tensor", "TensorSpan<float>", "float[]", "float?", "Tensor<float>?", "int*", "(Tensor<float> a, Tensor<float> b)", "(float, float)", "Unknown<int>", "DayOfWeek", "ref float"];

    private static readonly string[] Operations =
        ["Sum", "Mean", "Max", "Min", "Variance", "StandardDeviation", "LogSumExp", "Norm", "Softmax", "LogSoftmax", "Gather", "OneHot", "Exp", "Log", "Sqrt", "Square", "Reciprocal", "ReciprocalSqrt", "Abs", "Sign", "Tanh", "Sigmoid", "Erf", "Softplus", "Relu", "LeakyRelu", "Elu", "Gelu", "Mish", "Silu", "HardTanh",
            "Maximum", "Minimum", "Clamp", "Pow", "Transpose", "Permute", "Unsqueeze", "Squeeze", "Reshape", "MatMul", "StopGradient", "GreaterThan", "EqualTo", "Where", "Lengths", "Rank", "FlattenedLength", "ToString", "GetHashCode", "Unknown"];

    private static readonly string[] Calls =
        [".Sum(axis: 0)", ".Sum(axis: 0, keepDims: true)", ".Mean(axis: -1)", ".Mean()", ".Max(axis: 1)", ".Softmax(axis: 0)", ".LogSoftmax(axis: -1)", ".Variance(axes: [0, 1])", ".Exp()", ".Log()", ".Relu()", ".Square()", ".Sqrt()", ".Reciprocal()", ".Transpose()", ".Permute([1, 0])", ".Unsqueeze(0)", ".Squeeze(0)", ".StopGradient()", ".Pow(2)", ".Pow(0.5f)",
            ".Pow(-3)", ".Clamp(0, 1)", ".GreaterThan(0)", ".Lengths[0]", ".Reshape([-1])", ".Lengths", "[0]", "[..]", "!", "?.Exp()", " * 0", " / 0", " + 1", " - 0.5f", " % 2", " is null", " as object", " switch { _ => 1 }", " with { }", "++", ".ToString()", ".Norm(axis: 0)", ".LogSumExp(axis: 0)", ".Tanh()", ".Erf()"];

    private static readonly string[] Arguments =
        ["axis: 0", "axis: 1", "axis: -1", "axis: -3", "axis: int.MinValue", "axes: [0, 1]", "axes: [1, 0]", "axes: []", "axes: [0, 0]", "axes: null", "keepDims: true", "keepDims: false", "correction: 1", "correction: 1000000", "0", "1f", "[1, 0]", "[0, 1, 2]", "[-1, 2]", "..", "null", "default", "out var o", "ref x", "x: 1"];

    private static readonly string[] Settings =
        ["Backward = BackwardForm.Staged", "Backward = BackwardForm.ClosedForm", "Backward = (BackwardForm)7", "Save = Saving.Least", "Save = Saving.Speed", "Save = (Saving)(-3)", "Backward = null", "Unknown = 1", "1", ""];

    private static readonly string[] Around =
        ["{ ¤ }", "if (true) { ¤ }", "if (false) { ¤ }", "for (var i = 0; i < 2; i++) { ¤ }", "for (var i = 0; ; i++) { ¤ }", "for (var i = 0; i < 100000; i++) { ¤ }", "while (true) { ¤ }", "do { ¤ } while (false);", "foreach (var i in new[] { 1, 2 }) { ¤ }", "try { ¤ } catch { }", "try { ¤ } finally { }", "lock (new object()) { ¤ }",
            "unsafe { ¤ }", "checked { ¤ }", "Action run = () => { ¤ };", "void Local() { ¤ } Local();", "static void Local() { ¤ }", "label: ¤", "goto label; label: ¤", "using (null) { ¤ }", "switch (1) { case 1: ¤ break; }", "switch (0) { default: ¤ break; }", "return default; ¤", "throw null; ¤", "yield return 1; ¤", "await ¤", "¤ ¤", "break; ¤", "var unused = 1; ¤", "const int k = 3; ¤"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Mutation> Table { get; } =
    [
        new("delete a token", draft => draft.Replace(draft.Token, "")),
        new("duplicate a token", draft => draft.Replace(draft.Token, "¤ ¤")),
        new("swap two neighbours", draft => draft.SwapNeighbours()),
        new("swap two tokens", draft => draft.Swap(draft.Token, draft.Token)),
        new("replace a token by another one of the file", draft => draft.Replace(draft.Token, draft.Of(draft.Token))),
        new("replace a name by another one of the file", draft => draft.Replace(draft.Any(draft.Names), draft.Of(draft.Any(draft.Names)))),
        new("replace a literal", draft => draft.Replace(draft.Any<LiteralExpressionSyntax>(), draft.Pick(Extremes))),
        new("replace a text", draft => draft.Replace(draft.Any(draft.Nodes<LiteralExpressionSyntax>().Where(literal => literal.IsKind(SyntaxKind.StringLiteralExpression))), $"\"{draft.Pick(Shapes)}\"")),
        new("insert a token of the language", draft => draft.Replace(draft.Token, $"{draft.Pick(Words)} ¤")),
        new("replace a token by one of the language", draft => draft.Replace(draft.Token, draft.Pick(Words))),
        new("cut the file off", draft => draft.Cut()),
        new("cut the file off, and close what is open", draft => draft.Close()),
        new("delete a statement", draft => draft.Replace(draft.Any<StatementSyntax>(), "")),
        new("duplicate a statement", draft => draft.Replace(draft.Any<StatementSyntax>(), "¤ ¤")),
        new("swap two statements", draft => draft.Swap(draft.Any<StatementSyntax>(), draft.Any<StatementSyntax>())),
        new("put a statement into another", draft => draft.Replace(draft.Any<StatementSyntax>(), draft.Pick(Around))),
        new("delete a parameter", draft => draft.Replace(draft.Any<ParameterSyntax>(), "")),
        new("duplicate a parameter", draft => draft.Replace(draft.Any<ParameterSyntax>(), "¤, ¤")),
        new("duplicate a parameter by another name", draft => draft.Replace(draft.Any<ParameterSyntax>(), "¤, ¤2")),
        new("swap two parameters", draft => draft.Swap(draft.Any<ParameterSyntax>(), draft.Any<ParameterSyntax>())),
        new("duplicate a member", draft => draft.Replace(draft.Any<MemberDeclarationSyntax>(), "¤\n¤")),
        new("delete an attribute", draft => draft.Replace(draft.Any<AttributeListSyntax>(), "")),
        new("swap two attributes", draft => draft.Swap(draft.Any<AttributeListSyntax>(), draft.Any<AttributeListSyntax>())),
        new("replace a type", draft => draft.Replace(draft.Any<TypeSyntax>(), draft.Pick(Types))),
        new("rename to a keyword", draft => draft.Rename(draft.Pick(Words))),
        new("rename to an escaped keyword", draft => draft.Rename("@" + draft.Pick(["class", "int", "var", "file", "ref", "await", "record", "field", "value", "partial"]))),
        new("rename to a name of the generated code", draft => draft.Rename(draft.Pick(["cache", "output", "dout", "lanes", "i", "n", "N", "chunk", "row", "sum", "x", "dx", "global", "Layers", "T", "Tensor", "BatchNormGen", "System", "Vector", "value", "accumulate", "L", "Σ", "ıİ", "_", "__", "Math"]))),
        new("rename to another name of the file", draft => draft.Rename(draft.Of(draft.Any(draft.Names)))),
        new("replace an expression by another one of the file", draft => draft.Replace(draft.Any<ExpressionSyntax>(), draft.Of(draft.Any<ExpressionSyntax>()))),
        new("swap two expressions", draft => draft.Swap(draft.Any<ExpressionSyntax>(), draft.Any<ExpressionSyntax>())),
        new("call something on an expression", draft => draft.Replace(draft.Any<ExpressionSyntax>(), $"(¤){draft.Pick(Calls)}")),
        new("call something on a value", draft => draft.Replace(draft.Any(draft.Values), $"¤{draft.Pick(Calls)}")),
        new("call another operation", draft => draft.Replace(draft.Any(draft.Nodes<MemberAccessExpressionSyntax>().Select(access => access.Name)), draft.Pick(Operations))),
        new("another operator", draft => draft.Replace(draft.Any(draft.Nodes<BinaryExpressionSyntax>().Select(binary => binary.OperatorToken)), draft.Pick(["+", "-", "*", "/", "%", "==", "<", "&", "??", ">>>"]))),
        new("a product of an expression with itself", draft => draft.Replace(draft.Any<ExpressionSyntax>(), Enumerable.Range(0, 4).Aggregate("¤", (inner, _) => $"({inner} * {inner})"))),
        new("replace a value by another one", draft => draft.Replace(draft.Any(draft.Values), draft.Of(draft.Any(draft.Values)))),
        new("swap two values", draft => draft.Swap(draft.Any(draft.Values), draft.Any(draft.Values))),
        new("replace a call by another one of the file", draft => draft.Replace(draft.Any<InvocationExpressionSyntax>(), draft.Of(draft.Any<InvocationExpressionSyntax>()))),
        new("leave out a call", draft => draft.Replace(draft.Any(draft.Nodes<MemberAccessExpressionSyntax>().Select(access => access.Parent!)), draft.Of(draft.Any(draft.Values)))),
        new("replace an operand by another one of the file", draft => draft.Replace(draft.Operand, draft.Of(draft.Operand))),
        new("replace an argument", draft => draft.Replace(draft.Any<ArgumentSyntax>(), draft.Pick(Arguments))),
        new("insert an argument", draft => draft.Replace(draft.Any<ArgumentSyntax>(), $"¤, {draft.Pick(Arguments)}")),
        new("insert an operation", draft => draft.Replace(draft.Any(draft.Values), $"¤{draft.Pick(Calls.Take(26).ToList())}")),
        new("replace the attribute", draft => draft.Replace(draft.Any(draft.Nodes<AttributeSyntax>().Where(attribute => attribute.Name.ToString() == "Differentiable")), $"Differentiable({draft.Pick(Settings)})")),
        new("another element type", draft => draft.Exchange("float", "double")),
        new("many parentheses", draft => draft.Replace(draft.Any<ExpressionSyntax>(), $"{new string('(', 40)}¤{new string(')', 40)}")),
        new("many signs", draft => draft.Replace(draft.Any<ExpressionSyntax>(), $"{string.Concat(Enumerable.Repeat("- ", 101))}(¤)")),
        new("many terms", draft => draft.Replace(draft.Any(draft.Values), $"({string.Join(" + ", Enumerable.Repeat("¤", 60))})")),
        new("many calls", draft => draft.Replace(draft.Any(draft.Values), $"¤{string.Concat(Enumerable.Repeat(draft.Pick(Calls), 20))}")),
    ];

    /// <summary>The text with the mutation.</summary>
    public string Apply(string text, int seed) => SourceText.From(text).WithChanges(Changes(new Draft(text, new Random(seed))).OrderBy(change => change.Span.Start)).ToString();
}
