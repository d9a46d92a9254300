file static class GroupNormStages
{
    /// <summary>The stages in their order. All of them are returned, the result last.</summary>
    public static (Tensor<float> mean, Tensor<float> devFromMean, Tensor<float> variance, Tensor<float> stddev,
        Tensor<float> xNorm, Tensor<float> output) Forward(Tensor<float> x, Tensor<float> gamma, Tensor<float> beta, int groups,
        float eps)
    {
        nint N = x.Lengths[0];
        nint G = groups;
        nint C = x.Lengths[1];
        nint CPerG = C / G;
        nint H = x.Lengths[2];
        nint W = x.Lengths[3];

        // (1) mean[n,g] = 1/(CPerG·H·W)·Σ_(cPerG,h,w) x[n,g,cPerG,h,w]
        Tensor<float> mean = x.Reshape([N, G, CPerG, H, W]).Mean(axes: [2, 3, 4], keepDims: true);
        // (2) devFromMean[n,g,cPerG,h,w] = x[n,g,cPerG,h,w] − mean[n,g]
        Tensor<float> devFromMean = x.Reshape([N, G, CPerG, H, W]) - mean;
        // (3) variance[n,g] = 1/(CPerG·H·W)·Σ_(cPerG,h,w) devFromMean[n,g,cPerG,h,w]²
        Tensor<float> variance = devFromMean.Square().Mean(axes: [2, 3, 4], keepDims: true);
        // (4) stddev[n,g] = √(variance[n,g] + eps)
        Tensor<float> stddev = (variance + eps).Sqrt();
        // (5) xNorm[n,g,cPerG,h,w] = devFromMean[n,g,cPerG,h,w]/stddev[n,g]
        Tensor<float> xNorm = (devFromMean / stddev).Reshape([N, C, H, W]);
        // (6) output[n,g,cPerG,h,w] = gamma[g,cPerG,0,0]·xNorm[n,g,cPerG,h,w] + beta[g,cPerG,0,0]
        Tensor<float> output = gamma * xNorm + beta;

        return (mean, devFromMean, variance, stddev, xNorm, output);
    }

    /// <summary>The stages in reverse: from the gradient of each, the gradients of what it was made from.</summary>
    public static (Tensor<float> dx, Tensor<float> dgamma, Tensor<float> dbeta) Backward(Tensor<float> dout,
        Tensor<float> gamma, Tensor<float> devFromMean, Tensor<float> stddev, Tensor<float> xNorm)
    {
        nint N = dout.Lengths[0];
        nint G = devFromMean.Lengths[1];
        nint CPerG = devFromMean.Lengths[2];
        nint H = dout.Lengths[2];
        nint W = dout.Lengths[3];
        nint C = dout.Lengths[1];

        // (6) output[n,g,cPerG,h,w] = gamma[g,cPerG,0,0]·xNorm[n,g,cPerG,h,w] + beta[g,cPerG,0,0]
        Tensor<float> dgamma = (dout * xNorm).Sum(axes: [0, 2, 3], keepDims: true).Squeeze(axis: 0);
        Tensor<float> dbeta = dout.Sum(axes: [0, 2, 3], keepDims: true).Squeeze(axis: 0);
        Tensor<float> dxNorm = gamma * dout;
        // (5) xNorm[n,g,cPerG,h,w] = devFromMean[n,g,cPerG,h,w]/stddev[n,g]
        Tensor<float> ddevFromMean = dxNorm.Reshape([N, G, CPerG, H, W]) / stddev;
        Tensor<float> dstddev = (-dxNorm.Reshape([N, G, CPerG, H, W]) * devFromMean / stddev.Square()).Sum(axes: [2, 3, 4], keepDims: true);
        // (4) stddev[n,g] = √(variance[n,g] + eps)
        Tensor<float> dvariance = 0.5f * dstddev / stddev;
        // (3) variance[n,g] = 1/(CPerG·H·W)·Σ_(cPerG,h,w) devFromMean[n,g,cPerG,h,w]²
        ddevFromMean = ddevFromMean + 2f / (CPerG * H * W) * dvariance * devFromMean;
        // (2) devFromMean[n,g,cPerG,h,w] = x[n,g,cPerG,h,w] − mean[n,g]
        Tensor<float> dx = ddevFromMean.Reshape([N, C, H, W]);
        Tensor<float> dmean = -ddevFromMean.Sum(axes: [2, 3, 4], keepDims: true);
        // (1) mean[n,g] = 1/(CPerG·H·W)·Σ_(cPerG,h,w) x[n,g,cPerG,h,w]
        dx = dx + Tensor.Broadcast<float>(1f / (CPerG * H * W) * dmean, [N, G, CPerG, H, W]).Reshape([N, C, H, W]);

        return (dx, dgamma, dbeta);
    }
}
