using System.Numerics.Tensors;
using BatchNormGen.Tests.Vectors;
using static BatchNormGen.Tests.Layers.LayerCheck;

namespace BatchNormGen.Tests.Operations;

/// <summary>The way to keep running statistics: outputs through which no gradient goes, handed back at the next step.</summary>
public static partial class RunningStatistics
{
    [Differentiable]
    public static (Tensor<double> output, Tensor<double> newMean, Tensor<double> newVariance) BatchNorm(
        [Shape("N, D")] Tensor<double> x, [Shape("D")] Tensor<double> gamma, [Shape("D")] Tensor<double> beta,
        [Shape("D"), NoGradient] Tensor<double> runningMean, [Shape("D"), NoGradient] Tensor<double> runningVariance, double eps, double momentum)
    {
        var mean = x.Mean(axis: 0);
        var variance = x.Variance(axis: 0);
        var output = (x - mean) / (variance + eps).Sqrt() * gamma + beta;
        var newMean = (1 - momentum) * runningMean + momentum * mean;
        var newVariance = (1 - momentum) * runningVariance + momentum * variance;
        return (output, newMean.StopGradient(), newVariance.StopGradient());
    }
}

public class RunningStatisticsTests
{
    [Fact]
    public void They_are_averages_of_those_of_the_steps()
    {
        var (gamma, beta) = (Draw("gamma", 0.5, 2, 3), Draw("beta", -1, 1, 3));
        var (mean, variance) = (Tensor.CreateFromShape<double>([3]), Tensor.Create([1.0, 1, 1]));
        double[] expectedMean = [0, 0, 0], expectedVariance = [1, 1, 1];
        foreach (var step in (string[])["first", "second", "third"])
        {
            var x = Draw(step, -2, 2, 8, 3);
            (_, mean, variance, _) = RunningStatistics.BatchNormForward(x, gamma, beta, mean, variance, 1e-5, 0.1);
            for (int d = 0; d < 3; d++)
            {
                var column = Enumerable.Range(0, 8).Select(n => x[n, d]).ToList();
                var center = column.Average();
                expectedMean[d] = 0.9 * expectedMean[d] + 0.1 * center;
                expectedVariance[d] = 0.9 * expectedVariance[d] + 0.1 * column.Average(value => (value - center) * (value - center));
            }
        }
        TensorAssert.Close("mean", Tensor.Create(expectedMean), mean, 1e-13);
        TensorAssert.Close("variance", Tensor.Create(expectedVariance), variance, 1e-13);
    }

    [Fact]
    public void The_backward_takes_the_gradient_of_the_output_alone_and_is_that_of_batch_norm()
    {
        var (x, gamma, beta, dout) = (Draw("x", -2, 2, 33, 17), Draw("gamma", 0.5, 2, 17), Draw("beta", -1, 1, 17), Draw("dout", -1, 1, 33, 17));
        var (output, _, _, cache) = RunningStatistics.BatchNormForward(x, gamma, beta, Draw("m", -1, 1, 17), Draw("v", 0.5, 1, 17), 1e-5, 0.1);
        var (expected, plain) = LayersInDouble.BatchNormForward(x, gamma, beta, 1e-5);
        TensorAssert.Close("output", expected, output, 1e-14);
        var (dx, dgamma, dbeta) = RunningStatistics.BatchNormBackward(dout, cache);
        var (dx2, dgamma2, dbeta2) = LayersInDouble.BatchNormBackward(dout, plain);
        TensorAssert.Close("dx", dx2, dx, 1e-13);
        TensorAssert.Close("dgamma", dgamma2, dgamma, 1e-13);
        TensorAssert.Close("dbeta", dbeta2, dbeta, 1e-13);
    }

    [Fact]
    public void Buffers_of_the_caller_take_them()
    {
        var (x, gamma, beta) = (Draw("x", -2, 2, 8, 3), Draw("gamma", 0.5, 2, 3), Draw("beta", -1, 1, 3));
        var (mean, variance) = (Draw("m", -1, 1, 3), Draw("v", 0.5, 1, 3));
        var (expected, expectedMean, expectedVariance, _) = RunningStatistics.BatchNormForward(x, gamma, beta, mean, variance, 1e-5, 0.1);
        var (output, newMean, newVariance) = (Tensor.CreateFromShape<double>([8, 3]), Tensor.CreateFromShape<double>([3]), Tensor.CreateFromShape<double>([3]));
        RunningStatistics.BatchNormForward(x, gamma, beta, mean, variance, 1e-5, 0.1, output, newMean, newVariance, new RunningStatistics.BatchNormCache());
        Assert.Equal(TensorValues.Of(expected), TensorValues.Of(output));
        Assert.Equal(TensorValues.Of(expectedMean), TensorValues.Of(newMean));
        Assert.Equal(TensorValues.Of(expectedVariance), TensorValues.Of(newVariance));
    }
}
