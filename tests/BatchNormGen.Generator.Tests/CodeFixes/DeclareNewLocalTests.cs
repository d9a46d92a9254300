using BatchNormGen.CodeFixes;

namespace BatchNormGen.Generator.Tests.CodeFixes;

public class DeclareNewLocalTests
{
    private static string Layer(string body) =>
        $"static partial class Layers\n{{\n    [Differentiable]\n    static Tensor<float> F([Shape(\"N, D\")] Tensor<float> x, float s)\n    {{\n        {body}\n    }}\n}}\n";

    [Theory]
    [InlineData("y = y / 2;", "var y2 = y / 2;")]
    [InlineData("y += x;", "var y2 = y + x;")]
    [InlineData("y  *= x - 1;   // centre", "var y2  = y * (x - 1);   // centre")]
    [InlineData("y -= x.Mean(axis: 0);", "var y2 = y - x.Mean(axis: 0);")]
    [InlineData("y = // why\n            y / 2;", "var y2 = // why\n            y / 2;")]
    public Task The_value_gets_a_local_and_what_follows_means_it(string change, string declaration) => Fixes.ExpectAll<DeclareNewLocal>(
        Layer($"var y = x.Exp();\n        {change}\n        var z = y.Square() + y;\n        return z * y;"),
        Layer($"var y = x.Exp();\n        {declaration}\n        var z = y2.Square() + y2;\n        return z * y2;"));

    [Theory]
    [InlineData("s++;", "var s2 = s + 1;")]
    [InlineData("--s;", "var s2 = s - 1;")]
    [InlineData("s /= 2;", "var s2 = s / 2;")]
    public Task A_parameter_can_be_changed_too(string change, string declaration) =>
        Fixes.ExpectAll<DeclareNewLocal>(Layer($"{change}\n        return x * s;"), Layer($"{declaration}\n        return x * s2;"));

    [Fact]
    public Task Changes_one_after_the_other_get_one_local_each() => Fixes.ExpectAll<DeclareNewLocal>(
        Layer("var y = x.Exp();\n        y = y + 1;\n        y *= y;\n        return y;"),
        Layer("var y = x.Exp();\n        var y2 = y + 1;\n        var y3 = y2 * y2;\n        return y3;"));

    [Fact]
    public Task A_name_that_is_taken_is_passed_over() => Fixes.ExpectAll<DeclareNewLocal>(
        Layer("var y2 = x.Exp();\n        var y = y2 * 2;\n        y = y + y2;\n        return y;"),
        Layer("var y2 = x.Exp();\n        var y = y2 * 2;\n        var y3 = y + y2;\n        return y3;"));

    [Fact]
    public Task Members_and_parameters_of_the_same_name_stay() => Fixes.ExpectAll<DeclareNewLocal>(
        Layer("var axis = x.Mean(axis: 0);\n        axis = axis * s;\n        var Exp = x.Mean(axis: 0);\n        Exp = Exp.Exp();\n        return Exp + axis + x.Mean(axis: 0);"),
        Layer("var axis = x.Mean(axis: 0);\n        var axis2 = axis * s;\n        var Exp = x.Mean(axis: 0);\n        var Exp2 = Exp.Exp();\n        return Exp2 + axis2 + x.Mean(axis: 0);"));

    [Theory]
    [InlineData("return x * (s = 2);")]
    [InlineData("x[0, 0] = 1; return x;")]
    [InlineData("{ s = 2; } return x * s;")]
    [InlineData("s %= 2; return x * s;")]
    [InlineData("Func<float> f = () => s; s = 2; return x * s;")]
    public Task What_is_no_plain_change_in_the_body_itself_is_left_alone(string body) => Fixes.ExpectNone<DeclareNewLocal>(Layer(body));
}
