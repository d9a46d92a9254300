using System.Numerics.Tensors;

namespace BatchNormGen;

/// <summary>
/// Checks a backward against its forward by finite differences, in double precision: the test of every gradient, generated
/// or written by hand.
/// </summary>
/// <remarks>
/// <para>
/// With random incoming gradients doutₖ, one per output yₖ, the layer becomes the scalar function
/// L(x) = Σₖ ⟨doutₖ, yₖ(x)⟩, and its backward must return ∂L/∂xᵢ. Every element of every input in turn is moved by ±h, and
/// the backward's value is compared with the central difference (<see cref="CentralDifference"/>). An element agrees when
/// |analytic − numerical| ≤ absolute tolerance + relative tolerance · |numerical|, as in <c>torch.autograd.gradcheck</c>.
/// </para>
/// <para>
/// An element that disagrees is looked at again, from closer by. Where the function has a kink (relu at 0, equal maxima, a
/// bound of a clamp) or a jump, there is no derivative to compare with: the element is left out and counted in
/// <see cref="GradientReport.Kinks"/>. A kink is told from a wrong gradient by the slopes on either side at two step sizes.
/// </para>
/// <para>
/// A scalar parameter is given as a tensor of one element, and read as <c>t[i][0]</c>. Integer tensors and parameters that
/// need no check are captured by the two functions. Both are called often and must return the same for the same input:
/// fix the seed of a dropout mask. The inputs that are handed in are copied, not changed.
/// </para>
/// <para>
/// A layer of <see cref="float"/> is checked against its <em>twin</em>, the same layer in double: differences of a float
/// forward drown in its rounding, those of the twin do not. A method that is generic in its element type is its own twin.
/// </para>
/// <para>The cost is two forward passes per element of input, or four; small odd shapes test as much as large ones.</para>
/// <example>
/// The pair that the generator emits is checked as it stands:
/// <code>
/// GradientCheck.Run(
///     inputs:   [("x", x), ("gamma", gamma), ("beta", beta)],
///     forward:  t => Layers.BatchNormForward(t[0], t[1], t[2], 1e-5),
///     backward: (dout, cache) => { var (dx, dgamma, dbeta) = Layers.BatchNormBackward(dout, cache); return [dx, dgamma, dbeta]; })
///     .ThrowIfFailed();
/// </code>
/// </example>
/// </remarks>
public static partial class GradientCheck
{
    /// <summary>Checks a forward that returns its output and a cache, and the backward that reads the cache.</summary>
    /// <typeparam name="TCache">What the forward saves for the backward.</typeparam>
    /// <param name="inputs">The inputs to check, by name; the forward gets them in this order.</param>
    /// <param name="forward">From the inputs to the output and the cache.</param>
    /// <param name="backward">From the incoming gradient, of the output's shape, and the cache to one gradient per input, in the same order.</param>
    /// <param name="options">Step, tolerances and seed; those of <c>torch.autograd.gradcheck</c> where left out.</param>
    /// <returns>What was found. Nothing is thrown for a wrong gradient; see <see cref="GradientReport.ThrowIfFailed"/>.</returns>
    /// <exception cref="ArgumentException">There are no inputs, a gradient's shape is not its input's, or the step is lost in an element's rounding.</exception>
    public static GradientReport Run<TCache>(
        IReadOnlyList<(string Name, Tensor<double> Value)> inputs,
        Func<Tensor<double>[], (Tensor<double> Output, TCache Cache)> forward,
        Func<Tensor<double>, TCache, Tensor<double>[]> backward,
        GradientCheckOptions? options = null) =>
        Run(inputs, t => [forward(t).Output], (t, douts) => backward(douts[0], forward(t).Cache), options);

