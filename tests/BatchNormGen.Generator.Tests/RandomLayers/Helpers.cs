namespace BatchNormGen.Generator.Tests.RandomLayers;

/// <summary>What the body of a random layer may call or choose by, beside the staging library.</summary>
internal static class Helpers
{
    /// <summary>A later one may use those before it.</summary>
    private static readonly (string Use, string Code)[] Table =
    [
        ("Choice ", "public enum Choice { First, Second, Third }"),
        ("Center(", "static Tensor<real> Center(Tensor<real> v, int axis) => v - v.Mean(axis: axis, keepDims: true);"),
        ("Normalize(", "static Tensor<real> Normalize(Tensor<real> v, int axis) { var d = Center(v, axis); return d / (d.Square().Mean(axis: axis, keepDims: true) + 0.25#).Sqrt(); }"),
        ("Gate(", "static Tensor<real> Gate(Tensor<real> a, Tensor<real> b) => a.Sigmoid() * b;"),
        ("Size(", "static real Size(Tensor<real> v) => real.Sqrt(v.Square().Mean() + 0.5#);"),
        ("Moments(", "static (Tensor<real> mean, Tensor<real> variance) Moments(Tensor<real> v, int axis) { var mean = v.Mean(axis: axis, keepDims: true); return (mean, (v - mean).Square().Mean(axis: axis, keepDims: true)); }"),
        ("Parts(", "static (Tensor<real> sign, real size) Parts(Tensor<real> v) => (v.Sign(), Size(v));"),
        (".Damped(", "extension(Tensor<real> v) { public Tensor<real> Damped(real s) => v / (v.Square() + s); }"),
        ("Squash(", "[Differentiable] public static Tensor<real> Squash([Shape(\"K\")] Tensor<real> v) => v / (v.Square().Sum() + 1);"),
        ("Affine(", "[Differentiable(Backward = BackwardForm.Staged)] public static (Tensor<real> scaled, Tensor<real> sums) Affine([Shape(\"I, J\")] Tensor<real> v, [Shape(\"J\")] Tensor<real> w) { var scaled = v * w; return (scaled.Tanh(), scaled.Mean(axis: 0)); }"),
    ];

    /// <summary>Those that a text uses, and those that they use, a line each.</summary>
    public static string UsedBy(string code)
    {
        var used = "";
        foreach (var (use, helper) in Table.Reverse())
            if ((code + used).Contains(use, StringComparison.Ordinal)) used = helper + "\n" + used;
        return used;
    }
}
