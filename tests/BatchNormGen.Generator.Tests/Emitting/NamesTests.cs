using System.Numerics.Tensors;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using BatchNormGen.Generator.Emitting;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Tests.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace BatchNormGen.Generator.Tests.Emitting;

public class NamesTests
{
    /// <summary>Names that the generated code uses for its own variables, types and members, names made of others, and keywords.</summary>
    public static TheoryData<string> Names =>
    [
        "from", "to", "end", "at", "block", "done1", "chunk", "instance", "sweep", "sweeps", "value", "V", "rowFrom", "Run", "Finish1", "Sweep1", "isFilled", "Prepare", "Forward", "F0", "F1Backward",
        "Math", "Span", "Scratch", "Chunks", "Partials", "Lanes512", "ILanes", "System", "BatchNormGen", "global", "Tensor", "n", "d", "nd", "N", "D", "ND", "xs", "x2", "xHigh", "xElements", "xBlock", "outputValue",
        "dxElements", "ddx", "sumX", "sumXHigh", "scale", "root", "sum", "var", "nameof", "_", "@in", "@this", "@class", "@null", "@int",
    ];

    /// <summary>A layer with sums over one axis and over both, saved values, small values and several regions, in which one name can be anything.</summary>
    private static string Method(int number, int axis, string x = "x", string w = "w", string eps = "eps", string mean = "mean", string inv = "inv", string rows = "N", string columns = "D", string? result = null)
    {
        var output = $"dev_ * {inv} * {w} * all_";
        return $$"""
                [Differentiable]
                public static partial {{(result is null ? "Tensor<float>" : $"(Tensor<float> {result}, Tensor<float> other_)")}} F{{number}}(
                    [Shape("{{rows}}, {{columns}}")] Tensor<float> {{x}}, [Shape("{{(axis == 0 ? columns : rows + ", 1")}}")] Tensor<float> {{w}}, [Gradient] float {{eps}})
                {
                    var {{mean}} = {{x}}.Mean(axis: {{axis}}, keepDims: true);
                    var dev_ = {{x}} - {{mean}};
                    var {{inv}} = (dev_.Square().Mean(axis: {{axis}}, keepDims: true) + {{eps}}).ReciprocalSqrt();
                    var all_ = dev_.Exp().Sum(axes: [0, 1], keepDims: true);
                    return {{(result is null ? output : $"({output}, {inv})")}};
                }
            """;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Anything_may_have_any_name(string name) => Emits.Clean(Source(name));

    [Theory]
    [InlineData("chunks")]
    [InlineData("n")]
    [InlineData("D")]
    [InlineData("@in")]
    public void Results_do_not_depend_on_names(string name) => SameResults(Emits.Clean(Source(name)).Compilation);

    /// <summary>Methods that compute the same, over the first axis and over the second; in each something else has the name.</summary>
    private static string Source(string name)
    {
        var axis = name.TrimStart('@');
        return $$"""
            public static partial class Layers
            {
            {{Method(0, 0)}}
            {{Method(1, 0, x: name)}}
            {{Method(2, 0, mean: name)}}
            {{Method(3, 0, rows: axis, columns: "Columns_")}}
            {{Method(4, 0, eps: name)}}
            {{Method(5, 0, result: name)}}
            {{Method(10, 1)}}
            {{Method(11, 1, w: name)}}
            {{Method(12, 1, inv: name)}}
            {{Method(13, 1, columns: axis, rows: "Rows_")}}
            {{Method(14, 1, eps: name)}}
            {{Method(15, 1, result: name)}}
            }
            """;
    }

    private static void SameResults(Compilation compilation)
    {
        using var stream = new MemoryStream();
        Assert.True(compilation.Emit(stream, cancellationToken: TestContext.Current.CancellationToken).Success);
        var layers = Assembly.Load(stream.ToArray()).GetType("Layers")!;
        foreach (var axis in new[] { 0, 1 })
        {
            var expected = Run(layers, 10 * axis, axis);
            for (var i = 1; i < 6; i++) Assert.Equal(expected, Run(layers, 10 * axis + i, axis), (a, b) => Math.Abs(a - b) <= 1e-5f * (1 + Math.Abs(a)));
        }
    }

    /// <summary>The elements of the result and of the gradients of x and of w.</summary>
    private static float[] Run(Type layers, int number, int axis)
    {
        var x = Tensor.Create([.. Enumerable.Range(0, 6).Select(i => MathF.Sin(i + 1))], [2, 3]);
        var w = axis == 0 ? Tensor.Create([1f, 2, 3], [3]) : Tensor.Create([1f, 2], [2, 1]);
        var dout = Tensor.Create([.. Enumerable.Range(0, 6).Select(i => MathF.Cos(i))], [2, 3]);
        var forward = layers.GetMethods().Single(method => method.Name == $"F{number}Forward" && method.ReturnType != typeof(void));
        var made = (ITuple)forward.Invoke(null, [x, w, 0.1f])!;
        var backward = layers.GetMethods().Single(method => method.Name == $"F{number}Backward" && method.ReturnType != typeof(void));
        var others = made.Length == 3 ? [Tensor.CreateFromShape<float>(((Tensor<float>)made[1]!).Lengths)] : Array.Empty<object?>();
        var gradients = (ITuple)backward.Invoke(null, [dout, .. others, made[made.Length - 1]])!;
        return [.. (Tensor<float>)made[0]!, .. (Tensor<float>)gradients[0]!, .. (Tensor<float>)gradients[1]!];
    }

    [Theory]
    [InlineData("X")]
    [InlineData("In")]
    [InlineData("Is")]
    [InlineData("Out")]
    [InlineData("W")]
    [InlineData("Eps")]
    [InlineData("Mean")]
    [InlineData("Base")]
    public void An_axis_may_be_called_like_anything_else_in_lower_case(string name) => Emits.Clean($"public static partial class Layers {{ {Method(0, 0, rows: name)} }}");

    [Fact]
    public void Names_that_collide_with_nothing_stay_as_they_are()
    {
        foreach (var source in Layers.All.Values)
        {
            var layer = Passes.Read(source);
            Assert.Equal(Describe(layer), Describe(CodeNames.Apply(layer)));
            Assert.Same(layer, CodeNames.Apply(layer));
        }
    }

    private static string Describe(Layer layer) =>
        string.Join(" ", layer.Signature.Parameters.Select(parameter => $"{parameter.Name}[{(parameter.Layout is { } layout ? Value.Write(layout) : "")}]")) + "\n" + Reads.Print(layer);

    /// <summary>Generates the layers under names that contain a 9, so that what has none is the generator's own.</summary>
    [Fact]
    public void Every_name_that_the_generated_code_uses_for_itself_is_in_the_list()
    {
        HashSet<string> own = [];
        foreach (var form in new[] { "[Differentiable]", "[Differentiable(Backward = BackwardForm.Staged)]" })
        foreach (var source in Layers.All.Values)
        {
            var layer = Passes.Read(source);
            var names = layer.Signature.Parameters.Select(parameter => parameter.Name).Concat(layer.Stages.Select(stage => stage.Name)).Concat(["N", "D", "C", "H", "W", "G", layer.Signature.Name]);
            var renamed = source.Replace("[Differentiable]", form);
            foreach (var name in names.Distinct()) renamed = Regex.Replace(renamed, $@"(?<![\w.]){name}(?!\w)", name + "9");
            foreach (var file in Compile.Generate(renamed).Result.GeneratedSources) own.UnionWith(SimpleNames(file.SyntaxTree));
        }
        Assert.Contains("chunks", own);

        // Names that are made where they are needed avoid what there is.
        own.RemoveWhere(name => Regex.IsMatch(name, "^(Layers|BatchNormGen|d?out(put)?s?|(exp|tanh|sum|max|mask|saved|scale|shift|offset|root|at|value|d?out|output).*)$"));
        Assert.Empty(own.Except(CodeNames.Own));
    }

    /// <summary>Identifiers that stand without anything in front of them.</summary>
    private static IEnumerable<string> SimpleNames(SyntaxTree tree) =>
        from token in tree.GetRoot().DescendantTokens()
        where token.IsKind(SyntaxKind.IdentifierToken) && !token.Text.Contains('9')
        where !token.GetPreviousToken().IsKind(SyntaxKind.DotToken) && !token.GetPreviousToken().IsKind(SyntaxKind.ColonColonToken)
        select token.Text;
}
