using System.Numerics.Tensors;

namespace BatchNormGen;

// The gradients of float come from the layer under test, the differences from its twin in double at the very same inputs:
// what is left of their difference is the rounding of the backward alone.
public static partial class GradientCheck
{
    /// <summary>Checks a layer of floats that returns its output and a cache against the same layer in double.</summary>
    /// <typeparam name="TCache">What the forward saves for the backward.</typeparam>
    /// <param name="inputs">The inputs to check, by name; the forward, the backward and the twin get them in this order.</param>
    /// <param name="forward">From the inputs to the output and the cache.</param>
    /// <param name="backward">From the incoming gradient, of the output's shape, and the cache to one gradient per input, in the same order.</param>
    /// <param name="twin">The same layer in double, of which differences are taken. Without one they are taken of the forward itself, which needs far wider tolerances.</param>
    /// <param name="options">Step, tolerances and seed; where left out those of <c>torch.autograd.gradcheck</c>, or without a twin <see cref="GradientCheckOptions.OfFloatDifferences"/>.</param>
    /// <returns>What was found. Nothing is thrown for a wrong gradient; see <see cref="GradientReport.ThrowIfFailed"/>.</returns>
    /// <exception cref="ArgumentException">There are no inputs, a gradient's shape is not its input's, the step is lost in an element's rounding, or the twin computes something else than the layer.</exception>
    public static GradientReport Run<TCache>(
        IReadOnlyList<(string Name, Tensor<float> Value)> inputs,
        Func<Tensor<float>[], (Tensor<float> Output, TCache Cache)> forward,
        Func<Tensor<float>, TCache, Tensor<float>[]> backward,
        Func<Tensor<double>[], Tensor<double>>? twin = null,
        GradientCheckOptions? options = null) =>
        Run(inputs, t => [forward(t).Output], (t, douts) => backward(douts[0], forward(t).Cache), twin is null ? null : t => [twin(t)], options);

    /// <summary>Checks a loss of floats, a forward that returns a scalar and a cache, against the same loss in double.</summary>
    /// <typeparam name="TCache">What the forward saves for the backward.</typeparam>
    /// <param name="inputs">The inputs to check, by name; the forward, the backward and the twin get them in this order.</param>
    /// <param name="forward">From the inputs to the scalar and the cache.</param>
    /// <param name="backward">From the incoming gradient and the cache to one gradient per input, in the same order.</param>
    /// <param name="twin">The same loss in double, of which differences are taken. Without one they are taken of the forward itself, which needs far wider tolerances.</param>
    /// <param name="options">Step, tolerances and seed; where left out those of <c>torch.autograd.gradcheck</c>, or without a twin <see cref="GradientCheckOptions.OfFloatDifferences"/>.</param>
    /// <returns>What was found. Nothing is thrown for a wrong gradient; see <see cref="GradientReport.ThrowIfFailed"/>.</returns>
    /// <exception cref="ArgumentException">There are no inputs, a gradient's shape is not its input's, the step is lost in an element's rounding, or the twin computes something else than the loss.</exception>
    public static GradientReport Run<TCache>(
        IReadOnlyList<(string Name, Tensor<float> Value)> inputs,
        Func<Tensor<float>[], (float Output, TCache Cache)> forward,
        Func<float, TCache, Tensor<float>[]> backward,
        Func<Tensor<double>[], double>? twin = null,
        GradientCheckOptions? options = null) =>
        Run(inputs, t => [Tensor.Create([forward(t).Output])], (t, douts) => backward(douts[0][0], forward(t).Cache), twin is null ? null : t => [Tensor.Create([twin(t)])], options);

