using BatchNormGen.Generator.Tests.Reading;

namespace BatchNormGen.Generator.Tests.Diagnostics;

/// <summary>What cannot be read in place of its call, and choices that cannot be made.</summary>
public class CompositionTests
{
    private static string With(string body, string members)
    {
        var layer = Reads.Method(body);
        return layer.Insert(layer.LastIndexOf('}'), members + "\n");
    }

    private static void Expect(string id, string message, string body, string members = "") => Marked.Expect(id, message, With(body, members));

    [Theory]
    [InlineData("return [|Layer|](x, w, v, g, s, k);", "", "Layer")]
    [InlineData("return F(x);", "static Tensor<float> F(Tensor<float> t) => [|F|](t);", "F")]
    [InlineData("return F(x);", "static Tensor<float> F(Tensor<float> t) => G(t); static Tensor<float> G(Tensor<float> t) => [|F|](t);", "F")]
    [InlineData("return F(x); Tensor<float> F(Tensor<float> t) => [|F|](t);", "", "F")]
    [InlineData("return F(x, 3); Tensor<float> F(Tensor<float> t, int n) => n == 0 ? t : [|F|](t, n - 1);", "", "F")]
    public void A_method_that_calls_itself_is_named(string body, string members, string name) =>
        Expect("BNG0030", $"'{name}' calls itself here, or through others, but a call becomes a part of the formula, which must have an end. Write a loop with constant bounds instead.", body, members);

    [Theory]
    [InlineData("return new Helper().[|F|](x);", "class Helper { public Tensor<float> F(Tensor<float> t) => t; }", "it belongs to an object, whose state the layer does not know", "Declare it 'static', and pass what it reads of its object as arguments", 1)]
    [InlineData("return Helper.All[0].[|F|](x);", "abstract class Helper { public static Helper[] All = []; public abstract Tensor<float> F(Tensor<float> t); }", "which code it runs is known only when the layer runs", "Call a static method", 1)]
    [InlineData("return Helper.One.[|F|](x);", "class Helper { public static Helper One = new(); public virtual Tensor<float> F(Tensor<float> t) => t; }", "which code it runs is known only when the layer runs", "Call a static method", 1)]
    [InlineData("return Helper.One.[|F|](x);", "class Helper { public static IHelper One = null!; } interface IHelper { Tensor<float> F(Tensor<float> t); }", "which code it runs is known only when the layer runs", "Call a static method", 1)]
    [InlineData("return [|F|](x);", "static extern Tensor<float> F(Tensor<float> t);", "it has no body in C#", "Call a method with a body", 1)]
    [InlineData("return x * [|F|](k);", "static T F<T>(T t) => t;", "its type arguments are not float or double", "Write it for the type that it is called with", 1)]
    [InlineData("return [|F|](x);", "static ref readonly Tensor<float> F(in Tensor<float> t) => ref t;", "it returns a reference", "Return the value", 1)]
    public void A_method_that_cannot_be_read_in_place_is_named(string body, string members, string why, string instead, int _) =>
        Expect("BNG0031", $"'F' cannot be part of a layer: {why}. {instead}.", body, members);

    [Theory]
    [InlineData("var a = F(x); return F(a);")]
    [InlineData("var a = x; for (var i = 0; i < 3; i++) a = F(a); return a;")]
    public void What_a_helper_cannot_do_is_said_once_and_there(string body) => Expect(
        "BNG0016", "'throw' cannot be part of a layer, whose body has to be one formula for every element. Do this where the layer is called.", body,
        "static Tensor<float> F(Tensor<float> t) { [|throw|] new Exception(); }");

    [Theory]
    [InlineData("return [|CenterFused|](x);", "CenterFused")]
    [InlineData("var y = w * Layers.[|CenterFused|](x); return y;", "CenterFused")]
    [InlineData("var (y, cache) = [|CenterForward|](x); return y;", "CenterForward")]
    public void What_is_generated_is_not_read(string body, string name)
    {
        var (source, span) = Marked.Parse(With(body, "[Differentiable] public static partial Tensor<float> Center([Shape(\"N, D\")] Tensor<float> t) => t - t.Mean(axis: 0);"));
        var diagnostic = Assert.Single(Compile.Generate(source).Diagnostics);
        Assert.Equal(
            $"BNG0031 '{name}' cannot be part of a layer: it is generated, and generated code is not read. Call 'Center', which is read in place of its call.",
            $"{diagnostic.Id} {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}");
        Assert.Equal(span, diagnostic.Location.SourceSpan);
    }

    [Fact]
    public void Calls_are_not_nested_too_deeply() => Assert.Equal(["BNG0034"], Compile.Generate(With("return F0(x);",
        string.Concat(Enumerable.Range(0, 200).Select(i => $"static Tensor<float> F{i}(Tensor<float> t) => F{i + 1}(t); ")) + "static Tensor<float> F200(Tensor<float> t) => t;"))
        .Diagnostics.Select(diagnostic => diagnostic.Id));

    [Fact]
    public void Two_layers_with_one_helper_say_it_once()
    {
        var generation = Compile.Generate("""
            public static partial class Layers
            {
                [Differentiable] public static Tensor<float> First([Shape("N")] Tensor<float> x) => Helper(x);
                [Differentiable] public static Tensor<float> Second([Shape("N")] Tensor<float> x) => Helper(x) * 2;
                static Tensor<float> Helper(Tensor<float> t) { throw new Exception(); }
            }
            """);
        Assert.Equal("BNG0016", Assert.Single(generation.Diagnostics).Id);
        Assert.Empty(generation.Step("Method"));
    }

