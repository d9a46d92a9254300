using System.Globalization;
using BatchNormGen.Generator.Algebra;

namespace BatchNormGen.Generator.Tests.Reading;

public class ExpressionTests
{
    [Theory]
    [InlineData("x + w", "x[n,d] + w[d] : [N, D]")]
    [InlineData("w - x", "w[d] − x[n,d] : [N, D]")]
    [InlineData("x * w", "w[d]·x[n,d] : [N, D]")]
    [InlineData("x / w", "x[n,d]/w[d] : [N, D]")]
    [InlineData("-(x - w)", "−(x[n,d] − w[d]) : [N, D]")]
    [InlineData("s * x", "s·x[n,d] : [N, D]")]
    [InlineData("x + 2", "x[n,d] + 2 : [N, D]")]
    [InlineData("2 / x", "2/x[n,d] : [N, D]")]
    [InlineData("((x))", "x[n,d] : [N, D]")]
    public void Arithmetic_is_read_with_the_indices_of_its_operands(string expression, string read) => Assert.Equal(read, Reads.Expression(expression));

    [Theory]
    [InlineData("x.Square()", "x[n,d]² : [N, D]")]
    [InlineData("x.Sqrt()", "√(x[n,d]) : [N, D]")]
    [InlineData("x.Reciprocal()", "1/x[n,d] : [N, D]")]
    [InlineData("x.ReciprocalSqrt()", "1/√(x[n,d]) : [N, D]")]
    [InlineData("x.Pow(3)", "x[n,d]³ : [N, D]")]
    [InlineData("x.Pow(-1.5f)", "1/x[n,d]^(3/2) : [N, D]")]
    [InlineData("StagedOperations.Tanh(x)", "tanh(x[n,d]) : [N, D]")]
    [InlineData("StagedOperations.Mean(x, axis: 1)", "1/D·Σ_d x[n,d] : [N]")]
    public void Staged_operations_are_read_as_members_and_as_static_calls(string expression, string read) => Assert.Equal(read, Reads.Expression(expression));

    [Fact]
    public void Every_function_of_the_table_is_read_by_its_name()
    {
        foreach (var function in Functions.Table.Concat(Functions.Masks).Where(function => function != Functions.Erfc && function != Functions.Where))
        {
            var arguments = new[] { "x", "w", "v" }[..function.Arity];
            var call = $"x.{function.Name}({string.Join(", ", arguments.Skip(1))})";
            var read = function.IsMask ? $"[x[n,d] {function.Notation} w[d]]" : $"{function.Notation}({string.Join(", ", arguments.Select(argument => argument == "x" ? "x[n,d]" : argument + "[d]"))})";
            // A mask is a stage, but no result; bounds are scalars.
            Assert.Equal(
                function.IsMask ? $"where({read}, x[n,d], 0) : [N, D]" : $"{read.Replace("w[d], v[d]", "s, 1")} : [N, D]",
                Reads.Expression(function.IsMask ? call + ".Where(x, 0)" : call.Replace("w, v", "s, 1")));
        }
    }

    public static TheoryData<string, string> Composed => new()
    {
        { "x.Relu()", "relu(x[n,d]) : [N, D]" },
        { "x.LeakyRelu(0.1f)", "where([x[n,d] > 0], x[n,d], 1/10·x[n,d]) : [N, D]" },
        { "x.Elu(s)", "where([x[n,d] > 0], x[n,d], s·expm1(x[n,d])) : [N, D]" },
        { "x.HardTanh()", "clamp(x[n,d], −1, 1) : [N, D]" },
        { "x.Silu()", "x[n,d]·sigmoid(x[n,d]) : [N, D]" },
        { "x.Gelu()", "1/2·x[n,d]·erfc(−x[n,d]/√2) : [N, D]" },
        { "x.Gelu(GeluApproximation.None)", "1/2·x[n,d]·erfc(−x[n,d]/√2) : [N, D]" },
        { "x.Pow(s)", "pow(x[n,d], s) : [N, D]" },
        { "x.Pow(w)", "pow(x[n,d], w[d]) : [N, D]" },
        { "w.Pow(x)", "pow(w[d], x[n,d]) : [N, D]" },
        { "x.Maximum(0)", "max(x[n,d], 0) : [N, D]" },
        { "w.Minimum(x)", "min(w[d], x[n,d]) : [N, D]" },
        { "w.LessThan(0).Where(x, w)", "where([w[d] < 0], x[n,d], w[d]) : [N, D]" },
        { "Tensor.Max<float>(x, w)", "max(x[n,d], w[d]) : [N, D]" },
        { "Tensor.Sin<float>(x)", "sin(x[n,d]) : [N, D]" },
        { "x.StopGradient()", "stop(x[n,d]) : [N, D]" },
        { "x.Max(axis: 0)", "max_n x[n,d] : [D]" },
        { "x.Min(axes: [0, 1], keepDims: true)", "min_(n,d) x[n,d] : [1, 1]" },
        { "x.Norm(axis: -1)", "√(Σ_d x[n,d]²) : [N]" },
        { "x.Variance(axis: 0)", "1/N·Σ_n xDeviation[n,d]² : [D]" },
        { "x.Variance(axis: 0, correction: 1, keepDims: true)", "(Σ_n xDeviation[n,d]²)/(N − 1) : [1, D]" },
        { "x.StandardDeviation(axis: 1, correction: k)", "√(xVariance[n]) : [N]" },
        { "x.Softmax(axis: 1)", "xExp[n,d]/xSum[n] : [N, D]" },
        { "x.LogSoftmax(axis: -2)", "xFromMax[n,d] − log(xSum[d]) : [N, D]" },
        { "x.LogSumExp(axis: 1)", "xShift[n] + log(xSum[n]) : [N]" },
        { "w.Unsqueeze(0) + x", "w[d] + x[n,d] : [N, D]" },
        { "x.Permute(1, 0)", "x[n,d] : [D, N]" },
        { "x.Permute(-1, 0)", "x[n,d] : [D, N]" },
        { "x.Sum(axis: 0, keepDims: true).Squeeze(0)", "Σ_n x[n,d] : [D]" },
        { "x.MatMul(g)", "Σ_d x[n,d]·g[d,d2] : [N, D]" },
        { "x.MatMul(w)", "Σ_d w[d]·x[n,d] : [N]" },
        { "w.MatMul(g)", "Σ_d w[d]·g[d,d2] : [D]" },
    };

