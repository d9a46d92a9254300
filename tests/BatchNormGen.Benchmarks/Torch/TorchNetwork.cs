#if TORCH
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace BatchNormGen.Benchmarks.Torch;

/// <summary>The same network in torch: its own operations, its tape and its optimizer.</summary>
internal sealed class TorchNetwork : Networks.Contender
{
    private readonly Tensor images, labels, mean1, variance1, mean2, variance2;
    private readonly Parameter weights1, gamma1, beta1, weights2, gamma2, beta2, weights3, bias3;
    private readonly optim.Optimizer optimizer;
    private float loss;

    public TorchNetwork(Networks.Workload workload)
    {
        images = tensor(workload.Images, [workload.Count, Pixels]);
        labels = tensor(workload.Labels, dtype: ScalarType.Int64);
        weights1 = Learned(tensor(workload.Weights1, [Pixels, Hidden]));
        weights2 = Learned(tensor(workload.Weights2, [Hidden, Hidden]));
        weights3 = Learned(tensor(workload.Weights3, [Hidden, Classes]));
        (gamma1, gamma2) = (Learned(ones(Hidden)), Learned(ones(Hidden)));
        (beta1, beta2, bias3) = (Learned(zeros(Hidden)), Learned(zeros(Hidden)), Learned(zeros(Classes)));
        (mean1, variance1, mean2, variance2) = (zeros(Hidden), ones(Hidden), zeros(Hidden), ones(Hidden));
        optimizer = optim.SGD([weights1, gamma1, beta1, weights2, gamma2, beta2, weights3, bias3], Rate, Momentum);
    }

    public override int Threads
    {
        set => set_num_threads(value);
    }

    public override float Loss => loss;

    public override void Step()
    {
        using var step = NewDisposeScope();
        optimizer.zero_grad();
        var output = Forward();
        output.backward();
        optimizer.step();
        loss = output.item<float>();
    }

    public override void Dispose()
    {
        optimizer.Dispose();
        foreach (var tensor in new[] { images, labels, weights1, gamma1, beta1, weights2, gamma2, beta2, weights3, bias3, mean1, variance1, mean2, variance2 })
        {
            tensor.Dispose();
        }
    }

    private Tensor Forward()
    {
        var hidden1 = BatchNorm(images.mm(weights1), mean1, variance1, gamma1, beta1).relu();
        var hidden2 = BatchNorm(hidden1.mm(weights2), mean2, variance2, gamma2, beta2).relu();
        return F.cross_entropy(addmm(bias3, hidden2, weights3, 1, 1), labels);
    }

    private static Tensor BatchNorm(Tensor x, Tensor mean, Tensor variance, Tensor gamma, Tensor beta) =>
        F.batch_norm(x, mean, variance, gamma, beta, training: true, momentum: 0.1, eps: Epsilon);

    private static Parameter Learned(Tensor start) => new(start);
}
#endif
