using System.Text.RegularExpressions;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Emitting;
using BatchNormGen.Generator.Reading;

namespace BatchNormGen.Generator.Tests.Operations;

/// <summary>What is derived for a layer of one operation: each row of each table has its page here, to be read.</summary>
public class DerivationTests
{
    /// <summary>Calls of what is in no table.</summary>
    private static readonly Dictionary<string, string> Others = new()
    {
        ["Gather"] = "x.Gather(labels, axis: 1)",
        ["OneHot"] = "labels.OneHot<float>(10) * s",
        ["MatMul"] = "x.MatMul(v)",
        ["Permute"] = "x.Permute(1, 0)",
        ["Transpose"] = "x.Transpose()",
        ["Reshape_split"] = "x.Reshape(x.Lengths[0], groups, -1)",
        ["Reshape_joined"] = "x.Reshape(-1)",
        ["Unsqueeze"] = "x.Unsqueeze(1)",
    };

    /// <summary>The arguments after x of functions that take more than x.</summary>
    private static string Arguments(Function function) => function.Name switch
    {
        "Clamp" => "(-1, 1)",
        _ when function.Arity == 1 => "()",
        _ => "(y)",
    };

    /// <summary>The name of each operation, and a call of it.</summary>
    private static readonly IReadOnlyDictionary<string, string> All = new[]
    {
        from function in Functions.Table.Where(function => function != Functions.Erfc)
        select (function.Name, Call: function.Name == "Where" ? "x.GreaterThan(0).Where(x, y)" : $"x.{function.Name}{Arguments(function)}"),
        from mask in Functions.Masks select (mask.Name, Call: $"x.{mask.Name}(y).Where(x, y)"),
        from power in Functions.Powers select (power.Name, Call: $"x.{power.Name}()"),
        from row in Compositions.ElementWiseTable
        select (row.Name, Call: row.Name == "GeluTanh" ? "x.Gelu(GeluApproximation.Tanh)" : $"x.{row.Name}({(row.Name is "LeakyRelu" or "Elu" ? "s" : "")})"),
        from row in Compositions.ReductionTable select (row.Name, Call: $"x.{row.Name}(axis: 1{(row.HasCorrection ? ", correction: 1" : "")})"),
        from row in Compositions.AlongTable select (row.Name, Call: $"x.{row.Name}(axis: 1)"),
        from other in Others select (Name: other.Key, Call: other.Value),
    }.SelectMany(rows => rows).ToDictionary(row => row.Name, row => row.Call);

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Derivation_of(string name)
    {
        var call = All[name];
        string[] declarations =
        [
            """[Shape("N, D")] Tensor<float> x""", """[Shape("N, D")] Tensor<float> y""", """[Shape("D, M")] Tensor<float> v""", """[Shape("N")] Tensor<int> labels""", "float s", "int groups",
        ];
        var used = declarations.Where(declaration => Regex.IsMatch(call, $@"\b{declaration.Split(' ')[^1]}\b"));
        var plan = Passes.Plan(Layers.Source($"Tensor<float> {name.Replace("_", "")}Layer({string.Join(", ", used)})", $"return {call};"));
        Snapshot.Match(string.Join("\n", [call, "", .. DerivationText.OfClosedForm(plan, TestContext.Current.CancellationToken)]), name, extension: "txt");
    }

    [Fact]
    public void Every_page_is_of_an_operation() => Assert.Equal(
        All.Keys.Order(StringComparer.Ordinal),
        Directory.GetFiles(Folder(), "*.verified.txt").Select(file => Regex.Match(Path.GetFileName(file), @"Derivation_of_(\w+)\.").Groups[1].Value).Order(StringComparer.Ordinal));

    private static string Folder([System.Runtime.CompilerServices.CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
