namespace BatchNormGen.Generator.Tests.RandomLayers;

/// <summary>The C# around a random layer: it calls all that is generated, through signatures that are the same for every layer.</summary>
internal static class Harness
{
    /// <summary>What the harnesses share.</summary>
    public const string Support = """
        using System.Collections.Generic;

        /// <summary>Memory between canaries, not aligned to a vector.</summary>
        public sealed class Guarded<T> where T : unmanaged, System.Numerics.INumber<T>
        {
            private const int Margin = 37;
            private readonly nint[] lengths;
            private readonly T[] memory;

            public Guarded(ReadOnlySpan<nint> lengths)
            {
                this.lengths = lengths.ToArray();
                memory = new T[(int)Shape.Count(lengths) + 2 * Margin];
                Array.Fill(memory, T.CreateTruncating(-12345));
            }

            public TensorSpan<T> Span => new(memory.AsSpan(Margin, memory.Length - 2 * Margin), lengths);

            public Tensor<T> Take()
            {
                for (var i = 0; i < Margin; i++)
                    if (memory[i] != T.CreateTruncating(-12345) || memory[^(i + 1)] != T.CreateTruncating(-12345)) throw new InvalidOperationException("Memory beside a buffer was written.");
                return Tensor.Create(memory[Margin..^Margin], lengths);
            }
        }

        public static class Shape
        {
            public static nint Count(ReadOnlySpan<nint> lengths) { nint count = 1; foreach (var length in lengths) count *= length; return count; }
        }

        /// <summary>Values behind StopGradient, kept where the numerical gradient needs them constant.</summary>
        public static class Stops
        {
            public static Dictionary<int, object>? Kept;

            public static Tensor<T> Keep<T>(this Tensor<T> value, int number)
            {
                if (Kept is null) return value;
                if (!Kept.TryGetValue(number, out var kept)) Kept[number] = kept = value;
                return (Tensor<T>)kept;
            }
        }
        """;

    /// <summary>The class around a layer, for one element type.</summary>
    public static string Source(Subject layer, string name, string element)
    {
        var (parameters, outputs) = (layer.Parameters, layer.Outputs);
        var gradients = parameters.Where(parameter => parameter.HasGradient).ToList();
        var incoming = outputs.Select((output, i) => (output, i)).Where(item => !item.output.IsStopped)
            .Select(item => item.output.Form == Form.Scalar ? $"douts[{item.i}][0]" : $"douts[{item.i}]").ToList();
        var inputs = parameters.Select((parameter, i) => parameter.Value.Form switch
        {
            Form.Tensor => $"(Tensor<real>)a[{i}]",
            Form.Labels => $"(Tensor<int>)a[{i}]",
            Form.Mask => $"(Tensor<bool>)a[{i}]",
            Form.Scalar => $"(real)a[{i}]",
            Form.Flag => $"(int)a[{i}] != 0",
            Form.Choice => $"(Choice)(int)a[{i}]",
            _ => $"(int)a[{i}]",
        }).ToList();
        var tensors = inputs.Where((_, i) => parameters[i].IsTensor);

        string Parts(string tuple, IReadOnlyList<Form> forms, int before = 0, int after = 0) =>
            $"[{string.Join(", ", forms.Select((form, i) => (forms.Count + before + after == 1 ? tuple : $"{tuple}.Item{before + i + 1}") is var part && form == Form.Scalar ? $"Tensor.Create([{part}])" : part))}]";
        string Into(Form form, string buffer, int i) => form == Form.Scalar ? $"out var {buffer}{i}" : $"{buffer}{i}.Span";
        string Declared(Form form, string buffer, int i, string lengths) => form == Form.Scalar ? "" : $"var {buffer}{i} = new Guarded<real>({lengths});";
        string Taken(Form form, string buffer, int i) => form == Form.Scalar ? $"Tensor.Create([{buffer}{i}])" : $"{buffer}{i}.Take()";
        string Join(IEnumerable<string> items) => string.Join(", ", items);

        Form[] outputForms = [.. outputs.Select(output => output.Form)], gradientForms = [.. gradients.Select(parameter => parameter.Value.Form)];
        var spanBackward = $"LayerBackward({Join(incoming.Concat(tensors).Append("cache").Concat(gradientForms.Select((form, i) => Into(form, "g", i))))}";
        var hasValue = outputs is [{ Form: Form.Scalar, IsStopped: false }];

        return Subject.With(element, $$"""
            public static partial class {{name}}
            {
            {{Helpers.UsedBy(layer.Code)}}

            {{layer.Attribute}}
            {{layer.Code}}

            {{Frozen(layer.Code)}}

            public static Tensor<real>[] RunBody(object[] a) { var result = Layer({{Join(inputs)}}); return {{Parts("result", outputForms)}}; }

            public static Tensor<real>[] RunFrozen(object[] a) { var result = Frozen({{Join(inputs)}}); return {{Parts("result", outputForms)}}; }

            public static Tensor<real>[] RunFused(object[] a) { var result = LayerFused({{Join(inputs)}}); return {{Parts("result", outputForms)}}; }

            public static (Tensor<real>[], Tensor<real>[]) RunAllocating(object[] a, Tensor<real>[] douts)
            {
                var result = LayerForward({{Join(inputs)}});
                var gradients = LayerBackward({{Join(incoming.Append($"result.Item{outputs.Length + 1}"))}});
                return ({{Parts("result", outputForms, after: 1)}}, {{Parts("gradients", gradientForms)}});
            }

            public static (Tensor<real>[], Tensor<real>[])? RunValueAndGradients(object[] a)
            {
                {{(hasValue ? $"var result = LayerValueAndGradients({Join(inputs)}); return ([Tensor.Create([result.Item1])], {Parts("result", gradientForms, before: 1)});" : "return null;")}}
            }

            public static (Tensor<real>[], Tensor<real>[], Tensor<real>[]) RunSpans(object[] a, Tensor<real>[] douts)
            {
                var cache = new LayerCache();
                {{string.Concat(outputForms.Select((form, i) => Declared(form, "o", i, $"douts[{i}].Lengths")))}}
                {{string.Concat(gradients.Select((gradient, i) => Declared(gradient.Value.Form, "g", i, $"((Tensor<real>)a[{Array.IndexOf(parameters, gradient)}]).Lengths")))}}
                LayerForward({{Join(inputs.Concat(outputForms.Select((form, i) => Into(form, "o", i))).Append("cache"))}});
                {{spanBackward}});
                Tensor<real>[] once = [{{Join(gradientForms.Select((form, i) => Taken(form, "g", i)))}}];
                {{spanBackward.Replace("out var", "out")}}, accumulate: true);
                return ([{{Join(outputForms.Select((form, i) => Taken(form, "o", i)))}}], once, [{{Join(gradientForms.Select((form, i) => Taken(form, "g", i)))}}]);
            }
            }
            """)
            // Extension members are seen beyond their class.
            .Replace("Damped(", $"Damped{name}(");
    }

    /// <summary>The layer whose stopped values can be held.</summary>
    private static string Frozen(string code)
    {
        var parts = code.Replace(" Layer(", " Frozen(").Split(Stop);
        return string.Concat(parts.Select((part, i) => i == parts.Length - 1 ? part : $"{part}.Keep({i})"));
    }

    private const string Stop = ".StopGradient()";

    /// <summary>Whether a layer has values that a numerical gradient has to hold.</summary>
    public static bool HasStops(Subject layer) => layer.Code.Contains(Stop, StringComparison.Ordinal);
}