    [Theory]
    [MemberData(nameof(Composed))]
    public void Operations_are_read_as_what_they_are_made_of(string expression, string read) => Assert.Equal(read, Reads.Expression(expression));

    [Fact]
    public void Labels_pick_elements_along_an_axis()
    {
        string Stage(string labels, string expression) => Reads.Print(Reads.Layer(Layers.Source(
            $$"""Tensor<float> Layer([Shape("N, D")] Tensor<float> x, [Shape("{{labels}}")] Tensor<int> labels)""", $"return {expression};")));
        Assert.Equal("output[n] = Σ_d [labels[n] = d]·x[n,d]", Stage("N", "x.Gather(labels, axis: 1)"));
        Assert.Equal("output[d] = Σ_n [labels[d] = n]·x[n,d]", Stage("D", "x.Gather(labels, axis: -2)"));
        Assert.Equal("output[n,d] = [labels[n] = d]·x[n,d]", Stage("N", "labels.OneHot<float>(x.Lengths[1]) * x"));
        Assert.Equal("output[n,i] = [labels[n] = i]", Stage("N", "labels.OneHot<float>(10)"));
        Assert.Equal("output[n,d] = x[n,d]", Stage("N", "labels.OneHot<float>(1) * x"));
    }

    [Theory]
    [InlineData("Tensor.Sqrt<float>(x)", "√(x[n,d]) : [N, D]")]
    [InlineData("Tensor.Exp<float>(x)", "exp(x[n,d]) : [N, D]")]
    [InlineData("Tensor.Add<float>(x, w)", "x[n,d] + w[d] : [N, D]")]
    [InlineData("Tensor.Subtract<float>(x, 1)", "x[n,d] − 1 : [N, D]")]
    [InlineData("Tensor.Subtract<float>(1, x)", "1 − x[n,d] : [N, D]")]
    [InlineData("Tensor.Multiply<float>(x, s)", "s·x[n,d] : [N, D]")]
    [InlineData("Tensor.Divide<float>(x, w)", "x[n,d]/w[d] : [N, D]")]
    [InlineData("Tensor.Negate<float>(x)", "−x[n,d] : [N, D]")]
    [InlineData("Tensor.Pow<float>(x, 2)", "x[n,d]² : [N, D]")]
    [InlineData("Tensor.Reciprocal<float>(x)", "1/x[n,d] : [N, D]")]
    [InlineData("Tensor.Transpose(g)", "g[d,d2] : [D, D]")]
    public void Functions_of_the_base_class_library_are_read(string expression, string read) => Assert.Equal(read, Reads.Expression(expression));

    [Theory]
    [InlineData("x.Sum(axis: 0)", "Σ_n x[n,d] : [D]")]
    [InlineData("x.Sum(1)", "Σ_d x[n,d] : [N]")]
    [InlineData("x.Sum(axis: -1)", "Σ_d x[n,d] : [N]")]
    [InlineData("x.Sum(0, true)", "Σ_n x[n,d] : [1, D]")]
    [InlineData("x.Sum(keepDims: true, axis: 1)", "Σ_d x[n,d] : [N, 1]")]
    [InlineData("x.Sum(axes: [0, 1])", "Σ_(n,d) x[n,d] : [1]")]
    [InlineData("x.Sum(axes: new[] { 1 })", "Σ_d x[n,d] : [N]")]
    [InlineData("x.Sum(axes: [0, -1], keepDims: true)", "Σ_(n,d) x[n,d] : [1, 1]")]
    [InlineData("x.Sum(axis: x.Rank - 1)", "Σ_d x[n,d] : [N]")]
    [InlineData("w.Sum(axis: 0)", "Σ_d w[d] : [1]")]
    [InlineData("x.Mean(axes: [1, 0])", "1/(N·D)·Σ_(n,d) x[n,d] : [1]")]
    [InlineData("x.Sum(axis: 0, keepDims: true).Mean(axes: [0, 1])", "1/D·Σ_d Σ_n x[n,d] : [1]")]
    [InlineData("x.Sum(axes: [])", "x[n,d] : [N, D]")]
    public void Reductions_bind_the_indices_of_their_axes(string expression, string read) => Assert.Equal(read, Reads.Expression(expression));

