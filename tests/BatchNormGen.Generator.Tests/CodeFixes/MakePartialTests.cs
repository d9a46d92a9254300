using BatchNormGen.CodeFixes;

namespace BatchNormGen.Generator.Tests.CodeFixes;

public class MakePartialTests
{
    private const string Method = """[Differentiable] public static Tensor<float> F([Shape("N")] Tensor<float> x) => x;""";

    [Theory]
    [InlineData("static class Layers", "static partial class Layers")]
    [InlineData("/// <summary>Layers.</summary>\nclass Layers", "/// <summary>Layers.</summary>\npartial class Layers")]
    [InlineData("[Serializable]\n  class Layers", "[Serializable]\n  partial class Layers")]
    [InlineData("public readonly record struct Layers", "public readonly partial record struct Layers")]
    [InlineData("public interface Layers", "public partial interface Layers")]
    public Task The_word_stands_before_the_kind_of_type(string before, string after) =>
        Fixes.Expect<MakePartial>($"{before}\n{{\n    {Method}\n}}\n", $"{after}\n{{\n    {Method}\n}}\n");

    [Fact]
    public Task Every_type_around_the_method_is_made_partial_at_once() => Fixes.Expect<MakePartial>(
        $"class Outer {{ partial class Middle {{ static class Inner {{ {Method} }} }} }}",
        $"partial class Outer {{ partial class Middle {{ static partial class Inner {{ {Method} }} }} }}");

    [Fact]
    public Task Two_methods_of_one_type_make_it_partial_once() => Fixes.ExpectAll<MakePartial>($$"""
        static class Layers
        {
            {{Method}}
            {{Method.Replace("F(", "G(")}}
        }
        static class Others { {{Method}} }
        """, $$"""
        static partial class Layers
        {
            {{Method}}
            {{Method.Replace("F(", "G(")}}
        }
        static partial class Others { {{Method}} }
        """);

    [Fact]
    public Task A_type_that_is_file_local_cannot_be_helped_by_a_word() =>
        Fixes.ExpectNone<MakePartial>($"file static partial class Layers {{ {Method} }}");
}