    /// <summary>Checks a loss: a forward that returns a scalar and a cache, and the backward that reads the cache.</summary>
    /// <typeparam name="TCache">What the forward saves for the backward.</typeparam>
    /// <param name="inputs">The inputs to check, by name; the forward gets them in this order.</param>
    /// <param name="forward">From the inputs to the scalar and the cache.</param>
    /// <param name="backward">From the incoming gradient and the cache to one gradient per input, in the same order.</param>
    /// <param name="options">Step, tolerances and seed; those of <c>torch.autograd.gradcheck</c> where left out.</param>
    /// <returns>What was found. Nothing is thrown for a wrong gradient; see <see cref="GradientReport.ThrowIfFailed"/>.</returns>
    /// <exception cref="ArgumentException">There are no inputs, a gradient's shape is not its input's, or the step is lost in an element's rounding.</exception>
    public static GradientReport Run<TCache>(
        IReadOnlyList<(string Name, Tensor<double> Value)> inputs,
        Func<Tensor<double>[], (double Output, TCache Cache)> forward,
        Func<double, TCache, Tensor<double>[]> backward,
        GradientCheckOptions? options = null) =>
        Run(inputs, t => [Tensor.Create([forward(t).Output])], (t, douts) => backward(douts[0][0], forward(t).Cache), options);

    /// <summary>Checks a backward that is given the inputs again, against a forward with one output: a staged body, for example.</summary>
    /// <param name="inputs">The inputs to check, by name; the forward and the backward get them in this order.</param>
    /// <param name="forward">From the inputs to the output.</param>
    /// <param name="backward">From the inputs and the incoming gradient, of the output's shape, to one gradient per input, in the same order.</param>
    /// <param name="options">Step, tolerances and seed; those of <c>torch.autograd.gradcheck</c> where left out.</param>
    /// <returns>What was found. Nothing is thrown for a wrong gradient; see <see cref="GradientReport.ThrowIfFailed"/>.</returns>
    /// <exception cref="ArgumentException">There are no inputs, a gradient's shape is not its input's, or the step is lost in an element's rounding.</exception>
    public static GradientReport Run(
        IReadOnlyList<(string Name, Tensor<double> Value)> inputs,
        Func<Tensor<double>[], Tensor<double>> forward,
        Func<Tensor<double>[], Tensor<double>, Tensor<double>[]> backward,
        GradientCheckOptions? options = null) =>
        Run(inputs, t => [forward(t)], (t, douts) => backward(t, douts[0]), options);

    /// <summary>Checks a backward that is given the inputs again, against a loss: a forward that returns a scalar.</summary>
    /// <param name="inputs">The inputs to check, by name; the forward and the backward get them in this order.</param>
    /// <param name="forward">From the inputs to the scalar.</param>
    /// <param name="backward">From the inputs and the incoming gradient to one gradient per input, in the same order.</param>
    /// <param name="options">Step, tolerances and seed; those of <c>torch.autograd.gradcheck</c> where left out.</param>
    /// <returns>What was found. Nothing is thrown for a wrong gradient; see <see cref="GradientReport.ThrowIfFailed"/>.</returns>
    /// <exception cref="ArgumentException">There are no inputs, a gradient's shape is not its input's, or the step is lost in an element's rounding.</exception>
    public static GradientReport Run(
        IReadOnlyList<(string Name, Tensor<double> Value)> inputs,
        Func<Tensor<double>[], double> forward,
        Func<Tensor<double>[], double, Tensor<double>[]> backward,
        GradientCheckOptions? options = null) =>
        Run(inputs, t => [Tensor.Create([forward(t)])], (t, douts) => backward(t, douts[0][0]), options);

    /// <summary>Checks a layer with several outputs, all of them at once. A scalar among them is a tensor of one element.</summary>
    /// <param name="inputs">The inputs to check, by name; the forward and the backward get them in this order.</param>
    /// <param name="forward">From the inputs to the outputs.</param>
    /// <param name="backward">From the inputs and the incoming gradients, one per output and of its shape, to one gradient per input, in the same order.</param>
    /// <param name="options">Step, tolerances and seed; those of <c>torch.autograd.gradcheck</c> where left out.</param>
    /// <returns>What was found. Nothing is thrown for a wrong gradient; see <see cref="GradientReport.ThrowIfFailed"/>.</returns>
    /// <exception cref="ArgumentException">There are no inputs, a gradient's shape is not its input's, or the step is lost in an element's rounding.</exception>
    public static GradientReport Run(
        IReadOnlyList<(string Name, Tensor<double> Value)> inputs,
        Func<Tensor<double>[], Tensor<double>[]> forward,
        Func<Tensor<double>[], Tensor<double>[], Tensor<double>[]> backward,
        GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(backward);
        if (inputs.Count == 0)
            throw new ArgumentException("There is nothing to check: give at least one input.", nameof(inputs));

        options ??= new();
        var function = new WeightedOutputs(inputs.Select(input => input.Value), forward, new Random(options.Seed));
        var gradients = function.Gradients(backward);
        ThrowUnlessShapedLike(inputs, gradients, nameof(backward));

        // Copied before anything moves: a backward may return a view of an input.
        double[][] analytic = [.. gradients.Select(WeightedOutputs.Flatten)];
        return new GradientReport([.. inputs.Select((input, i) => CheckInput(function, i, input.Name, input.Value.Lengths.ToArray(), analytic[i], options))], options);
    }

