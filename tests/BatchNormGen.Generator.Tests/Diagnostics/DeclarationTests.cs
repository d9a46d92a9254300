namespace BatchNormGen.Generator.Tests.Diagnostics;

public class DeclarationTests
{
    private static void Expect(string id, string message, string method) =>
        Marked.Expect(id, message, $"public static partial class Layers\n{{\n    [Differentiable]\n    {method}\n}}\n");

    [Theory]
    [InlineData("public static class Layers", "Layers", "static partial class Layers")]
    [InlineData("public struct Layers", "Layers", "partial struct Layers")]
    [InlineData("public record Layers", "Layers", "partial record Layers")]
    [InlineData("file static partial class Layers", "Layers", "static partial class Layers")]
    public void The_type_is_partial(string type, string name, string instead) =>
        Marked.Expect("BNG0001", $"The type '{name}' around 'F' must be partial, and not file-local, because the generator adds members to it. Declare it as '{instead}'.",
            $$"""{{type}} { [Differentiable] public static Tensor<float> [|F|]([Shape("N")] Tensor<float> x) => x; }""");

    [Fact]
    public void The_types_around_the_type_are_partial_too() =>
        Marked.Expect("BNG0001", "The type 'Outer' around 'F' must be partial, and not file-local, because the generator adds members to it. Declare it as 'partial class Outer'.",
            """public class Outer { public static partial class Inner { [Differentiable] public static Tensor<float> [|F|]([Shape("N")] Tensor<float> x) => x; } }""");

    [Fact]
    public void The_method_is_static() =>
        Marked.Expect("BNG0002", "'F' cannot be differentiable: only ordinary static methods are, because a layer depends on its parameters alone. Declare it 'static', and pass what it reads of its object as parameters.",
            """public partial class Layers { [Differentiable] public Tensor<float> [|F|]([Shape("N")] Tensor<float> x) => x; }""");

    [Theory]
    [InlineData("""public static void G() { [Differentiable] static Tensor<float> [|F|]([Shape("N")] Tensor<float> x) => x; }""", "F")]
    [InlineData("public static Tensor<float> P { [|[Differentiable] get => null!;|] }", "get_P")]
    public void The_method_is_an_ordinary_one(string member, string name) =>
        Marked.Expect("BNG0002", $"'{name}' cannot be differentiable: only ordinary static methods are, because a layer depends on its parameters alone. Move the body into a static method of the type.",
            $"public static partial class Layers {{ {member} }}");

    [Theory]
    [InlineData("public static partial Tensor<float> [|F|]([Shape(\"N\")] Tensor<float> x);")]
    [InlineData("public static extern Tensor<float> [|F|]([Shape(\"N\")] Tensor<float> x);")]
    public void The_method_has_a_body(string method) =>
        Expect("BNG0003", "'F' has no body to differentiate. Write the implementing half of the partial method, with its body; the generator adds the declaring half.", method);

    [Theory]
    [InlineData("<T>([Shape(\"N\")] Tensor<float> x) => x;", "'T' is not known to be a floating-point type. Declare 'where T : unmanaged, IFloatingPointIeee754<T>'")]
    [InlineData("<T>([Shape(\"N\")] Tensor<float> x) where T : unmanaged => x;", "'T' is not known to be a floating-point type. Declare 'where T : unmanaged, IFloatingPointIeee754<T>'")]
    [InlineData("<T>([Shape(\"N\")] Tensor<float> x) where T : System.Numerics.IFloatingPointIeee754<T> => x;", "'T' is not known to be a floating-point type. Declare 'where T : unmanaged, IFloatingPointIeee754<T>'")]
    [InlineData("<T>([Shape(\"N\")] Tensor<float> x) where T : unmanaged, System.Numerics.IFloatingPointIeee754<double> => x;", "'T' is not known to be a floating-point type. Declare 'where T : unmanaged, IFloatingPointIeee754<T>'")]
    [InlineData("<T>([Shape(\"N\")] Tensor<float> x) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => x;", "'T' is not the type of its results. Remove the type parameter, or compute in it")]
    [InlineData("<S, T>([Shape(\"N\")] Tensor<float> x) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => x;", "a layer has one element type. Keep one type parameter, that of the tensors")]
    public void A_type_parameter_is_the_element_type(string method, string message) =>
        Expect("BNG0004", $"'F' is generic, but {message}.", $"public static Tensor<float> [|F|]{method}");

