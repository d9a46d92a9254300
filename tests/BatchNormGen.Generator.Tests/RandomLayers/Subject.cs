using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace BatchNormGen.Generator.Tests.RandomLayers;

/// <summary>A result: a tensor or a scalar, and whether no gradient comes in for it.</summary>
internal sealed record Output(Form Form, bool IsStopped);

/// <summary>The text of a layer, and what has to be known to call it. Printed and parsed it is the same.</summary>
/// <param name="Seed">What its inputs are drawn with.</param>
/// <param name="Extents">The length of each axis, and what is passed for integers and choices.</param>
/// <param name="Attribute">What asks for the backward.</param>
/// <param name="Parameters">In the order of the signature.</param>
/// <param name="Outputs">In the order of the result.</param>
/// <param name="Code">The method, called Layer, with <c>real</c> for the element type and <c>#</c> for the suffix of a literal.</param>
internal sealed partial record Subject(int Seed, IReadOnlyDictionary<string, int> Extents, string Attribute, Parameter[] Parameters, Output[] Outputs, string Code)
{
    /// <summary>The product of the extents of axes such as <c>N</c>, <c>4</c>, <c>N*C</c> or <c>E/groups</c>.</summary>
    public int Extent(string axis) => LengthOf(axis, Extents);

    public static int LengthOf(string axis, IReadOnlyDictionary<string, int> extents) =>
        axis.Split('*').Aggregate(1, (length, part) => length * part.Split('/').Select(name => extents.TryGetValue(name, out var extent) ? extent : int.Parse(name, CultureInfo.InvariantCulture)).Aggregate((whole, parts) => whole / parts));

    public static string With(string element, string code) => code.Replace("real", element).Replace("#", element == "float" ? "f" : "");

    /// <summary>C# to paste into <see cref="FoundTests"/>.</summary>
    public override string ToString()
    {
        var names = Parameters.SelectMany(parameter => parameter.Value.Axes.SelectMany(axis => axis.Split('*', '/'))
            .Concat(parameter.Value.Form is Form.Labels or Form.Count or Form.Flag or Form.Choice ? [parameter.Value.Name] : [])).Distinct().Where(name => !int.TryParse(name, out _));
        string Said(string name) => $"{name} = {(Parameters.FirstOrDefault(parameter => parameter.Value.Name == name) is { Value.Form: Form.Labels } labels ? Extent(labels.Classes) : Extents[name])}";
        return With("double", $"// seed {Seed}; {string.Join(", ", names.Select(Said))}\n{Helpers.UsedBy(Code)}{Attribute}\n{Code}");
    }

    public static Subject Parse(string text)
    {
        var header = Header().Match(text);
        var extents = Number().Matches(header.Groups["extents"].Value).ToDictionary(match => match.Groups["name"].Value, match => int.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture));
        var type = (ClassDeclarationSyntax)SyntaxFactory.ParseMemberDeclaration($"class C {{ {text[header.Length..]} }}", options: Compile.Options)!;
        var method = type.Members.OfType<MethodDeclarationSyntax>().Single(method => method.Identifier.Text == "Layer");
        var stops = method.DescendantNodes().OfType<VariableDeclaratorSyntax>().Where(local => local.Initializer?.Value.ToString().EndsWith(".StopGradient()", StringComparison.Ordinal) == true).Select(local => local.Identifier.Text).ToList();
        var returned = method.DescendantNodes().OfType<ReturnStatementSyntax>().Last().Expression!;
        string[] results = returned is TupleExpressionSyntax tuple ? [.. tuple.Arguments.Select(argument => argument.Expression.ToString())] : [returned.ToString()];
        string[] types = method.ReturnType is TupleTypeSyntax elements ? [.. elements.Elements.Select(element => element.Type.ToString())] : [method.ReturnType.ToString()];
        return new(
            int.Parse(header.Groups["seed"].Value, CultureInfo.InvariantCulture), extents, method.AttributeLists.ToString(),
            [.. method.ParameterList.Parameters.Select(ParameterOf)],
            [.. results.Zip(types, (result, type) => new Output(type == "double" ? Form.Scalar : Form.Tensor, stops.Contains(result)))],
            Literal().Replace(method.WithAttributeLists([]).WithoutTrivia().ToFullString(), "$0#").Replace("double", "real"));
    }

    private static Parameter ParameterOf(ParameterSyntax syntax)
    {
        var (name, attributes) = (syntax.Identifier.Text, syntax.AttributeLists.ToString());
        var form = syntax.Type!.ToString() switch
        {
            "Tensor<double>" => Form.Tensor, "Tensor<int>" => Form.Labels, "Tensor<bool>" => Form.Mask, "double" => Form.Scalar, "bool" => Form.Flag, "Choice" => Form.Choice, _ => Form.Count,
        };
        string[] axes = Quoted().Match(attributes) is { Success: true } shape ? shape.Groups[1].Value.Split(", ") : [];
        return new(new(name, form, axes), form == Form.Tensor && !attributes.Contains("NoGradient", StringComparison.Ordinal) || attributes.Contains("[Gradient]", StringComparison.Ordinal), name);
    }

    [GeneratedRegex(@"^\s*// seed (?<seed>\d+); (?<extents>.*)\n")]
    private static partial Regex Header();

    [GeneratedRegex(@"(?<name>\w+) = (?<value>\d+)")]
    private static partial Regex Number();

    [GeneratedRegex(@"\d\.\d+")]
    private static partial Regex Literal();

    [GeneratedRegex("Shape\\(\"(.*?)\"\\)")]
    private static partial Regex Quoted();
}
