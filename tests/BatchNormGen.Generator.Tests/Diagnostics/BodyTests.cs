using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Tests.Reading;

namespace BatchNormGen.Generator.Tests.Diagnostics;

public class BodyTests
{
    private static readonly string Supported =
        $"+, -, *, /, {string.Join(", ", Functions.Names)}, {string.Join(", ", Compositions.Names)}, Gather, OneHot, MatMul, Transpose, Permute, Unsqueeze, Squeeze, and the extents x.Lengths[i], x.FlattenedLength and x.Rank";

    private static void Expect(string id, string message, string body) => Marked.Expect(id, message, Reads.Method(body));

    [Theory]
    [InlineData("Console.[|Beep|](); return x;", "Console.Beep();")]
    [InlineData("x.[|Sqrt|](); return x;", "x.Sqrt();")]
    public void A_value_that_is_not_kept_is_no_stage(string body, string statement) =>
        Expect("BNG0015", $"'{statement}' cannot be part of a layer: its value is lost. Declare a local for the value, or remove the statement.", body);

    [Fact]
    public void A_local_needs_its_value() =>
        Expect("BNG0015", "'y' cannot be part of a layer: it declares a local without a value. Declare 'y' where its value is computed.", "Tensor<float> [|y|]; return x;");

    [Theory]
    [InlineData("[|if|] (s > 0) return w + x; return x;", "if", "Choose between layers where they are called")]
    [InlineData("[|switch|] (k) { case 1: return w + x; default: return x; }", "switch", "Choose between layers where they are called")]
    [InlineData("return s > 0 [|?|] x : w;", "?:", "Choose between layers where they are called")]
    [InlineData("return k [|switch|] { 1 => x, _ => w };", "switch", "Choose between layers where they are called")]
    [InlineData("return x [|??|] w;", "??", "Choose between layers where they are called")]
    [InlineData("[|for|] (var i = 0; i < 3; i++) { } return x;", "for", "Loop over elements by operations on whole tensors, and over layers where they are called")]
    [InlineData("[|foreach|] (var y in x) { } return x;", "foreach", "Loop over elements by operations on whole tensors, and over layers where they are called")]
    [InlineData("[|while|] (s > 0) { } return x;", "while", "Loop over elements by operations on whole tensors, and over layers where they are called")]
    [InlineData("[|do|] { } while (s > 0); return x;", "do", "Loop over elements by operations on whole tensors, and over layers where they are called")]
    [InlineData("[|try|] { return x; } finally { }", "try", "Do this where the layer is called")]
    [InlineData("[|lock|] (x) { return x; }", "lock", "Do this where the layer is called")]
    [InlineData("[|throw|] new Exception();", "throw", "Do this where the layer is called")]
    [InlineData("return x [|??|] throw new Exception();", "??", "Choose between layers where they are called")]
    public void Control_flow_is_named(string body, string construct, string advice) =>
        Expect("BNG0016", $"'{construct}' cannot be part of a layer, whose body is one formula for every element: local declarations, then 'return'. {advice}.", body);

    [Theory]
    [InlineData("var y = x; y [|=|] y + 1; return y;", "y = y + 1", "Declare a new local for it: var y2 = y + 1")]
    [InlineData("var y = x; y [|+=|] w; return y;", "y += w", "Declare a new local for it: var y2 = y + w")]
    [InlineData("s[|++|]; return x * s;", "s++", "Declare a new local for it: var s2 = s + 1")]
    [InlineData("[|--|]s; return x * s;", "--s", "Declare a new local for it: var s2 = s - 1")]
    [InlineData("x[0, 0] [|=|] 1; return x;", "x[0, 0] = 1", "Declare a local for the value, and return what the caller is to have")]
    [InlineData("return x * (s [|=|] 2);", "s = 2", "Declare a new local for it: var s2 = 2")]
    public void A_changed_value_gets_a_name_of_its_own(string body, string changed, string advice) =>
        Expect("BNG0017", $"'{changed}' changes a value, but every stage of a layer is computed once, so that its gradient can be. {advice}.", body);

    [Theory]
    [InlineData("return Twice(x); Tensor<float> [|Twice|](Tensor<float> a) => a + a;", "The local function 'Twice'")]
    [InlineData("Func<float, float> f = a [|=>|] a; return x;", "'a => a'")]
    [InlineData("Tensor<float> [|Twice|](Tensor<float> a) => a + a; return x;", "The local function 'Twice'")]
    public void Only_the_method_itself_is_read(string body, string what) =>
        Expect("BNG0018", $"{what} cannot be part of a layer: the generator reads no code but that of the method itself. Write the computation out where it is used.", body);

