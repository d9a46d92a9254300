using System.Numerics;
using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Vectors;

/// <summary>
/// One layer at one point, as libtorch's autograd sees it in double. Inputs and incoming gradients are multiples of 1/256,
/// hence exact in float. A scalar (a loss, or a scalar parameter that has a gradient) is a tensor of one element.
/// </summary>
public sealed record ReferenceCase(
    string Layer,
    string Case,
    IReadOnlyDictionary<string, Tensor<double>> Inputs,
    IReadOnlyDictionary<string, double> Scalars,
    IReadOnlyDictionary<string, Tensor<int>> Integers,
    IReadOnlyDictionary<string, Tensor<double>> Outputs,
    IReadOnlyDictionary<string, Tensor<double>> OutputGradients,
    IReadOnlyDictionary<string, Tensor<double>> Gradients)
{
    /// <summary>An input as float or double.</summary>
    public Tensor<T> Input<T>(string name) where T : INumber<T> => TensorValues.Convert<double, T>(Inputs[name]);

    /// <summary>A scalar as float or double.</summary>
    public T Scalar<T>(string name) where T : INumber<T> => T.CreateChecked(Scalars[name]);

    /// <summary>The incoming gradient of an output as float or double.</summary>
    public Tensor<T> OutputGradient<T>(string name) where T : INumber<T> => TensorValues.Convert<double, T>(OutputGradients[name]);

    /// <summary>Fails where an output differs from the reference; see <see cref="TensorAssert.Close"/> for the measure.</summary>
    public void AssertOutput<T>(string name, Tensor<T> actual, double tolerance) where T : INumber<T> =>
        TensorAssert.Close($"{Layer} {Case}: output {name}", Outputs[name], actual, tolerance);

    /// <summary>Fails where the gradient of an input differs from the reference; see <see cref="TensorAssert.Close"/> for the measure.</summary>
    public void AssertGradient<T>(string name, Tensor<T> actual, double tolerance) where T : INumber<T> =>
        TensorAssert.Close($"{Layer} {Case}: gradient {name}", Gradients[name], actual, tolerance);
}
