using System.Numerics.Tensors;

namespace BatchNormGen.Tests.Vectors;

/// <summary>
/// Batch norm and layer norm with their closed-form gradients, as plain loops in double: an oracle that shares no code with
/// the library.
/// </summary>
/// <remarks>
/// Both normalize groups of elements and then scale and shift by channel; they differ only in which group and which channel
/// an element belongs to. With x̂ = (x − mean) / √(variance + eps) and g = gamma · dout, within each group
/// dx = (g − mean(g) − x̂ · mean(g · x̂)) / √(variance + eps); Ioffe and Szegedy, 2015, section 3.
/// </remarks>
internal sealed class PlainLayers
{
    private readonly nint[] _lengths;
    private readonly double[] _gamma, _beta;
    private readonly double[] _xNorm;
    private readonly double[] _invertedStddev;
    private readonly int _groupSize;
    private readonly Func<int, int> _groupOf, _channelOf;

    private PlainLayers(Tensor<double> x, Tensor<double> gamma, Tensor<double> beta, double eps, int groups, Func<int, int> groupOf, Func<int, int> channelOf)
    {
        (_gamma, _beta, _groupOf, _channelOf) = (Values(gamma), Values(beta), groupOf, channelOf);
        _lengths = x.Lengths.ToArray();
        _xNorm = Values(x);
        _groupSize = _xNorm.Length / groups;

        Subtract(MeansByGroup(i => _xNorm[i]));
        // Once more: what the first mean lost in rounding, which counts where the mean is large.
        Subtract(MeansByGroup(i => _xNorm[i]));
        _invertedStddev = [.. MeansByGroup(i => _xNorm[i] * _xNorm[i]).Select(variance => 1 / Math.Sqrt(variance + eps))];
        for (int i = 0; i < _xNorm.Length; i++)
            _xNorm[i] *= _invertedStddev[groupOf(i)];
    }

    /// <summary>x is [N, C, …], gamma and beta are [C]; the statistics are taken over all axes but C.</summary>
    public static PlainLayers BatchNorm(Tensor<double> x, Tensor<double> gamma, Tensor<double> beta, double eps)
    {
        int channels = (int)gamma.FlattenedLength;
        int inner = (int)(x.FlattenedLength / (x.Lengths[0] * channels));
        int ChannelOf(int i) => i / inner % channels;
        return new(x, gamma, beta, eps, channels, ChannelOf, ChannelOf);
    }

    /// <summary>x is […, D], gamma and beta are [D]; the statistics are taken over D.</summary>
    public static PlainLayers LayerNorm(Tensor<double> x, Tensor<double> gamma, Tensor<double> beta, double eps)
    {
        int width = (int)gamma.FlattenedLength;
        return new(x, gamma, beta, eps, (int)x.FlattenedLength / width, i => i / width, i => i % width);
    }

    public Tensor<double> Output()
    {
        var output = new double[_xNorm.Length];
        for (int i = 0; i < output.Length; i++)
            output[i] = _gamma[_channelOf(i)] * _xNorm[i] + _beta[_channelOf(i)];
        return Tensor.Create(output, _lengths);
    }

    public (Tensor<double> dx, Tensor<double> dgamma, Tensor<double> dbeta) Backward(Tensor<double> dout)
    {
        var d = Values(dout);
        double ScaledGradient(int i) => _gamma[_channelOf(i)] * d[i];
        var mean = MeansByGroup(ScaledGradient);
        var meanTimesNorm = MeansByGroup(i => ScaledGradient(i) * _xNorm[i]);

        var dx = new double[d.Length];
        var dgamma = new double[_gamma.Length];
        var dbeta = new double[_gamma.Length];
        for (int i = 0; i < d.Length; i++)
        {
            int group = _groupOf(i);
            dx[i] = (ScaledGradient(i) - mean[group] - _xNorm[i] * meanTimesNorm[group]) * _invertedStddev[group];
            dgamma[_channelOf(i)] += d[i] * _xNorm[i];
            dbeta[_channelOf(i)] += d[i];
        }

        return (Tensor.Create(dx, _lengths), Tensor.Create(dgamma), Tensor.Create(dbeta));
    }

    private double[] MeansByGroup(Func<int, double> value)
    {
        var means = new double[_xNorm.Length / _groupSize];
        for (int i = 0; i < _xNorm.Length; i++)
            means[_groupOf(i)] += value(i);
        for (int group = 0; group < means.Length; group++)
            means[group] /= _groupSize;
        return means;
    }

    private void Subtract(double[] byGroup)
    {
        for (int i = 0; i < _xNorm.Length; i++)
            _xNorm[i] -= byGroup[_groupOf(i)];
    }

    private static double[] Values(Tensor<double> tensor)
    {
        var values = new double[tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
    }
}
