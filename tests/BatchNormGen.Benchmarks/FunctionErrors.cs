using System.Globalization;
using BatchNormGen.Kernels;

namespace BatchNormGen.Benchmarks;

/// <summary>
/// The worst errors of the elementary functions of lanes of float, in units of the last place of the exact result, over all
/// floats or every k-th of them. What is compared with is the function of the same name in double (<see cref="Scalars"/>), whose
/// own error is some 1e-8 of such a unit.
/// </summary>
internal sealed record FunctionErrors(string Only, long Stride)
{
    /// <summary>Floats that are computed between two looks at the results.</summary>
    private const int Batch = 1 << 14;

    private const long All = 1L << 32;

    public static FunctionErrors Parse(string[] arguments)
    {
        var errors = new FunctionErrors("", 1);
        var options = new Options("functions", arguments);
        while (options.Next() is { } option)
        {
            errors = option switch
            {
                "--only" => errors with { Only = options.Value() },
                "--every" => errors with { Stride = options.Number() },
                _ => throw options.Unknown(),
            };
        }
        return errors;
    }

    public void Run()
    {
        if (Lanes512<float>.IsSupported) Run<Lanes512<float>>(512);
        else if (Lanes256<float>.IsSupported) Run<Lanes256<float>>(256);
        else Run<Lanes128<float>>(128);
    }

    private void Run<V>(int bits) where V : struct, ILanes<V, float>
    {
        (string Name, Func<V, V> Lanes, Func<double, double> Exact)[] functions =
        [
            ("Exp", V.Exp, Scalars.Exp),
            ("ExpM1", V.ExpM1, Scalars.ExpM1),
            ("Log", V.Log, Scalars.Log),
            ("LogP1", V.LogP1, Scalars.LogP1),
            ("Log2", V.Log2, Scalars.Log2),
            ("Sin", V.Sin, Scalars.Sin),
            ("Cos", V.Cos, Scalars.Cos),
            ("Tanh", V.Tanh, Scalars.Tanh),
            ("Sigmoid", V.Sigmoid, Scalars.Sigmoid),
            ("Erf", V.Erf, Scalars.Erf),
            ("Erfc", V.Erfc, Scalars.Erfc),
            ("Softplus", V.Softplus, Scalars.Softplus),
            ("Sqrt", V.Sqrt, Scalars.Sqrt),
            ("Reciprocal", V.Reciprocal, Scalars.Reciprocal),
            ("ReciprocalSqrt", V.ReciprocalSqrt, Scalars.ReciprocalSqrt),
        ];
        var report = new Report();
        var inputs = Stride == 1 ? "all 2^32 floats" : $"every {Stride.ToString(CultureInfo.InvariantCulture)}th of the 2^32 floats";
        report.Text($"## Functions of {bits}-bit lanes of float: worst errors in units of the last place, {inputs}");
        report.BeginTable("function", "worst", "at".PadLeft(15), "is".PadLeft(15), "should be".PadLeft(15), "beyond 1");
        foreach (var (name, lanes, exact) in functions.Where(function => function.Name.Contains(Only, StringComparison.Ordinal)))
        {
            var worst = Measure(lanes, exact);
            report.Row(name, worst.Error.ToString("F2"), Text(worst.At), Text(worst.Is), Text((float)exact(worst.At)), ((double)worst.BeyondOne / (All / Stride)).ToString("P2"));
        }
        report.EndTable();

        static string Text(float value) => value.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>The worst of all threads, of which each takes its share of the bit patterns.</summary>
    private Worst Measure<V>(Func<V, V> lanes, Func<double, double> exact) where V : struct, ILanes<V, float>
    {
        var worst = new Worst(-1, 0, 0, 0);
        var gate = new Lock();
        var batches = (All + Stride * Batch - 1) / (Stride * Batch);
        Parallel.For(0, batches, () => new Worst(-1, 0, 0, 0), (batch, _, own) =>
        {
            Span<float> x = new float[Batch], y = new float[Batch];
            for (var i = 0; i < Batch; i++) x[i] = BitConverter.UInt32BitsToSingle((uint)((batch * Batch + i) * Stride));
            for (var i = 0; i < Batch; i += V.Count) lanes(V.Load(x, i)).Store(y, i);
            for (var i = 0; i < Batch; i++)
            {
                var error = Error(y[i], exact(x[i]));
                if (error > 1) own = own with { BeyondOne = own.BeyondOne + 1 };
                if (error > own.Error) own = own with { Error = error, At = x[i], Is = y[i] };
            }
            return own;
        }, own =>
        {
            lock (gate) worst = (own.Error > worst.Error ? own : worst) with { BeyondOne = worst.BeyondOne + own.BeyondOne };
        });
        return worst;
    }

    /// <summary>How far a float is from an exact value, in distances of neighbouring floats there; infinite where only one of them is a number.</summary>
    private static double Error(float value, double exact)
    {
        if (double.IsNaN(exact) || float.IsNaN(value)) return double.IsNaN(exact) && float.IsNaN(value) ? 0 : double.PositiveInfinity;
        var rounded = (float)exact;
        if (value == rounded) return float.IsInfinity(value) ? 0 : Math.Abs(value - exact) / Unit(rounded);
        if (float.IsInfinity(value)) return (float.MaxValue - Math.Abs(exact)) / Unit(float.MaxValue) + 1;
        return float.IsInfinity(rounded) ? (Math.Min(Math.Abs(exact), float.MaxValue * 2.0) - Math.Abs(value)) / Unit(float.MaxValue) : Math.Abs(value - exact) / Unit(rounded);
    }

    private static double Unit(float value)
    {
        var magnitude = Math.Abs(value);
        return magnitude == float.MaxValue ? (double)magnitude - MathF.BitDecrement(magnitude) : (double)MathF.BitIncrement(magnitude) - magnitude;
    }

    /// <param name="Error">The error, in units of the last place.</param>
    /// <param name="At">The argument.</param>
    /// <param name="Is">The result there.</param>
    /// <param name="BeyondOne">The arguments at which the error is more than one unit.</param>
    private readonly record struct Worst(double Error, float At, float Is, long BeyondOne);
}
