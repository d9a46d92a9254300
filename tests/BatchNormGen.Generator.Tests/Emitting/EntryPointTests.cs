using System.Text.RegularExpressions;

namespace BatchNormGen.Generator.Tests.Emitting;

/// <summary>The methods that users call: of several cases, in two element types, for some of the gradients.</summary>
public class EntryPointTests
{
    private const string Real = "where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>";

    [Fact]
    public void File_of_a_method_with_cases() => Snapshot.Match(Emits.File("""
        public enum Averaging { Sum, Mean }

        public static partial class Layers
        {
            [Differentiable]
            public static partial float Loss([Shape("N")] Tensor<float> x, [Shape("N")] Tensor<float> y, Averaging averaging)
            {
                if (averaging == Averaging.Sum) return (x * y).Sum();
                return x.Square().Mean();
            }
        }
        """));

    [Fact]
    public void File_of_a_generic_method() => Snapshot.Match(Emits.File($$"""
        public static partial class Layers
        {
            [Differentiable]
            public static partial Tensor<T> Scale<T>([Shape("N")] Tensor<T> x, [Gradient] T by) {{Real}} => T.Exp(by) * x + T.CreateChecked(0.5);
        }
        """));

    [Theory]
    [InlineData("public static partial class Layers { private enum Mode { A, @class = 5 } [Differentiable] private static Tensor<float> F([Shape(\"N\")] Tensor<float> x, Mode mode) => mode == Mode.A ? x.Exp() : x * x; }")]
    [InlineData("public static partial class Layers { [Differentiable] public static Tensor<float> F([Shape(\"N\")] Tensor<float> x, bool caseNumber, bool value) => caseNumber ? x.Exp() : value ? x * x : x.Sum() * x; }")]
    [InlineData("public partial interface ILayers { [Differentiable] public static Tensor<float> F([Shape(\"N\")] Tensor<float> x, bool a) => a ? x.Exp() : x; }")]
    [InlineData("public static partial class Layers { [Differentiable] public static Tensor<float> F([Shape(\"N\")] Tensor<float> x, bool a, bool unused) => a ? x.StopGradient() : x * 2; }")]
    [InlineData("public static partial class Layers { [Differentiable(Backward = BackwardForm.Staged)] public static (Tensor<float> y, float s) F([Shape(\"N, D\")] Tensor<float> x, bool a) { var m = a ? x.Mean(axis: 0) : x.Mean(axis: 0) + x.Sum(); return (x - m, m.Sum()); } }")]
    [InlineData("public static partial class Layers { [Differentiable(Backward = BackwardForm.Staged)] public static float F([Shape(\"N, D\")] Tensor<float> x, bool a) { if (a) { var m = x.Sum(); return m * m; } else { var m = x.Square(); return m.Sum(); } } }")]
    [InlineData("public static partial class Layers { [Differentiable] public static Tensor<float> F([Shape(\"N, C\")] Tensor<float> x, int groups, bool split) => split ? x.Reshape(x.Lengths[0], groups, x.Lengths[1] / groups).Mean(axis: 2, keepDims: true).Reshape(x.Lengths[0], groups).Sum() * x : x.Exp(); }")]
    public void Cases_compile_without_a_warning(string source) => Emits.Clean(source);

    [Theory]
    [InlineData("Tensor<T> F<T>([Shape(\"T, D\")] Tensor<T> x, T eps = default)", "x / (x.Square().Mean(axis: 1, keepDims: true) + eps).Sqrt()")]
    [InlineData("T F<T>([Shape(\"N, D\")] Tensor<T> x, [Shape(\"N\")] Tensor<int> k, [Gradient] T w, double s, bool mean)", "mean ? x.Gather(k, axis: 1).Mean() * w : T.CreateChecked(s) * T.Log(w) * x.Sum()")]
    [InlineData("(Tensor<T> y, T s) F<T>([Shape(\"N, D\")] Tensor<T> x, [Shape(\"D, E\")] Tensor<T> w)", "(x.MatMul(w), T.Tau * w.Sum() - T.E)")]
    [InlineData("Tensor<T> F<T>([Shape(\"N\"), NoGradient] Tensor<T> x)", "x * T.NegativeOne")]
    public void Generic_methods_compile_without_a_warning(string declaration, string body)
    {
        foreach (var type in new[] { "T", "TElement", "@float" })
        {
            var source = $$"""public partial class Outer { [Differentiable] public static partial {{declaration}} {{Real}} => {{body}}; }""";
            Emits.Clean(type == "T" ? source : System.Text.RegularExpressions.Regex.Replace(source, @"(?<![\w""])T(?!\w)", type));
        }
    }

