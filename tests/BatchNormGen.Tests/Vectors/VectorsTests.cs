using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace BatchNormGen.Tests.Vectors;

/// <summary>Every layer of the reference vectors, forward and backward, against libtorch's autograd in double.</summary>
public class VectorsTests
{
    private const double Double = 1e-10;
    private const double Single = 1e-4;

    /// <summary>x/√(x² + eps) of a single element hardly depends on x: of the two terms of its gradient the share eps/x² is left, and of their digits as many.</summary>
    private static readonly Dictionary<(string, string), double> HarderInFloat = new() { [("rms_norm", "5x1")] = 1e-2 };

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    public static TheoryData<string, string> Cases => Of(LayersInDouble.Table.Keys);

    public static TheoryData<string, string> ClumsyCases => Of(ClumsyInDouble.Table.Keys);

    private static TheoryData<string, string> Of(IEnumerable<string> layers) =>
        [.. from layer in layers from row in ReferenceVectors.Cases(layer) select new TheoryDataRow<string, string>(layer, row.Data)];

    [Theory, MemberData(nameof(Cases))]
    public void In_double(string layer, string name) => Check(layer, name, LayersInDouble.Table[layer], Double);

    [Theory, MemberData(nameof(Cases))]
    public void In_float(string layer, string name) => Check(layer, name, LayersInFloat.Table[layer], HarderInFloat.GetValueOrDefault((layer, name), Single));

    [Theory, MemberData(nameof(ClumsyCases))]
    public void By_hand_in_double(string layer, string name) => Check(layer, name, ClumsyInDouble.Table[layer], Double);

    [Theory, MemberData(nameof(ClumsyCases))]
    public void By_hand_in_float(string layer, string name) => Check(layer, name, ClumsyInFloat.Table[layer], HarderInFloat.GetValueOrDefault((layer, name), Single));

    private static void Check<T>(string layer, string name, Func<VectorCase<T>, VectorResult<T>> run, double tolerance) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var reference = ReferenceVectors.Read(layer, name);
        var result = run(new VectorCase<T>(reference));
        Assert.Equal((reference.Outputs.Count, reference.Gradients.Count), (result.Outputs.Length, result.Gradients.Length));
        var errors = reference.Outputs.Zip(result.Outputs, (expected, actual) => Error($"output {expected.Key}", expected.Value, actual))
            .Concat(reference.Gradients.Zip(result.Gradients, (expected, actual) => Error($"gradient {expected.Key}", expected.Value, actual)));
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"worst {typeof(T).Name} {layer} {errors.Max():G2}"));

        double Error(string what, Tensor<double> expected, Tensor<T> actual)
        {
            Assert.Equal(expected.FlattenedLength, actual.FlattenedLength);
            return TensorAssert.Close($"{layer} {name}: {what}", expected, Tensor.Reshape(actual, expected.Lengths), tolerance);
        }
    }

    [Fact]
    public void Every_file_is_a_case_of_a_layer()
    {
        var files = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Vectors"), "*.json").Select(file => Path.GetFileNameWithoutExtension(file).Split("__")[0]).Distinct();
        Assert.Equal(files.Order(StringComparer.Ordinal), LayersInDouble.Table.Keys.Order(StringComparer.Ordinal));
    }

    [Theory, InlineData("LayersIn"), InlineData("ClumsyIn")]
    public void The_layers_in_float_are_those_in_double(string name) =>
        Assert.Equal(FloatSource.Of(File.ReadAllText(Path.Combine(Here(), name + "Double.cs"))), File.ReadAllText(Path.Combine(Here(), name + "Float.cs")));
}