    [Theory]
    [InlineData("return [|x[..1, ..1]|];", "x[..1, ..1]", "only whole tensors are staged", "Supported are …")]
    [InlineData("return x * [|Environment.ProcessorCount|];", "Environment.ProcessorCount", "a layer depends on its parameters alone", "Pass it as a parameter, or make it a constant")]
    [InlineData("return x * [|DateTime.MinValue.Ticks|];", "DateTime.MinValue.Ticks", "a layer depends on its parameters alone", "Pass it as a parameter, or make it a constant")]
    [InlineData("return x * (k [|%|] 2);", "k % 2", "a layer has no such operator", "Supported are …")]
    [InlineData("return x * [|~|]k;", "~k", "a layer has no such operator", "Supported are …")]
    [InlineData("var n = [|x.Lengths|]; return x * n[0];", "x.Lengths", "a shape is no value", "Read one extent: x.Lengths[0]")]
    [InlineData("var (a, b) [|=|] (x, w); return a * b;", "var (a, b) = (x, w)", "every stage has its own declaration", "Declare each local with 'var'")]
    [InlineData("Tensor<float> y = [|new float[] { 1, 2 }|]; return x * y;", "new float[] { 1, 2 }", "it converts to 'System.Numerics.Tensors.Tensor<float>'", "Convert between float, double and integers only")]
    [InlineData("return [|default|]!;", "default", "it is not a number", "Use constants of type float, double or int")]
    [InlineData("return x * ([|float|])(decimal)s;", "(float)(decimal)s", "it converts to 'float'", "Convert between float, double and integers only")]
    public void An_expression_that_is_not_staged_is_named(string body, string what, string why, string instead) =>
        Expect("BNG0019", $"'{what}' cannot be part of a layer: {why}. {instead.Replace("…", Supported)}.", body);

    [Theory]
    [InlineData("return Tensor.[|Sinh<float>|](x);", "Sinh")]
    [InlineData("return x * MathF.[|Cbrt|](s);", "Cbrt")]
    [InlineData("return x * MathF.[|Log|](s, 2);", "Log")]
    [InlineData("return x.[|Slice|]([0, 0]);", "Slice")]
    public void An_operation_that_is_not_taken_yet_is_named(string body, string name) =>
        Expect("BNG0020", $"The generator does not know the derivative of '{name}' in this form yet. Compose it of what is supported: {Supported}.", body);

    [Theory]
    [InlineData("return [|Layer|](x, w, v, g, s, k);", "Layer")]
    [InlineData("return x * Convert.[|ToSingle|](s);", "ToSingle")]
    public void A_foreign_method_is_named(string body, string name) =>
        Expect("BNG0021", $"'{name}' is not an operation that the generator knows, and it reads no code but that of the method itself. Write the computation out, with what is supported: {Supported}.", body);

    [Theory]
    [InlineData("return x * (1 [|/|] x.Lengths[0]);", "1 / x.Lengths[0]", "(float)1 / x.Lengths[0]")]
    [InlineData("return x * (x.FlattenedLength [|/|] x.Lengths[1]);", "x.FlattenedLength / x.Lengths[1]", "(float)x.FlattenedLength / x.Lengths[1]")]
    [InlineData("return x * ([|int|])s;", "(int)s", "s")]
    public void Integers_that_round_are_named(string body, string what, string instead) =>
        Expect("BNG0022", $"'{what}' rounds to a whole number, which has no derivative. Convert an operand to a floating-point type, for example '{instead}'.", body);

    [Theory]
    [InlineData("return x * [|float.NaN|];", "float.NaN", "not a number")]
    [InlineData("return x + [|float.NegativeInfinity|];", "float.NegativeInfinity", "infinite")]
    [InlineData("return x + [|1f / 0f|];", "1f / 0f", "infinite")]
    public void Constants_are_finite(string body, string constant, string what) =>
        Expect("BNG0023", $"The constant '{constant}' is {what}, with which no formula can be simplified. Use a finite number.", body);

    [Theory]
    [InlineData("return x.Pow([|1e10f|]);", "1e10f")]
    [InlineData("return x.Pow([|-1001|]);", "-1001")]
    public void Constant_exponents_have_bounds(string body, string exponent) =>
        Expect("BNG0024", $"The exponent '{exponent}' is larger than 1000 in magnitude, and constant exponents are kept as exact fractions. Compose the power of Exp and Log: (p * x.Log()).Exp() for positive x.", body);

