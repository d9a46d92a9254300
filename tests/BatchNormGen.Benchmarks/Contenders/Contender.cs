namespace BatchNormGen.Benchmarks.Contenders;

/// <summary>One way to compute a normalization in training, on its own copy of a workload.</summary>
internal abstract class Contender : IDisposable
{
    public abstract string Name { get; }

    /// <summary>The most threads that it may use.</summary>
    public abstract int Threads { set; }

    /// <summary>The output, with whatever the backward wants to have kept.</summary>
    public abstract void Forward();

    /// <summary>All three gradients; may be called again and again after one <see cref="Forward"/>.</summary>
    public abstract void Backward();

    /// <summary>The forward and the backward of one training step.</summary>
    public virtual void Step()
    {
        Forward();
        Backward();
    }

    public abstract ReadOnlySpan<float> Output { get; }

    public abstract ReadOnlySpan<float> Dx { get; }

    public abstract ReadOnlySpan<float> Dgamma { get; }

    public abstract ReadOnlySpan<float> Dbeta { get; }

    public virtual void Dispose()
    {
    }
}
