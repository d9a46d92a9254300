namespace BatchNormGen.Generator.Tests.RandomLayers;

/// <summary>
/// What random layers are made of: templates of expressions that keep a shape, or broadcast two, each with an argument in its domain,
/// and with a bound of the result for bounds of the operands.
/// </summary>
internal static class Vocabulary
{
    public static readonly (string Template, Func<double, double> Bound)[] Functions =
    [
        ("{0}.Tanh().Exp()", _ => 3), ("{0}.Tanh().ExpM1()", _ => 2), ("({0}.Square() + 0.5#).Log()", b => b), ("{0}.Square().LogP1()", b => b), ("({0}.Square() + 0.5#).Log2()", b => b + 1),
        ("{0}.Sin()", _ => 1), ("{0}.Cos()", _ => 1), ("{0}.Tanh()", _ => 1), ("{0}.Sigmoid()", _ => 1), ("{0}.Erf()", _ => 1), ("{0}.Softplus()", b => b + 1), ("{0}.Relu()", b => b), ("{0}.Abs()", b => b), ("{0}.Sign()", _ => 1),
        ("{0}.LeakyRelu(0.125#)", b => b), ("{0}.Elu(0.5#)", b => b), ("{0}.Gelu()", b => b), ("{0}.Gelu(GeluApproximation.Tanh)", b => b), ("{0}.Silu()", b => b), ("{0}.Mish()", b => b), ("{0}.HardTanh()", _ => 1),
        ("{0}.Clamp(-0.5#, 0.75#)", _ => 1), ("{0}.Square()", b => b * b), ("{0}.Pow(3)", b => b * b * b), ("({0}.Square() + 0.25#).Sqrt()", b => b + 0.5), ("({0}.Square() + 0.5#).ReciprocalSqrt()", _ => 1.5), ("({0}.Square() + 0.5#).Reciprocal()", _ => 2),
        ("({0}.Square() + 0.5#).Pow(-1.5#)", _ => 3), ("-{0}", b => b), ("1 / ({0}.Square() + 1)", _ => 1), ("{0} * 0.5#", b => b), ("{0} + 0.25#", b => b + 1), ("0.5# - {0}", b => b + 1), ("{0}.Maximum(0.25#)", b => b), ("{0}.Minimum(-0.25#)", b => b),
        ("{0} / {0}.Lengths[0]", b => b), ("{0} * 3 / {0}.FlattenedLength", b => 3 * b), ("{0} * {0}.Rank", b => 4 * b), (RandomLayer.Stop, b => b),
        ("Tensor.Sin<real>({0})", _ => 1), ("Tensor.Exp<real>(Tensor.Tanh<real>({0}))", _ => 3), ("Tensor.Negate<real>({0})", b => b), ("Tensor.Abs<real>({0})", b => b), ("{0}.Damped(1.5#)", b => b),
    ];

    public static readonly (string Template, Func<double, double> Bound)[] ScalarFunctions =
    [
        ("real.Tanh({0})", _ => 1), ("real.Exp(real.Tanh({0}))", _ => 3), ("real.Sqrt({0} * {0} + 0.5#)", b => b + 1), ("real.Log({0} * {0} + 0.5#)", b => b), ("real.Abs({0})", b => b), ("1 / ({0} * {0} + 1)", _ => 1), ("{0} * 0.5#", b => b), ("1 - {0}", b => b + 1), ("real.Sin({0})", _ => 1), ("-{0}", b => b), ("{0} / 3", b => b),
        ("real.Pow({0} * {0} + 0.5#, 1.5#)", b => b * b * b + 1), ("real.Clamp({0}, -1, 0.5#)", _ => 1), ("real.Max({0}, 0.25#)", b => b),
    ];

    /// <summary>A scalar of a tensor.</summary>
    public static readonly (string Template, Func<double, int, double> Bound)[] Totals =
    [
        ("Size({0})", (b, _) => b + 1), ("Parts({0}).size", (b, _) => b + 1), ("Tensor.Sum<real>({0})", (b, count) => b * count), ("Tensor.Average<real>({0})", (b, _) => b), ("Tensor.Max<real>({0})", (b, _) => b), ("Tensor.Min<real>({0})", (b, _) => b),
        ("var (_, {r}) = Parts({0});", (b, _) => b + 1),
    ];

