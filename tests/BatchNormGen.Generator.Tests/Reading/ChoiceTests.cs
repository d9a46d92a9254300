using BatchNormGen.Generator.Reading;

namespace BatchNormGen.Generator.Tests.Reading;

/// <summary>A formula for each way that the parameters choose.</summary>
public class ChoiceTests
{
    /// <summary>A method with a tensor x [N, D], a scalar s, choices a and b, and a mode.</summary>
    internal static string Source(string body, string result = "Tensor<float>") => $$"""
        namespace Choosing
        {
            public enum Mode { None, Mean, @default, Average = Mean }

            public static partial class Layers
            {
                [Differentiable]
                public static partial {{result}} Layer([Shape("N, D")] Tensor<float> x, float s, bool a, bool b = true, Mode mode = Mode.Mean)
                {
                    {{body}}
                }
            }
        }
        """;

    private static Method Read(string body) => Assert.Single(Reads.Methods(Source(body)));

    private static string Cases(string body) => Reads.Print(Read(body));

    [Fact]
    public void A_method_that_does_not_choose_has_one_case()
    {
        var method = Read("return x * s;");
        Assert.Empty(Assert.Single(method.Cases).Choices);
        Assert.Equal(":\noutput[n,d] = s·x[n,d]", Reads.Print(method));
    }

    [Theory]
    [InlineData("return x * s;")]
    [InlineData("var h = x; for (var i = 0; i < 3; i++) { h = Local(h); } return h; Tensor<float> Local(Tensor<float> t) { var y = t * s; return y.Tanh(); }")]
    public void One_case_is_written_with_all_parameters(string body)
    {
        Emitting.Emits.Clean(Source(body));
        Emitting.Emits.Clean(Source(body).Replace("[Differentiable]", "[Differentiable(Backward = BackwardForm.Staged)]"));
    }

    [Fact]
    public void Choices_are_parameters_without_axes_and_gradients() => Assert.Equal(
        ["x float True  True", "s float False  False", "a bool False  False", "b bool False true False", "mode global::Choosing.Mode False global::Choosing.Mode.Mean False"],
        Read("return x;").Signature.Parameters.Select(parameter => $"{parameter.Name} {parameter.Type} {parameter.IsTensor} {parameter.Default} {parameter.HasGradient}"));

    [Theory]
    [InlineData("if (a) return x * s; return x;")]
    [InlineData("if (!a) return x; else return x * s;")]
    [InlineData("return a ? x * s : x;")]
    [InlineData("var y = x; if (a) y = x * s; return y;")]
    [InlineData("switch (a) { case true: return x * s; default: return x; }")]
    [InlineData("return a switch { true => x * s, false => x };")]
    [InlineData("return a is true ? x * s : x;")]
    [InlineData("return a == false ? x : x * s;")]
    [InlineData("var scaled = a && !false; if (scaled || a) { return x * s; } return x;")]
    [InlineData("const bool never = false; if (a && !never) return x * s; if (never) return x.Exp(); return x;")]
    [InlineData("Tensor<float> y; if (a) { y = x; y = y * s; } else y = x; return y;")]
    public void Each_value_of_a_bool_has_its_formula(string body)
    {
        var method = Read(body);
        Assert.Equal(["a = true", "a = false"], method.Cases.Select(one => string.Join(", ", one.Choices)));
        Assert.Equal(["s·x[n,d]", "x[n,d]"], method.Cases.Select(one => ((Generator.Algebra.Named)one.Layer.Outputs[0].Value).Value.ToString()));
    }

    [Theory]
    [InlineData("return mode switch { Mode.Mean => x.Mean(axis: 0), Mode.@default => x.Sum(axis: 0), _ => x.Exp().Sum(axis: 0) };")]
    [InlineData("switch (mode) { case Mode.Mean: return x.Mean(axis: 0); case Mode.None: return x.Exp().Sum(axis: 0); default: return x.Sum(axis: 0); }")]
    [InlineData("Tensor<float> y; switch (mode) { default: y = x.Sum(axis: 0); break; case Mode.Mean or Mode.None when mode != Mode.None: y = x.Mean(axis: 0); break; case Mode.None: y = x.Exp().Sum(axis: 0); break; } return y;")]
    [InlineData("if (mode is Mode.None) return x.Exp().Sum(axis: 0); return (int)mode == 1 ? x.Mean(axis: 0) : x.Sum(axis: 0);")]
    [InlineData("if (mode is not (Mode.Mean or Mode.@default)) return x.Exp().Sum(axis: 0); return mode < Mode.@default ? x.Mean(axis: 0) : x.Sum(axis: 0);")]
    public void Each_member_of_an_enum_has_its_formula(string body)
    {
        var method = Read(body);
        Assert.Equal(["mode = global::Choosing.Mode.None", "mode = global::Choosing.Mode.Mean", "mode = global::Choosing.Mode.@default"], method.Cases.Select(one => string.Join(", ", one.Choices)));
        Assert.Equal(["Σ_n exp(x[n,d])", "1/N·Σ_n x[n,d]", "Σ_n x[n,d]"], method.Cases.Select(one => ((Generator.Algebra.Named)one.Layer.Outputs[0].Value).Value.ToString()));
    }

    [Fact]
    public void A_parameter_makes_cases_only_where_the_body_asks_for_it() => Assert.Equal("""
        a = true, mode = global::Choosing.Mode.None:
        output[n,d] = exp(x[n,d])
        a = true, mode = global::Choosing.Mode.Mean:
        output[n,d] = s·x[n,d]
        a = true, mode = global::Choosing.Mode.@default:
        output[n,d] = s·x[n,d]
        a = false:
        output[n,d] = x[n,d]
        """, Cases("if (!a) return x; return mode == Mode.None ? x.Exp() : x * s;"));

    [Fact]
    public void A_choice_that_is_assigned_is_what_was_assigned() => Assert.Equal(":\noutput[n,d] = s·x[n,d]", Cases("a = true; if (a) return x * s; return x;"));

    [Fact]
    public void Several_choices_make_all_their_combinations() =>
        Assert.Equal(
            ["a = true, b = true", "a = true, b = false", "a = false, b = true", "a = false, b = false"],
            Read("var y = a ? x * s : x; return b ? y.Exp() : y;").Cases.Select(one => string.Join(", ", one.Choices)));

    [Fact]
    public void A_tuple_of_choices_is_matched() => Assert.Equal(
        ["a = true, b = true", "a = true, b = false", "a = false, b = true", "a = false, b = false"],
        Read("return (a, b) switch { (true, true) => x.Exp(), (true, _) => x * s, _ => x };").Cases.Select(one => string.Join(", ", one.Choices)));
}
