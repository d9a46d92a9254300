using System.Globalization;

namespace BatchNormGen.Generator.Tests.RandomLayers;

/// <summary>What a name in a random layer stands for.</summary>
internal enum Form { Tensor, Scalar, Mask, Labels, Count }

/// <summary>A parameter or a local.</summary>
/// <param name="Name">Its name in C#.</param>
/// <param name="Form">What kind of value it is.</param>
/// <param name="Axes">The names of its axes; none for a scalar.</param>
/// <param name="Bound">An estimate of its largest element, which keeps the numbers sane.</param>
internal sealed record Value(string Name, Form Form, string[] Axes, double Bound = 1)
{
    public bool FitsInPlaceOf(Value other) => Form == other.Form && Axes.SequenceEqual(other.Axes, StringComparer.Ordinal);
}

/// <summary>A parameter: its value, whether it has a gradient, and of labels how many classes there are.</summary>
internal sealed record Parameter(Value Value, bool HasGradient, int Classes = 1)
{
    public string Declaration => Value.Form switch
    {
        Form.Tensor => $"[Shape(\"{string.Join(", ", Value.Axes)}\"){(HasGradient ? "" : ", NoGradient")}] Tensor<real> {Value.Name}",
        Form.Labels => $"[Shape(\"{string.Join(", ", Value.Axes)}\")] Tensor<int> {Value.Name}",
        Form.Scalar => $"{(HasGradient ? "[Gradient] " : "")}real {Value.Name}",
        _ => $"int {Value.Name}",
    };
}

/// <summary>A statement <c>var name = …;</c>, with holes {0}, {1} for the operands.</summary>
internal sealed record Statement(Value Result, string Template, Value[] Operands)
{
    public string Code => $"var {Result.Name} = {string.Format(CultureInfo.InvariantCulture, Template, [.. Operands.Select(operand => operand.Name)])};";
}

/// <summary>
/// A layer that was drawn at random. In its text <c>real</c> stands for the element type, and <c>#</c> for the suffix of a
/// literal of that type.
/// </summary>
/// <param name="Seed">What it was drawn with, and what its inputs are drawn with.</param>
/// <param name="Extents">The length of each axis.</param>
/// <param name="Parameters">In the order of the signature.</param>
/// <param name="Statements">In the order of the body.</param>
/// <param name="Outputs">What is returned: results of statements.</param>
internal sealed record RandomLayer(int Seed, IReadOnlyDictionary<string, int> Extents, Parameter[] Parameters, Statement[] Statements, Value[] Outputs)
{
    public const string Helpers = """
        static Tensor<real> Center(Tensor<real> v, int axis) => v - v.Mean(axis: axis, keepDims: true);
        static Tensor<real> Normalize(Tensor<real> v, int axis) { var d = Center(v, axis); return d / (d.Square().Mean(axis: axis, keepDims: true) + 0.25#).Sqrt(); }
        static Tensor<real> Gate(Tensor<real> a, Tensor<real> b) => a.Sigmoid() * b;
        static real Size(Tensor<real> v) => real.Sqrt(v.Square().Mean() + 0.5#);
        """;

    /// <summary>What asks for the backward; each third layer saves as much as the first.</summary>
    public string Attribute => $"[Differentiable(Save = Saving.{(Saving)(Seed % 3)})]";

    /// <summary>The method, with the helpers that it calls, for one element type.</summary>
    public string Code(string name, string element)
    {
        var types = Outputs.Select(output => output.Form == Form.Scalar ? "real" : "Tensor<real>").ToList();
        var type = types.Count == 1 ? types[0] : $"({string.Join(", ", types.Select((type, i) => $"{type} out{i}"))})";
        var result = Outputs.Length == 1 ? Outputs[0].Name : $"({string.Join(", ", Outputs.Select(output => output.Name))})";
        return With(element, $$"""
            public static {{type}} {{name}}({{string.Join(", ", Parameters.Select(parameter => parameter.Declaration))}})
            {
            {{string.Join("\n", Statements.Select(statement => "    " + statement.Code))}}
                return {{result}};
            }
            """);
    }

    public static string With(string element, string code) => code.Replace("real", element).Replace("#", element == "float" ? "f" : "");

    /// <summary>Smaller layers, the smallest first, for a search of the smallest that still fails.</summary>
    public IEnumerable<RandomLayer> Smaller()
    {
        foreach (var statement in Statements.Where(statement => statement.Result.Form is Form.Tensor or Form.Scalar))
            if (Outputs.Length > 1 || Outputs[0] != statement.Result) yield return (this with { Outputs = [statement.Result] }).Cleaned();
        foreach (var statement in Statements)
        {
            var before = Statements.TakeWhile(other => other != statement).Select(other => other.Result).Concat(Parameters.Select(parameter => parameter.Value));
            foreach (var other in before.Where(other => other.FitsInPlaceOf(statement.Result))) yield return Without(statement, other);
        }
    }

    private RandomLayer Without(Statement dropped, Value other)
    {
        Value Replaced(Value value) => value == dropped.Result ? other : value;
        return (this with
        {
            Statements = [.. Statements.Where(statement => statement != dropped).Select(statement => statement with { Operands = [.. statement.Operands.Select(Replaced)] })],
            Outputs = [.. Outputs.Select(Replaced).Distinct()],
        }).Cleaned();
    }

    /// <summary>Without what the outputs do not need.</summary>
    public RandomLayer Cleaned()
    {
        var needed = new HashSet<Value>(Outputs, ReferenceEqualityComparer.Instance);
        foreach (var statement in Statements.Reverse().Where(statement => needed.Contains(statement.Result))) needed.UnionWith(statement.Operands);
        return this with { Statements = [.. Statements.Where(statement => needed.Contains(statement.Result))], Parameters = [.. Parameters.Where(parameter => needed.Contains(parameter.Value))] };
    }

    /// <summary>Whether it returns something computed, and there is a gradient to check.</summary>
    public bool IsLayer => Parameters.Any(parameter => parameter.HasGradient) && Parameters.Any(parameter => parameter.Value.Form is Form.Tensor && parameter.Value.Axes.Length > 0)
        && Outputs.All(output => Statements.Any(statement => statement.Result == output)) && Outputs.Any(output => !IsStopped(output));

    public bool IsStopped(Value output) => Statements.First(statement => statement.Result == output).Template == Stop;

    public const string Stop = "{0}.StopGradient()";

    public override string ToString() =>
        $"// seed {Seed}; {string.Join(", ", Extents.Select(axis => $"{axis.Key} = {axis.Value}"))}\n{Attribute}\n{Code("Layer", "double")}\n"
        + string.Concat(RandomLayer.With("double", Helpers).Split('\n').Where(helper => Statements.Any(statement => statement.Template.Contains(helper.Split('(')[0].Split(' ').Last() + "(", StringComparison.Ordinal))).Select(helper => helper + "\n"));
}
