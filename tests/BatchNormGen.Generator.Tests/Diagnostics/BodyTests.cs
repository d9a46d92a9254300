using BatchNormGen.Generator.Tests.Reading;

namespace BatchNormGen.Generator.Tests.Diagnostics;

public class BodyTests
{
    private static readonly string Supported = Generator.Reading.Advice.Supported;

    private static void Expect(string id, string message, string body) => Marked.Expect(id, message, Reads.Method(body));

    [Theory]
    [InlineData("Console.[|Beep|](); return x;", "Console.Beep();")]
    [InlineData("x.[|Sqrt|](); return x;", "x.Sqrt();")]
    public void A_value_that_is_not_kept_is_no_stage(string body, string statement) =>
        Expect("BNG0015", $"'{statement}' cannot be part of a layer: its value is lost. Declare a local for the value, or remove the statement.", body);

    private const string
        Where = "It depends on elements of tensors: choose for each element, by mask.Where(a, b)",
        Choice = "It depends on a number that only the run knows: choose by a parameter of type bool or enum, which makes a formula for each of its values",
        Null = "No value of a layer is null: choose by a parameter of type bool",
        Loop = "Loop by for, foreach or while with bounds that are constants, and over elements by operations on whole tensors",
        Counter = "Count by integers: how floating-point numbers are rounded only the run knows",
        Caller = "Do this where the layer is called";

    [Theory]
    [InlineData("[|if|] (s > 0) return w + x; return x;", "if", Choice)]
    [InlineData("[|if|] (k == 1) return w + x; return x;", "if", Choice)]
    [InlineData("[|if|] (x.Lengths[0] > 1) return w + x; return x;", "if", Choice)]
    [InlineData("[|if|] (x.Sum() > 0) return w + x; return x;", "if", Where)]
    [InlineData("var total = x.Sum(); [|if|] (!(s > total) || s > 0) return w + x; return x;", "if", Where)]
    [InlineData("[|if|] (x.Rank == 2 && s is > 0 and < 1) return w + x; return x;", "if", Choice)]
    [InlineData("var big = s > 1; [|if|] (big) return w + x; return x;", "if", Choice)]
    [InlineData("[|switch|] (k) { case 1: return w + x; default: return x; }", "switch", Choice)]
    [InlineData("[|switch|] (k) { case > 1: return w + x; default: return x; }", "switch", Choice)]
    [InlineData("return s > 0 [|?|] x : w;", "?:", Choice)]
    [InlineData("return x.Max() > 0 [|?|] x : w;", "?:", Where)]
    [InlineData("return k [|switch|] { 1 => x, _ => w };", "switch", Choice)]
    [InlineData("return 3 [|switch|] { 1 => x, 2 => w };", "switch", "No arm takes this value: add one")]
    [InlineData("return x [|??|] w;", "??", Null)]
    [InlineData("var y = x; y [|??=|] w; return y;", "??=", Null)]
    [InlineData("[|for|] (var i = 0; i < k; i++) { } return x;", "for", Choice)]
    [InlineData("[|for|] (var i = 0; i < x.Lengths[0]; i++) { } return x;", "for", Choice)]
    [InlineData("[|for|] (var t = 0f; t < 1; t += 0.1f) { } return x;", "for", Counter)]
    [InlineData("[|foreach|] (var y in x) { } return x;", "foreach", Loop)]
    [InlineData("[|while|] (s > 0) { } return x;", "while", Counter)]
    [InlineData("[|while|] (k > 0) { } return x;", "while", Choice)]
    [InlineData("[|do|] { } while (k > 0); return x;", "do", Choice)]
    [InlineData("[|goto|] again; again: return x;", "goto", Loop)]
    [InlineData("[|try|] { return x; } finally { }", "try", Caller)]
    [InlineData("[|lock|] (x) { return x; }", "lock", Caller)]
    [InlineData("[|throw|] new Exception();", "throw", Caller)]
    [InlineData("return x [|??|] throw new Exception();", "??", Null)]
    public void Control_flow_that_only_the_run_knows_is_named(string body, string construct, string advice) =>
        Expect("BNG0016", $"'{construct}' cannot be part of a layer, whose body has to be one formula for every element. {advice}.", body);