    [Theory]
    [InlineData("record")]
    [InlineData("dx")]
    public void The_type_parameter_has_a_name_of_its_own(string name) => Expect(
        "BNG0004", $"'F' is generic, but '{name}' means something else in the generated code. Call the type parameter T.",
        $"public static Tensor<{name}> [|F|]<{name}>([Shape(\"N\")] Tensor<{name}> x) where {name} : unmanaged, System.Numerics.IFloatingPointIeee754<{name}> => x;");

    [Fact]
    public void The_staged_form_has_one_element_type() => Marked.Expect("BNG0004",
        "'F' is generic, but the staged form is written for one element type. Write the method for float or for double.",
        """
        public static partial class Layers
        {
            [Differentiable(Backward = BackwardForm.Staged)]
            public static Tensor<T> [|F|]<T>([Shape("N")] Tensor<T> x) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => x * x;
        }
        """);

    [Fact]
    public void Tensors_of_a_generic_method_are_of_its_type_parameter() => Expect("BNG0011", "'y' has elements of type float, but the result has elements of type T. Use one floating-point type for all tensors and results of a layer.",
        "public static Tensor<T> F<T>([Shape(\"N\")] Tensor<T> x, [Shape(\"N\")] [|Tensor<float>|] y) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => x;");

    [Fact]
    public void The_type_is_not_generic() =>
        Marked.Expect("BNG0004", "'Layers' is generic, but the generated file extends one type. Move the method to a type without type parameters.",
            """public partial class Layers<T> { [Differentiable] public static Tensor<float> [|F|]([Shape("N")] Tensor<float> x) => x; }""");