    private static InputGradientReport CheckInput(
        WeightedOutputs function, int input, string name, nint[] lengths, double[] analytic, GradientCheckOptions options)
    {
        var compared = new List<GradientElement>(analytic.Length);
        int kinks = 0;
        for (int element = 0; element < analytic.Length; element++)
        {
            var unknown = new GradientElement(name, IndexOf(element, lengths), analytic[element], Numerical: double.NaN, Tolerance: double.NaN);
            double step = StepThatArrives(function[input, element], unknown, options);
            if (CheckElement(unknown, t => function.Change(input, element, t), step, options) is { } comparison)
                compared.Add(comparison);
            else
                kinks++;
        }

        return new InputGradientReport(name, lengths, compared, kinks, options);
    }

    /// <summary>Fills in the numerical gradient; <see langword="null"/> where the function has a kink instead of one.</summary>
    private static GradientElement? CheckElement(GradientElement unknown, Func<double, double> change, double step, GradientCheckOptions options)
    {
        var comparison = With(Slopes.Derivative(change, step, options.Difference));
        if (comparison.Agrees)
            return comparison;

        // The five-point rule strides a thousand times further than a look at a kink should.
        double near = options.Difference is CentralDifference.FivePoint ? step / 1024 : step;
        var (wide, narrow) = (Slopes.At(change, near), Slopes.At(change, near / 2));
        if (With(narrow.Mean) is { Agrees: true } closer)
            return closer;
        return Slopes.ShowKink(wide, narrow, unknown.Analytic) ? null : comparison;

        GradientElement With(double numerical) =>
            unknown with { Numerical = numerical, Tolerance = options.AbsoluteTolerance + options.RelativeTolerance * Math.Abs(numerical) };
    }

    /// <summary>How far an element really moves: x + h is rounded to a double.</summary>
    private static double StepThatArrives(double value, GradientElement element, GradientCheckOptions options)
    {
        double step = value + options.StepOrDefault - value;
        return step != 0 ? step : throw new ArgumentException(
            FormattableString.Invariant($"The step {options.StepOrDefault:G3} is lost in the rounding of {element.Input}[{string.Join(", ", element.Index)}] = {value:G9}; set a larger {nameof(GradientCheckOptions.Step)}."),
            nameof(options));
    }

    private static nint[] IndexOf(nint element, nint[] lengths)
    {
        var index = new nint[lengths.Length];
        for (int axis = lengths.Length - 1; axis >= 0; axis--)
            (element, index[axis]) = Math.DivRem(element, lengths[axis]);
        return index;
    }

    private static void ThrowUnlessShapedLike(IReadOnlyList<(string Name, Tensor<double> Value)> inputs, Tensor<double>[] gradients, string parameter)
    {
        if (gradients.Length != inputs.Count)
            throw new ArgumentException($"The backward returned {gradients.Length} gradients for {inputs.Count} inputs ({string.Join(", ", inputs.Select(input => input.Name))}); return one for each, in this order.", parameter);

        foreach (var ((name, value), gradient) in inputs.Zip(gradients))
        {
            if (!gradient.Lengths.SequenceEqual(value.Lengths))
                throw new ArgumentException($"The gradient of {name} has the shape {ShapeOf(gradient)} and {name} itself {ShapeOf(value)}; a gradient has the shape of its input.", parameter);
        }
    }

    private static string ShapeOf(Tensor<double> tensor) => $"[{string.Join(", ", tensor.Lengths.ToArray())}]";
}
