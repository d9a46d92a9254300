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

    public static string Source(RandomLayer layer, string name, string element)
    {
        var parameters = layer.Parameters;
        var gradients = parameters.Where(parameter => parameter.HasGradient).ToList();
        var incoming = layer.Outputs.Select((output, i) => (output, i)).Where(item => !layer.IsStopped(item.output))
            .Select(item => item.output.Form == Form.Scalar ? $"douts[{item.i}][0]" : $"douts[{item.i}]").ToList();
        var inputs = parameters.Select((parameter, i) => parameter.Value.Form switch
        {
            Form.Tensor => $"(Tensor<real>)a[{i}]",
            Form.Labels => $"(Tensor<int>)a[{i}]",
            Form.Scalar => $"(real)a[{i}]",
            _ => $"(int)a[{i}]",
        }).ToList();
        var tensors = inputs.Where((_, i) => parameters[i].Value.Form is Form.Tensor or Form.Labels);

        string Parts(string tuple, IReadOnlyList<Form> forms, int more = 0) =>
            $"[{string.Join(", ", forms.Select((form, i) => (forms.Count + more == 1 ? tuple : $"{tuple}.Item{i + 1}") is var part && form == Form.Scalar ? $"Tensor.Create([{part}])" : part))}]";
        string Into(Value value, string buffer, int i) => value.Form == Form.Scalar ? $"out var {buffer}{i}" : $"{buffer}{i}.Span";
        string Declared(Value value, string buffer, int i, string lengths) => value.Form == Form.Scalar ? "" : $"var {buffer}{i} = new Guarded<real>({lengths});";
        string Taken(Value value, string buffer, int i) => value.Form == Form.Scalar ? $"Tensor.Create([{buffer}{i}])" : $"{buffer}{i}.Take()";
        string Join(IEnumerable<string> items) => string.Join(", ", items);

        Form[] outputForms = [.. layer.Outputs.Select(output => output.Form)], gradientForms = [.. gradients.Select(parameter => parameter.Value.Form)];
        var stops = layer.Statements.Select((statement, i) => statement with { Template = statement.Template == RandomLayer.Stop ? $"{{0}}.Keep({i})" : statement.Template });
        var frozen = layer with { Statements = [.. stops] };
        var spanBackward = $"LayerBackward({Join(incoming.Concat(tensors).Append("cache").Concat(gradients.Select((gradient, i) => Into(gradient.Value, "g", i))))}";

        return RandomLayer.With(element, $$"""
            public static partial class {{name}}
            {
            {{layer.Attribute}}
            {{layer.Code("Layer", element)}}

            {{RandomLayer.Helpers}}

            {{frozen.Code("Frozen", element)}}

            public static Tensor<real>[] RunBody(object[] a) { var result = Layer({{Join(inputs)}}); return {{Parts("result", outputForms)}}; }

            public static Tensor<real>[] RunFrozen(object[] a) { var result = Frozen({{Join(inputs)}}); return {{Parts("result", outputForms)}}; }

            public static Tensor<real>[] RunFused(object[] a) { var result = LayerFused({{Join(inputs)}}); return {{Parts("result", outputForms)}}; }

            public static (Tensor<real>[], Tensor<real>[]) RunAllocating(object[] a, Tensor<real>[] douts)
            {
                var result = LayerForward({{Join(inputs)}});
                var gradients = LayerBackward({{Join(incoming.Append($"result.Item{layer.Outputs.Length + 1}"))}});
                return ({{Parts("result", outputForms, 1)}}, {{Parts("gradients", gradientForms)}});
            }

            public static (Tensor<real>[], Tensor<real>[], Tensor<real>[]) RunSpans(object[] a, Tensor<real>[] douts)
            {
                var cache = new LayerCache();
                {{string.Concat(layer.Outputs.Select((output, i) => Declared(output, "o", i, $"douts[{i}].Lengths")))}}
                {{string.Concat(gradients.Select((gradient, i) => Declared(gradient.Value, "g", i, $"((Tensor<real>)a[{Array.IndexOf(parameters, gradient)}]).Lengths")))}}
                LayerForward({{Join(inputs.Concat(layer.Outputs.Select((output, i) => Into(output, "o", i))).Append("cache"))}});
                {{spanBackward}});
                Tensor<real>[] once = [{{Join(gradients.Select((gradient, i) => Taken(gradient.Value, "g", i)))}}];
                {{spanBackward.Replace("out var", "out")}}, accumulate: true);
                return ([{{Join(layer.Outputs.Select((output, i) => Taken(output, "o", i)))}}], once, [{{Join(gradients.Select((gradient, i) => Taken(gradient.Value, "g", i)))}}]);
            }
            }
            """);
    }
}
