using System.Numerics.Tensors;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace BatchNormGen.Generator.Tests.RandomLayers;

/// <summary>Compiles random layers, many at once, and compares everything that is generated with the body.</summary>
internal static class Trial
{
    private static readonly GradientCheckOptions Options = new() { Difference = CentralDifference.FivePoint, AbsoluteTolerance = 1e-6, RelativeTolerance = 1e-5 };

    /// <summary>Without what makes a compiler slow and finds nothing here: warnings, of which other tests see that there are none.</summary>
    private static readonly CSharpParseOptions Quick = Compile.Options.WithDocumentationMode(DocumentationMode.None).WithFeatures([new("run-nullable-analysis", "never")]);

    /// <summary>What the compilations share, references among it.</summary>
    private static readonly Compilation Support = Compile.Of().RemoveAllSyntaxTrees().AddSyntaxTrees(Compile.Parse(Compile.Usings, "Usings.cs", Quick), Compile.Parse(Harness.Support, "Support.cs", Quick));

    /// <summary>What is wrong with each of the layers; <see langword="null"/> where nothing is.</summary>
    public static string?[] Run(IReadOnlyList<Subject> layers)
    {
        var faults = new string?[layers.Count];
        while (true)
        {
            var sound = Enumerable.Range(0, layers.Count).Where(i => faults[i] is null).ToList();
            var (assembly, said) = Compiled([.. sound.SelectMany(i => new[] { Harness.Source(layers[i], $"Double{i}_", "double"), Harness.Source(layers[i], $"Float{i}_", "float") })]);
            if (assembly is not null)
            {
                foreach (var i in sound) faults[i] = Fault(layers[i], assembly.GetType($"Double{i}_")!, assembly.GetType($"Float{i}_")!);
                AssemblyLoadContext.GetLoadContext(assembly)!.Unload();
                return faults;
            }

            // What is at fault is left out, so that the others can be tested. Errors that follow from a missing file come last.
            foreach (var diagnostic in said)
            {
                var text = diagnostic.Location.SourceTree?.ToString() ?? "";
                var fault = sound.FirstOrDefault(i => text.Contains($"partial class Double{i}_\n", StringComparison.Ordinal) || text.Contains($"partial class Float{i}_\n", StringComparison.Ordinal), sound[0]);
                faults[fault] ??= diagnostic.ToString() + "\n" + text.Split('\n').ElementAtOrDefault(diagnostic.Location.GetLineSpan().StartLinePosition.Line)?.Trim();
            }
        }
    }

