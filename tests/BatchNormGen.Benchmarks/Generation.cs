using System.Diagnostics;
using BatchNormGen.Generator;
using BatchNormGen.Generator.Differentiating;
using BatchNormGen.Generator.Emitting;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Reading;
using BatchNormGen.Generator.Simplifying;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace BatchNormGen.Benchmarks;

/// <summary>
/// How long the compiler waits for the generator: each pass by itself, on layers of growing length. Passes are timed by
/// what the processor spent on them, which other processes do not lengthen; the clock is given for all of them together.
/// </summary>
internal static class Generation
{
    private static readonly string[] Passes = ["read", "differentiate", "simplify", "plan", "emit"];

    /// <summary>As many runs as fit, and the median of them; a layer that takes longer is run once.</summary>
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(1);

    private static readonly IReadOnlyList<MetadataReference> References =
    [
        .. from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
           where Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal)
           select MetadataReference.CreateFromFile(path),
        MetadataReference.CreateFromFile(typeof(DifferentiableAttribute).Assembly.Location),
    ];

    /// <param name="only">What the names of the layers contain that are timed; all without it.</param>
    public static void Run(string only = "")
    {
        // The runtime compiles the passes for good while these run.
        foreach (var (_, source) in Sources(10, 10, 10))
        {
            for (var i = 0; i < 20; i++)
            {
                Time(source);
            }
        }

        var report = new Report();
        report.Text("## Generation: milliseconds of the processor, and by the clock");
        report.BeginTable(["layer", .. Passes, "all", "clock", "lines"]);
        foreach (var (name, source) in Sources(50, 100, 200).Where(layer => layer.Name.Contains(only, StringComparison.Ordinal)))
        {
            var runs = new List<(double[] Times, double Clock)>();
            var start = Stopwatch.GetTimestamp();
            var lines = 0;
            while (runs.Count == 0 || Stopwatch.GetElapsedTime(start) < Enough)
            {
                (var times, var clock, lines) = Time(source);
                runs.Add((times, clock));
            }
            var medians = Enumerable.Range(0, Passes.Length).Select(pass => Median(run => run.Times[pass])).ToList();
            report.Row([name, .. medians.Append(medians.Sum()).Append(Median(run => run.Clock)).Select(time => Report.Milliseconds(time)), $"{lines}"]);

            double Median(Func<(double[] Times, double Clock), double> time) => runs.Select(time).Order().ElementAt(runs.Count / 2);
        }
        report.EndTable();
    }

    /// <summary>The milliseconds of each pass and of all by the clock, and the number of lines written.</summary>
    private static (double[] Times, double Clock, int Lines) Time(string source)
    {
        var times = new List<double>();
        var clock = 0.0;
        Layer? read = null;
        var compilation = CSharpCompilation.Create("Layers", [CSharpSyntaxTree.ParseText(source)], References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var driver = CSharpGeneratorDriver.Create([new Reader(layer => read = layer).AsSourceGenerator()]);

        // What the compiler has to find out about a method anyway is not the generator's time.
        compilation.GetDiagnostics();
        Pass(() => driver.RunGenerators(compilation));
        var layer = CodeNames.Apply(read ?? throw new InvalidOperationException("The generator does not read this layer."));
        Pass(() => ReverseWalk.Run(layer, CancellationToken.None));
        var form = Pass(() => ClosedForm.Of(layer, CancellationToken.None));
        var plan = Pass(() => Planner.Run(form, CancellationToken.None));
        var text = Pass(() => LayerSource.Write(plan));

        // The simplifier begins with the reverse walk.
        times[2] = Math.Max(0, times[2] - times[1]);
        return ([.. times], clock, text.Count(character => character == '\n'));

        T Pass<T>(Func<T> pass)
        {
            var (spent, start) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
            var result = pass();
            clock += Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            times.Add((Environment.CpuUsage.TotalTime - spent).TotalMilliseconds);
            return result;
        }
    }

    private sealed class Reader(Action<Layer?> read) : IIncrementalGenerator
    {
        public void Initialize(IncrementalGeneratorInitializationContext context) => context.RegisterSourceOutput(
            context.SyntaxProvider.ForAttributeWithMetadataName(Annotations.Differentiable, (_, _) => true, LayerReader.Read),
            (_, result) => read(result.Method is { } method ? method.Cases[0].Layer : null));
    }

    private static IEnumerable<(string Name, string Source)> Sources(int some, int more, int many)
    {
        foreach (var textbook in Textbook) yield return textbook;
        yield return ("attention", Attention);
        foreach (var depth in new[] { 5, 10, 20 })
        {
            yield return ($"network of {depth}", Network(depth));
        }
        yield return ("norms and relus", Chain(10, "((y - y.Mean(axis: 0)) / ((y - y.Mean(axis: 0)).Square().Mean(axis: 0) + 1).Sqrt() * w# + b#).Relu()"));
        foreach (var length in new[] { some, more, many })
        {
            yield return ($"{length} functions", Chain(length, "y + y.Tanh()"));
        }
        foreach (var length in new[] { some, more, many })
        {
            yield return ($"{length} in turn", Chain(length, "y.Tanh()", "y.Sigmoid()", "y.Exp()", "y.Softplus()"));
        }
        foreach (var length in new[] { some, more, many })
        {
            yield return ($"{length} products", Chain(length, "(y + w) * (y - w)"));
        }
        foreach (var length in new[] { 10, some, many })
        {
            yield return ($"{length} norms", Chain(length, "(y - y.Mean(axis: 0)) / (y.Square().Mean(axis: 0) + 1).Sqrt()"));
        }
    }

    /// <summary>What has a closed form in books.</summary>
    public static IReadOnlyList<(string Name, string Source)> Textbook =>
    [
        ("batch norm", Norm(axis: 0)),
        ("layer norm", Norm(axis: 1)),
        ("batch norm of images", Images("[0, 2, 3]", "d * inv * w + b")),
        ("instance norm", Images("[2, 3]", "d * inv * w + b")),
        ("group norm", Images("[1, 2, 3]", "d * inv * w + b")),
        ("batch norm, residual, relu", Images("[0, 2, 3]", "(d * inv * w + b + x).Relu()")),
        ("rms norm", Source("", "return x / ((x * x).Mean(axis: 1, keepDims: true) + 1e-5f).Sqrt() * w;")),
        ("softmax", Source("", "var e = (x - x.Max(axis: 1, keepDims: true)).Exp(); return e / e.Sum(axis: 1, keepDims: true);")),
        ("log-softmax", Source("", "return x.LogSoftmax(axis: 1);")),
        ("log-sum-exp", Source("", "return x.LogSumExp(axis: 1);")),
        ("cross-entropy", Declare("""float Loss([Shape("N, C")] Tensor<float> x, [Shape("N")] Tensor<int> labels)""", "return -x.Softmax(axis: 1).Log().Gather(labels, axis: 1).Mean();")),
        ("unit rows", Source("", "return x / x.Square().Sum(axis: 1, keepDims: true).Sqrt();")),
        ("cosine", Declare("""Tensor<float> Cosine([Shape("N, D")] Tensor<float> a, [Shape("N, D")] Tensor<float> b)""", "return (a * b).Sum(axis: 1) / (a.Square().Sum(axis: 1).Sqrt() * b.Square().Sum(axis: 1).Sqrt());")),
        ("standardize", Source("", "var d = x - x.Mean(axis: 0); return d / (d.Square().Mean(axis: 0) + 1e-5f).Sqrt();")),
        ("gelu", Source("", "return x.Gelu();")),
        ("silu", Source("", "return x.Silu();")),
    ];

    private static string Images(string axes, string result) => Declare(
        """Tensor<float> Layer([Shape("N, C, H, W")] Tensor<float> x, [Shape("C, 1, 1")] Tensor<float> w, [Shape("C, 1, 1")] Tensor<float> b)""",
        $"""
        var d = x - x.Mean(axes: {axes}, keepDims: true);
        var inv = 1f / (d.Square().Mean(axes: {axes}, keepDims: true) + 1e-5f).Sqrt();
        return {result};
        """);

    private static string Norm(int axis) => Source("", $"""
        var mean = x.Mean(axis: {axis}, keepDims: true);
        var dev = x - mean;
        var variance = dev.Square().Mean(axis: {axis}, keepDims: true);
        var inv = 1f / (variance + 1).Sqrt();
        return dev * inv * w;
        """);

    private static string Attention => Declare("""
        Tensor<float> Attention([Shape("N, E")] Tensor<float> x, [Shape("E, D")] Tensor<float> wq, [Shape("E, D")] Tensor<float> wk, [Shape("E, D")] Tensor<float> wv, float scale)
        """, """
        var query = x.MatMul(wq);
        var key = x.MatMul(wk);
        var value = x.MatMul(wv);
        var weights = (scale * query.MatMul(key.Transpose())).Softmax(axis: 1);
        return weights.MatMul(value);
        """);

    /// <summary>A whole network in one method: layers of affine, batch norm and relu, and softmax cross-entropy behind them.</summary>
    private static string Network(int depth)
    {
        var parameters = """[Shape("N, H0")] Tensor<float> y0, [Shape("N")] Tensor<int> labels""";
        var body = "";
        for (var i = 1; i <= depth; i++)
        {
            parameters += $", [Shape(\"H{i - 1}, H{i}\")] Tensor<float> w{i}, [Shape(\"H{i}\")] Tensor<float> b{i}, [Shape(\"H{i}\")] Tensor<float> gamma{i}, [Shape(\"H{i}\")] Tensor<float> beta{i}";
            body += $"""
                var affine{i} = y{i - 1}.MatMul(w{i}) + b{i};
                var dev{i} = affine{i} - affine{i}.Mean(axis: 0);
                var inv{i} = 1f / (dev{i}.Square().Mean(axis: 0) + 1e-5f).Sqrt();
                var y{i} = (dev{i} * inv{i} * gamma{i} + beta{i}).Relu();

                """;
        }
        return Declare($"float Network({parameters})", body + $"return -y{depth}.LogSoftmax(axis: 1).Gather(labels, axis: 1).Mean();");
    }

    /// <summary>
    /// One stage for each operation, which are taken in turn. In them y is the stage before, and w# and b# are parameters of
    /// the stage itself.
    /// </summary>
    private static string Chain(int length, params string[] operations)
    {
        var body = "var y0 = x;\n";
        var parameters = "";
        for (var i = 1; i <= length; i++)
        {
            var operation = operations[i % operations.Length];
            body += $"var y{i} = {operation.Replace("#", $"{i}").Replace("y", $"y{i - 1}")};\n";
            if (operation.Contains('#'))
            {
                parameters += $", [Shape(\"D\")] Tensor<float> w{i}, [Shape(\"D\")] Tensor<float> b{i}";
            }
        }
        return Source(parameters, body + $"return y{length};");
    }

    private static string Source(string parameters, string body) =>
        Declare($"Tensor<float> Layer([Shape(\"N, D\")] Tensor<float> x, [Shape(\"D\")] Tensor<float> w{parameters})", body);

    private static string Declare(string method, string body) => $$"""
        using System.Numerics.Tensors;
        using BatchNormGen;
        static partial class Layers
        {
            [Differentiable]
            public static partial {{method}}
            {
        {{body}}
            }
        }
        """;
}
