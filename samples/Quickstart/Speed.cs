using System.Diagnostics;
using System.Numerics.Tensors;
using static Quickstart.Layers;

namespace Quickstart;

/// <summary>How long do a forward and a backward take?</summary>
internal sealed class Speed
{
    private const float Eps = 1e-5f;

    private readonly Tensor<float> x, gamma, beta, dout;
    private readonly Tensor<float> output, dx, dgamma, dbeta;
    private readonly BatchNormCache cache = new();

    public Speed(int n, int d)
    {
        var random = new Random(1);
        (x, gamma, beta) = (random.NextTensor<float>(n, d), random.NextTensor<float>(d), random.NextTensor<float>(d));
        dout = random.NextTensor<float>(n, d);
        (output, dx) = (Tensor.CreateFromShape<float>([n, d]), Tensor.CreateFromShape<float>([n, d]));
        (dgamma, dbeta) = (Tensor.CreateFromShape<float>([d]), Tensor.CreateFromShape<float>([d]));
    }

    /// <summary>Median times in milliseconds. The two take turns, so that a busy moment of the machine meets both.</summary>
    public (double Staged, double Fused) Measure(int rounds)
    {
        WarmUp(Staged);
        WarmUp(Fused);
        var (staged, fused) = (new double[rounds], new double[rounds]);
        for (var round = 0; round < rounds; round++) (staged[round], fused[round]) = (Time(Staged), Time(Fused));
        return (Median(staged), Median(fused));
    }

    private void Staged()
    {
        var (_, stages) = BatchNormStagedForward(x, gamma, beta, Eps);
        _ = BatchNormStagedBackward(dout, stages);
    }

    private void Fused()
    {
        BatchNormForward(x, gamma, beta, Eps, output, cache);
        BatchNormBackward(dout, x, gamma, beta, cache, dx, dgamma, dbeta);
    }

    // Long enough for the just-in-time compiler to come to its final version.
    private static void WarmUp(Action work)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(1)) work();
    }

    private static double Time(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(double[] times) => times.Order().ElementAt(times.Length / 2);
}
