using System.Numerics.Tensors;

namespace BatchNormGen;

/// <summary>
/// The scalar function L(x) = Σₖ ⟨doutₖ, yₖ(x)⟩ that makes one number of all outputs of a layer. Its gradient is what the
/// layer's backward returns for the incoming gradients doutₖ.
/// </summary>
/// <remarks>
/// The weights are random. With equal weights, which is to say with the sum of the outputs, whole families of layers have no
/// gradient to check: every column of a batch norm and every row of a softmax sums to a constant.
/// </remarks>
internal sealed class WeightedOutputs
{
    private readonly Func<Tensor<double>[], Tensor<double>[]> _forward;
    private readonly double[][] _inputs;
    private readonly Tensor<double>[] _inputTensors;
    private readonly double[][] _outputs;
    private readonly nint[][] _outputLengths;
    private readonly double[][] _weights;

    public WeightedOutputs(IEnumerable<Tensor<double>> inputs, Func<Tensor<double>[], Tensor<double>[]> forward, Random random)
    {
        _forward = forward;
        _inputs = [.. inputs.Select(Flatten)];

        // A tensor is a view of its array, so that moving an element of the array moves it in the tensor.
        _inputTensors = [.. inputs.Zip(_inputs, (input, values) => Tensor.Create(values, input.Lengths))];

        // Copied before anything moves: a forward may return a view of its input.
        var outputs = forward(_inputTensors);
        _outputs = [.. outputs.Select(Flatten)];
        _outputLengths = [.. outputs.Select(output => output.Lengths.ToArray())];
        _weights = [.. _outputs.Select(output => RandomWeights(output.Length, random))];
    }

    /// <summary>The gradients of L according to a backward, flattened. The incoming gradients are a copy, which the backward may overwrite.</summary>
    public Tensor<double>[] Gradients(Func<Tensor<double>[], Tensor<double>[], Tensor<double>[]> backward) =>
        backward(_inputTensors, [.. _weights.Zip(_outputLengths, (weights, lengths) => Tensor.Create((double[])weights.Clone(), lengths))]);

    /// <summary>The value of an input's element.</summary>
    public double this[int input, int element] => _inputs[input][element];

    /// <summary>
    /// L with one element moved by a step, less L as it was. The difference is taken output by output, before the sum: an
    /// output that the element does not reach contributes exactly nothing, not the rounding of a large sum.
    /// </summary>
    public double Change(int input, int element, double step)
    {
        ref double value = ref _inputs[input][element];
        double original = value;
        value = original + step;
        var moved = _forward(_inputTensors);

        double change = 0;
        for (int k = 0; k < _outputs.Length; k++)
        {
            var output = Flatten(moved[k]);
            for (int i = 0; i < output.Length; i++)
                change += _weights[k][i] * (output[i] - _outputs[k][i]);
        }

        value = original;
        return change;
    }

    public static double[] Flatten(Tensor<double> tensor)
    {
        var values = new double[tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
    }

    /// <summary>Numbers of either sign between 1/2 and 3/2 in size: none so small that an error could hide behind it.</summary>
    private static double[] RandomWeights(int length, Random random)
    {
        var weights = new double[length];
        for (int i = 0; i < length; i++)
            weights[i] = (0.5 + random.NextDouble()) * (random.Next(2) == 0 ? -1 : 1);
        return weights;
    }
}