    /// <summary>Checks a layer of floats with several outputs against the same layer in double. A scalar among the outputs is a tensor of one element.</summary>
    /// <param name="inputs">The inputs to check, by name; the forward, the backward and the twin get them in this order.</param>
    /// <param name="forward">From the inputs to the outputs.</param>
    /// <param name="backward">From the inputs and the incoming gradients, one per output and of its shape, to one gradient per input, in the same order.</param>
    /// <param name="twin">The same layer in double, of which differences are taken. Without one they are taken of the forward itself, which needs far wider tolerances.</param>
    /// <param name="options">Step, tolerances and seed; where left out those of <c>torch.autograd.gradcheck</c>, or without a twin <see cref="GradientCheckOptions.OfFloatDifferences"/>.</param>
    /// <returns>What was found. Nothing is thrown for a wrong gradient; see <see cref="GradientReport.ThrowIfFailed"/>.</returns>
    /// <exception cref="ArgumentException">There are no inputs, a gradient's shape is not its input's, the step is lost in an element's rounding, or the twin computes something else than the layer.</exception>
    public static GradientReport Run(
        IReadOnlyList<(string Name, Tensor<float> Value)> inputs,
        Func<Tensor<float>[], Tensor<float>[]> forward,
        Func<Tensor<float>[], Tensor<float>[], Tensor<float>[]> backward,
        Func<Tensor<double>[], Tensor<double>[]>? twin = null,
        GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(backward);

        IReadOnlyList<(string Name, Tensor<double> Value)> wide = [.. inputs.Select(input => (input.Name, Widen(input.Value)))];
        Tensor<double>[] Forward(Tensor<double>[] t) => Array.ConvertAll(forward(Array.ConvertAll(t, Narrow)), Widen);
        Tensor<double>[] Backward(Tensor<double>[] t, Tensor<double>[] douts) =>
            Array.ConvertAll(backward(Array.ConvertAll(t, Narrow), Array.ConvertAll(douts, Narrow)), Widen);

        if (twin is null)
            return Run(wide, Forward, Backward, options ?? GradientCheckOptions.OfFloatDifferences);

        Tensor<double>[] values = [.. wide.Select(input => input.Value)];
        ThrowUnlessTwins(Forward(values), twin(values), options ?? new(), nameof(twin));
        return Run(wide, twin, Backward, options);
    }

    private static void ThrowUnlessTwins(Tensor<double>[] outputs, Tensor<double>[] twins, GradientCheckOptions options, string parameter)
    {
        if (outputs.Length != twins.Length)
            throw new ArgumentException($"The layer has {outputs.Length} outputs and its twin {twins.Length}; the twin is the same layer in double.", parameter);

        for (int k = 0; k < outputs.Length; k++)
        {
            if (!outputs[k].Lengths.SequenceEqual(twins[k].Lengths))
                throw new ArgumentException($"Output {k} has the shape {ShapeOf(outputs[k])}, and in the twin {ShapeOf(twins[k])}; the twin is the same layer in double.", parameter);

            var (single, wide) = (WeightedOutputs.Flatten(outputs[k]), WeightedOutputs.Flatten(twins[k]));
            double largest = wide.Select(Math.Abs).DefaultIfEmpty().Max();
            for (int i = 0; i < wide.Length; i++)
            {
                // Rounding is relative to the largest element: what is small may be what other elements left when they cancelled.
                bool agrees = single[i].Equals(wide[i]) || Math.Abs(single[i] - wide[i]) <= options.AbsoluteTolerance + options.RelativeTolerance * largest;
                if (!agrees)
                {
                    throw new ArgumentException(
                        FormattableString.Invariant($"Output {k} is {single[i]:G9} at [{string.Join(", ", IndexOf(i, outputs[k].Lengths.ToArray()))}], and in the twin {wide[i]:G9}; the twin is the same layer in double."),
                        parameter);
                }
            }
        }
    }

    private static Tensor<double> Widen(Tensor<float> tensor) => Tensor.ConvertChecked<float, double>(tensor);

    private static Tensor<float> Narrow(Tensor<double> tensor) => Tensor.ConvertTruncating<double, float>(tensor);
}
