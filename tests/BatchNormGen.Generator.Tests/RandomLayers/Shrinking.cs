namespace BatchNormGen.Generator.Tests.RandomLayers;

/// <summary>Smaller layers, for a search of the smallest that still fails. Each step leaves less: statements, parameters, extents, or a later operand for an earlier.</summary>
internal static class Shrinking
{
    public static IEnumerable<RandomLayer> Smaller(this RandomLayer layer) =>
        new[] { FewerOutputs(layer), FewerStatements(layer), EarlierOperands(layer), SmallerExtents(layer), FewerGradients(layer), PlainerAttribute(layer) }
            .SelectMany(layers => layers).Select(smaller => smaller.Cleaned()).Where(smaller => smaller.IsLayer);

    private static IEnumerable<RandomLayer> FewerOutputs(RandomLayer layer)
    {
        foreach (var statement in layer.Statements.Where(statement => statement.Result.Form is Form.Tensor or Form.Scalar))
            if (layer.Outputs.Length > 1 || layer.Outputs[0] != statement.Result) yield return layer with { Outputs = [statement.Result] };
        if (layer.Outputs.Length < 3) yield break;
        foreach (var output in layer.Outputs) yield return layer with { Outputs = [.. layer.Outputs.Where(other => other != output)] };
    }

    /// <summary>Another value in place of a statement's: a parameter of its own, or one from before.</summary>
    private static IEnumerable<RandomLayer> FewerStatements(RandomLayer layer)
    {
        foreach (var statement in layer.Statements.Reverse())
        {
            if (statement.Result is { Form: Form.Tensor } result && result.Axes.All(axis => axis == "1" || axis != "groups" && layer.Extents.ContainsKey(axis)))
            {
                var parameter = new Parameter(result with { Name = "p" + result.Name }, HasGradient: true);
                yield return Replace(layer with { Parameters = [.. layer.Parameters, parameter] }, statement, parameter.Value);
            }
            foreach (var other in Before(layer, statement).Where(other => other.FitsInPlaceOf(statement.Result))) yield return Replace(layer, statement, other);
        }
    }

    private static IEnumerable<RandomLayer> EarlierOperands(RandomLayer layer)
    {
        for (var i = 0; i < layer.Statements.Length; i++)
            foreach (var operand in layer.Statements[i].Operands)
                foreach (var other in Before(layer, layer.Statements[i]).TakeWhile(other => other != operand).Where(other => other.FitsInPlaceOf(operand)))
                {
                    Statement[] statements = [.. layer.Statements];
                    statements[i] = statements[i] with { Operands = [.. statements[i].Operands.Select(value => value == operand ? other : value)] };
                    yield return layer with { Statements = statements };
                }
    }

    private static IEnumerable<RandomLayer> SmallerExtents(RandomLayer layer)
    {
        var names = layer.Parameters.SelectMany(parameter => parameter.Value.Axes.Append(parameter.Classes)).Where(name => layer.Extents.ContainsKey(name) && !int.TryParse(name, out _)).Distinct();
        foreach (var name in names)
        {
            var unit = name == "E" ? layer.Extents["groups"] : 1;
            foreach (var smaller in new[] { unit, 2 * unit, layer.Extents[name] / 2 / unit * unit, layer.Extents[name] - unit }.Distinct())
                if (smaller > 0 && smaller < layer.Extents[name]) yield return layer with { Extents = new Dictionary<string, int>(layer.Extents) { [name] = smaller } };
        }
    }

    private static IEnumerable<RandomLayer> FewerGradients(RandomLayer layer) =>
        layer.Parameters.Where(parameter => parameter.HasGradient).Select(dropped => layer with { Parameters = [.. layer.Parameters.Select(parameter => parameter == dropped ? parameter with { HasGradient = false } : parameter)] });

    private static IEnumerable<RandomLayer> PlainerAttribute(RandomLayer layer) => layer.Attribute == "[Differentiable]" ? [] : [layer with { Attribute = "[Differentiable]" }];

    private static IEnumerable<Value> Before(RandomLayer layer, Statement statement) =>
        layer.Parameters.Select(parameter => parameter.Value).Concat(layer.Statements.TakeWhile(other => other != statement).Select(other => other.Result));

    private static RandomLayer Replace(RandomLayer layer, Statement dropped, Value other)
    {
        Value Replaced(Value value) => value == dropped.Result ? other : value;
        return layer with
        {
            Statements = [.. layer.Statements.Where(statement => statement != dropped).Select(statement => statement with { Operands = [.. statement.Operands.Select(Replaced)] })],
            Outputs = [.. layer.Outputs.Select(Replaced).Distinct()],
        };
    }
}
