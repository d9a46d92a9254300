using System.Numerics.Tensors;
using static BatchNormGen.Tests.Operations.Operation<float>;

namespace BatchNormGen.Tests.Operations;

/// <summary>Each element-wise operation as a layer of its own that gives its values, and their sums over rows: alone, and within a reduction.</summary>
public static partial class ElementWiseInFloat
{
    /// <summary>By the names of the tables of operations.</summary>
    internal static readonly Dictionary<string, Operation<float>> Table = new()
    {
        ["Exp"] = One(Exp, ExpFused, ExpForward, ExpBackward),
        ["ExpM1"] = One(ExpM1, ExpM1Fused, ExpM1Forward, ExpM1Backward),
        ["Log"] = One(Log, LogFused, LogForward, LogBackward, from: 0.25f, to: 4),
        ["LogP1"] = One(LogP1, LogP1Fused, LogP1Forward, LogP1Backward, from: -0.75f, to: 4),
        ["Log2"] = One(Log2, Log2Fused, Log2Forward, Log2Backward, from: 0.25f, to: 4),
        ["Sin"] = One(Sin, SinFused, SinForward, SinBackward),
        ["Cos"] = One(Cos, CosFused, CosForward, CosBackward),
        ["Tanh"] = One(Tanh, TanhFused, TanhForward, TanhBackward),
        ["Sigmoid"] = One(Sigmoid, SigmoidFused, SigmoidForward, SigmoidBackward),
        ["Erf"] = One(Erf, ErfFused, ErfForward, ErfBackward),
        ["Softplus"] = One(Softplus, SoftplusFused, SoftplusForward, SoftplusBackward),
        ["Relu"] = One(Relu, ReluFused, ReluForward, ReluBackward),
        ["Abs"] = One(Abs, AbsFused, AbsForward, AbsBackward),
        ["Sign"] = One(Sign, SignFused, SignForward, SignBackward),
        ["StopGradient"] = One(StopGradient, StopGradientFused, StopGradientForward, StopGradientBackward, isStopped: true),
        ["Maximum"] = Two(Maximum, MaximumFused, MaximumForward, MaximumBackward),
        ["Minimum"] = Two(Minimum, MinimumFused, MinimumForward, MinimumBackward),
        ["Pow"] = Two(Pow, PowFused, PowForward, PowBackward, from: 0.25f, to: 4),
        ["Clamp"] = One(Clamp, ClampFused, ClampForward, ClampBackward),
        ["Where"] = Two(Where, WhereFused, WhereForward, WhereBackward),
        ["Square"] = One(Square, SquareFused, SquareForward, SquareBackward),
        ["Sqrt"] = One(Sqrt, SqrtFused, SqrtForward, SqrtBackward, from: 0.25f, to: 4),
        ["Reciprocal"] = One(Reciprocal, ReciprocalFused, ReciprocalForward, ReciprocalBackward, from: 0.25f, to: 4),
        ["ReciprocalSqrt"] = One(ReciprocalSqrt, ReciprocalSqrtFused, ReciprocalSqrtForward, ReciprocalSqrtBackward, from: 0.25f, to: 4),
        ["GreaterThan"] = Two(GreaterThan, GreaterThanFused, GreaterThanForward, GreaterThanBackward),
        ["GreaterThanOrEqual"] = Two(GreaterThanOrEqual, GreaterThanOrEqualFused, GreaterThanOrEqualForward, GreaterThanOrEqualBackward),
        ["LessThan"] = Two(LessThan, LessThanFused, LessThanForward, LessThanBackward),
        ["LessThanOrEqual"] = Two(LessThanOrEqual, LessThanOrEqualFused, LessThanOrEqualForward, LessThanOrEqualBackward),
        ["EqualTo"] = Two(EqualTo, EqualToFused, EqualToForward, EqualToBackward),
        ["NotEqualTo"] = Two(NotEqualTo, NotEqualToFused, NotEqualToForward, NotEqualToBackward),
        ["LeakyRelu"] = One(LeakyRelu, LeakyReluFused, LeakyReluForward, LeakyReluBackward),
        ["Elu"] = One(Elu, EluFused, EluForward, EluBackward),
        ["Gelu"] = One(Gelu, GeluFused, GeluForward, GeluBackward),
        ["GeluTanh"] = One(GeluTanh, GeluTanhFused, GeluTanhForward, GeluTanhBackward),
        ["Silu"] = One(Silu, SiluFused, SiluForward, SiluBackward),
        ["Mish"] = One(Mish, MishFused, MishForward, MishBackward),
        ["HardTanh"] = One(HardTanh, HardTanhFused, HardTanhForward, HardTanhBackward),
    };

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Exp([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Exp();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) ExpM1([Shape("N, D")] Tensor<float> x)
    {
        var y = x.ExpM1();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Log([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Log();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) LogP1([Shape("N, D")] Tensor<float> x)
    {
        var y = x.LogP1();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Log2([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Log2();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Sin([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Sin();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Cos([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Cos();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Tanh([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Tanh();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Sigmoid([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Sigmoid();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Erf([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Erf();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Softplus([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Softplus();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Relu([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Relu();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Abs([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Abs();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Sign([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Sign();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) StopGradient([Shape("N, D")] Tensor<float> x)
    {
        var y = x.StopGradient() * x;
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Maximum([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w)
    {
        var y = x.Maximum(w);
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Minimum([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w)
    {
        var y = x.Minimum(w);
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Pow([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w)
    {
        var y = x.Pow(w);
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Clamp([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Clamp(-1, 0.5f);
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Where([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w)
    {
        var y = x.LessThan(w.Square()).Where(x.Square(), w);
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Square([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Square();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Sqrt([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Sqrt();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Reciprocal([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Reciprocal();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) ReciprocalSqrt([Shape("N, D")] Tensor<float> x)
    {
        var y = x.ReciprocalSqrt();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) GreaterThan([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w)
    {
        var y = x.GreaterThan(w).Where(x * w, x - w);
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) GreaterThanOrEqual([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w)
    {
        var y = x.GreaterThanOrEqual(w).Where(x * w, x - w);
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) LessThan([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w)
    {
        var y = x.LessThan(w).Where(x * w, x - w);
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) LessThanOrEqual([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w)
    {
        var y = x.LessThanOrEqual(w).Where(x * w, x - w);
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) EqualTo([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w)
    {
        var y = x.EqualTo(w).Where(x * w, x - w);
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) NotEqualTo([Shape("N, D")] Tensor<float> x, [Shape("D")] Tensor<float> w)
    {
        var y = x.NotEqualTo(w).Where(x * w, x - w);
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) LeakyRelu([Shape("N, D")] Tensor<float> x)
    {
        var y = x.LeakyRelu(0.25f);
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Elu([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Elu(1.5f);
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Gelu([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Gelu();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) GeluTanh([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Gelu(GeluApproximation.Tanh);
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Silu([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Silu();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) Mish([Shape("N, D")] Tensor<float> x)
    {
        var y = x.Mish();
        return (y, y.Sum(axis: 1));
    }

    [Differentiable]
    public static (Tensor<float> y, Tensor<float> sums) HardTanh([Shape("N, D")] Tensor<float> x)
    {
        var y = x.HardTanh();
        return (y, y.Sum(axis: 1));
    }
}
