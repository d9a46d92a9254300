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

/// <summary>How long the compiler waits for the generator: each pass by itself, on layers of growing length.</summary>
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

    public static void Run()
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
        report.Text("## Generation: milliseconds");
        report.BeginTable(["layer", .. Passes, "all", "lines"]);
        foreach (var (name, source) in Sources(50, 100, 200))
        {
            var runs = new List<double[]>();
            var start = Stopwatch.GetTimestamp();
            var lines = 0;
            while (runs.Count == 0 || Stopwatch.GetElapsedTime(start) < Enough)
            {
                (var run, lines) = Time(source);
                runs.Add(run);
            }
            var medians = Enumerable.Range(0, Passes.Length).Select(pass => runs.Select(run => run[pass]).Order().ElementAt(runs.Count / 2)).ToList();
            report.Row([name, .. medians.Append(medians.Sum()).Select(time => Report.Milliseconds(time)), $"{lines}"]);
        }
        report.EndTable();
    }

    /// <summary>The milliseconds of each pass, and the number of lines written.</summary>
    private static (double[] Times, int Lines) Time(string source)
    {
        var times = new List<double>();
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
        return ([.. times], text.Count(character => character == '\n'));

        T Pass<T>(Func<T> pass)
        {
            var start = Stopwatch.GetTimestamp();
            var result = pass();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
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
        yield return ("batch norm", Norm(axis: 0));
        yield return ("layer norm", Norm(axis: 1));
        yield return ("network of 10", Chain(10, "((y - y.Mean(axis: 0)) / ((y - y.Mean(axis: 0)).Square().Mean(axis: 0) + 1).Sqrt() * w# + b#).Relu()"));
        foreach (var length in new[] { some, more, many })
        {
            yield return ($"{length} functions", Chain(length, "y + y.Tanh()"));
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

    private static string Norm(int axis) => Source("", $"""
        var mean = x.Mean(axis: {axis}, keepDims: true);
        var dev = x - mean;
        var variance = dev.Square().Mean(axis: {axis}, keepDims: true);
        var inv = 1f / (variance + 1).Sqrt();
        return dev * inv * w;
        """);

    /// <summary>One stage for each operation, in which y is the stage before, and w# and b# are parameters of the stage itself.</summary>
    private static string Chain(int length, string operation)
    {
        var body = "var y0 = x;\n";
        var parameters = "";
        for (var i = 1; i <= length; i++)
        {
            body += $"var y{i} = {operation.Replace("#", $"{i}").Replace("y", $"y{i - 1}")};\n";
            if (operation.Contains('#'))
            {
                parameters += $", [Shape(\"D\")] Tensor<float> w{i}, [Shape(\"D\")] Tensor<float> b{i}";
            }
        }
        return Source(parameters, body + $"return y{length};");
    }

    private static string Source(string parameters, string body) => $$"""
        using System.Numerics.Tensors;
        using BatchNormGen;
        static partial class Layers
        {
            [Differentiable]
            static partial Tensor<float> Layer([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w{{parameters}})
            {
        {{body}}
            }
        }
        """;
}
