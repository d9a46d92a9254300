using System.Numerics.Tensors;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace BatchNormGen.Generator.Tests.Emitting;

/// <summary>The staged form computes what the body and the closed form compute, for every layer of <see cref="StagedLayers"/>.</summary>
public sealed class StagedFormTests
{
    private const double Tolerance = 1e-10;

    /// <summary>What the axes measure; others have 3 elements.</summary>
    private static readonly Dictionary<string, nint> Extents = new(StringComparer.Ordinal) { ["N"] = 5, ["D"] = 4, ["F"] = 6, ["B"] = 2, ["H"] = 2, ["T"] = 4, ["A"] = 1 };

    public static TheoryData<string> Names => [.. StagedLayers.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Both_forms_compute_the_same(string name)
    {
        var (staged, closed) = (Compiled.Type(name, "Staged"), Compiled.Type(name, "Closed"));
        var inputs = Inputs(staged.GetMethod(name)!);
        var body = Parts(Call(staged, name, inputs));
        var forward = Parts(Call(staged, name + "Forward", inputs));
        var expected = Parts(Call(closed, name + "Forward", inputs));
        AssertClose(body, forward[..^1]);
        AssertClose(expected[..^1], forward[..^1]);

        var incoming = Allocating(closed, name + "Backward").GetParameters()[..^1].Select((parameter, i) => Like(forward[..^1][Output(parameter, staged.GetMethod(name)!)], 100 + i)).ToArray();
        AssertClose(Parts(Call(closed, name + "Backward", [.. incoming, expected[^1]])), Parts(Call(staged, name + "Backward", [.. incoming, forward[^1]])));
    }

    /// <summary>Which output an incoming gradient belongs to: dout to the only one, else by its name.</summary>
    private static int Output(ParameterInfo incoming, MethodInfo layer) =>
        incoming.Name == "dout" ? 0 : layer.ReturnParameter.GetCustomAttribute<TupleElementNamesAttribute>()!.TransformNames.ToList().IndexOf(incoming.Name![1..]);

    private static object?[] Inputs(MethodInfo layer) => [.. layer.GetParameters().Select((parameter, i) => Input(parameter, new Random(1000 + i)))];

    /// <summary>Quarters between −2 and 2, so that some are equal; labels of three classes; two groups.</summary>
    private static object Input(ParameterInfo parameter, Random random)
    {
        if (parameter.ParameterType == typeof(int)) return 2;
        if (parameter.ParameterType == typeof(double)) return 0.75 + 0.5 * random.NextDouble();
        var lengths = parameter.GetCustomAttribute<ShapeAttribute>()!.Axes.Split(", ").Select(axis => nint.TryParse(axis, out var extent) ? extent : Extents.GetValueOrDefault(axis, 3)).ToArray();
        var count = (int)lengths.Aggregate((product, length) => product * length);
        return parameter.ParameterType == typeof(Tensor<int>)
            ? Tensor.Create([.. Enumerable.Range(0, count).Select(_ => random.Next(3))], lengths)
            : Tensor.Create([.. Enumerable.Range(0, count).Select(_ => (random.Next(2) == 0 ? -1 : 1) * random.Next(1, 9) / 4.0)], lengths);
    }

    private static object Like(object output, int seed) =>
        output is Tensor<double> tensor
            ? Tensor.Create([.. Enumerable.Range(0, (int)tensor.FlattenedLength).Select(i => Math.Sin(seed + 1.7 * i))], tensor.Lengths)
            : Math.Sin(seed);

    private static object Call(Type type, string name, object?[] arguments) =>
        Allocating(type, name).Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;

    /// <summary>The overload over tensors, not over spans; of a loss the one that takes the incoming gradient.</summary>
    private static MethodInfo Allocating(Type type, string name) =>
        type.GetMethods().Where(method => method.Name == name && method.ReturnType != typeof(void) && method.GetParameters().All(parameter => !parameter.ParameterType.IsByRefLike))
            .MaxBy(method => method.GetParameters().Length)!;

    private static object[] Parts(object result) => result is ITuple tuple ? [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i]!)] : [result];

    /// <summary>Equal up to a share of the largest element, or of 1 where all are smaller.</summary>
    private static void AssertClose(object[] expected, object[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (wanted, found) in expected.Zip(actual))
        {
            if (wanted is Tensor<double> tensor) Assert.Equal(tensor.Lengths.ToArray(), ((Tensor<double>)found).Lengths.ToArray());
            var (a, b) = (Values(wanted), Values(found));
            var largest = a.Select(Math.Abs).Append(1).Max();
            Assert.All(a.Zip(b), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= Tolerance * largest, FormattableString.Invariant($"{pair.Second:R} should be {pair.First:R}.")));
        }
    }

    private static double[] Values(object value)
    {
        if (value is not Tensor<double> tensor) return [(double)value];
        var values = new double[tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
    }

    /// <summary>All layers in both forms, compiled at once.</summary>
    private static class Compiled
    {
        private static readonly Dictionary<string, string> Faults = new(StringComparer.Ordinal);
        private static readonly Assembly Assembly = Load();

        public static Type Type(string layer, string form) =>
            Faults.TryGetValue(layer + form, out var fault) ? throw new InvalidOperationException(fault) : Assembly.GetType(layer + form)!;

        private static Assembly Load()
        {
            var forms = StagedLayers.All.SelectMany(layer => ((string[])["Staged", "Closed"]).Select(form => (Layer: layer.Key, Form: form, Source: Source(layer.Key, layer.Value, form)))).ToList();
            while (true)
            {
                var sound = forms.Where(form => !Faults.ContainsKey(form.Layer + form.Form)).ToList();
                var generation = Compile.Generate(sound.Select(form => form.Source));
                using var stream = new MemoryStream();
                var emitted = generation.Compilation.Emit(stream);
                stream.Position = 0;
                if (emitted.Success && !generation.Objections.Any()) return new AssemblyLoadContext("Layers").LoadFromStream(stream);

                // What is at fault is left out, so that the others can be tested.
                foreach (var diagnostic in generation.Objections.Concat(emitted.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)))
                {
                    var text = diagnostic.Location.SourceTree!.GetText();
                    var fault = sound.First(form => text.ToString().Contains($"partial class {form.Layer}{form.Form}\n", StringComparison.Ordinal));
                    Faults[fault.Layer + fault.Form] = $"{Faults.GetValueOrDefault(fault.Layer + fault.Form)}\n{diagnostic}\n{text.Lines[diagnostic.Location.GetLineSpan().StartLinePosition.Line].ToString().Trim()}";
                }
            }
        }

        private static string Source(string name, string code, string form) => $$"""
            public static partial class {{name}}{{form}}
            {
                [Differentiable{{(form == "Staged" ? "(Backward = BackwardForm.Staged)" : "")}}]
                public static {{code.Replace("#", name)}}
            }
            """;
    }
}
