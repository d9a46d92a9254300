using System.Diagnostics;
using BatchNormGen.Generator;

namespace BatchNormGen.Benchmarks.Builds;

/// <summary>A project of annotated layers and ordinary code, and its twin, which compiles what the generator wrote for the first as ordinary files.</summary>
internal sealed class LayerProject(string folder, int layers)
{
    private const string With = "With", Without = "Without";

    /// <summary>What the project consists of; known when it has been written.</summary>
    public string Description =>
        $"{layers} layers of {Generation.Textbook.Count} kinds, {Lines("Layers"):N0} lines, and {layers} classes of ordinary code beside them, {Lines("Ordinary"):N0} lines. " +
        $"The generator writes {Lines($"{Without}/Generated"):N0} lines, which the build without it compiles as files of the project.";

    /// <summary>Writes both projects and lets the generator write its files for the second.</summary>
    public void Write()
    {
        // Stops the search for settings of the folders above.
        Write("Directory.Build.props", "<Project />");
        Write("Directory.Build.targets", "<Project />");
        Write("Directory.Packages.props", "<Project />");
        for (var i = 0; i < layers; i++)
        {
            var (name, source) = Generation.Textbook[i % Generation.Textbook.Count];
            Write($"Layers/Layers{i}.cs", $"// {name}\n" + source.Replace("partial class Layers", $"partial class Layers{i}"));
            Write($"Ordinary/Optimizer{i}.cs", OrdinaryCode.Replace("#", $"{i}"));
        }
        Write($"{With}/{With}.csproj", Project($"""<Analyzer Include="{PathOf<DifferentiableGenerator>()}" />"""));
        Write($"{Without}/{Without}.csproj", Project("""<Compile Include="Generated/**/*.cs" />"""));
        Run("restore", With);
        Run("restore", Without);
        BuildWith("-p:EmitCompilerGeneratedFiles=true", $"-p:CompilerGeneratedFilesOutputPath={Path.Combine(folder, Without, "Generated")}");
    }

    public void BuildWith(params string[] options) => Build(With, options);

    public void BuildWithout(params string[] options) => Build(Without, options);

    private void Build(string project, string[] options) =>
        Run("build", [project, "--no-restore", "--no-incremental", "--configuration", "Release", "--verbosity", "quiet", "--nologo", .. options]);

    private static string Project(string item) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <LangVersion>14</LangVersion>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
          </PropertyGroup>
          <ItemGroup>
            <Compile Include="../Layers/*.cs;../Ordinary/*.cs" />
            {item}
            <Reference Include="{PathOf<DifferentiableAttribute>()}" />
            <Reference Include="{typeof(System.Numerics.Tensors.Tensor).Assembly.Location}" />
          </ItemGroup>
        </Project>
        """;

    private static string PathOf<T>() => typeof(T).Assembly.Location;

    private int Lines(string path) =>
        Directory.EnumerateFiles(Path.Combine(folder, path), "*.cs", SearchOption.AllDirectories).Sum(file => File.ReadLines(file).Count());

    private void Write(string path, string text)
    {
        path = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private void Run(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [command, .. arguments]) { WorkingDirectory = folder, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"dotnet {command} {string.Join(' ', arguments)} failed:\n{string.Join('\n', output.Split('\n').Take(10))}");
        }
    }

    /// <summary>What stands beside the layers in a library of them: here an optimizer with its schedule, its state and its checks.</summary>
    private const string OrdinaryCode = """
        using System.Globalization;
        using System.Numerics.Tensors;
        using System.Text.Json;

        namespace Ordinary;

        /// <summary>Adam (Kingma and Ba, 2015) with weight decay and a warm-up.</summary>
        public sealed class Optimizer#
        {
            private readonly Dictionary<string, State> states = new(StringComparer.Ordinal);
            private int step;

            public sealed record Settings(float Rate = 1e-3f, float Beta1 = 0.9f, float Beta2 = 0.999f, float Epsilon = 1e-8f, float Decay = 0.01f, int WarmUp = 100);

            public sealed record State(float[] Mean, float[] Square);

            public required Settings Options { get; init; }

            public event EventHandler<string>? Updated;

            public IReadOnlyList<string> Names => [.. states.Keys.OrderBy(name => name, StringComparer.Ordinal)];

            public float Rate => Options.Rate * Math.Min(1f, (step + 1f) / Options.WarmUp);

            public void Update(string name, Span<float> values, ReadOnlySpan<float> gradient)
            {
                if (values.Length != gradient.Length)
                {
                    throw new ArgumentException($"{name} has {values.Length} values and {gradient.Length} gradients.", nameof(gradient));
                }
                if (!states.TryGetValue(name, out var state))
                {
                    states[name] = state = new State(new float[values.Length], new float[values.Length]);
                }
                var correction1 = 1f - MathF.Pow(Options.Beta1, step + 1);
                var correction2 = 1f - MathF.Pow(Options.Beta2, step + 1);
                for (var i = 0; i < values.Length; i++)
                {
                    state.Mean[i] = Options.Beta1 * state.Mean[i] + (1f - Options.Beta1) * gradient[i];
                    state.Square[i] = Options.Beta2 * state.Square[i] + (1f - Options.Beta2) * gradient[i] * gradient[i];
                    var change = state.Mean[i] / correction1 / (MathF.Sqrt(state.Square[i] / correction2) + Options.Epsilon);
                    values[i] -= Rate * (change + Options.Decay * values[i]);
                }
                Updated?.Invoke(this, name);
            }

            public void NextStep() => step = checked(step + 1);

            public void Clip(IEnumerable<float[]> gradients, float largest)
            {
                float[][] all = [.. gradients];
                var norm = MathF.Sqrt(all.Sum(gradient => TensorPrimitives.SumOfSquares<float>(gradient)));
                if (norm <= largest)
                {
                    return;
                }
                foreach (var gradient in all)
                {
                    TensorPrimitives.Multiply<float>(gradient, largest / norm, gradient);
                }
            }

            public string Summary()
            {
                var lines = from name in Names
                            let state = states[name]
                            let norm = TensorPrimitives.Norm<float>(state.Mean)
                            orderby norm descending
                            select string.Create(CultureInfo.InvariantCulture, $"{name,-20} {state.Mean.Length,10} {norm,12:F6}");
                return string.Join('\n', lines);
            }

            public async Task SaveAsync(string file, CancellationToken cancellation = default)
            {
                await using var stream = File.Create(file);
                await JsonSerializer.SerializeAsync(stream, states, cancellationToken: cancellation).ConfigureAwait(false);
            }

            public async Task LoadAsync(string file, CancellationToken cancellation = default)
            {
                await using var stream = File.OpenRead(file);
                var read = await JsonSerializer.DeserializeAsync<Dictionary<string, State>>(stream, cancellationToken: cancellation).ConfigureAwait(false)
                    ?? throw new InvalidDataException($"{file} holds no state.");
                states.Clear();
                foreach (var (name, state) in read)
                {
                    states.Add(name, state switch
                    {
                        { Mean.Length: var mean, Square.Length: var square } when mean != square => throw new InvalidDataException($"{name}: {mean} means and {square} squares."),
                        _ => state,
                    });
                }
            }
        }
        """;
}