    /// <summary>An assembly to be unloaded; or else what there is against it.</summary>
    private static (Assembly? Assembly, List<Diagnostic> Said) Compiled(IReadOnlyList<string> sources)
    {
        var compilation = Support.AddSyntaxTrees(sources.Select((source, i) => Compile.Parse(source, $"Layer{i + 1}.cs", Quick)));
        var generation = Compile.Generate(compilation, Quick);
        using var stream = new MemoryStream();
        var emitted = generation.Compilation.Emit(stream);
        var said = generation.Objections.Concat(emitted.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)).ToList();
        if (said.Count > 0) return (null, said);
        stream.Position = 0;
        return (new AssemblyLoadContext("Random", isCollectible: true).LoadFromStream(stream), said);
    }

    private static string? Fault(Subject layer, Type doubles, Type floats)
    {
        try
        {
            Check(layer, doubles, floats);
            return null;
        }
        catch (Exception fault)
        {
            return $"{fault.GetType().Name}: {fault.Message}{(fault is MismatchException or GradientCheckException ? "" : "\n" + fault.StackTrace)}";
        }
    }

    private static void Check(Subject layer, Type doubles, Type floats)
    {
        var inputs = Inputs(layer);
        // Stage by stage the softmax of nothing asks for the largest among no elements.
        var isStagedOfNothing = layer.Attribute.Contains("Staged", StringComparison.Ordinal) && inputs.OfType<Tensor<double>>().Any(input => input.IsEmpty);
        if (isStagedOfNothing && Thrown(() => Call<(Tensor<double>[], Tensor<double>[])>(doubles, "RunAllocating", inputs, Array.Empty<Tensor<double>>())) is ArgumentException) return;
        if (Thrown(() => Call<Tensor<double>[]>(doubles, "RunBody", inputs)) is { } thrown)
        {
            if (Thrown(() => Call<Tensor<double>[]>(doubles, "RunFused", inputs)) is not ArgumentException) throw new MismatchException($"The body throws, and what is fused does not: {thrown.Message}");
            if (Thrown(() => Call<(Tensor<double>[], Tensor<double>[])>(doubles, "RunAllocating", inputs, Array.Empty<Tensor<double>>())) is not ArgumentException) throw new MismatchException($"The body throws, and the forward does not: {thrown.Message}");
            return;
        }
        var body = Call<Tensor<double>[]>(doubles, "RunBody", inputs);
        Tensor<double>[] douts = [.. body.Select((output, k) => Tensor.Create([.. Enumerable.Range(0, (int)output.FlattenedLength).Select(i => Math.Sin(1 + k + 1.7 * i))], output.Lengths))];

        var whole = Call<Tensor<double>[]>(doubles, "RunFused", inputs);
        // In algebra x − x is 0, whatever x is: the mean of nothing too, which is NaN in the body.
        Compare("Fused", 1e-10, [.. body.Zip(whole, KnownAsFinite)], whole);
        var (outputs, gradients) = Call<(Tensor<double>[], Tensor<double>[])>(doubles, "RunAllocating", inputs, douts);
        Compare("Forward", 1e-10, whole, outputs);
        var (intoOutputs, intoGradients, twice) = Call<(Tensor<double>[], Tensor<double>[], Tensor<double>[])>(doubles, "RunSpans", inputs, douts);
        Compare("Forward over spans", 0, outputs, intoOutputs);
        Compare("Backward over spans", 0, gradients, intoGradients);
        if (!AreFinite(body)) return;
        if (!AreFinite(gradients))
        {
            CheckNotFinite(layer, inputs, douts, gradients);
            return;
        }
        Compare("Accumulated gradients", 1e-10, [.. gradients.Select((gradient, i) => IsScalarGradient(layer, i) ? gradient : Tensor.Multiply<double>(gradient, 2))], twice);
        CheckGradients(layer, doubles, inputs);
        if (Call<(Tensor<double>[], Tensor<double>[])?>(doubles, "RunValueAndGradients", inputs) is var (value, slopes))
        {
            Compare("Value", 0, outputs, value);
            Compare("Gradients with the value", 0, Call<(Tensor<double>[], Tensor<double>[])>(doubles, "RunAllocating", inputs, new[] { Tensor.Create([1.0]) }).Item2, slopes);
        }

        object[] singles = [.. inputs.Select(input => input switch { Tensor<double> tensor => Single(tensor), double value => (float)value, _ => input })];
        var eager = Call<Tensor<float>[]>(floats, "RunBody", singles).Select(Double).ToArray();
        var fused = Call<Tensor<float>[]>(floats, "RunFused", singles).Select(Double).ToArray();
        // Where single precision loses digits in the body, it may in what is generated.
        Compare("Fused of floats", Math.Max(1e-3, 10 * Difference(body, eager)), body, fused);
        var (singleOutputs, singleGradients) = Call<(Tensor<float>[], Tensor<float>[])>(floats, "RunAllocating", singles, douts.Select(Single).ToArray());
        Compare("Forward of floats", 1e-5, fused, [.. singleOutputs.Select(Double)]);
        Compare("Backward of floats", Math.Max(1e-3, 10 * Difference(body, eager)), gradients, [.. singleGradients.Select(Double)]);
        var (_, singleInto, _) = Call<(Tensor<float>[], Tensor<float>[], Tensor<float>[])>(floats, "RunSpans", singles, douts.Select(Single).ToArray());
        Compare("Backward of floats over spans", 0, [.. singleGradients.Select(Double)], [.. singleInto.Select(Double)]);
    }

    private static Exception? Thrown(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception thrown)
        {
            return thrown;
        }
    }

    private static bool IsScalarGradient(Subject layer, int gradient) => layer.Parameters.Where(parameter => parameter.HasGradient).ElementAt(gradient).Value.Form == Form.Scalar;

    private static void CheckGradients(Subject layer, Type doubles, object[] inputs)
    {
        var kept = doubles.Assembly.GetType("Stops")!.GetField("Kept")!;
        var places = Enumerable.Range(0, inputs.Length).Where(i => layer.Parameters[i].HasGradient).ToList();
        var hasStops = Harness.HasStops(layer);
        if (hasStops)
        {
            kept.SetValue(null, new Dictionary<int, object>());
            Call<Tensor<double>[]>(doubles, "RunFrozen", inputs);
        }
        GradientCheck.Run(
            [.. places.Select(i => (layer.Parameters[i].Value.Name, inputs[i] as Tensor<double> ?? Tensor.Create([(double)inputs[i]])))],
            moved => Call<Tensor<double>[]>(doubles, hasStops ? "RunFrozen" : "RunFused", Moved(moved)),
            (moved, douts) => Call<(Tensor<double>[], Tensor<double>[])>(doubles, "RunAllocating", Moved(moved), douts).Item2,
            Options).ThrowIfFailed();
        kept.SetValue(null, null);

        object[] Moved(Tensor<double>[] moved) => [.. inputs.Select((input, i) => places.IndexOf(i) is >= 0 and var place ? input is double ? moved[place][0] : moved[place] : input)];
    }

    /// <summary>
    /// Where a gradient is not finite, it has to be so stage by stage as well; but for that of a standard deviation of equal numbers, 0/0, which rounding
    /// may hide in the stages.
    /// </summary>
    private static void CheckNotFinite(Subject layer, object[] inputs, Tensor<double>[] douts, Tensor<double>[] gradients)
    {
        if (layer.Code.Contains("StandardDeviation", StringComparison.Ordinal)) return;
        var (assembly, _) = Compiled([Harness.Source(layer with { Attribute = "[Differentiable(Backward = BackwardForm.Staged)]" }, "Staged_", "double")]);
        var (_, staged) = Call<(Tensor<double>[], Tensor<double>[])>(assembly!.GetType("Staged_")!, "RunAllocating", inputs, douts);
        AssemblyLoadContext.GetLoadContext(assembly)!.Unload();
        if (staged.Zip(gradients).Any(pair => Values(pair.First).Zip(Values(pair.Second)).Any(values => double.IsFinite(values.First) && !double.IsFinite(values.Second))))
            throw new MismatchException($"A gradient is not finite where it is stage by stage: {Show(gradients)} should be {Show(staged)}.");
    }

    private static bool AreFinite(Tensor<double>[] tensors) => tensors.All(tensor => Values(tensor).All(double.IsFinite));

    private static object[] Inputs(Subject layer)
    {
        var random = new Random(layer.Seed);
        return [.. layer.Parameters.Select(object (parameter) =>
        {
            nint[] lengths = [.. parameter.Value.Axes.Select(axis => (nint)layer.Extent(axis))];
            Tensor<T> Drawn<T>(Func<T> draw) => Tensor.Create([.. Enumerable.Range(0, (int)lengths.Aggregate((nint)1, (size, length) => size * length)).Select(_ => draw())], lengths);
            return parameter.Value.Form switch
            {
                Form.Tensor => Drawn(() => 3 * random.NextDouble() - 1.5),
                Form.Labels => Drawn(() => random.Next(layer.Extent(parameter.Classes))),
                Form.Mask => Drawn(() => random.Next(2) == 0),
                Form.Scalar => 0.5 + random.NextDouble(),
                _ => layer.Extents[parameter.Value.Name],
            };
        })];
    }

    private static T Call<T>(Type type, string name, params object[] arguments) =>
        (T)type.GetMethod(name)!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, name is "RunAllocating" or "RunSpans" ? arguments : [arguments], null)!;

    private static T Call<T>(Type type, string name, object[] inputs, object douts) => Call<T>(type, name, [inputs, douts]);

    /// <summary>The largest difference, as a share of the largest element, or of 1 where all are smaller.</summary>
    private static double Difference(Tensor<double>[] expected, Tensor<double>[] actual) =>
        expected.Zip(actual).Max(pair => Values(pair.First).Zip(Values(pair.Second), Difference).Append(0).Max() / Values(pair.First).Where(double.IsFinite).Select(Math.Abs).Append(1).Max());

    private static double Difference(double expected, double actual) => expected.Equals(actual) ? 0 : double.IsFinite(actual - expected) ? Math.Abs(actual - expected) : double.PositiveInfinity;

    private static void Compare(string what, double tolerance, Tensor<double>[] expected, Tensor<double>[] actual)
    {
        foreach (var (wanted, found) in expected.Zip(actual))
            if (!wanted.Lengths.SequenceEqual(found.Lengths)) throw new MismatchException($"{what}: shape [{string.Join(", ", found.Lengths.ToArray())}] should be [{string.Join(", ", wanted.Lengths.ToArray())}].");
        var difference = Difference(expected, actual);
        if (!(difference <= tolerance)) throw new MismatchException(FormattableString.Invariant($"{what}: off by {difference:G3}. {Show(actual)} should be {Show(expected)}."));
    }

    private static string Show(Tensor<double>[] tensors) => string.Join("; ", tensors.Select(tensor => string.Join(", ", Values(tensor).Take(5).Select(value => FormattableString.Invariant($"{value:G6}")))));

    /// <summary>The first tensor, with the elements of the second where it has NaN and they are finite.</summary>
    private static Tensor<double> KnownAsFinite(Tensor<double> first, Tensor<double> second) =>
        !first.Lengths.SequenceEqual(second.Lengths) ? first : Tensor.Create([.. Values(first).Zip(Values(second), (a, b) => double.IsNaN(a) && double.IsFinite(b) ? b : a)], first.Lengths);

    private static double[] Values(Tensor<double> tensor)
    {
        var values = new double[tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
    }

    private static Tensor<float> Single(Tensor<double> tensor) => Tensor.Create(Array.ConvertAll(Values(tensor), value => (float)value), tensor.Lengths);

    private static Tensor<double> Double(Tensor<float> tensor) => Tensor.ConvertChecked<float, double>(tensor);

    private sealed class MismatchException(string message) : Exception(message);
}