    [Theory]
    [InlineData("x.Sum()", "Σ_(n,d) x[n,d]")]
    [InlineData("x.Mean()", "1/(N·D)·Σ_(n,d) x[n,d]")]
    [InlineData("Tensor.Sum<float>(x)", "Σ_(n,d) x[n,d]")]
    [InlineData("Tensor.Average<float>(x)", "1/(N·D)·Σ_(n,d) x[n,d]")]
    [InlineData("MathF.Sqrt(s)", "√(s)")]
    [InlineData("MathF.Exp(-s)", "exp(−s)")]
    [InlineData("float.Log(s)", "log(s)")]
    [InlineData("(float)Math.Tanh(s)", "tanh(s)")]
    [InlineData("MathF.Pow(s, 3)", "s³")]
    [InlineData("1f / k", "1/k")]
    [InlineData("s * k - 1", "s·k − 1")]
    [InlineData("+s", "s")]
    public void Scalars_are_values_without_axes(string expression, string read) => Assert.Equal(read, Reads.Expression(expression, "float"));

    [Theory]
    [InlineData("1f / x.Lengths[0] * x.Sum(axis: 0)", "1/N·Σ_n x[n,d] : [D]")]
    [InlineData("x * x.Lengths[^1]", "D·x[n,d] : [N, D]")]
    [InlineData("x / (float)x.FlattenedLength", "1/(N·D)·x[n,d] : [N, D]")]
    [InlineData("x * x.Rank", "2·x[n,d] : [N, D]")]
    [InlineData("x / (x.Lengths[0] - 1)", "x[n,d]/(N − 1) : [N, D]")]
    [InlineData("x * (float)Math.Sqrt(x.Lengths[1])", "√(D)·x[n,d] : [N, D]")]
    [InlineData("x * x.Sum(axis: 0, keepDims: true).Lengths[0]", "x[n,d] : [N, D]")]
    public void Extents_are_numbers(string expression, string read) => Assert.Equal(read, Reads.Expression(expression));

    [Theory]
    [InlineData("x * 0.1f", "1/10·x[n,d] : [N, D]")]
    [InlineData("x * 1e-5f", "1E-05·x[n,d] : [N, D]")]
    [InlineData("x * (float)0.1", "1/10·x[n,d] : [N, D]")]
    [InlineData("x * (1f / 4)", "1/4·x[n,d] : [N, D]")]
    [InlineData("x * -3", "−3·x[n,d] : [N, D]")]
    [InlineData("x * float.Pi", "3.1415927·x[n,d] : [N, D]")]
    [InlineData("x * byte.MaxValue", "255·x[n,d] : [N, D]")]
    public void Constants_are_the_shortest_decimal_of_their_converted_value(string expression, string read) => Assert.Equal(read, Reads.Expression(expression));

    [Theory]
    [InlineData("g + g.Transpose()", "g[d,d2] + g[d2,d] : [D, D]")]
    [InlineData("g.Transpose() + g", "g[d,d2] + g[d2,d] : [D, D]")]
    [InlineData("g * w", "w[d2]·g[d,d2] : [D, D]")]
    [InlineData("w * g", "w[d2]·g[d,d2] : [D, D]")]
    [InlineData("g - g.Mean(axis: 0)", "g[d,d2] − 1/D·Σ_d g[d,d2] : [D, D]")]
    [InlineData("g - g.Mean(axis: 1)", "g[d,d2] − 1/D·Σ_d3 g[d2,d3] : [D, D]")]
    [InlineData("g.Sum(axis: 1) + w", "Σ_d2 g[d,d2] + w[d] : [D]")]
    [InlineData("g.Sum(axis: 0) + w", "Σ_d g[d,d2] + w[d2] : [D]")]
    [InlineData("w * x.MatMul(g)", "w[d2]·Σ_d x[n,d]·g[d,d2] : [N, D]")]
    public void An_axis_that_appears_twice_has_an_index_for_each_place(string expression, string read) => Assert.Equal(read, Reads.Expression(expression));

    [Theory]
    [InlineData("de-DE")]
    [InlineData("sv-SE")]
    [InlineData("ar-SA")]
    [InlineData("fa-IR")]
    [InlineData("tr-TR")]
    public void What_is_read_does_not_depend_on_the_culture(string name)
    {
        var before = CultureInfo.CurrentCulture;
        var source = Reads.Method("return x * 0.25f + 1e-5f - 1234567.5f - x.Sum(axis: -1, keepDims: true);").Replace("\"N, D\"", "\"I, 10\"").Replace("\"D", "\"10");
        var expected = Reads.Print(Reads.Layer(source));
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(name);
            Assert.Equal(expected, Reads.Print(Reads.Layer(source)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
