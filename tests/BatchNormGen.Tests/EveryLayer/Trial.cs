using System.Runtime.CompilerServices;

namespace BatchNormGen.Tests.EveryLayer;

/// <summary>A layer with arguments, and what its allocating methods make of them.</summary>
internal sealed class Trial
{
    private Trial(Layer layer, object?[] choices, Dictionary<string, int> extents, object?[] arguments, Values?[] inputs) =>
        (Layer, Choices, Extents, Arguments, Inputs) = (layer, choices, extents, arguments, inputs);

    public Layer Layer { get; }

    /// <summary>The scalars among the arguments.</summary>
    public object?[] Choices { get; }

    public Dictionary<string, int> Extents { get; }

    /// <summary>The arguments of the forward: tensors and scalars.</summary>
    public object?[] Arguments { get; }

    /// <summary>The values of those that are tensors.</summary>
    public Values?[] Inputs { get; }

    public Values[] Outputs { get; private set; } = [];

    public Values[] Incoming { get; private set; } = [];

    public Values[] Gradients { get; private set; } = [];

    /// <summary>What the forward says against these arguments, if anything.</summary>
    public ArgumentException? Refusal { get; private set; }

    /// <summary>Draws arguments.</summary>
    public static Trial Draw(Layer layer, object?[] choices, Dictionary<string, int> extents, int seed = 1)
    {
        var random = new Random(seed);
        // A label stays one where a hostile call makes its axis shorter by one.
        int limit = Math.Max(1, extents.Values.Append(3).Min() - 1);
        var arguments = (object?[])choices.Clone();
        var inputs = new Values?[arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            if (layer.Parameters[i] is not { Tensor: { } elements } parameter)
            {
                continue;
            }

            nint[] lengths = [.. parameter.Axes.Select(axis => int.TryParse(axis, out int extent) ? extent : extents[axis])];
            inputs[i] = new(elements, elements.Draw(random, Place.BytesOf(elements, lengths) / elements.Size, limit), lengths);
            arguments[i] = inputs[i]!.Tensor();
        }

        var trial = new Trial(layer, choices, extents, arguments, inputs);
        trial.Run(random);
        return trial;
    }

    /// <summary>Runs the pair that allocates.</summary>
    private void Run(Random random)
    {
        ITuple forward;
        try
        {
            forward = (ITuple)Layer.Forward.Invoke(Arguments)!;
        }
        catch (ArgumentException refusal)
        {
            Refusal = refusal;
            return;
        }

        Outputs = [.. Enumerable.Range(0, forward.Length - 1).Select(i => Read(forward[i]!))];
        if (Layer.Backward is null)
        {
            return;
        }

        Incoming = [.. Layer.IncomingOutputs.Select(output => Outputs[output]).Select(output => new Values(output.Elements, output.Elements.Draw(random, output.Count, 1), output.Lengths))];
        Gradients = ReadAll(Layer.Backward.Invoke([.. Incoming.Select(Argument), forward[forward.Length - 1]])!);
    }

    /// <summary>What is passed for values: a tensor, or a scalar as it is.</summary>
    public static object Argument(Values values) => values.Lengths.Length > 0 ? values.Tensor()
        : values.Elements.Type == typeof(float) ? (object)BitConverter.ToSingle(values.Bytes) : BitConverter.ToDouble(values.Bytes);

    /// <summary>The values of one result, or of a tuple of results.</summary>
    public static Values[] ReadAll(object results) => results is ITuple tuple ? [.. Enumerable.Range(0, tuple.Length).Select(i => Read(tuple[i]!))] : [Read(results)];

    private static Values Read(object result) => Elements.Of(result.GetType() is { IsGenericType: true } type ? type.GetGenericArguments()[0] : result.GetType()).Read(result);

    public override string ToString() => $"{Layer}({string.Join(", ", Layer.Parameters.Select((parameter, i) =>
        FormattableString.Invariant($"{parameter.Name} {(Inputs[i] is { } values ? $"[{string.Join(", ", values.Lengths)}]" : Arguments[i])}")))})";
}