    [Theory]
    [InlineData("F")]
    [InlineData("f")]
    public void Two_layers_of_a_type_have_different_names(string other)
    {
        var generation = Compile.Generate($$"""
            public static partial class Layers
            {
                [Differentiable] public static Tensor<float> F([Shape("N")] Tensor<float> x) => x;
                [Differentiable] public static Tensor<float> {{other}}([Shape("N")] Tensor<float> x, float s) => x;
            }
            """);
        Assert.Equal(["BNG0005", "BNG0005"], generation.Diagnostics.Select(diagnostic => diagnostic.Id));
        Assert.Equal($"Another differentiable method of 'Layers' is called '{other}' too, up to case, so that their generated members would collide. Give one of them another name.",
            generation.Diagnostics[0].GetMessage(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Empty(generation.Result.GeneratedSources);
    }

    [Theory]
    [InlineData("[|string|] a", "string")]
    [InlineData("[|ReadOnlyTensorSpan<float>|] a", "ReadOnlyTensorSpan<float>")]
    [InlineData("[|Tensor<float>?|] a", "Tensor<float>?")]
    [InlineData("[|float?|] a", "float?")]
    [InlineData("[|Tensor<decimal>|] a", "Tensor<decimal>")]
    [InlineData("[|decimal|] a", "decimal")]
    [InlineData("[|long|] a", "long")]
    public void Parameters_are_tensors_and_numbers(string parameter, string type) =>
        Expect("BNG0006", $"The parameter 'a' has the type '{type}'. A layer takes Tensor<float> or Tensor<double>, tensors of integers or bool, and scalars of type float, double or int.",
            $"public static Tensor<float> F([Shape(\"N\")] Tensor<float> x, {parameter}) => x;");

    [Theory]
    [InlineData("[|ref|] float a", "ref")]
    [InlineData("[|in|] float a", "in")]
    [InlineData("[|out|] float a", "out")]
    [InlineData("[|params|] Tensor<float>[] a", "params")]
    [InlineData("[|ref|] readonly float a", "ref")]
    public void Parameters_are_passed_by_value(string parameter, string modifier) =>
        Expect("BNG0007", $"The parameter 'a' is '{modifier}', but a layer takes its inputs by value and returns its results. Remove '{modifier}'.",
            $"public static Tensor<float> F([Shape(\"N\")] Tensor<float> x, {parameter}) => x;");

    [Theory]
    [InlineData("float")]
    [InlineData("int")]
    public void Tensors_have_shapes(string element) =>
        Expect("BNG0008", "The axes of the tensor 'a' have no names. Write [Shape(\"…\")] before it, for example [Shape(\"N, D\")].",
            $"public static Tensor<float> F([Shape(\"N\")] Tensor<float> x, Tensor<{element}> [|a|]) => x;");

    [Theory]
    [InlineData("", "an axis is empty")]
    [InlineData("N,", "an axis is empty")]
    [InlineData("N,, D", "an axis is empty")]
    [InlineData("N D", "'N D' is neither a name nor a positive extent")]
    [InlineData("N, 0", "'0' is neither a name nor a positive extent")]
    [InlineData("-1", "'-1' is neither a name nor a positive extent")]
    [InlineData("2.5", "'2.5' is neither a name nor a positive extent")]
    [InlineData("99999999999", "'99999999999' is neither a name nor a positive extent")]
    [InlineData("2H", "'2H' is neither a name nor a positive extent")]
    public void A_shape_is_names_and_extents(string shape, string error) =>
        Expect("BNG0009", $"The shape \"{shape}\" cannot be read: {error}. Write the names or positive extents of the axes, separated by commas, for example \"N, C, 28, 28\".",
            $"public static Tensor<float> F([Shape([|\"{shape}\"|])] Tensor<float> x) => x;");

    [Fact]
    public void The_shape_of_the_result_is_names_and_extents_too() =>
        Expect("BNG0009", "The shape \"N;\" cannot be read: 'N;' is neither a name nor a positive extent. Write the names or positive extents of the axes, separated by commas, for example \"N, C, 28, 28\".",
            "[return: Shape([|\"N;\"|])] public static Tensor<float> F([Shape(\"N\")] Tensor<float> x) => x;");

    [Theory]
    [InlineData("void", "{ }")]
    [InlineData("int", "=> 1;")]
    [InlineData("Tensor<int>", "=> null!;")]
    [InlineData("Tensor<float>?", "=> x;")]
    [InlineData("(Tensor<float>, Tensor<float>)", "=> (x, x);")]
    [InlineData("(Tensor<float> y, int z)", "=> (x, 1);")]
    [InlineData("object", "=> x;")]
    public void Results_are_tensors_and_numbers(string type, string body) =>
        Expect("BNG0010", $"The return type '{type}' is not supported. A layer returns Tensor<float>, Tensor<double>, float, double, or a tuple of these whose elements all have names.",
            $"public static [|{type}|] F([Shape(\"N\")] Tensor<float> x) {body}");

    [Theory]
    [InlineData("public static Tensor<float> F([Shape(\"N\")] Tensor<float> x, [Shape(\"N\")] [|Tensor<double>|] a) => x;", "a", "double", "float")]
    [InlineData("public static double F([Shape(\"N\")] [|Tensor<float>|] x) => (double)x.Sum();", "x", "float", "double")]
    [InlineData("public static [|(Tensor<float> y, double z)|] F([Shape(\"N\")] Tensor<float> x) => (x, x.Sum());", "z", "double", "float")]
    public void One_element_type_serves_a_layer(string method, string name, string type, string result) =>
        Expect("BNG0011", $"'{name}' has elements of type {type}, but the result has elements of type {result}. Use one floating-point type for all tensors and results of a layer.", method);

    [Theory]
    [InlineData("[[|Gradient|], Shape(\"N\")] Tensor<float> a", "[Gradient]", "a tensor has a gradient unless [NoGradient] says otherwise")]
    [InlineData("[[|Gradient|], Shape(\"N\")] Tensor<int> a", "[Gradient]", "integers have no gradient")]
    [InlineData("[[|Gradient|]] int a", "[Gradient]", "integers have no gradient")]
    [InlineData("[[|NoGradient|]] float a", "[NoGradient]", "a scalar has no gradient unless [Gradient] asks for one")]
    [InlineData("[[|Shape(\"N\")|]] float a", "[Shape]", "a scalar has no axes")]
    public void An_annotation_without_effect_is_a_warning(string parameter, string annotation, string why) =>
        Expect("BNG0012", $"{annotation} has no effect on 'a': {why}. Remove it.", $"public static Tensor<float> F([Shape(\"N\")] Tensor<float> x, {parameter}) => x;");

    [Theory]
    [InlineData("[return: [|Shape(\"N\")|]] public static float F([Shape(\"N\")] Tensor<float> x) => x.Sum();", "a scalar has no axes")]
    [InlineData("[return: [|Shape(\"N\")|]] public static (Tensor<float> y, float z) F([Shape(\"N\")] Tensor<float> x) => (x, x.Sum());", "it names the axes of a single result, not of a tuple")]
    public void A_shape_of_the_result_without_effect_is_a_warning(string method, string why) =>
        Expect("BNG0012", $"[Shape] has no effect on 'F': {why}. Remove it.", method);

    [Theory]
    [InlineData("Tensor<float>", "float [|cache|]", "what the forward saves for the backward", "cache")]
    [InlineData("Tensor<float>", "float [|output|]", "the result", "output")]
    [InlineData("Tensor<float>", "float [|dout|]", "an incoming gradient", "dout")]
    [InlineData("Tensor<float>", "float [|dx|]", "the gradient of 'x'", "dx")]
    [InlineData("(Tensor<float> y, float z)", "float [|dy|]", "an incoming gradient", "dy")]
    [InlineData("(Tensor<float> y, float z)", "float [|z|]", "the result", "z")]
    [InlineData("(Tensor<float> [|cache|], float z)", "float a", "what the forward saves for the backward", "cache")]
    [InlineData("(Tensor<float> [|dx|], float z)", "float a", "the gradient of 'x'", "dx")]
    public void Names_of_the_generated_code_are_taken(string result, string parameter, string use, string name) =>
        Expect("BNG0013", $"The name '{name}' is needed in the generated code for {use}. Give '{name}' another name.",
            $"public static {result} F([Shape(\"N\")] Tensor<float> x, {parameter}) => {(result.StartsWith('(') ? "(x, x.Sum())" : "x")};");

    [Fact]
    public void A_name_that_no_gradient_needs_is_free() =>
        Assert.Empty(Compile.Generate("""public static partial class Layers { [Differentiable] public static Tensor<float> F([Shape("N"), NoGradient] Tensor<float> x, float dx) => x * dx; }""").Diagnostics);

    [Theory]
    [InlineData("D, N", "[D, N]")]
    [InlineData("N", "[N]")]
    [InlineData("N, 10", "[N, 10]")]
    [InlineData("1, D", "[1, D]")]
    public void The_result_has_the_declared_shape(string shape, string declared) =>
        Expect("BNG0014", $"The result has the shape [N, D], but {declared} is declared. Correct the body or the declaration.",
            $"[return: Shape([|\"{shape}\"|])] public static Tensor<float> F([Shape(\"N, D\")] Tensor<float> x) => x;");

    [Fact]
    public void The_declared_shape_of_a_result_may_fit() =>
        Assert.Empty(Compile.Generate("""public static partial class Layers { [Differentiable] [return: Shape("1, D")] public static Tensor<float> F([Shape("N, D")] Tensor<float> x) => x.Sum(axis: 0, keepDims: true); }""").Diagnostics);

    [Fact]
    public void Pragmas_suppress_what_the_generator_says()
    {
        const string Layer = """public static partial class Layers { [Differentiable] public static Tensor<float> F([Shape("N")] Tensor<float> x, [NoGradient] float a) => x * a; }""";
        Assert.Equal(["BNG0012"], Unsuppressed(Layer));
        Assert.Empty(Unsuppressed($"#pragma warning disable BNG0012\n{Layer}\n#pragma warning restore BNG0012\n"));
    }

    private static IEnumerable<string> Unsuppressed(string source)
    {
        var generation = Compile.Generate(source);
        return generation.Diagnostics.Where(diagnostic => !diagnostic.IsSuppressed).Select(diagnostic => diagnostic.Id);
    }
}
