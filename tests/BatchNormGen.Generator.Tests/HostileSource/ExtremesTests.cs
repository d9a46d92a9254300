
namespace BatchNormGen.Generator.Tests.HostileSource;

/// <summary>What is far larger than any layer ends soon, with code or with a diagnostic, where the stack is small.</summary>
public class ExtremesTests
{
    private const string Declaration = """Tensor<float> F([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w)""";

    private static string Many(int count, Func<int, string> part, string between = "") => string.Join(between, Enumerable.Range(0, count).Select(part));

    private static readonly Dictionary<string, string> Sources = new()
    {
        ["parentheses"] = Body($"return {Many(5000, _ => "(")}x{Many(5000, _ => ")")};"),
        ["parentheses around sums"] = Body($"return {Many(3000, _ => "(")}x{Many(3000, _ => " + w)")};"),
        ["signs"] = Body($"return {Many(5000, _ => "- ")}x;"),
        ["terms"] = Body($"return {Many(10000, _ => "x", " + ")};"),
        ["different terms"] = Body($"return {Many(2000, i => $"x * {i + 2}.5f", " + ")};"),
        ["different functions"] = Body($"return {Many(800, i => $"(x * {i + 2}).Tanh()", " + ")};"),
        ["different sums"] = Body($"return {Many(400, i => $"(x * {i + 2}).Tanh().Sum(axis: 0)", " + ")} + x;"),
        ["factors"] = Body($"return {Many(10000, _ => "x", " * ")};"),
        ["factors of sums"] = Body($"return {Many(100, i => $"(x + {i + 1})", " * ")};"),
        ["squares"] = Body($"{Many(60, i => $"var y{i} = {(i == 0 ? "x" : $"y{i - 1}")}.Square();\n")} return y59;"),
        ["sums doubled"] = Body($"{Many(100, i => $"var y{i} = {(i == 0 ? "x + w" : $"y{i - 1} + y{i - 1} * w")};\n")} return y99;"),
        ["stages"] = LongLayers.Chain(2000, "y.Tanh()"),
        ["stages that are not used"] = Body($"{Many(900, i => $"var y{i} = x.Tanh() * {i + 1};\n")} return x;"),
        ["uses of all stages before"] = Body($"{Many(60, i => $"var y{i} = (x{Many(i, j => $" + y{j}")}).Tanh();\n")} return y59;"),
        ["activations in activations"] = Body($"return x{Many(60, _ => ".Gelu().Silu().Mish()")};"),
        ["a long argument"] = Type($"[Differentiable(Backward = BackwardForm.Staged)] public static {Declaration} => G({Many(60, _ => "x", " + ")}, w);\nstatic Tensor<float> G(Tensor<float> x, Tensor<float> w) => x.Gelu() * w;"),
        ["powers of powers"] = Body($"return x{Many(20, _ => ".Square()")} - w{Many(20, _ => ".Pow(-3)")};"),
        ["calls that double"] = Type($"[Differentiable] public static {Declaration} => {Many(40, _ => "G(")}x{Many(40, _ => ")")};\nstatic Tensor<float> G(Tensor<float> x) => x * x.Exp() + x;"),
        ["sums of powers of powers"] = LongLayers.Chain(1, "y * y" + string.Concat(Enumerable.Repeat(".Square()", 20)) + ".Sum(axis: 1, keepDims: true)"),
        ["norms"] = LongLayers.Chain(100, "(y - y.Mean(axis: 0)) / (y.Square().Mean(axis: 0) + 1).Sqrt()"),
        ["softmaxes"] = LongLayers.Chain(60, "y.Softmax(axis: 1)"),
        ["products"] = Body($"{Many(200, i => $"var y{i} = {(i == 0 ? "x" : $"y{i - 1}")}.MatMul(m);\n")} return y199;", """Tensor<float> F([Shape("N, D")] Tensor<float> x, [Shape("D, D")] Tensor<float> m)"""),
        ["parameters"] = Body($"return {Many(1000, i => $"x{i}", " + ")};", $"Tensor<float> F({Many(1000, i => $"[Shape(\"N, D\")] Tensor<float> x{i}", ", ")})"),
        ["outputs"] = Body($"return ({Many(200, i => $"x * {i}f", ", ")});", $"({Many(200, i => $"Tensor<float> y{i}", ", ")}) F([Shape(\"N, D\")] Tensor<float> x)"),
        ["axes"] = Body("return x - x.Mean(axis: 3);", $"Tensor<float> F([Shape(\"{Many(100, i => $"A{i}", ", ")}\")] Tensor<float> x)"),
        ["axes summed one by one"] = Body($"return x{Many(40, _ => ".Sum(axis: 0)")};", $"Tensor<float> F([Shape(\"{Many(41, i => $"A{i}", ", ")}\")] Tensor<float> x)"),
        ["a product of parameters as an extent"] = Body($"var b = a; {Many(100, _ => "b = b * b;\n")} return x.Reshape(x.Lengths[0], b, -1).Sum(axis: 1);", """Tensor<float> F([Shape("N, D")] Tensor<float> x, int a)"""),
        ["doubled numbers"] = Body($"var b = a; {Many(100, _ => "b = b + b;\n")} return x * b;", """Tensor<float> F([Shape("N, D")] Tensor<float> x, int a)"""),
        ["squared numbers"] = Body($"var b = a; {Many(100, _ => "b = b * b;\n")} return x * b;", """Tensor<float> F([Shape("N, D")] Tensor<float> x, float a)"""),
        ["parts of parts"] = Body($"return x{Many(30, i => $".Reshape(x.Lengths[0], a{i}, -1).Reshape(x.Lengths)")};", $"Tensor<float> F([Shape(\"N, D\")] Tensor<float> x, {Many(30, i => $"int a{i}", ", ")})"),
        ["rounds"] = Body("var y = x; for (int i = 0; i < int.MaxValue; i++) y = y + i; return y;"),
        ["rounds that do nothing"] = Body("for (int i = 0; i < int.MaxValue; i++) { } return x;"),
        ["rounds without end"] = Body("while (true) { } return x;"),
        ["rounds in rounds"] = Body("var y = x; for (int i = 0; i < 10000; i++) for (int j = 0; j < 10000; j++) y = y + i * j; return y;"),
        ["rounds in rounds that do nothing"] = Body("var k = 0; for (int i = 0; i < 10000; i++) for (int j = 0; j < 10000; j++) k = k + 1; return x * k;"),
        ["elements"] = Body($"var y = x; foreach (var i in new[] {{ {Many(20000, i => $"{i}", ", ")} }}) y = y * i; return y;"),
        ["a range"] = Body("var y = x; foreach (var i in new int[1000000000]) y = y + i; return y;"),
        ["recursion"] = Type($"[Differentiable] public static {Declaration} => G(x); static Tensor<float> G(Tensor<float> x) => H(x); static Tensor<float> H(Tensor<float> x) => G(x);"),
        ["calls in calls"] = Type($"[Differentiable] public static {Declaration} => G0(x);\n{Many(40, i => $"static Tensor<float> G{i}(Tensor<float> x) => {(i == 39 ? "x.Exp()" : $"G{i + 1}(x) + G{i + 1}(x * 2)")};\n")}"),
        ["a long way of calls"] = Type($"[Differentiable] public static {Declaration} => G0(x);\n{Many(3000, i => $"static Tensor<float> G{i}(Tensor<float> x) => {(i == 2999 ? "x.Exp()" : $"G{i + 1}(x)")};\n")}"),
        ["blocks"] = Body($"{Many(2000, _ => "{")} return x; {Many(2000, _ => "}")}"),
        ["choices"] = Body($"return {Many(2000, i => $"{(i % 2 == 0 ? "true" : "false")} ? x : ")}w + x;"),
        ["cases"] = Body($"var y = x; {Many(30, i => $"if (b{i}) y = y * {i + 2};\n")} return y;", $"Tensor<float> F([Shape(\"N, D\")] Tensor<float> x, {Many(30, i => $"bool b{i}", ", ")})"),
        ["exponents"] = Body($"return x.Pow(1e30f).Pow(1e-30f){Many(50, _ => ".Pow(7.3f)")};"),
        ["digits"] = Body($"return x * 0.{Many(3000, _ => "123456789")};"),
        ["fractions"] = Body($"return x{Many(500, i => $" * {i + 2}.{i}1e-30f")};"),
        ["a name"] = Body($"var {Many(20000, _ => "y")} = x.Exp(); return {Many(20000, _ => "y")};"),
        ["a comment"] = Body($"var y = x.Exp(); // {Many(100000, _ => "y\u2028 */")}\nreturn y;"),
        ["layers"] = Type(Many(300, i => $"[Differentiable] public static {Declaration.Replace("F(", $"F{i}(")} => x * w;\n")),
        ["types in types"] = $"{Many(200, i => $"public partial class A{i} {{ ")} [Differentiable] public static {Declaration} => x * w; {Many(200, _ => "}")}",
    };

    public static TheoryData<string> Names => [.. Sources.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_extreme_has_an_answer(string name)
    {
        var fault = Trial.Run(new Sample(name, ""), Sources[name]);
        Assert.True(fault is null, fault?.ToString());
    }

    private static string Body(string body, string declaration = Declaration) => Layers.Source(declaration, body);

    private static string Type(string members) => $"public static partial class Layers\n{{\n{members}\n}}\n";
}