    [Fact]
    public void A_name_that_the_backward_over_spans_needs_is_refused() => Diagnostics.Marked.Expect("BNG0013",
        "The name 'accumulate' is needed in the generated code for the choice to add gradients up. Give 'accumulate' another name.",
        """public static partial class Layers { [Differentiable] public static Tensor<float> F([Shape("N")] Tensor<float> x, float [|accumulate|]) => accumulate * x; }""");

    // What only an unwanted gradient needs is not computed.

    [Fact]
    public void The_product_for_an_unwanted_gradient_of_the_first_layer_is_left_out()
    {
        var backward = Backward(Layers.Source(
            """Tensor<float> Network([Shape("N, I")] Tensor<float> x, [Shape("I, H")] Tensor<float> w1, [Shape("H, O")] Tensor<float> w2)""",
            "return x.MatMul(w1).Tanh().MatMul(w2);"));
        Assert.Equal(
            ["if (!dx.IsEmpty || !dw1.IsEmpty)", "if (!dw2.IsEmpty)", "if (!dx.IsEmpty || !dw1.IsEmpty)", "if (!dx.IsEmpty)", "if (!dw1.IsEmpty)"],
            backward.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("if (!d", StringComparison.Ordinal)).Take(5));
    }

    [Fact]
    public void Sweeps_and_sums_of_an_instance_are_left_out()
    {
        var backward = Backward(Layers.LayerNorm);
        Assert.Contains("scratch.Zeros<double>(!dgamma.IsEmpty ? chunks * D : 0)", backward, StringComparison.Ordinal);
        Assert.Contains("scratch.Zeros<double>(!dbeta.IsEmpty ? chunks * D : 0)", backward, StringComparison.Ordinal);
        Assert.Contains("if (!this.dx.IsEmpty)\n", backward, StringComparison.Ordinal);
        Assert.Contains("if (!dgammaSum.IsEmpty) Partials.Add<float>(dgammaSumBlock, dgammaSum);", backward, StringComparison.Ordinal);
        Assert.Contains("Writing dxWriting = Writings.Of<float>(dx, accumulate, inPlace, touched: touched, row: D, follows: Writings.Follows<float>(dx, dout) || Writings.Follows<float>(dx, x));", backward, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_results_in_several_passes_the_first_four_may_go_past_the_caches()
    {
        var file = Emits.File(Layers.Source(
            """(Tensor<float> a, Tensor<float> b, Tensor<float> c, Tensor<float> d, Tensor<float> e) Many([Shape("N, D")] Tensor<float> x)""",
            """
            var largest = x.Max(axis: 1, keepDims: true);
            var sum = (x - largest).Exp().Sum(axis: 1, keepDims: true);
            return (x - largest, x / sum, x + largest, x * sum, x - sum);
            """));
        Assert.Contains("Workers.Run(ref sweeps, chunks, (long)N * D, a, c, b, d);", file, StringComparison.Ordinal);
        Assert.Equal(4, Regex.Count(file, @"Writing \w+Writing = Writings\.Of<float>\(\w, touched: touched, row: D"));
    }

    [Fact]
    public void A_sum_that_is_0_but_for_a_chosen_element_of_each_row_visits_no_other()
    {
        var file = Emits.File(Layers.Source("""double Loss([Shape("N, D")] Tensor<double> x, [Shape("N")] Tensor<int> labels)""", "return -x.LogSoftmax(axis: 1).Gather(labels, axis: 1).Mean();"));
        Assert.Contains("Sweep3<Lane<double>>(0, block, blockEnd, sum);", file, StringComparison.Ordinal);
        Assert.DoesNotContain("Sweep3<Lanes", file, StringComparison.Ordinal);
        Assert.Contains("int d = labelss[n];", file, StringComparison.Ordinal);
        Assert.Contains("in one sweep over the data (2 passes for each n)", file, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_of_an_instance_runs_where_a_later_one_takes_what_it_keeps()
    {
        // dgamma needs the exponentials of the first sweep, although not its sum.
        var backward = Backward(Layers.Source(
            """Tensor<float> Scaled([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> gamma)""",
            "return gamma * x.Softmax(axis: 1);"));
        Assert.Contains("Span<float> xExpHere = scratch.Take<float>(together * D);", backward, StringComparison.Ordinal);
        Assert.DoesNotContain("if (!this.dx.IsEmpty)", backward, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sweep_that_writes_an_unwanted_gradient_is_left_out() =>
        Assert.Contains("if (!dx.IsEmpty)\n            {\n                sweeps.sweep = 2;\n", Backward(Layers.BatchNorm()), StringComparison.Ordinal);

    /// <summary>The backward of the kernels.</summary>
    private static string Backward(string source)
    {
        var file = Emits.File(source);
        return file[file.IndexOf("public static void Backward(", StringComparison.Ordinal)..];
    }
}