    [Theory]
    [InlineData("var y = x; y [|+=|] w; return y;", "y += w", "Assign the new value: y = y + w")]
    [InlineData("x [|*=|] s; return x;", "x *= s", "Assign the new value: x = x * s")]
    [InlineData("var y = x * w; var z = y; y [|-=|] w; return y + z;", "y -= w", "Assign the new value: y = y - w")]
    [InlineData("var y = x * w; var z = (y, s); y [|-=|] w; return y + z.Item1;", "y -= w", "Assign the new value: y = y - w")]
    [InlineData("var y = g * s; var z = y.Transpose(); y [|-=|] s; return y + z;", "y -= s", "Assign the new value: y = y - s")]
    [InlineData("var y = x.StopGradient(); y [|-=|] s; return y;", "y -= s", "Assign the new value: y = y - s")]
    [InlineData("var y = w * s; y [|+=|] x; return y;", "y += x", "Assign the new value: y = y + x")]
    [InlineData("x[0, 0] [|=|] 1; return x;", "x[0, 0] = 1", "Assign to a local, and return what the caller is to have")]
    [InlineData("Environment.ExitCode [|=|] 1; return x;", "Environment.ExitCode = 1", "Assign to a local, and return what the caller is to have")]
    [InlineData("(Environment.ExitCode, var y) [|=|] (1, x); return y;", "(Environment.ExitCode, var y) = (1, x)", "Assign to a local, and return what the caller is to have")]
    [InlineData("Environment.ExitCode[|++|]; return x;", "Environment.ExitCode++", "Assign to a local, and return what the caller is to have")]
    [InlineData("void F(ref Tensor<float> t) { } var y = G([|ref x|]); return y; Tensor<float> G(ref Tensor<float> t) => t;", "ref x", "Assign to a local, and return what the caller is to have")]
    [InlineData("int[] all = [1]; all[0] [|=|] 2; return x * all[0];", "all[0] = 2", "Assign to a local, and return what the caller is to have")]
    public void What_others_may_see_is_not_changed(string body, string changed, string advice) =>
        Expect("BNG0017", $"'{changed}' changes something that others may see, but a layer only computes its results. {advice}.", body);

    [Theory]
    [InlineData("Func<float, float> f = a [|=>|] a; return x;", "'a => a'")]
    [InlineData("Func<float, float> f = a [|=>|] a; return x * f(s);", "'a => a'")]
    [InlineData("return F(x, t [|=>|] t * 2); Tensor<float> F(Tensor<float> a, Func<Tensor<float>, Tensor<float>> f) => f(a);", "'t => t * 2'")]
    public void Delegates_are_named(string body, string what) =>
        Expect("BNG0018", $"{what} cannot be part of a layer: which code a delegate runs is known only when the layer runs. Call a static method or a local function by its name.", body);

    [Theory]
    [InlineData("return [|x[..1, ..1]|];", "x[..1, ..1]", "only whole tensors are staged", "Supported are …")]
    [InlineData("return x * [|Environment.ProcessorCount|];", "Environment.ProcessorCount", "a layer depends on its parameters alone", "Pass it as a parameter, or make it a constant")]
    [InlineData("return x * [|DateTime.MinValue.Ticks|];", "DateTime.MinValue.Ticks", "a layer depends on its parameters alone", "Pass it as a parameter, or make it a constant")]
    [InlineData("return x * (k [|%|] 2);", "k % 2", "a layer has no such operator", "Supported are …")]
    [InlineData("return x * [|~|]k;", "~k", "a layer has no such operator", "Supported are …")]
    [InlineData("var n = [|x.Lengths|]; return x * n[0];", "x.Lengths", "a shape is no value", "Read one extent: x.Lengths[0]")]
    [InlineData("var n = 100000; n [|*=|] n; return x * n;", "n *= n", "10000000000 is no int", "Count with smaller numbers")]
    [InlineData("int[] all = [1]; return x * all[[|1|]];", "1", "'all' has 1 elements", "They count from 0")]
    [InlineData("var (a, b) [|=|] new System.Collections.Generic.KeyValuePair<int, int>(1, 2); return x * a;", "var (a, b) = new System.Collections.Generic.KeyValuePair<in…", "it is not a tuple that is taken apart", "Take tuples apart")]
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
    [InlineData("return x * GC.[|GetGeneration|](x);", "GetGeneration")]
    [InlineData("return x * Convert.[|ToSingle|](s);", "ToSingle")]
    public void A_foreign_method_is_named(string body, string name) =>
        Expect("BNG0021", $"'{name}' is not an operation that the generator knows, and its source is not in this project, so that it cannot be read. Write the computation out, with what is supported: {Supported}.", body);

    [Theory]
    [InlineData("return x * (1 [|/|] x.Lengths[0]);", "1 / x.Lengths[0]", "(float)1 / x.Lengths[0]")]
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