    [Theory]
    [InlineData("return x.Sum(axis: [|k|]);", "k", "numbers, such as axis: 0 or axes: [0, 2, 3]")]
    [InlineData("return x.Sum(axes: [0, [|k|]]);", "k", "numbers, such as axis: 0 or axes: [0, 2, 3]")]
    [InlineData("return x.Sum(axis: 0, keepDims: [|s > 0|]);", "s > 0", "keepDims: true or keepDims: false")]
    [InlineData("return x * x.Lengths[[|k|]];", "k", "a number, such as 0 or ^1")]
    public void Axes_are_constants(string body, string what, string example) =>
        Expect("BNG0025", $"'{what}' must be a constant, because the shape of the result depends on it. Write {example}.", body);

    [Theory]
    [InlineData("return x.Sum(axis: [|2|]);", "2 does not exist", "[N, D]", "1")]
    [InlineData("return x.Sum(axis: [|-3|]);", "-3 does not exist", "[N, D]", "1")]
    [InlineData("return w.Mean(axes: [0, [|1|]]);", "1 does not exist", "[D]", "0")]
    [InlineData("return x.Sum(axes: [0, [|-2|]]);", "-2 is named twice", "[N, D]", "1")]
    [InlineData("return x * x.Lengths[[|2|]];", "2 does not exist", "[N, D]", "1")]
    [InlineData("return x * x.Lengths[[|^3|]];", "^3 does not exist", "[N, D]", "1")]
    [InlineData("return w.[|Transpose|]();", "-2 does not exist", "[D]", "0")]
    public void Axes_exist(string body, string what, string shape, string last) =>
        Expect("BNG0026", $"Axis {what}. The shape is {shape}: axes count from 0 to {last}, or from -1 for the last one.", body);

    [Theory]
    [InlineData("return x [|-|] x.Mean(axis: 1);", "[N, D]", "[N]", "D", "N")]
    [InlineData("return x [|+|] x.Transpose();", "[N, D]", "[D, N]", "N", "D")]
    [InlineData("return Tensor.Add<float>(g, [|x|]);", "[D, D]", "[N, D]", "D", "N")]
    public void Axes_align(string body, string a, string b, string ofA, string ofB) =>
        Expect("BNG0027", $"The shapes {a} and {b} do not align: counted from the last axis, {ofA} meets {ofB}. Axes of the same name align, and an axis of extent 1 with any (keepDims: true leaves one where a reduction removes an axis).", body);

    [Theory]
    [InlineData("D", "x.Gather([|labels|], axis: 1)", "[D]", "[N, D]", "[N]")]
    [InlineData("N", "x.Gather([|labels|], axis: 0)", "[N]", "[N, D]", "[D]")]
    [InlineData("N, 1", "x.Gather([|labels|], axis: 1)", "[N, 1]", "[N, D]", "[N]")]
    [InlineData("N", "x.Sum(axis: 1).Gather([|labels|], axis: 0)", "[N]", "[N]", "[1]")]
    public void Labels_fit(string labels, string expression, string shape, string from, string expected) => Marked.Expect(
        "BNG0040", $"Labels of shape {shape} cannot pick from {from}: one element is taken for each label, and the axis goes away, so the labels must have the shape {expected}.",
        Layers.Source($$"""Tensor<float> Picked([Shape("N, D")] Tensor<float> x, [Shape("{{labels}}")] Tensor<int> labels)""", $"return {expression};"));

    [Theory]
    [InlineData("labels.OneHot<float>([|k|])", "k")]
    [InlineData("labels.OneHot<float>([|-3|])", "-3")]
    [InlineData("labels.OneHot<float>([|2 * x.Lengths[1]|])", "2 * x.Lengths[1]")]
    public void The_number_of_classes_is_known(string expression, string classes) => Marked.Expect(
        "BNG0025", $"'{classes}' must be a constant, because the shape of the result depends on it. Write a number or an extent, such as OneHot<float>(10) or OneHot<float>(x.Lengths[1]).",
        Layers.Source("""Tensor<float> Hot([Shape("N, D")] Tensor<float> x, [Shape("N")] Tensor<int> labels, int k)""", $"return {expression} * x;"));

    [Fact]
    public void Each_error_is_said_once_and_the_reading_goes_on()
    {
        var generation = Compile.Generate(Reads.Method("var a = Tensor.Sinh<float>(x); var b = a + w; var c = b.Sum(axis: 7); var d = x.Sum(axis: 8); return a + b + c + d;"));
        Assert.Equal(["BNG0020", "BNG0026"], generation.Diagnostics.Select(diagnostic => diagnostic.Id));
    }
}
