using BatchNormGen.Generator.Reading;
using ReadForm = BatchNormGen.Generator.Reading.BackwardForm;

namespace BatchNormGen.Generator.Tests.Reading;

public class SignatureTests
{
    private static Signature Read(string source) => Reads.Layer(source).Signature;

    private const string Parameters = """([Shape("N, 1, D, D, 8")] Tensor<double> x, [Shape("N"), NoGradient] Tensor<double> c, double a, [Gradient] double b, float e, int k, [Shape("N")] Tensor<int> labels)""";

    [Fact]
    public void Parameters_have_their_types_layouts_and_gradients()
    {
        var signature = Read($"public static partial class Layers {{ [Differentiable] public static Tensor<double> F{Parameters} => x; }}");
        Assert.Equal("double", signature.Element);
        Assert.Equal(
            ["x double [N, 1, D, D, 8] True", "c double [N] False", "a double False", "b double True", "e float False", "k int False", "labels int [N] False"],
            signature.Parameters.Select(parameter => $"{parameter.Name} {parameter.Type} {(parameter.Layout is { } layout ? Value.Write(layout) + " " : "")}{parameter.HasGradient}"));
        Assert.Equal(["n", null, "d", "d2", "i"], signature.Parameters[0].Layout!.Value.Select(index => index?.Name));
    }

    [Theory]
    [InlineData("public static partial class Layers {", "}", "static partial class Layers", "Layers.F.g.cs")]
    [InlineData("namespace A.B; partial struct Layers {", "}", "partial struct Layers", "A.B.Layers.F.g.cs")]
    [InlineData("namespace A.@class { partial record Outer { internal partial record struct @struct {", "} } }", "partial record Outer, partial record struct @struct", "A.class.Outer.struct.F.g.cs")]
    [InlineData("partial interface ILayers {", "}", "partial interface ILayers", "ILayers.F.g.cs")]
    [InlineData("partial class A { static partial class B { partial class C {", "} } }", "partial class A, static partial class B, partial class C", "A.B.C.F.g.cs")]
    public void Types_open_as_they_do_in_source(string open, string close, string types, string file)
    {
        var signature = Read($$"""{{open}} [Differentiable] public static Tensor<float> F([Shape("N")] Tensor<float> x) => x; {{close}}""");
        Assert.Equal(types, string.Join(", ", signature.Types));
        Assert.Equal(file, signature.HintName);
    }

    [Theory]
    [InlineData("public")]
    [InlineData("internal")]
    [InlineData("private")]
    [InlineData("protected")]
    [InlineData("protected internal")]
    [InlineData("private protected")]
    public void Accessibility_is_kept(string accessibility) =>
        Assert.Equal(accessibility, Read($$"""public partial class Layers { [Differentiable] {{accessibility}} static partial Tensor<float> F([Shape("N")] Tensor<float> x) => x; }""").Accessibility);

    [Fact]
    public void Accessibility_that_is_not_written_is_private() =>
        Assert.Equal("private", Read("""public partial class Layers { [Differentiable] static Tensor<float> F([Shape("N")] Tensor<float> x) => x; }""").Accessibility);

    [Theory]
    [InlineData("""[Differentiable] public static partial Tensor<float> F([Shape("N")] Tensor<float> x) => x;""", true)]
    [InlineData("""[Differentiable] public static Tensor<float> F([Shape("N")] Tensor<float> x) => x;""", false)]
    [InlineData("""[Differentiable] public static partial Tensor<float> F([Shape("N")] Tensor<float> x); public static partial Tensor<float> F(Tensor<float> x) => x;""", false)]
    [InlineData("""public static partial Tensor<float> F(Tensor<float> x); [Differentiable] public static partial Tensor<float> F([Shape("N")] Tensor<float> x) => x;""", false)]
    public void The_declaring_half_is_owed_unless_the_user_wrote_it(string method, bool owed) =>
        Assert.Equal(owed, Read($"public static partial class Layers {{ {method} }}").DeclaringHalf is not null);

    [Theory]
    [InlineData("/// <summary>A layer.</summary>\n", true)]
    [InlineData("/** <summary>A layer.</summary> */", true)]
    [InlineData("// A layer.\n", false)]
    [InlineData("", false)]
    public void Documentation_is_noticed(string comment, bool documented) =>
        Assert.Equal(documented, Read($$"""public static partial class Layers { {{comment}} [Differentiable] public static Tensor<float> F([Shape("N")] Tensor<float> x) => x; }""").HasDocumentation);

    [Theory]
    [InlineData("", ReadForm.ClosedForm)]
    [InlineData("(Backward = BackwardForm.ClosedForm)", ReadForm.ClosedForm)]
    [InlineData("(Backward = BackwardForm.Staged)", ReadForm.Staged)]
    internal void The_form_of_the_backward_is_read(string arguments, ReadForm form) =>
        Assert.Equal(form, Read($$"""public static partial class Layers { [Differentiable{{arguments}}] public static Tensor<float> F([Shape("N")] Tensor<float> x) => x; }""").Backward);

    [Fact]
    public void The_forms_of_the_backward_have_the_values_of_the_library() =>
        Assert.Equal(
            Enum.GetValues<BatchNormGen.BackwardForm>().Select(form => (form.ToString(), (int)form)),
            Enum.GetValues<ReadForm>().Select(form => (form.ToString(), (int)form)));

    [Theory]
    [InlineData("", "Balanced")]
    [InlineData("(Save = Saving.Least)", "Least")]
    [InlineData("(Save = Saving.Balanced)", "Balanced")]
    [InlineData("(Backward = BackwardForm.ClosedForm, Save = Saving.Most)", "Most")]
    public void How_much_is_saved_is_read(string arguments, string saving) =>
        Assert.Equal(saving, $"{Read($$"""public static partial class Layers { [Differentiable{{arguments}}] public static Tensor<float> F([Shape("N")] Tensor<float> x) => x; }""").Save}");
}
