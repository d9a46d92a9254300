using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using BatchNormGen.Generator.Algebra;
using BatchNormGen.Generator.Planning;
using BatchNormGen.Generator.Reading;

namespace BatchNormGen.Generator.Emitting;

/// <summary>Writes the forward as a student does: each stage a local, all of them kept.</summary>
internal sealed class ForwardStages
{
    private readonly Dictionary<Named, StageValue> _variables = [];

    public ForwardStages(Layer layer, Names names)
    {
        var element = layer.Signature.Element;
        var graph = new Graph(layer.Graph);
        var variables = new StageVariables(graph);
        variables.Declare(Parameters(layer.Signature), element);
        var eager = new EagerCode(graph, element, variables, smallFirst: false);

        var writer = new CodeWriter();
        for (var i = 0; i < layer.Stages.Length; i++)
        {
            var stage = layer.Stages[i];
            ImmutableArray<Index?> layout = [.. layer.Layouts[i]];
            var code = layer.Outputs.Any(output => output.Value == stage) ? eager.Express(stage.Value, layout) : eager.ExpressAny(stage.Value, layout);
            var variable = new StageValue(names.Fresh(stage.Name), code.IsMask ? StageValue.Mask : element, code.Layout);
            writer.Comment($"({i + 1}) {Printer.Plain.PrintDefinition(stage.Name, stage.Value)}");
            writer.Line($"{variable.Type} {variable.Name} = {code.Text};");
            variables.Declare(stage, variable);
            _variables.Add(stage, variable);
        }
        var outputs = new List<StageValue>();
        foreach (var output in layer.Outputs) outputs.Add(Output(output));
        Outputs = [.. outputs];
        Kept = [.. _variables.Values.Where(variable => !Outputs.Contains(variable))];
        Method = StageMethod.Of("Forward", Parameters(layer.Signature), layer.Conditions, variables, Kept.AddRange(Outputs), writer);

        StageValue Output(Output output)
        {
            ImmutableArray<Index?> layout = [.. output.Layout];
            var code = eager.Express(output.Value, layout);
            if (!code.Layout.SequenceEqual(layout)) code = eager.Fill(code, layout);
            if (_variables.Values.FirstOrDefault(variable => variable.Name == code.Text) is { } stage && !outputs.Contains(stage)) return stage;
            var variable = new StageValue(names.Fresh(output.Name), element, layout);
            writer.Line($"{variable.Type} {variable.Name} = {code.Text};");
            return variable;
        }
    }

    public StageMethod Method { get; }

    /// <summary>The variables of the stages.</summary>
    public IReadOnlyDictionary<Named, StageValue> Variables => _variables;

    /// <summary>The stages that are not outputs, in their order.</summary>
    public ImmutableArray<StageValue> Kept { get; }

    /// <summary>What the layer returns.</summary>
    public ImmutableArray<StageValue> Outputs { get; }

    /// <summary>The parameters of a layer as those of a staged method.</summary>
    public static IReadOnlyList<StageValue> Parameters(Signature signature) =>
        [.. signature.Parameters.Select(parameter => new StageValue(parameter.Name, parameter.Type, [.. parameter.Layout ?? []]))];
}
