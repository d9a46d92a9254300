using static DigitsNet.Layers;

namespace DigitsNet.Network;

/// <summary>
/// Batch normalization: in training the forward and the backward that are generated from <see cref="BatchNorm"/>,
/// in the test mode the averages that training has left.
/// </summary>
internal sealed class BatchNormLayer(int capacity, int features) : Layer(capacity, features, features)
{
    private const float Epsilon = 1e-5f;
    private const float Rate = 0.1f; // the weight of the newest mini-batch in the running averages

    private readonly Parameter gamma = new([.. Enumerable.Repeat(1f, features)]);
    private readonly Parameter beta = new(new float[features]);
    private readonly float[] runningMean = new float[features];
    private readonly float[] runningVariance = [.. Enumerable.Repeat(1f, features)];
    private readonly BatchNormCache cache = new(); // one for each layer, reused from step to step

    public override IEnumerable<Parameter> Parameters => [gamma, beta];

    protected override void Forward(Batch x, Batch output, bool training)
    {
        if (!training)
        {
            Normalize(x, output);
            return;
        }

        BatchNormForward(x.Tensor, gamma.Value, beta.Value, Epsilon, output.Tensor, cache);
        UpdateRunningAverages(x);
    }

    protected override void Backward(Batch dout, Batch x, Batch dx) =>
        BatchNormBackward(dout.Tensor, x.Tensor, gamma.Value, beta.Value, cache, dx.Tensor, gamma.Gradient, beta.Gradient);

    // In test mode the answer for an example must not depend on its neighbours: the running averages stand for the mini-batch.
    private void Normalize(Batch x, Batch output)
    {
        for (var n = 0; n < x.Count; n++)
        {
            for (var d = 0; d < runningMean.Length; d++)
            {
                var xNorm = (x[n][d] - runningMean[d]) / MathF.Sqrt(runningVariance[d] + Epsilon);
                output[n][d] = gamma.Value[d] * xNorm + beta.Value[d];
            }
        }
    }

    // The variance is the unbiased one, Σ_n (x[n,d] − mean[d])² / (N − 1): it estimates that of all data, not of this mini-batch.
    private void UpdateRunningAverages(Batch x)
    {
        if (x.Count == 1) return; // a single example has no variance to learn from
        for (var d = 0; d < runningMean.Length; d++)
        {
            var mean = 0f;
            for (var n = 0; n < x.Count; n++) mean += x[n][d] / x.Count;

            var variance = 0f;
            for (var n = 0; n < x.Count; n++) variance += (x[n][d] - mean) * (x[n][d] - mean) / (x.Count - 1);

            runningMean[d] += Rate * (mean - runningMean[d]);
            runningVariance[d] += Rate * (variance - runningVariance[d]);
        }
    }
}
