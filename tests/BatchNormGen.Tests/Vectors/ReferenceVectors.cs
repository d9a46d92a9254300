using System.Numerics.Tensors;
using System.Text.Json;

namespace BatchNormGen.Tests.Vectors;

/// <summary>
/// Reads the reference vectors beside the tests, one case a file, <c>layer__case.json</c>: computed by libtorch 2.10.0 in double,
/// with the forward in NumPy notation under <c>formula</c>. A theory over the cases of a layer:
/// <code>
/// [Theory, MemberData(nameof(ReferenceVectors.Cases), "layer_norm", MemberType = typeof(ReferenceVectors))]
/// public void Layer_norm_agrees_with_libtorch(string name) => … ReferenceVectors.Read("layer_norm", name) …
/// </code>
/// </summary>
public static class ReferenceVectors
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Vectors");

    private static readonly JsonSerializerOptions SnakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The names of a layer's cases, in ordinal order.</summary>
    public static TheoryData<string> Cases(string layer)
    {
        string prefix = layer + "__";
        var cases = Directory.EnumerateFiles(Folder, prefix + "*.json")
            .Select(path => Path.GetFileNameWithoutExtension(path)[prefix.Length..])
            .Order(StringComparer.Ordinal)
            .ToArray();
        return cases.Length > 0 ? [.. cases] : throw new ArgumentException($"There are no vectors {prefix}*.json in {Folder}; copy them there.", nameof(layer));
    }

    /// <summary>Reads one case.</summary>
    public static ReferenceCase Read(string layer, string name)
    {
        using var stream = File.OpenRead(Path.Combine(Folder, $"{layer}__{name}.json"));
        var file = JsonSerializer.Deserialize<VectorFile>(stream, SnakeCase)!;
        return new ReferenceCase(
            file.Layer, file.Case, Tensors(file.Inputs), file.Scalars, Tensors(file.Integers), Tensors(file.Outputs), Tensors(file.OutputGradients), Tensors(file.Gradients));
    }

    private static IReadOnlyDictionary<string, Tensor<T>> Tensors<T>(Dictionary<string, VectorTensor<T>> tensors) =>
        tensors.ToDictionary(entry => entry.Key, entry => entry.Value.ToTensor());

    private sealed record VectorFile(
        string Layer,
        string Case,
        Dictionary<string, VectorTensor<double>> Inputs,
        Dictionary<string, double> Scalars,
        Dictionary<string, VectorTensor<int>> Integers,
        Dictionary<string, VectorTensor<double>> Outputs,
        Dictionary<string, VectorTensor<double>> OutputGradients,
        Dictionary<string, VectorTensor<double>> Gradients);

    private sealed record VectorTensor<T>(int[] Shape, T[] Data)
    {
        // System.Numerics.Tensors has no tensor of rank 0; given no lengths it makes an empty one.
        public Tensor<T> ToTensor() => Tensor.Create(Data, Shape.Length == 0 ? [1] : Array.ConvertAll(Shape, length => (nint)length));
    }
}
