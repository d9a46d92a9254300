using System.Numerics.Tensors;
using BatchNormGen.Tests.Vectors;
using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Layers;

/// <summary>
/// What is not a number, infinite, huge or tiny comes out where the stages have it: in the outputs where the staged body does, in the
/// gradients where the staged backward does. Only the kind of each element is compared.
/// </summary>
public class NotFiniteTests
{
    private delegate Tensor<double>[] Run(Tensor<double> x, Tensor<double> w, Func<Tensor<double>, Tensor<double>> dout);

    private static readonly Dictionary<string, (Func<Tensor<double>, Tensor<double>, Tensor<double>> Body, Func<Tensor<double>, Tensor<double>, Tensor<double>> Fused, Run Closed, Run Staged)> Layers = new()
    {
        ["BatchNorm"] = (NotFiniteBodies.BatchNorm, NotFinite.BatchNormFused, (x, w, dout) => { var (output, cache) = NotFinite.BatchNormForward(x, w); var (dx, dw) = NotFinite.BatchNormBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.BatchNormForward(x, w); var (dx, dw) = NotFiniteStaged.BatchNormBackward(dout(output), cache); return [output, dx, dw]; }),
        ["LayerNorm"] = (NotFiniteBodies.LayerNorm, NotFinite.LayerNormFused, (x, w, dout) => { var (output, cache) = NotFinite.LayerNormForward(x, w); var (dx, dw) = NotFinite.LayerNormBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.LayerNormForward(x, w); var (dx, dw) = NotFiniteStaged.LayerNormBackward(dout(output), cache); return [output, dx, dw]; }),
        ["RootMeanSquareNorm"] = (NotFiniteBodies.RootMeanSquareNorm, NotFinite.RootMeanSquareNormFused, (x, w, dout) => { var (output, cache) = NotFinite.RootMeanSquareNormForward(x, w); var (dx, dw) = NotFinite.RootMeanSquareNormBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.RootMeanSquareNormForward(x, w); var (dx, dw) = NotFiniteStaged.RootMeanSquareNormBackward(dout(output), cache); return [output, dx, dw]; }),
        ["UnitRows"] = (NotFiniteBodies.UnitRows, NotFinite.UnitRowsFused, (x, w, dout) => { var (output, cache) = NotFinite.UnitRowsForward(x, w); var (dx, dw) = NotFinite.UnitRowsBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.UnitRowsForward(x, w); var (dx, dw) = NotFiniteStaged.UnitRowsBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Cosine"] = (NotFiniteBodies.Cosine, NotFinite.CosineFused, (x, w, dout) => { var (output, cache) = NotFinite.CosineForward(x, w); var (dx, dw) = NotFinite.CosineBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.CosineForward(x, w); var (dx, dw) = NotFiniteStaged.CosineBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Softmax"] = (NotFiniteBodies.Softmax, NotFinite.SoftmaxFused, (x, w, dout) => { var (output, cache) = NotFinite.SoftmaxForward(x, w); var (dx, dw) = NotFinite.SoftmaxBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.SoftmaxForward(x, w); var (dx, dw) = NotFiniteStaged.SoftmaxBackward(dout(output), cache); return [output, dx, dw]; }),
        ["SoftmaxByHand"] = (NotFiniteBodies.SoftmaxByHand, NotFinite.SoftmaxByHandFused, (x, w, dout) => { var (output, cache) = NotFinite.SoftmaxByHandForward(x, w); var (dx, dw) = NotFinite.SoftmaxByHandBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.SoftmaxByHandForward(x, w); var (dx, dw) = NotFiniteStaged.SoftmaxByHandBackward(dout(output), cache); return [output, dx, dw]; }),
        ["LogSoftmax"] = (NotFiniteBodies.LogSoftmax, NotFinite.LogSoftmaxFused, (x, w, dout) => { var (output, cache) = NotFinite.LogSoftmaxForward(x, w); var (dx, dw) = NotFinite.LogSoftmaxBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.LogSoftmaxForward(x, w); var (dx, dw) = NotFiniteStaged.LogSoftmaxBackward(dout(output), cache); return [output, dx, dw]; }),
        ["LogSumExp"] = (NotFiniteBodies.LogSumExp, NotFinite.LogSumExpFused, (x, w, dout) => { var (output, cache) = NotFinite.LogSumExpForward(x, w); var (dx, dw) = NotFinite.LogSumExpBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.LogSumExpForward(x, w); var (dx, dw) = NotFiniteStaged.LogSumExpBackward(dout(output), cache); return [output, dx, dw]; }),
        ["CrossEntropy"] = (NotFiniteBodies.CrossEntropy, NotFinite.CrossEntropyFused, (x, w, dout) => { var (output, cache) = NotFinite.CrossEntropyForward(x, w); var (dx, dw) = NotFinite.CrossEntropyBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.CrossEntropyForward(x, w); var (dx, dw) = NotFiniteStaged.CrossEntropyBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Centered"] = (NotFiniteBodies.Centered, NotFinite.CenteredFused, (x, w, dout) => { var (output, cache) = NotFinite.CenteredForward(x, w); var (dx, dw) = NotFinite.CenteredBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.CenteredForward(x, w); var (dx, dw) = NotFiniteStaged.CenteredBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Deviation"] = (NotFiniteBodies.Deviation, NotFinite.DeviationFused, (x, w, dout) => { var (output, cache) = NotFinite.DeviationForward(x, w); var (dx, dw) = NotFinite.DeviationBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.DeviationForward(x, w); var (dx, dw) = NotFiniteStaged.DeviationBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Largest"] = (NotFiniteBodies.Largest, NotFinite.LargestFused, (x, w, dout) => { var (output, cache) = NotFinite.LargestForward(x, w); var (dx, dw) = NotFinite.LargestBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.LargestForward(x, w); var (dx, dw) = NotFiniteStaged.LargestBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Smallest"] = (NotFiniteBodies.Smallest, NotFinite.SmallestFused, (x, w, dout) => { var (output, cache) = NotFinite.SmallestForward(x, w); var (dx, dw) = NotFinite.SmallestBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.SmallestForward(x, w); var (dx, dw) = NotFiniteStaged.SmallestBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Sigmoid"] = (NotFiniteBodies.Sigmoid, NotFinite.SigmoidFused, (x, w, dout) => { var (output, cache) = NotFinite.SigmoidForward(x, w); var (dx, dw) = NotFinite.SigmoidBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.SigmoidForward(x, w); var (dx, dw) = NotFiniteStaged.SigmoidBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Tanh"] = (NotFiniteBodies.Tanh, NotFinite.TanhFused, (x, w, dout) => { var (output, cache) = NotFinite.TanhForward(x, w); var (dx, dw) = NotFinite.TanhBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.TanhForward(x, w); var (dx, dw) = NotFiniteStaged.TanhBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Gelu"] = (NotFiniteBodies.Gelu, NotFinite.GeluFused, (x, w, dout) => { var (output, cache) = NotFinite.GeluForward(x, w); var (dx, dw) = NotFinite.GeluBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.GeluForward(x, w); var (dx, dw) = NotFiniteStaged.GeluBackward(dout(output), cache); return [output, dx, dw]; }),
        ["GeluTanh"] = (NotFiniteBodies.GeluTanh, NotFinite.GeluTanhFused, (x, w, dout) => { var (output, cache) = NotFinite.GeluTanhForward(x, w); var (dx, dw) = NotFinite.GeluTanhBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.GeluTanhForward(x, w); var (dx, dw) = NotFiniteStaged.GeluTanhBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Silu"] = (NotFiniteBodies.Silu, NotFinite.SiluFused, (x, w, dout) => { var (output, cache) = NotFinite.SiluForward(x, w); var (dx, dw) = NotFinite.SiluBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.SiluForward(x, w); var (dx, dw) = NotFiniteStaged.SiluBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Mish"] = (NotFiniteBodies.Mish, NotFinite.MishFused, (x, w, dout) => { var (output, cache) = NotFinite.MishForward(x, w); var (dx, dw) = NotFinite.MishBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.MishForward(x, w); var (dx, dw) = NotFiniteStaged.MishBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Softplus"] = (NotFiniteBodies.Softplus, NotFinite.SoftplusFused, (x, w, dout) => { var (output, cache) = NotFinite.SoftplusForward(x, w); var (dx, dw) = NotFinite.SoftplusBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.SoftplusForward(x, w); var (dx, dw) = NotFiniteStaged.SoftplusBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Elu"] = (NotFiniteBodies.Elu, NotFinite.EluFused, (x, w, dout) => { var (output, cache) = NotFinite.EluForward(x, w); var (dx, dw) = NotFinite.EluBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.EluForward(x, w); var (dx, dw) = NotFiniteStaged.EluBackward(dout(output), cache); return [output, dx, dw]; }),
        ["LeakyRelu"] = (NotFiniteBodies.LeakyRelu, NotFinite.LeakyReluFused, (x, w, dout) => { var (output, cache) = NotFinite.LeakyReluForward(x, w); var (dx, dw) = NotFinite.LeakyReluBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.LeakyReluForward(x, w); var (dx, dw) = NotFiniteStaged.LeakyReluBackward(dout(output), cache); return [output, dx, dw]; }),
        ["ReluChain"] = (NotFiniteBodies.ReluChain, NotFinite.ReluChainFused, (x, w, dout) => { var (output, cache) = NotFinite.ReluChainForward(x, w); var (dx, dw) = NotFinite.ReluChainBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.ReluChainForward(x, w); var (dx, dw) = NotFiniteStaged.ReluChainBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Greater"] = (NotFiniteBodies.Greater, NotFinite.GreaterFused, (x, w, dout) => { var (output, cache) = NotFinite.GreaterForward(x, w); var (dx, dw) = NotFinite.GreaterBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.GreaterForward(x, w); var (dx, dw) = NotFiniteStaged.GreaterBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Smaller"] = (NotFiniteBodies.Smaller, NotFinite.SmallerFused, (x, w, dout) => { var (output, cache) = NotFinite.SmallerForward(x, w); var (dx, dw) = NotFinite.SmallerBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.SmallerForward(x, w); var (dx, dw) = NotFiniteStaged.SmallerBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Clamp"] = (NotFiniteBodies.Clamp, NotFinite.ClampFused, (x, w, dout) => { var (output, cache) = NotFinite.ClampForward(x, w); var (dx, dw) = NotFinite.ClampBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.ClampForward(x, w); var (dx, dw) = NotFiniteStaged.ClampBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Where"] = (NotFiniteBodies.Where, NotFinite.WhereFused, (x, w, dout) => { var (output, cache) = NotFinite.WhereForward(x, w); var (dx, dw) = NotFinite.WhereBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.WhereForward(x, w); var (dx, dw) = NotFiniteStaged.WhereBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Absolute"] = (NotFiniteBodies.Absolute, NotFinite.AbsoluteFused, (x, w, dout) => { var (output, cache) = NotFinite.AbsoluteForward(x, w); var (dx, dw) = NotFinite.AbsoluteBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.AbsoluteForward(x, w); var (dx, dw) = NotFiniteStaged.AbsoluteBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Quotient"] = (NotFiniteBodies.Quotient, NotFinite.QuotientFused, (x, w, dout) => { var (output, cache) = NotFinite.QuotientForward(x, w); var (dx, dw) = NotFinite.QuotientBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.QuotientForward(x, w); var (dx, dw) = NotFiniteStaged.QuotientBackward(dout(output), cache); return [output, dx, dw]; }),
        ["Logarithm"] = (NotFiniteBodies.Logarithm, NotFinite.LogarithmFused, (x, w, dout) => { var (output, cache) = NotFinite.LogarithmForward(x, w); var (dx, dw) = NotFinite.LogarithmBackward(dout(output), cache); return [output, dx, dw]; }, (x, w, dout) => { var (output, cache) = NotFiniteStaged.LogarithmForward(x, w); var (dx, dw) = NotFiniteStaged.LogarithmBackward(dout(output), cache); return [output, dx, dw]; }),
    };

    private static readonly double[] Values = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 3e38, -3e38, 1e200, -1e200, 1e-200, 0];

    public static TheoryData<string, bool, double> Cases =>
        [.. from name in Layers.Keys from inWeight in (bool[])[false, true] from value in Values select new TheoryDataRow<string, bool, double>(name, inWeight, value)];

    [Theory, MemberData(nameof(Cases))]
    public void What_is_not_finite_comes_out_where_the_stages_have_it(string name, bool inWeight, double value)
    {
        var (body, fused, closed, staged) = Layers[name];
        var (x, w) = (Draw(name, 0.5, 2, 3, 5), Draw(name, -2, -0.5, 5));
        if (inWeight) w[2] = value;
        else x[1, 2] = value;
        var expected = staged(x, w, Incoming);
        var actual = closed(x, w, Incoming);
        Assert.Equal(Kinds(body(x, w)), Kinds(fused(x, w)));
        Assert.Equal(Kinds(body(x, w)), Kinds(actual[0]));
        if (!Differs(name, inWeight, value, "dx")) Assert.Equal(Kinds(expected[1]), Kinds(actual[1]));
        if (!Differs(name, inWeight, value, "dw")) Assert.Equal(Kinds(expected[2]), Kinds(actual[2]));
    }

    /// <summary>Where algebra says otherwise than the stages, whose operations come in another order.</summary>
    private static bool Differs(string name, bool inWeight, double value, string gradient) => (name, gradient) switch
    {
        // With an infinite weight the stages come to ∞ − ∞. In the closed form one of the two is not there, or the weight is a common factor.
        ("LayerNorm" or "Softmax" or "SoftmaxByHand" or "LogSoftmax" or "CrossEntropy" or "Deviation", "dx") => inWeight && double.IsInfinity(value),

        // Σ c·[p]·f = c·Σ [p]·f: a bracket that does not hold hides an infinite c in the sum, and not before it, where c·0 is NaN.
        ("Smallest", "dw") => double.IsNaN(value),
        ("ReluChain", "dw") => inWeight && (double.IsNaN(value) || double.IsNegativeInfinity(value)),

        // x·x·w·σ(x·w)·(1 − σ(x·w)): the square is infinite before it meets the zero.
        ("Silu", "dw") => !inWeight && Math.Abs(value) == 1e200,
        _ => false,
    };

    private static Tensor<double> Incoming(Tensor<double> output) => Draw("dout", 0.5, 2, output.Lengths.ToArray());

    private static IEnumerable<string> Kinds(Tensor<double> tensor) =>
        TensorValues.Of(tensor).Select(value => double.IsNaN(value) ? "NaN" : double.IsInfinity(value) ? value > 0 ? "+∞" : "−∞" : "finite");
}