    public static readonly string[] ScalarPairs = ["{0} * {1}", "{0} - {1}", "real.Max({0}, {1})", "real.Min({0}, {1})"];

    /// <summary>Of two operands, either of which may be a scalar.</summary>
    public static readonly (string Template, Func<double, double, double> Bound)[] Pairs =
    [
        ("{0} + {1}", (a, b) => a + b), ("{0} - {1}", (a, b) => a + b), ("{0} * {1}", (a, b) => a * b), ("{0} * {1}", (a, b) => a * b), ("{0} / ({1} * {1} + 1)", (a, _) => a),
    ];

    public static readonly (string Template, Func<double, double, double> Bound)[] TensorPairs =
    [
        ("{0} / ({1}.Square() + 0.5#)", (a, _) => 2 * a), ("{0}.Maximum({1})", Math.Max), ("{0}.Minimum({1})", Math.Max), ("({0}.Square() + 0.5#).Pow({1}.Tanh())", (a, _) => a * a + 2), ("Gate({0}, {1})", (_, b) => b),
        ("Tensor.Add<real>({0}, {1})", (a, b) => a + b), ("Tensor.Subtract<real>({0}, {1})", (a, b) => a + b), ("Tensor.Multiply<real>({0}, {1})", (a, b) => a * b), ("Tensor.Divide<real>({0}, {1} * {1} + 1)", (a, _) => a), ("Tensor.Max<real>({0}, {1})", Math.Max),
        ("Tensor<real> {r}Of(Tensor<real> v) => v.Sin() + {1}; var {r} = {r}Of({0});", (_, b) => b + 1),
    ];

    /// <summary>Of two operands, the second of which broadcasts to the first: statements that run in rounds.</summary>
    public static readonly (string Template, Func<double, double, double> Bound)[] Loops =
    [
        ("var {r} = {0}; for (var i = 0; i < 3; i++) {r} = ({r} * 0.5# + {1}).Tanh();", (_, _) => 1),
        ("var {r} = {0}; for (var i = 1; i <= 2; i++) {r} = {r} + {1} / i;", (a, b) => a + 2 * b),
        ("var {r} = {0}; for (var i = 0; i < 4; i++) { if (i % 2 == 0) {r} = {r}.Sin(); else {r} = {r} * {1}; }", (_, b) => b),
        ("var {r} = {0} - {1}; foreach (var factor in new[] { 0.5#, 0.25# }) {r} = {r}.Square() * factor;", (a, b) => (a + b) * (a + b) * (a + b) * (a + b)),
    ];

    /// <summary>By a truth value, of one operand.</summary>
    public static readonly (string Template, Func<double, double> Bound)[] Branches =
    [
        ("{1} ? {0}.Tanh() : {0} * 0.5#", b => b), ("var {r} = {0}; if ({1}) {r} = {r}.Sin();", b => b), ("(!{1} ? {0} - 0.5# : {0}).Softplus()", b => b + 1),
    ];

    /// <summary>By one of three, of two operands of the same shape.</summary>
    public static readonly (string Template, Func<double, double, double> Bound)[] Choices =
    [
        ("{2} switch { Choice.First => {0}, Choice.Second => {1}.Sin(), _ => {0} - {1} }", (a, b) => a + b), ("{2} == Choice.Second ? {0} * {1} : {1}", (a, b) => a * b + b),
    ];

    public static readonly string[] Comparisons = ["GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual", "NotEqualTo", "EqualTo"];

    public static readonly string[] Reductions = ["Sum", "Sum", "Mean", "Mean", "Mean", "Max", "Min", "Variance", "LogSumExp", "StandardDeviation", "Norm"];

    /// <summary>Along the axis #A, which stays.</summary>
    public static readonly string[] Along =
    [
        "{0}.Softmax(axis: #A)", "{0}.LogSoftmax(axis: #A)", "Center({0}, #A)", "Normalize({0}, #A)", "var ({r}Mean, {r}Variance) = Moments({0}, #A); var {r} = ({0} - {r}Mean) / ({r}Variance + 0.5#);",
    ];
}