    [Fact]
    public void What_another_layer_cannot_do_is_said_there_and_the_call_is_named()
    {
        var generation = Compile.Generate(With("return F(x);", "[Differentiable] public static Tensor<float> F([Shape(\"N, D\")] Tensor<float> t) { throw new Exception(); }"));
        Assert.Equal(
            [
                "BNG0032 The layer 'F' cannot be part of this one, because its body cannot be read with these arguments. Mend it there: 'throw' cannot be part of a layer, whose body has to be one formula for every element. Do this where the layer is called.",
                "BNG0016 'throw' cannot be part of a layer, whose body has to be one formula for every element. Do this where the layer is called.",
            ],
            generation.Diagnostics.Select(diagnostic => $"{diagnostic.Id} {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}"));
        Assert.Empty(generation.Step("Method"));
    }

    [Theory]
    [InlineData("N, D", "[|w|]", "t", "[N, D]", "[D]", "it has 1 axes, not 2")]
    [InlineData("D, D", "[|x|]", "t", "[D, D]", "[N, D]", "D is N in 't', and D here")]
    [InlineData("A, 10", "[|x|]", "t", "[A, 10]", "[N, D]", "D is not 10")]
    [InlineData("A, 1", "t: [|x * w|]", "t", "[A, 1]", "[N, D]", "D is not 1")]
    [InlineData("N, D", "[|x.Sum(axis: 0)|]", "t", "[N, D]", "[D]", "it has 1 axes, not 2")]
    public void An_argument_has_the_shape_that_is_declared(string shape, string argument, string parameter, string declared, string actual, string why) => Expect(
        "BNG0033", $"The parameter '{parameter}' of 'F' is declared with the shape {declared}, but the argument has the shape {actual}: {why}. Pass a tensor of that shape, or correct the declaration.",
        $"return F({argument});", $"public static Tensor<float> F([Shape(\"{shape}\")] Tensor<float> t) => t * 2;");

    [Fact]
    public void An_axis_that_is_named_again_is_the_same_one() => Expect(
        "BNG0033", "The parameter 'b' of 'F' is declared with the shape [J], but the argument has the shape [N]: J is D in 'a', and N here. Pass a tensor of that shape, or correct the declaration.",
        "return F(x, [|x.Sum(axis: 1)|]);", "public static Tensor<float> F([Shape(\"I, J\")] Tensor<float> a, [Shape(\"J\")] Tensor<float> b) => a * b;");

    [Theory]
    [InlineData("var y = x; [|for|] (var i = 0; i < 1001; i++) y = y * w; return y;", "")]
    [InlineData("var y = x; for (var i = 0; i < 100; i++) [|for|] (var j = 0; j < 100; j++) { } return y;", "")]
    [InlineData("[|while|] (true) { }", "")]
    [InlineData("[|for|] (;;) { }", "")]
    [InlineData("return A(x);", """
        static Tensor<float> A(Tensor<float> t) => B(B(B(B(B(t))))); static Tensor<float> B(Tensor<float> t) => C(C(C(C(C(t))))); static Tensor<float> C(Tensor<float> t) => D(D(D(D(D(t)))));
        static Tensor<float> D(Tensor<float> t) => E(E(E(E(E(t))))); static Tensor<float> E(Tensor<float> t) => F([|F|](F(F(t)))); static Tensor<float> F(Tensor<float> t) => t;
        """)]
    public void What_is_written_out_has_an_end(string body, string members)
    {
        if (members.Length > 0)
        {
            Assert.Equal(["BNG0034"], Compile.Generate(With(body, members.Replace("[|", "").Replace("|]", ""))).Diagnostics.Select(diagnostic => diagnostic.Id));
            return;
        }
        Expect("BNG0034", "Loops and calls are written out, and there are more than 1000 rounds and calls, stages, or operations inside each other. Let loops have fewer rounds, divide the layer, or use operations on whole tensors.", body, members);
    }

    [Fact]
    public void There_are_at_most_sixteen_cases()
    {
        static string Source(int choices) => $"public static partial class Layers {{ [Differentiable] public static Tensor<float> [|F|]([Shape(\"N\")] Tensor<float> x, {string.Join(", ", Enumerable.Range(0, choices).Select(i => $"bool b{i}"))}) {{ {string.Concat(Enumerable.Range(0, choices).Select(i => $"if (b{i}) x = x * {i + 2}; "))} return x; }} }}";
        Assert.Equal(16, Assert.Single(Reads.Methods(Source(4).Replace("[|", "").Replace("|]", ""))).Cases.Count);
        Marked.Expect("BNG0035", "Each way to choose by the parameters of 'F' makes a formula, and here there are more than 16. Choose by fewer parameters, or split the layer.", Source(5));
    }

    [Fact]
    public void All_cases_have_the_same_axes() => Marked.Expect(
        "BNG0036", "'output' has the shape [N] where a = true, but [D] where a = false. Let every choice give the same shape, or write a layer for each.",
        "public static partial class Layers { [Differentiable] public static Tensor<float> [|F|]([Shape(\"N, D\")] Tensor<float> x, bool a) => x.Sum(axis: a ? 1 : 0); }");

    [Fact]
    public void An_error_in_several_cases_is_said_once()
    {
        var generation = Compile.Generate("public static partial class Layers { [Differentiable] public static Tensor<float> F([Shape(\"N, D\")] Tensor<float> x, bool a, [NoGradient] float s) => (a ? x : x.Sum(axis: 0)).Sum(axis: 5); }");
        Assert.Equal(["BNG0012", "BNG0026"], generation.Diagnostics.Select(diagnostic => diagnostic.Id));
    }
}
