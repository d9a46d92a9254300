using System.Globalization;

namespace BatchNormGen.Generator.Tests.RandomLayers;

/// <summary>What a name in a random layer stands for.</summary>
internal enum Form { Tensor, Scalar, Mask, Labels, Count, Flag, Choice }

/// <summary>A parameter or a local.</summary>
/// <param name="Name">Its name in C#.</param>
/// <param name="Form">What kind of value it is.</param>
/// <param name="Axes">The names of its axes; none for a scalar.</param>
/// <param name="Bound">An estimate of its largest element, which keeps the numbers sane.</param>
internal sealed record Value(string Name, Form Form, string[] Axes, double Bound = 1)
{
    public bool FitsInPlaceOf(Value other) => Form == other.Form && Axes.SequenceEqual(other.Axes, StringComparer.Ordinal);
}

/// <summary>A parameter: its value, whether it has a gradient, and of labels the axis that they choose from.</summary>
internal sealed record Parameter(Value Value, bool HasGradient, string Classes = "1")
{
    public bool IsTensor => Value.Form is Form.Tensor or Form.Labels or Form.Mask;

    public string Declaration => Value.Form switch
    {
        Form.Tensor => $"{Shape(HasGradient ? "" : ", NoGradient")}Tensor<real> {Value.Name}",
        Form.Labels => $"{Shape()}Tensor<int> {Value.Name}",
        Form.Mask => $"{Shape()}Tensor<bool> {Value.Name}",
        Form.Scalar => $"{(HasGradient ? "[Gradient] " : "")}real {Value.Name}",
        Form.Flag => $"bool {Value.Name}",
        Form.Choice => $"Choice {Value.Name}",
        _ => $"int {Value.Name}",
    };

    private string Shape(string more = "") => $"[Shape(\"{string.Join(", ", Value.Axes)}\"){more}] ";
}

/// <summary>
/// A statement with holes {0}, {1} for the operands. The template is the expression behind <c>var name = </c>, or, with the
/// hole {r} for the name, all of the statement.
/// </summary>
internal sealed record Statement(Value Result, string Template, Value[] Operands)
{
    public string Code
    {
        get
        {
            var code = Template.Contains("{r}", StringComparison.Ordinal) ? Template.Replace("{r}", Result.Name) : $"var {Result.Name} = {Template};";
            for (var i = 0; i < Operands.Length; i++) code = code.Replace($"{{{i}}}", Operands[i].Name);
            return code;
        }
    }
}

/// <summary>
/// A layer that was drawn at random. In its text <c>real</c> stands for the element type, and <c>#</c> for the suffix of a
/// literal of that type.
/// </summary>
/// <param name="Seed">What it was drawn with, and what its inputs are drawn with.</param>
/// <param name="Extents">The length of each axis, and what is passed for integers and choices.</param>
/// <param name="Attribute">What asks for the backward.</param>
/// <param name="Parameters">In the order of the signature.</param>
/// <param name="Statements">In the order of the body.</param>
/// <param name="Outputs">What is returned: results of statements.</param>
internal sealed record RandomLayer(int Seed, IReadOnlyDictionary<string, int> Extents, string Attribute, Parameter[] Parameters, Statement[] Statements, Value[] Outputs)
{
    public const string Stop = "{0}.StopGradient()";

    /// <summary>Whether it returns something computed, and there is a gradient to check.</summary>
    public bool IsLayer => Parameters.Any(parameter => parameter.HasGradient) && Parameters.Any(parameter => parameter.Value.Form is Form.Tensor)
        && Outputs.All(output => output.Form is Form.Tensor or Form.Scalar && Statements.Any(statement => statement.Result == output)) && Outputs.Any(output => !IsStopped(output));

    public Subject Subject => new(Seed, Extents, Attribute, Parameters, [.. Outputs.Select(output => new Output(output.Form, IsStopped(output)))], Code);

    /// <summary>Whether no gradient comes in for an output. Moving its axes makes no difference.</summary>
    private bool IsStopped(Value output) => Statements.FirstOrDefault(statement => statement.Result == output) is { } made
        && (made.Template == Stop || (IsOneOf(Moves, made) || IsOneOf(Picks, made) && Longer(made.Operands[0]).SequenceEqual(Longer(made.Result))) && IsStopped(made.Operands[0]));

    private static readonly string[] Moves = ["{0}.Unsqueeze(", "{0}.Squeeze(", "{0}.Transpose(", "{0}.Permute(", "{0}.Reshape("];

    /// <summary>What only moves axes where the one that goes has one element.</summary>
    private static readonly string[] Picks = ["{0}.Gather(", "{0}.Sum(", "{0}.Mean(", "{0}.Max(", "{0}.Min("];

    private static bool IsOneOf(string[] beginnings, Statement statement) => beginnings.Any(beginning => statement.Template.StartsWith(beginning, StringComparison.Ordinal));

    private static IEnumerable<string> Longer(Value value) => value.Axes.Where(axis => axis != "1");

    private string Code
    {
        get
        {
            var types = Outputs.Select(output => output.Form == Form.Scalar ? "real" : "Tensor<real>").ToList();
            var type = types.Count == 1 ? types[0] : $"({string.Join(", ", types.Select((type, i) => $"{type} out{i}"))})";
            var result = Outputs.Length == 1 ? Outputs[0].Name : $"({string.Join(", ", Outputs.Select(output => output.Name))})";
            return $$"""
                public static {{type}} Layer({{string.Join(", ", Parameters.Select(parameter => parameter.Declaration))}})
                {
                {{string.Concat(Statements.Select(statement => $"    {statement.Code}\n"))}}    return {{result}};
                }
                """;
        }
    }

    /// <summary>Without what the outputs do not need.</summary>
    public RandomLayer Cleaned()
    {
        var needed = new HashSet<Value>(Outputs, ReferenceEqualityComparer.Instance);
        foreach (var statement in Statements.Reverse().Where(statement => needed.Contains(statement.Result))) needed.UnionWith(statement.Operands);
        return this with { Statements = [.. Statements.Where(statement => needed.Contains(statement.Result))], Parameters = [.. Parameters.Where(parameter => needed.Contains(parameter.Value))] };
    }
}
